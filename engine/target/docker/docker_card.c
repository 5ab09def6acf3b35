/* The lines of the result card: the preset's, with the deployment's own values put in. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "target/docker/docker_target.h"

#define MAX_VALUE 4096

static const char *url_of(const struct berth_result *result, const char *name, size_t len)
{
	for (size_t i = 0; i < result->url_count; i++)
		if (strlen(result->urls[i].name) == len &&
			memcmp(result->urls[i].name, name, len) == 0)
			return result->urls[i].value;
	return NULL;
}

static const char *file_of(const struct docker_target *t, char path[1024])
{
	char name[256];
	const char *dest = t->request->dest != NULL ? t->request->dest : "";

	if (files_main_name(t, name) == NULL)
		return dest;
	snprintf(path, 1024, "%s%s%s", dest, dest[0] != '\0' ? "/" : "", name);
	return path;
}

/* The value of {word}; NULL if it has none here: then the line is left out. */
static const char *value_of(const struct docker_target *t, const struct berth_result *result,
	const char *word, size_t len, char scratch[1024])
{
	const struct berth_deployment *request = t->request;
	const struct {
		const char *word, *value;
	} words[] = {
		{"name", request->name},
		{"container", request->container},
		{"image", t->reference.familiar},
		{"dest", request->folder != NULL ? request->dest : NULL},
		{"folder", request->folder},
	};

	if (len > 4 && memcmp(word, "url:", 4) == 0)
		return url_of(result, word + 4, len - 4);
	if (len == 4 && memcmp(word, "file", 4) == 0)
		return request->folder != NULL ? file_of(t, scratch) : NULL;
	if (len == 13 && memcmp(word, "file_relative", 13) == 0) {
		const char *file = request->folder != NULL ? file_of(t, scratch) : NULL;

		return file != NULL && file[0] == '/' ? file + 1 : file;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].word) == len && memcmp(words[i].word, word, len) == 0)
			return words[i].value;
	return NULL;
}

/* 0 if every placeholder had a value. A brace that opens no known word is text: sample calls hold
 * JSON. */
static int expand(struct buf *out, const struct docker_target *t, const struct berth_result *result,
	const char *text)
{
	char scratch[1024];

	while (*text != '\0') {
		size_t plain = strcspn(text, "{");
		size_t word = text[plain] == '{'
				      ? strspn(text + plain + 1,
						"abcdefghijklmnopqrstuvwxyz_0123456789:-")
				      : 0;
		const char *value;

		if (word == 0 || text[plain + 1 + word] != '}') {
			size_t whole = plain + (text[plain] == '{' ? 1 : 0);

			if (buf_add(out, text, whole, NULL) == -1)
				return -1;
			text += whole;
			continue;
		}
		value = value_of(t, result, text + plain + 1, word, scratch);
		if (value == NULL || buf_add(out, text, plain, NULL) == -1 ||
			buf_adds(out, value, NULL) == -1)
			return -1;
		text += plain + word + 2;
	}
	return 0;
}

static void every_url(struct berth_result *result, const char *section)
{
	for (size_t i = 0; i < result->url_count; i++)
		berth_result_add_detail(
			result, section, result->urls[i].name, result->urls[i].value);
}

void card_write(const struct docker_target *t, struct berth_result *result)
{
	const struct berth_deployment *request = t->request;

	for (size_t i = 0; i < request->card_count; i++) {
		struct buf value;

		if (strcmp(request->card_value[i], "{url:*}") == 0) {
			every_url(result, request->card_section[i]);
			continue;
		}
		buf_init(&value, MAX_VALUE);
		if (expand(&value, t, result, request->card_value[i]) == 0)
			berth_result_add_detail(result, request->card_section[i],
				request->card_label[i], value.data);
		buf_release(&value);
	}
}
