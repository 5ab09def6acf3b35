/*
 * The server keeps the last lines of a log, not the log. What was shown of it ends somewhere in
 * what is there now: the longest end of the old that the new begins with was shown, the rest is
 * new.
 */
#include <stdlib.h>
#include <string.h>

#include "target/deployer/deployer.h"

void deployer_tail_release(struct deployer_tail *tail)
{
	free(tail->text);
	free(tail->rest);
	*tail = (struct deployer_tail){0};
}

/* How much of `text` was there already: whole lines. */
static size_t known(const struct deployer_tail *tail, const char *text, size_t len)
{
	for (size_t at = 0; at < tail->len;) {
		size_t left = tail->len - at;
		const char *end = memchr(tail->text + at, '\n', left);

		if (left <= len && memcmp(tail->text + at, text, left) == 0)
			return left;
		at += end != NULL ? (size_t)(end - (tail->text + at)) + 1 : left;
	}
	return 0;
}

static void give(const char *text, size_t len, deployer_line_fn *line, void *context)
{
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t size = end != NULL ? (size_t)(end - text) : len, shown = size;

		if (shown > 0 && text[shown - 1] == '\r')
			shown--;
		line(context, text, shown);
		text += size + (end != NULL);
		len -= size + (end != NULL);
	}
}

int deployer_tail_take(struct deployer_tail *tail, const char *text, size_t len,
	deployer_line_fn *line, void *context)
{
	const char *last = memrchr(text, '\n', len);
	size_t whole = last != NULL ? (size_t)(last - text) + 1 : 0;
	size_t from = known(tail, text, whole);
	char *kept, *rest;

	/* It is emptied when the container is stopped. */
	if (len == 0)
		return 0;
	kept = malloc(whole + 1);
	rest = strndup(text + whole, len - whole);
	if (kept == NULL || rest == NULL) {
		free(kept);
		free(rest);
		return -1;
	}
	memcpy(kept, text, whole);
	deployer_tail_release(tail);
	*tail = (struct deployer_tail){.text = kept, .len = whole, .rest = rest};
	give(text + from, whole - from, line, context);
	return 0;
}

void deployer_tail_end(struct deployer_tail *tail, deployer_line_fn *line, void *context)
{
	if (tail->rest == NULL)
		return;
	give(tail->rest, strlen(tail->rest), line, context);
	free(tail->rest);
	tail->rest = NULL;
}
