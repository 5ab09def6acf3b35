/* Which of all that it may be it is: by a pin, by a file for containers, by its own files. */
#ifndef DETECT_CHOOSE_H
#define DETECT_CHOOSE_H

#include "detect/container_file.h"
#include "detect/option.h"

struct decision {
	struct berth_detection *detection;
	struct documents documents;
	struct options options;
	struct container_file written;
	json_t *rules;
	json_t *pin;           /* NULL if nothing is pinned */
	struct option made;    /* for a stack that no file speaks for */
	struct recipe *recipe; /* NULL if nobody wants one */
	struct berth_error *err;
};

/* Fill in the detection but for its files and notes. */
int choose(struct decision *decision);

#endif
