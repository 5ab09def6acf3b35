/*
 * The manual: what `berth help` prints and what the man pages say, from one text and from the
 * tables of commands, options, fields, keys and configuration. How it looks is the writer's; what
 * it says is the same everywhere.
 */
#ifndef BERTH_TUI_MANUAL_H
#define BERTH_TUI_MANUAL_H

#include <stddef.h>
#include <stdio.h>

#include "args.h"

struct keymap;
struct manual_block;

/* A page of `berth help`, a section of a man page. */
struct manual_topic {
	const char *name;
	const char *title;                 /* as a heading; NULL for a command */
	const struct args_command *row;    /* of a command, else NULL */
	const struct manual_block *blocks; /* may be NULL */
};

/* In the order in which they are read. */
size_t manual_topic_count(void);
struct manual_topic manual_topic_at(size_t index);

/* Each puts one piece behind those before. `text` is running text without markup. */
struct manual_writer {
	void (*heading)(struct manual_writer *writer, const char *text);
	void (*text)(struct manual_writer *writer, const char *text);
	/* One of a list of terms and what they mean; the terms are `width` wide or a little
	 * wider. */
	void (*row)(struct manual_writer *writer, const char *term, const char *text, int width);
	/* As it stands, lines ending in '\n'. */
	void (*lines)(struct manual_writer *writer, const char *text);
	FILE *out;
	const struct keymap *keys; /* those to speak of */
	enum manual_last {
		MANUAL_NOTHING,
		MANUAL_HEADING,
		MANUAL_TEXT,
		MANUAL_ROW,
		MANUAL_LINES
	} last; /* what was written before; kept by the writer */
};

/* "deploy [options]", "watch TARGET ID [options]", "" for the console. Returns dst. */
char *manual_usage(char dst[128], const struct args_command *row);

/* The commands, one a row, each with "berth " before its usage. */
void manual_write_commands(struct manual_writer *writer);
/* The body of a topic. */
void manual_write(struct manual_writer *writer, const struct manual_topic *topic);

#endif
