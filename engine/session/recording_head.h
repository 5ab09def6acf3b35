/* The first line of a recording: whose it is. */
#ifndef SESSION_RECORDING_HEAD_H
#define SESSION_RECORDING_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct berth_deployment;

struct recording_head {
	char *deployment_id;
	char *version;
	pid_t pid; /* of the writer; 0: not said */
	struct berth_deployment *deployment;
};

/* False if it is none: then nothing is filled in. */
bool recording_head_read(struct recording_head *head, const char *line, size_t len);
void recording_head_release(struct recording_head *head);

/* For a record that has no such line: `name` is what it is called. NULL without memory. */
struct berth_deployment *recording_stand_in(const char *name, const char *kind);

#endif
