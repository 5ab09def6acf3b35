#include "support/http_peer_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEAD_MAX = 64 * 1024 };

/* One line with its line end cut off, or -1. */
static int read_line(struct peer_conn *conn, char *line, size_t size)
{
	size_t len = 0;
	char c;

	for (;;) {
		if (peer_fill(conn))
			return -1;
		c = conn->in[conn->in_start++];
		if (c == '\n')
			break;
		if (len + 1 >= size)
			return -1;
		line[len++] = c;
	}
	if (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	return 0;
}

bool peer_request_header(
	const struct peer_request *request, const char *name, char *value, size_t size)
{
	const char *line = strchr(request->head, '\n'), *end;
	size_t len = strlen(name);

	for (; line && (end = strchr(++line, '\n')) != NULL; line = end) {
		if (strncasecmp(line, name, len) != 0 || line[len] != ':')
			continue;
		line += len + 1;
		line += strspn(line, " ");
		snprintf(value, size, "%.*s", (int)strcspn(line, "\r\n"), line);
		return true;
	}
	return false;
}

void peer_request_free(struct peer_request *request)
{
	free(request->line);
	free(request->method);
	free(request->target);
	free(request->head);
	free(request->body);
	free(request);
}

/* The request line in its parts and what says how long the body is. */
static int parse_head(struct peer_request *request)
{
	char value[64], *space, *second;

	request->line = strndup(request->head, strcspn(request->head, "\r\n"));
	space = strchr(request->line, ' ');
	second = space ? strchr(space + 1, ' ') : NULL;
	if (!second)
		return -1;
	request->method = strndup(request->line, (size_t)(space - request->line));
	request->target = strndup(space + 1, (size_t)(second - space - 1));
	if (peer_request_header(request, "Content-Length", value, sizeof(value))) {
		request->has_length = true;
		request->length = strtoull(value, NULL, 10);
	}
	request->chunked = peer_request_header(
				   request, "Transfer-Encoding", value, sizeof(value)) &&
			   !strcasecmp(value, "chunked");
	return 0;
}

struct peer_request *peer_read_head(struct peer_conn *conn)
{
	struct peer_request *request = calloc(1, sizeof(*request));
	char *line = malloc(HEAD_MAX);
	size_t len = 0, more;

	request->head = calloc(1, HEAD_MAX + 4);
	do {
		if (read_line(conn, line, HEAD_MAX))
			goto fail;
		more = strlen(line);
		if (len + more + 2 > HEAD_MAX)
			goto fail;
		memcpy(request->head + len, line, more);
		memcpy(request->head + len + more, "\r\n", 2);
		len += more + 2;
	} while (more > 0);
	if (parse_head(request))
		goto fail;
	request->connection = conn->number;
	request->body = calloc(1, 1);
	free(line);
	return request;
fail:
	free(line);
	peer_request_free(request);
	return NULL;
}

static void keep_body(struct peer_conn *conn, const char *bytes, size_t len)
{
	struct peer_request *request = conn->request;
	size_t max = conn->peer->options.body_keep;
	size_t keep = len < max - request->body_len ? len : max - request->body_len;

	pthread_mutex_lock(&conn->peer->lock);
	request->body_total += len;
	request->body = realloc(request->body, request->body_len + keep + 1);
	memcpy(request->body + request->body_len, bytes, keep);
	request->body_len += keep;
	request->body[request->body_len] = '\0';
	pthread_mutex_unlock(&conn->peer->lock);
}

static int body_ended(struct peer_conn *conn)
{
	pthread_mutex_lock(&conn->peer->lock);
	conn->request->body_done = true;
	pthread_mutex_unlock(&conn->peer->lock);
	return 0;
}

/* The next chunk's size, or the trailers and the end. */
static int next_chunk(struct peer_conn *conn)
{
	char line[1024], *end;

	if (conn->in_chunks && read_line(conn, line, sizeof(line)))
		return -1;
	conn->in_chunks = true;
	if (read_line(conn, line, sizeof(line)))
		return -1;
	conn->left = strtoull(line, &end, 16);
	if (end == line)
		return -1;
	if (conn->left > 0)
		return 0;
	do {
		if (read_line(conn, line, sizeof(line)))
			return -1;
	} while (line[0]);
	return body_ended(conn);
}

int peer_read_body(struct peer_conn *conn, uint64_t bytes)
{
	struct peer_request *request = conn->request;
	size_t len;

	while (!request->body_done && (bytes == 0 || request->body_total < bytes)) {
		if (request->chunked && conn->left == 0) {
			if (next_chunk(conn))
				return -1;
			continue;
		}
		if (conn->left == 0)
			return body_ended(conn);
		if (peer_fill(conn))
			return -1;
		len = conn->in_end - conn->in_start;
		if (len > conn->left)
			len = (size_t)conn->left;
		keep_body(conn, conn->in + conn->in_start, len);
		conn->in_start += len;
		conn->left -= len;
	}
	return 0;
}
