/*
 * Names of folders and files for what was typed so far. Knows no curses and no form: text in, names
 * out. Reading a folder blocks, so it is for a worker.
 */
#ifndef BERTH_TUI_COMPLETE_H
#define BERTH_TUI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#define COMPLETE_PATH_MAX 4096
#define COMPLETE_NAME_MAX 256
#define COMPLETE_MAX      200    /* names kept */
#define COMPLETE_LOOK_MAX 100000 /* entries of a folder that are looked at */

struct complete_request {
	char folder[COMPLETE_PATH_MAX]; /* to read; "~" resolved */
	char prefix[COMPLETE_NAME_MAX]; /* that names must begin with */
	size_t kept;                    /* bytes of the text in front of what is replaced */
	bool folders;                   /* only those */
};

/* From the text of a path up to the cursor; false if it is no path that can be read. */
bool complete_prepare(struct complete_request *request, const char *text, size_t len, bool folders);

struct complete_names {
	char names[COMPLETE_MAX][COMPLETE_NAME_MAX + 1]; /* sorted; folders end in '/' */
	size_t count;
	size_t all; /* that there are; more than count: the rest is not kept */
	char common[COMPLETE_NAME_MAX + 1]; /* what all of them begin with */
};

/* Reads the folder. One that can't be read has no names. */
void complete_read(const struct complete_request *request, struct complete_names *names);

#endif
