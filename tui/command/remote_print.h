/* What is deployed on a server, as a table or as JSON, one object a line. */
#ifndef BERTH_TUI_REMOTE_PRINT_H
#define BERTH_TUI_REMOTE_PRINT_H

#include <stddef.h>

#include <berth/remote.h>

void remote_print(const struct berth_remote *list, size_t count);
/* 0, or -1 without memory. */
int remote_print_json(const char *target, const struct berth_remote *remote);
int remote_print_done(const char *target, enum berth_deed deed, const char *word,
	const struct berth_remote *remote, const struct berth_error *err);
/* A target that can't be asked. */
int remote_print_trouble(const char *target, const struct berth_error *err);
int remote_print_line(enum berth_stream stream, const char *text, size_t len);

#endif
