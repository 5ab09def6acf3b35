/*
 * What a repository has, as `git ls-remote --symref` lists it line by line, and which of that a
 * person means by one word.
 */
#ifndef GIT_GIT_REFS_H
#define GIT_GIT_REFS_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

#define GIT_REFS_MAX 200000 /* names of branches and tags that are kept */

enum git_ref_kind { GIT_REF_BRANCH, GIT_REF_TAG, GIT_REF_OTHER, GIT_REF_COMMIT };

struct git_ref_row {
	char *name; /* "refs/heads/main" */
	char commit[65];
};

struct git_refs {
	struct git_ref_row *rows; /* branches and tags */
	size_t count, capacity;
	char head[256]; /* what HEAD is: "refs/heads/main"; "" if it is not said */
	char head_commit[65];
	bool failed; /* memory, or too many */
};

struct git_choice {
	enum git_ref_kind kind;
	char name[320];   /* in full, "refs/heads/main"; of a commit its hash */
	char branch[256]; /* "main"; "" if it is no branch */
};

void git_refs_init(struct git_refs *refs);
void git_refs_release(struct git_refs *refs);
/* One line of the list; what is no such line is passed over. */
void git_refs_line(struct git_refs *refs, const char *line);

/* wanted NULL: what HEAD is. NOT_FOUND with the nearest name in the hint; a commit that is not
 * named by any branch or tag is taken at its word. */
int git_refs_choose(const struct git_refs *refs, const char *wanted, struct git_choice *choice,
	struct berth_error *err);

#endif
