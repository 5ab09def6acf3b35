#include "loop/websocket_handshake.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/sha1.h"

#define VALUE_MAX 256

/* RFC 6455, 1.3. */
static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

static void base64(char *text, const unsigned char *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		unsigned group = (unsigned)bytes[i] << 16 |
				 (i + 1 < len ? (unsigned)bytes[i + 1] << 8 : 0) |
				 (i + 2 < len ? bytes[i + 2] : 0);

		*text++ = digits[group >> 18];
		*text++ = digits[group >> 12 & 63];
		*text++ = i + 1 < len ? digits[group >> 6 & 63] : '=';
		*text++ = i + 2 < len ? digits[group & 63] : '=';
	}
	*text = '\0';
}

void websocket_key(char key[WEBSOCKET_KEY_SIZE], const unsigned char bytes[16])
{
	base64(key, bytes, 16);
}

int websocket_ask(struct buf *request, const char *host, const char *path,
	const char *const *headers, const char *key, struct berth_error *err)
{
	if (buf_addf(request, err,
		    "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n"
		    "User-Agent: berth/" BERTH_VERSION "\r\n",
		    path, host, key) < 0)
		return -1;
	for (; headers != NULL && *headers != NULL; headers++)
		if (buf_addf(request, err, "%s\r\n", *headers) < 0)
			return -1;
	return buf_adds(request, "\r\n", err);
}

size_t websocket_head_len(const char *answer, size_t len)
{
	const char *end = memmem(answer, len, "\r\n\r\n", 4);

	return end != NULL ? (size_t)(end - answer) + 4 : 0;
}

/* --- the answer --- */

struct head {
	int status;
	char upgrade[VALUE_MAX], connection[VALUE_MAX], accept[VALUE_MAX];
	char extensions[VALUE_MAX], protocol[VALUE_MAX], type[VALUE_MAX], location[VALUE_MAX];
};

static void take_line(struct head *head, const char *line, size_t len)
{
	const struct {
		const char *name;
		char *value;
	} known[] = {{"upgrade", head->upgrade}, {"connection", head->connection},
		{"sec-websocket-accept", head->accept},
		{"sec-websocket-extensions", head->extensions},
		{"sec-websocket-protocol", head->protocol}, {"content-type", head->type},
		{"location", head->location}};
	const char *colon = memchr(line, ':', len);
	size_t name = colon != NULL ? (size_t)(colon - line) : 0;

	for (size_t i = 0; name > 0 && i < sizeof(known) / sizeof(known[0]); i++) {
		const char *value = colon + 1;
		size_t size = len - name - 1, used = strlen(known[i].value);

		if (strlen(known[i].name) != name || strncasecmp(known[i].name, line, name) != 0)
			continue;
		for (; size > 0 && (*value == ' ' || *value == '\t'); value++)
			size--;
		while (size > 0 && (value[size - 1] == ' ' || value[size - 1] == '\t'))
			size--;
		/* Twice is a list. */
		snprintf(known[i].value + used, VALUE_MAX - used, "%s%.*s", used > 0 ? "," : "",
			(int)size, value);
	}
}

static void read_head(struct head *head, const char *text, size_t len)
{
	const char *end = memmem(text, len, "\r\n", 2);

	*head = (struct head){0};
	if (end == NULL || len < 13 || memcmp(text, "HTTP/1.", 7) != 0 || text[8] != ' ')
		return;
	head->status = (int)strtol(text + 9, NULL, 10);
	while (end != NULL && end + 2 < text + len) {
		const char *line = end + 2;

		end = memmem(line, (size_t)(text + len - line), "\r\n", 2);
		if (end != NULL)
			take_line(head, line, (size_t)(end - line));
	}
}

/* Among the words of a list. */
static bool lists(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list != '\0') {
		list += strspn(list, " \t,");
		if (strncasecmp(list, word, len) == 0 && strchr(" \t,", list[len]) != NULL)
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

static int refused(const struct head *head, struct berth_error *err)
{
	if (head->status == 0)
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"what answers is not HTTP, so it has no WebSocket");
	if (head->status >= 300 && head->status < 400)
		return berth_error_set(err, BERTH_E_REFUSED, head->status,
			"the server redirects its WebSocket with %d to '%.200s', which is not "
			"followed",
			head->status, head->location);
	if (strncasecmp(head->type, "text/html", 9) == 0)
		return berth_error_set(err, BERTH_E_REFUSED, head->status,
			"the server answers with a web page (%d) where a WebSocket should be",
			head->status);
	return berth_error_set(err, BERTH_E_REFUSED, head->status,
		"the server opens no WebSocket: it said %d", head->status);
}

int websocket_check(const char *text, size_t len, const char *key, struct berth_error *err)
{
	unsigned char digest[SHA1_SIZE];
	char joined[WEBSOCKET_KEY_SIZE + sizeof(magic)], wanted[32];
	struct head head;

	read_head(&head, text, len);
	if (head.status != 101)
		return refused(&head, err);
	if (!lists(head.upgrade, "websocket") || !lists(head.connection, "upgrade"))
		return berth_error_set(err, BERTH_E_PROTOCOL, 101,
			"the server switches to '%.60s' and not to a WebSocket", head.upgrade);
	snprintf(joined, sizeof(joined), "%s%s", key, magic);
	sha1(digest, joined, strlen(joined));
	base64(wanted, digest, sizeof(digest));
	if (strcmp(head.accept, wanted) != 0)
		return berth_error_set(err, BERTH_E_PROTOCOL, 101,
			"the server's Sec-WebSocket-Accept '%.60s' is not the answer to our key",
			head.accept);
	if (head.extensions[0] != '\0' || head.protocol[0] != '\0')
		return berth_error_set(err, BERTH_E_PROTOCOL, 101,
			"the server chose '%.60s', which nobody asked for",
			head.extensions[0] != '\0' ? head.extensions : head.protocol);
	return 0;
}
