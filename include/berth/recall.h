/*
 * What was deployed before from a folder: values to offer again.
 *
 * Kept in $XDG_STATE_HOME/berth/recall.json, which only its owner can read. No value of a variable
 * is ever in it, only names. Bounded: the last 16 deployments from each of the last 64 folders.
 * Every function that takes an error reads or writes files and may block: on a worker they touch
 * nothing but their arguments.
 */
#ifndef BERTH_RECALL_H
#define BERTH_RECALL_H

#include <stddef.h>

#include <berth/error.h>
#include <berth/settings.h>

struct berth_recall;

/* What is known of a folder (an absolute path), newest first. No file: nothing. NULL with IO or
 * MEMORY; a file that is not one of ours counts as empty. */
struct berth_recall *berth_recall_read(const char *folder, struct berth_error *err);
void berth_recall_free(struct berth_recall *recall);

size_t berth_recall_deployments(const struct berth_recall *recall); /* 0 for NULL */
size_t berth_recall_count(
	const struct berth_recall *recall, size_t deployment, enum berth_field_id field);
const char *berth_recall_at(const struct berth_recall *recall, size_t deployment,
	enum berth_field_id field, size_t index);

/* What is to be remembered of a deployment: the values said for it, as text, malloc'd. NULL without
 * memory. */
char *berth_recall_note(const struct berth_settings *settings);

/* Add a note to a folder's. Others who write at the same time lose nothing: they wait for each
 * other. */
int berth_recall_add(const char *folder, const char *note, struct berth_error *err);

#endif
