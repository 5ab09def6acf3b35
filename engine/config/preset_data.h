/* The presets of the program, made from presets/NAME.json at build time (cmake/embed.cmake). */
#ifndef CONFIG_PRESET_DATA_H
#define CONFIG_PRESET_DATA_H

#include <stddef.h>

struct preset_data {
	const char *name;
	const unsigned char *text;
	size_t len;
};

extern const struct preset_data preset_data[]; /* ends with a row without a name */

#endif
