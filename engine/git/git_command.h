/* One run of git: its words and its environment. */
#ifndef GIT_GIT_COMMAND_H
#define GIT_GIT_COMMAND_H

#include <stddef.h>

#include "git/git_url.h"

enum { GIT_COMMAND_WORDS = 40, GIT_COMMAND_ENV = 32 };

struct git_command {
	const char *argv[GIT_COMMAND_WORDS];
	const char *env[GIT_COMMAND_ENV];  /* as program.h takes it */
	char *made[GIT_COMMAND_WORDS + 8]; /* malloc'd ones of both, wiped when released */
	size_t words, variables, made_count;
};

/* "git -c ... --git-dir=REPOSITORY": what holds for each run. repository NULL: none is named. 0, or
 * -1 without memory; to be released in any case. */
int git_command_init(
	struct git_command *command, const struct git_url *url, const char *repository);
void git_command_release(struct git_command *command);
/* Words, borrowed, ended by NULL. */
int git_command_add(struct git_command *command, ...) __attribute__((sentinel));
int git_command_addf(struct git_command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
