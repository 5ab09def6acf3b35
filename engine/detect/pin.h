/* "detect" in berth.json: what a person says the source is. */
#ifndef DETECT_PIN_H
#define DETECT_PIN_H

#include <jansson.h>

#include <berth/detect.h>

#include "detect/scan.h"

#define PIN_FILE "berth.json"

/* A new reference to the object, checked; NULL and 0 if there is none. -1: USAGE naming file, line,
 * column and what was expected. `folder` is for messages. */
int pin_read(json_t **pin, const struct scan *scan, const char *folder, const json_t *rules,
	struct berth_error *err);

/* Put what is pinned into the detection; to be called before anything else is. */
int pin_apply(struct berth_detection *detection, const json_t *pin, struct berth_error *err);

#endif
