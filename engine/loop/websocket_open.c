/* The handshake of the opening, over the connection. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "loop/timer.h"
#include "loop/websocket_private.h"

static void take_answer(struct websocket *ws)
{
	size_t len = websocket_head_len(ws->answer.data, ws->answer.len);
	struct berth_error err = {0};

	if (len == 0 && ws->answer.len >= WEBSOCKET_HEAD_MAX) {
		websocket_fail(
			ws, BERTH_E_LIMIT, "does not begin: the head of its answer is too long");
	} else if (len > 0 && websocket_check(ws->answer.data, len, ws->key, &err) < 0) {
		websocket_finish(ws, &err);
	} else if (len > 0) {
		ws->answer_at = len;
		ws->opened = true;
		timer_start(ws->deadline, (uint64_t)ws->request.ping_after_ms);
		if (ws->request.on_open != NULL)
			ws->request.on_open(ws->request.context);
	}
}

void websocket_shake_hands(struct websocket *ws)
{
	char bytes[2048];
	ssize_t count = 1;

	while (count > 0 && ws->asked < ws->asking.len) {
		count = websocket_transmit(
			ws, ws->asking.data + ws->asked, ws->asking.len - ws->asked);
		ws->asked += count > 0 ? (size_t)count : 0;
	}
	count = 1;
	while (count > 0 && !ws->opened && !ws->ended) {
		count = websocket_receive(ws, bytes, sizeof(bytes));
		if (count > 0 && buf_add(&ws->answer, bytes, (size_t)count, &ws->failure) < 0)
			websocket_finish(ws, &ws->failure);
		else if (count > 0)
			take_answer(ws);
	}
	if (count < 0)
		websocket_fail(ws, BERTH_E_BROKEN, "broke before it began");
}

/* Host header and path of the url; the port only where it is not the scheme's. */
static int split_url(const char *url, char **host, char **path, struct berth_error *err)
{
	CURLU *parts = curl_url();
	char *name = NULL, *port = NULL, *way = NULL, *query = NULL;
	int rc = -1;

	if (parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_PATH, &way, 0) == CURLUE_OK) {
		curl_url_get(parts, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT);
		curl_url_get(parts, CURLUPART_QUERY, &query, 0);
		if (asprintf(host, "%s%s%s", name, port != NULL ? ":" : "",
			    port != NULL ? port : "") < 0)
			*host = NULL;
		if (asprintf(path, "%s%s%s", way, query != NULL ? "?" : "",
			    query != NULL ? query : "") < 0)
			*path = NULL;
		rc = *host != NULL && *path != NULL ? 0 : -1;
	}
	curl_free(name);
	curl_free(port);
	curl_free(way);
	curl_free(query);
	curl_url_cleanup(parts);
	return rc == 0 ? 0 : berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

int websocket_write_request(struct websocket *ws, struct berth_error *err)
{
	unsigned char random[16];
	char *host = NULL, *path = NULL;
	int rc;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return berth_error_set(err, BERTH_E_INTERNAL, 0, "no random numbers");
	websocket_key(ws->key, random);
	rc = split_url(ws->request.http.url, &host, &path, err);
	if (rc == 0)
		rc = websocket_ask(&ws->asking, host, path, ws->request.http.headers, ws->key, err);
	free(host);
	free(path);
	return rc;
}
