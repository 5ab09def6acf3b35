/* What git prints: how far it is, and why it failed. In the C locale. */
#ifndef GIT_GIT_WORDS_H
#define GIT_GIT_WORDS_H

#include <stdbool.h>

#include <berth/error.h>

/* "Receiving objects:  42% (420/1000), 1.2 MiB": *fraction of a whole fetch or checkout. False for
 * a line that says nothing of it. */
bool git_words_progress(const char *line, double *fraction);
/* A line of progress of any sort, also the server's: no part of a log. */
bool git_words_is_progress(const char *line);

/* What git said on standard error, newest last, as an error with a next step. */
struct git_words {
	char lines[24][256];
	unsigned count; /* ever */
};

void git_words_note(struct git_words *words, const char *line);
/* `doing`: "get 'https://host/x'". */
void git_words_error(
	const struct git_words *words, int exit_status, const char *doing, struct berth_error *err);
/* The cache is damaged, and not the repository: it may be made anew. */
bool git_words_is_damage(const struct git_words *words);
/* The server gives only what a branch or a tag is at. */
bool git_words_is_unadvertised(const struct git_words *words);

#endif
