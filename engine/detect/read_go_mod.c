#include "detect/read.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

/* Words of one line, without its comment. https://go.dev/ref/mod#go-mod-file-grammar */
struct line {
	char word[4][512];
	size_t count;
	bool indirect;
};

static void split(struct line *line, const char *text, size_t len)
{
	*line = (struct line){0};
	for (size_t at = 0; at < len;) {
		if (strchr(" \t\r", text[at]) && text[at]) {
			at++;
			continue;
		}
		if (len - at >= 2 && memcmp(text + at, "//", 2) == 0) {
			line->indirect = memmem(text + at, len - at, "indirect", 8) != NULL;
			return;
		}
		size_t start = at;
		while (at < len && !(strchr(" \t\r", text[at]) && text[at]))
			at++;
		size_t count = at - start;
		if (count >= 2 && (text[start] == '"' || text[start] == '`')) {
			start++;
			count -= 2;
		}
		if (line->count == 4 || count >= sizeof line->word[0])
			return;
		memcpy(line->word[line->count], text + start, count);
		line->word[line->count++][count] = '\0';
	}
}

static void take(json_t *root, const char *verb, const char *first, const struct line *line,
	const char *second)
{
	if (strcmp(verb, "require") == 0)
		json_object_set_new(json_object_get(root, line->indirect ? "indirect" : "require"),
			first, json_string(second));
	else if (strcmp(verb, "use") == 0)
		json_array_append_new(json_object_get(root, "use"), json_string(first));
	else if (strcmp(verb, "module") == 0 || strcmp(verb, "go") == 0 ||
		 strcmp(verb, "toolchain") == 0)
		json_object_set_new(root, verb, json_string(first));
}

json_t *read_go_mod(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = json_pack("{s:{}, s:{}, s:[]}", "require", "indirect", "use");
	char block[32] = "";
	struct line line;

	(void)err;
	for (size_t at = 0; at < len && root;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t stop = end ? (size_t)(end - text) : len;
		split(&line, text + at, stop - at);
		at = stop + 1;
		if (line.count == 0)
			continue;
		if (*block && strcmp(line.word[0], ")") == 0)
			*block = '\0';
		else if (*block)
			take(root, block, line.word[0], &line, line.word[1]);
		else if (strcmp(line.word[1], "(") == 0)
			snprintf(block, sizeof block, "%s", line.word[0]);
		else
			take(root, line.word[0], line.word[1], &line, line.word[2]);
	}
	return root;
}
