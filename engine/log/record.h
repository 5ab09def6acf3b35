/*
 * One line of a log as it stands in the file (see <berth/log.h>): fixed columns up to the stage,
 * then the text as it came. A record ends at its newline, so a text can't hold one.
 */
#ifndef LOG_RECORD_H
#define LOG_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/log.h>

#define RECORD_STAGE_MAX 64 /* a longer name is cut */
/* What a record has beside its text. */
#define RECORD_HEAD_MAX (24 + 1 + 5 + 1 + 6 + 1 + RECORD_STAGE_MAX + 1 + 1 + 1)

/* Writes the record with its newline; dst has room for RECORD_HEAD_MAX + line->len. The text must
 * not hold a newline. Returns its length. */
size_t record_put(char *dst, const struct berth_log_line *line);

/* Where the text of a record begins; 0 if it is not one. len is without the newline. */
size_t record_text(const char *record, size_t len);
/* Cheap enough for every line of a search. */
enum berth_level record_level(const char *record);

/* Parse one. stage gets the name; the line's text and stage point into record and stage. False if
 * it is not one. */
bool record_get(const char *record, size_t len, char stage[RECORD_STAGE_MAX + 1],
	struct berth_log_line *line);

#endif
