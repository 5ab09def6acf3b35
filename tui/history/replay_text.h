/* A recording as text on standard output, without a screen. */
#ifndef BERTH_TUI_REPLAY_TEXT_H
#define BERTH_TUI_REPLAY_TEXT_H

#include <stdbool.h>

struct replay_text {
	const char *path;
	double speed; /* BERTH_REPLAY_MAX: at once */
	bool follow;  /* go on with what its writer adds */
	bool json;
	bool quiet; /* do not say that it is a replay: it is the run itself */
};

/* The exit status of the run that was shown, in *ended; itself 0, or that of why it was not. */
int replay_text(const struct replay_text *what, int *ended);

#endif
