#include "docker/failure.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include <berth/text.h>

#define SHOWN_MAX 400

/* In this order: a rate limit also says "denied" in some registries, a name that does not exist is
 * also "denied" on Docker Hub, and "not found" ends many sentences. */
static const struct {
	const char *text; /* in lower case; compared without regard to it */
	enum berth_code code;
	const char *hint;
} phrases[] = {
	{"toomanyrequests", BERTH_E_REFUSED,
		"the registry's pull limit is reached: wait, or log in with docker login"},
	{"rate limit", BERTH_E_REFUSED,
		"the registry's pull limit is reached: wait, or log in with docker login"},
	{"no space left on device", BERTH_E_REFUSED,
		"make room on the engine's disk: docker system df shows what uses it"},
	{"connection reset", BERTH_E_BROKEN, ""},
	{"broken pipe", BERTH_E_BROKEN, ""},
	{"unexpected eof", BERTH_E_BROKEN, ""},
	{"tls handshake timeout", BERTH_E_BROKEN, ""},
	{"i/o timeout", BERTH_E_BROKEN, ""},
	{"client.timeout exceeded", BERTH_E_BROKEN, ""},
	{"context deadline exceeded", BERTH_E_BROKEN, ""},
	{"unexpected http status: 5", BERTH_E_BROKEN, ""},
	{"502 bad gateway", BERTH_E_BROKEN, ""},
	{"503 service unavailable", BERTH_E_BROKEN, ""},
	{"504 gateway time", BERTH_E_BROKEN, ""},
	{"no matching manifest", BERTH_E_NOT_FOUND, "the image is not made for this platform"},
	{"no such host", BERTH_E_REFUSED,
		"the engine can't resolve the registry's name: check its spelling and the "
		"engine's network"},
	{"manifest unknown", BERTH_E_NOT_FOUND, "check the tag"},
	{"does not exist", BERTH_E_NOT_FOUND,
		"check the name; a private image needs docker login first"},
	{"name unknown", BERTH_E_NOT_FOUND, "check the name"},
	{"not found", BERTH_E_NOT_FOUND, "check name and tag"},
	{"unauthorized", BERTH_E_DENIED, "log in with docker login"},
	{"authentication required", BERTH_E_DENIED, "log in with docker login"},
	{"no basic auth credentials", BERTH_E_DENIED, "log in with docker login"},
	{"authorization token has expired", BERTH_E_DENIED, "log in again with docker login"},
	{"denied", BERTH_E_DENIED, "log in with docker login"},
	{"forbidden", BERTH_E_DENIED, "log in with docker login"},
	{"timeout", BERTH_E_BROKEN, ""},
};

static bool ends_in_eof(const char *text)
{
	size_t len = strlen(text);

	return len >= 3 && strcmp(text + len - 3, "EOF") == 0 &&
	       (len == 3 || !isalnum((unsigned char)text[len - 4]));
}

void failure_classify(struct berth_error *err)
{
	err->code = BERTH_E_REFUSED;
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (!strcasestr(err->message, phrases[i].text))
			continue;
		err->code = phrases[i].code;
		if (phrases[i].hint[0])
			berth_error_hint(err, "%s", phrases[i].hint);
		return;
	}
	if (ends_in_eof(err->message))
		err->code = BERTH_E_BROKEN;
}

bool failure_is_html(const char *content_type, const char *body, size_t len)
{
	static const char *const starts[] = {"<!doctype html", "<html"};

	if (content_type && strncasecmp(content_type, "text/html", 9) == 0)
		return true;
	while (len > 0 && isspace((unsigned char)*body))
		body++, len--;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (len >= strlen(starts[i]) &&
			strncasecmp(body, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* One line that is safe to show, without white space around it. */
static void set_text(
	struct berth_error *err, enum berth_code code, int number, const char *text, size_t len)
{
	char shown[SHOWN_MAX];

	while (len > 0 && isspace((unsigned char)*text))
		text++, len--;
	while (len > 0 && (isspace((unsigned char)text[len - 1]) || text[len - 1] == '\0'))
		len--;
	berth_text_clean(shown, sizeof(shown), text, len, BERTH_CLEAN_LINE);
	berth_error_set(err, code, number, "%s", shown);
}

static enum berth_code code_of_status(int status)
{
	switch (status) {
	case 400:
		return BERTH_E_USAGE;
	case 401:
	case 403:
		return BERTH_E_DENIED;
	case 404:
		return BERTH_E_NOT_FOUND;
	case 409:
		return BERTH_E_CONFLICT;
	default:
		return status >= 400 ? BERTH_E_REFUSED : BERTH_E_PROTOCOL;
	}
}

void failure_of_answer(struct berth_error *err, int status, const char *content_type,
	const struct json_t *json, const char *body, size_t len)
{
	enum berth_code code = code_of_status(status);
	const json_t *message = json_object_get(json, "message");

	berth_error_clear(err);
	if (failure_is_html(content_type, body, len)) {
		/* A page's "not found" says nothing about a container. */
		if (code != BERTH_E_DENIED)
			code = BERTH_E_PROTOCOL;
		berth_error_set(err, code, status,
			"answered %d with a web page, not the Docker API", status);
		berth_error_hint(err, "something else than a Docker engine listens there");
		return;
	}
	if ((status >= 200 && status < 300) || status == 304)
		return;
	/* Podman's compatible API also has "cause". */
	if (!json_is_string(message))
		message = json_object_get(json, "cause");
	if (json_is_string(message) && json_string_length(message) > 0)
		set_text(
			err, code, status, json_string_value(message), json_string_length(message));
	else if (len > 0)
		set_text(err, code, status, body, len);
	if (err->code == BERTH_E_OK || !err->message[0])
		berth_error_set(err, code, status, "answered %d without saying why", status);
}

bool failure_in_stream(struct berth_error *err, const struct json_t *value)
{
	const json_t *detail = json_object_get(value, "errorDetail");
	const json_t *text = json_object_get(detail, "message");
	int number = (int)json_integer_value(json_object_get(detail, "code"));

	if (!json_is_string(text))
		text = json_object_get(value, "error");
	if (!json_is_object(detail) && !json_is_string(text))
		return false;
	set_text(err, BERTH_E_REFUSED, number, json_is_string(text) ? json_string_value(text) : "",
		json_string_length(text));
	if (!err->message[0])
		berth_error_set(err, BERTH_E_REFUSED, number, "failed without saying why");
	failure_classify(err);
	if (err->code == BERTH_E_REFUSED && (number == 401 || number == 403))
		err->code = BERTH_E_DENIED;
	else if (err->code == BERTH_E_REFUSED && number == 404)
		err->code = BERTH_E_NOT_FOUND;
	return true;
}
