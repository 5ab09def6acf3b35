/* Between the parts of the doctor that go out: each kind of target has a file of its own, and each
 * question a loop of its own. */
#ifndef BERTH_TUI_DOCTOR_PRIVATE_H
#define BERTH_TUI_DOCTOR_PRIVATE_H

#include <stdbool.h>

#include <berth/engine.h>

#include "command/doctor_report.h"

struct uv_loop_s;

/* doctor_loop.c. False, and reported, if there is no loop to be had. */
bool doctor_open_loop(struct uv_loop_s *loop, struct findings *findings);
void doctor_close_loop(struct uv_loop_s *loop);
/* For an engine whose only answer comes by a callback. */
void doctor_no_wakeup(void *context);
void doctor_engine_closed(void *context);

/* doctor_engine.c; NULL host: as the docker command line finds it. */
void doctor_check_engine(const char *host, struct findings *findings);
/* False, and reported, if it could not even be tried. */
bool doctor_ask_engine(
	const char *host, struct berth_endpoint *endpoint, struct findings *findings);
void doctor_report_engine(const struct berth_endpoint *endpoint);

/* doctor_server.c */
void doctor_check_server(
	const struct berth_settings *settings, const char *target, struct findings *findings);

/* doctor_plugin.c */
void doctor_check_plugin(const char *const *command, struct findings *findings);

#endif
