/* What differs between two requests. Pure. */
#ifndef BERTH_TUI_HISTORY_DIFF_H
#define BERTH_TUI_HISTORY_DIFF_H

#include <stddef.h>

struct difference {
	char *field;          /* "image", "env.TOKEN", "ports.web.port" */
	char *before, *after; /* NULL: it is not in that one */
};

struct differences {
	struct difference *list;
	size_t count;
};

/* Of two JSON objects as berth_past_run.request has them; what is none has no members. 0, or -1
 * without memory: nothing is held then. */
int differences_find(struct differences *differences, const char *before, const char *after);
void differences_release(struct differences *differences);

#endif
