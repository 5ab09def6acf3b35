/* What berth's commands exit with, where it is not the outcome of a deployment that says it. */
#ifndef BERTH_TUI_EXIT_STATUS_H
#define BERTH_TUI_EXIT_STATUS_H

enum {
	EXIT_FAILED = 1,
	EXIT_WRONG = 2, /* the command line or the configuration */
	EXIT_UNREACHED = 3,
	EXIT_UNKNOWN = 4,
	EXIT_CANCELLED = 130
};

#endif
