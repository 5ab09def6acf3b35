/* A recording that is open: what is known of it, and where its files are. */
#ifndef SESSION_RECORDING_H
#define SESSION_RECORDING_H

#include <berth/recording.h>

#include "session/recording_head.h"

struct berth_recording {
	struct berth_recording_info info;
	struct recording_head head;
	char *path;
	char *log;    /* beside it; NULL: it needs none */
	int lock;     /* the file itself, which its writer holds locked; -1 before it is open */
	bool written; /* somebody still does, as far as is known */
};

/* Is somebody still writing it? */
bool recording_written(struct berth_recording *recording);

#endif
