#include "git/git_refs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/nearest.h>

#include "git/git_url.h"

#define HEADS "refs/heads/"
#define TAGS  "refs/tags/"

/* So many names stand in a hint. */
enum { NAMES_SHOWN = 6 };

void git_refs_init(struct git_refs *refs)
{
	*refs = (struct git_refs){0};
}

void git_refs_release(struct git_refs *refs)
{
	for (size_t i = 0; i < refs->count; i++)
		free(refs->rows[i].name);
	free(refs->rows);
	git_refs_init(refs);
}

/* In hexadecimal digits: SHA-1 or SHA-256. */
static bool is_whole_commit(size_t len)
{
	return len == 40 || len == 64;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *short_name(const char *name)
{
	return begins(name, HEADS)  ? name + strlen(HEADS)
	       : begins(name, TAGS) ? name + strlen(TAGS)
				    : name;
}

static void add(struct git_refs *refs, const char *commit, const char *name)
{
	struct git_ref_row *row;

	if (refs->count == refs->capacity) {
		size_t capacity = refs->capacity > 0 ? refs->capacity * 2 : 64;
		struct git_ref_row *grown = capacity <= GIT_REFS_MAX
						    ? realloc(refs->rows, capacity * sizeof(*grown))
						    : NULL;

		refs->failed = refs->failed || grown == NULL;
		if (grown == NULL)
			return;
		refs->rows = grown;
		refs->capacity = capacity;
	}
	row = &refs->rows[refs->count];
	row->name = strdup(name);
	snprintf(row->commit, sizeof(row->commit), "%s", commit);
	if (row->name == NULL)
		refs->failed = true;
	else
		refs->count++;
}

void git_refs_line(struct git_refs *refs, const char *line)
{
	size_t hash = strspn(line, "0123456789abcdef");
	const char *name = strchr(line, '\t');
	char commit[65];

	if (begins(line, "ref: ") && name != NULL && strcmp(name, "\tHEAD") == 0) {
		snprintf(refs->head, sizeof(refs->head), "%.*s", (int)(name - line - 5), line + 5);
		return;
	}
	if (name == NULL || name != line + hash || !is_whole_commit(hash))
		return;
	name++;
	snprintf(commit, sizeof(commit), "%.*s", (int)hash, line);
	if (strcmp(name, "HEAD") == 0)
		snprintf(refs->head_commit, sizeof(refs->head_commit), "%s", commit);
	else if (begins(name, HEADS) || begins(name, TAGS))
		add(refs, commit, name);
}

static const struct git_ref_row *find(
	const struct git_refs *refs, const char *prefix, const char *name)
{
	size_t len = strlen(prefix);

	for (size_t i = 0; i < refs->count; i++)
		if (strncmp(refs->rows[i].name, prefix, len) == 0 &&
			strcmp(refs->rows[i].name + len, name) == 0)
			return &refs->rows[i];
	return NULL;
}

static int take(struct git_choice *choice, const char *name)
{
	choice->kind = begins(name, HEADS)  ? GIT_REF_BRANCH
		       : begins(name, TAGS) ? GIT_REF_TAG
					    : GIT_REF_OTHER;
	snprintf(choice->name, sizeof(choice->name), "%s", name);
	if (choice->kind == GIT_REF_BRANCH)
		snprintf(choice->branch, sizeof(choice->branch), "%s", name + strlen(HEADS));
	return 0;
}

/* The beginning of a commit can only be asked for where a branch or tag is at it. A whole one is
 * asked for by itself: the branch may have moved on until it is fetched. */
static void take_commit(const struct git_refs *refs, const char *wanted, struct git_choice *choice)
{
	size_t len = strlen(wanted);

	choice->kind = GIT_REF_COMMIT;
	snprintf(choice->name, sizeof(choice->name), "%s", wanted);
	for (size_t i = 0; i < refs->count; i++)
		if (strncasecmp(refs->rows[i].commit, wanted, len) == 0 &&
			strchr(refs->rows[i].name, '^') == NULL) {
			take(choice, refs->rows[i].name);
			break;
		}
	if (!is_whole_commit(len) || choice->kind == GIT_REF_COMMIT)
		return;
	choice->kind = GIT_REF_COMMIT;
	snprintf(choice->name, sizeof(choice->name), "%s", wanted);
}

static int unknown(const struct git_refs *refs, const char *wanted, struct berth_error *err)
{
	const char **names = calloc(refs->count + 1, sizeof(*names));
	const char *nearest;
	char list[256] = "";
	size_t used = 0, shown = 0;

	berth_error_set(err, BERTH_E_NOT_FOUND, 0,
		"the repository has no branch, tag or commit '%s'", wanted);
	if (names == NULL)
		return -1;
	for (size_t i = 0; i < refs->count; i++)
		names[i] = short_name(refs->rows[i].name);
	nearest = berth_nearest(wanted, names);
	for (size_t i = 0; i < refs->count && shown < NAMES_SHOWN && used < sizeof(list); i++)
		if (begins(refs->rows[i].name, HEADS)) {
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
				shown > 0 ? ", " : "", names[i]);
			shown++;
		}
	if (nearest != NULL)
		berth_error_hint(err, "did you mean '%s'?", nearest);
	else if (shown > 0)
		berth_error_hint(
			err, "it has the branches %s%s", list, shown == NAMES_SHOWN ? ", ..." : "");
	free(names);
	return -1;
}

int git_refs_choose(const struct git_refs *refs, const char *wanted, struct git_choice *choice,
	struct berth_error *err)
{
	const struct git_ref_row *row;

	*choice = (struct git_choice){0};
	if (wanted == NULL && refs->head[0] != '\0' && find(refs, "", refs->head) != NULL)
		return take(choice, refs->head);
	if (wanted == NULL && refs->head_commit[0] != '\0')
		return take(choice, "HEAD");
	if (wanted == NULL) {
		berth_error_set(err, BERTH_E_NOT_FOUND, 0,
			refs->count > 0 ? "the repository proposes no branch"
					: "the repository is empty");
		return refs->count > 0 ? berth_error_hint(err, "name one: URL#BRANCH") : -1;
	}
	row = find(refs, HEADS, wanted);
	if (row == NULL)
		row = find(refs, TAGS, wanted);
	if (row == NULL)
		row = find(refs, "", wanted);
	if (row != NULL)
		return take(choice, row->name);
	if (git_ref_is_commit(wanted)) {
		take_commit(refs, wanted, choice);
		return 0;
	}
	return unknown(refs, wanted, err);
}
