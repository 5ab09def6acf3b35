/* The presets of the program, from presets/NAME.json. */
#ifndef CONFIG_PRESET_DATA_H
#define CONFIG_PRESET_DATA_H

#include "base/embedded.h"

extern const struct embedded preset_data[]; /* ends with a row without a name */

#endif
