/* What the parts of the doctor share: the table, and what its exit status is made of. */
#ifndef BERTH_TUI_DOCTOR_REPORT_H
#define BERTH_TUI_DOCTOR_REPORT_H

#include <stdbool.h>

struct berth_settings;

/* A note is no verdict: it says what was not looked at. */
enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL, VERDICT_NOTE };

struct findings {
	bool wrong;       /* configuration */
	bool unreachable; /* engine or server, or it does not let us in */
	bool other;
};

/* One row; the advice, if there is one, in a row of its own. Texts are cleaned for a terminal. */
void doctor_report(enum verdict verdict, const char *what, const char *detail, const char *advice);

/* The engine, or the deploy server and what it can be asked; of an address (doctor_server.c), which
 * kind of server answers there. */
void doctor_check_target(const struct berth_settings *settings, struct findings *findings);
void doctor_check_address(const char *url, struct findings *findings);

#endif
