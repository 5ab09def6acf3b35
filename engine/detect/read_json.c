#include "detect/read.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Comments and trailing commas as spaces, so that lines and columns stay what they are. */
static void plain(char *text, size_t len)
{
	size_t comma = len; /* the last one with nothing but space behind it */

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"') {
			for (i++; i < len && text[i] != '"'; i++)
				i += text[i] == '\\';
			comma = len;
		} else if (i + 1 < len && text[i] == '/' && text[i + 1] == '/') {
			while (i < len && text[i] != '\n')
				text[i++] = ' ';
		} else if (i + 1 < len && text[i] == '/' && text[i + 1] == '*') {
			char *end = memmem(text + i + 2, len - i - 2, "*/", 2);
			size_t stop = end ? (size_t)(end - text) + 2 : len;
			for (; i < stop; i++)
				text[i] = text[i] == '\n' ? '\n' : ' ';
			i--;
		} else if (text[i] == ',') {
			comma = i;
		} else if (text[i] == '}' || text[i] == ']') {
			if (comma < len)
				text[comma] = ' ';
			comma = len;
		} else if (!strchr(" \t\r\n", text[i]) || !text[i]) {
			comma = len;
		}
	}
}

json_t *read_json(const char *text, size_t len, struct berth_error *err)
{
	json_error_t where;
	size_t mark = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	json_t *root = json_loadb(text + mark, len - mark, 0, &where);

	if (root)
		return root;
	cleanup_free char *copy = malloc(len - mark + 1);
	if (copy) {
		memcpy(copy, text + mark, len - mark);
		plain(copy, len - mark);
		root = json_loadb(copy, len - mark, 0, NULL);
	}
	if (!root)
		berth_error_set(err, BERTH_E_PROTOCOL, 0, "line %d: %s", where.line, where.text);
	return root;
}
