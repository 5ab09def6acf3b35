/* The stacks the program knows, from stacks/NAME.json. */
#ifndef DETECT_STACK_DATA_H
#define DETECT_STACK_DATA_H

#include "base/embedded.h"

extern const struct embedded stack_data[]; /* ends with a row without a name */

#endif
