#include "notify/webhook.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/sha256.h"
#include "base/trace.h"
#include "loop/net.h"
#include "loop/timer.h"
#include "loop/xfer.h"
#include "target/server/server_access.h"

enum { CONNECT_MS = 5000, TRY_MS = 15000, PAUSE_MS = 1000, ANSWER_MAX = 64 << 10 };

static const char signature[] = "X-Berth-Signature";

struct webhook {
	struct webhook_setup setup;
	/* The key is asked for as a secret of a server is. */
	struct berth_header named;
	struct berth_server server;
	struct server_access *access;
	bool asking;
	struct timer *turn; /* the next try */
	struct xfer *xfer;
	char *url, *body, *delivery;
	char host[256];
	char signed_line[32 + SHA256_HEX_SIZE];
	char *location; /* of the answer under way */
	long retry_after_s;
	int redirects, tries;
	int64_t began_ms;
	bool stopped;
};

static void webhook_free(struct webhook *webhook)
{
	server_access_free(webhook->access);
	timer_close(webhook->turn);
	free(webhook->location);
	free(webhook->url);
	free(webhook->body);
	free(webhook->delivery);
	free(webhook);
}

static void finish(struct webhook *webhook)
{
	struct telling telling = webhook->setup.telling;

	webhook_free(webhook);
	telling.done(telling.context);
}

/* Of the address only the host is said: the rest of it may be a secret. */
static void __attribute__((format(printf, 3, 4)))
say(const struct webhook *webhook, enum berth_level level, const char *format, ...)
{
	const struct telling *telling = &webhook->setup.telling;
	char text[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0)
		telling->say(telling->context, level, "webhook", text,
			(size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

/* Half of it to all of it, so that those who failed together do not come back together. */
static int64_t vary(int64_t pause_ms)
{
	unsigned random = 0;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return pause_ms;
	return pause_ms / 2 + (int64_t)(random % (unsigned)(pause_ms / 2 + 1));
}

/* Once more after a while, or the end of it. */
static void later(struct webhook *webhook, const char *why)
{
	int64_t pause = vary((int64_t)webhook->setup.pause_ms << (webhook->tries - 1));
	int64_t left = WEBHOOK_MS - (clock_mono_ms() - webhook->began_ms);

	if (webhook->retry_after_s * 1000 > pause)
		pause = webhook->retry_after_s * 1000;
	if (webhook->tries < WEBHOOK_TRIES && pause < left) {
		say(webhook, BERTH_INFO, "webhook: %s; again in %.1f s (try %d of %d)", why,
			(double)pause / 1000, webhook->tries + 1, WEBHOOK_TRIES);
		timer_start(webhook->turn, (uint64_t)pause);
		return;
	}
	say(webhook, BERTH_WARN, "webhook: not delivered to '%s' after %d %s: %s", webhook->host,
		webhook->tries, webhook->tries == 1 ? "try" : "tries", why);
	finish(webhook);
}

static void refused(struct webhook *webhook, const char *why)
{
	say(webhook, BERTH_WARN, "webhook: not delivered to '%s': %s", webhook->host, why);
	finish(webhook);
}

static void redirected(struct webhook *webhook, int status)
{
	struct berth_error err;
	char *to = server_access_redirect(
		webhook->url, status, webhook->location, &webhook->redirects, &err);

	if (to == NULL) {
		refused(webhook, err.message);
		return;
	}
	free(webhook->url);
	webhook->url = to;
	timer_start(webhook->turn, 0);
}

static bool may_help_again(const struct xfer_reply *reply)
{
	switch (reply->error.code) {
	case BERTH_E_OK:
		return reply->status == 429 || reply->status >= 500;
	case BERTH_E_UNREACHABLE:
	case BERTH_E_TIMEOUT:
	case BERTH_E_BROKEN:
	case BERTH_E_PROTOCOL:
		return true;
	default:
		return false;
	}
}

static void on_answer(void *context, const struct xfer_reply *reply)
{
	struct webhook *webhook = context;
	char why[128];

	webhook->xfer = NULL;
	snprintf(why, sizeof(why), "it answered %d", reply->status);
	if (webhook->stopped)
		refused(webhook, "berth ends");
	else if (may_help_again(reply))
		later(webhook, reply->error.code != BERTH_E_OK ? reply->error.message : why);
	else if (reply->error.code != BERTH_E_OK)
		refused(webhook, reply->error.message);
	else if (reply->status >= 400)
		refused(webhook, why);
	else if (reply->status >= 300)
		redirected(webhook, reply->status);
	else {
		say(webhook, BERTH_INFO, "webhook: delivered to '%s' (%d)", webhook->host,
			reply->status);
		finish(webhook);
	}
}

static void on_header(void *context, const char *name, const char *value)
{
	struct webhook *webhook = context;

	if (strcasecmp(name, "Retry-After") == 0) {
		/* A date is no number and counts as 0. */
		webhook->retry_after_s = strtol(value, NULL, 10);
		if (webhook->retry_after_s < 0 || webhook->retry_after_s > WEBHOOK_MS)
			webhook->retry_after_s = WEBHOOK_MS;
	} else if (strcasecmp(name, "Location") == 0) {
		free(webhook->location);
		webhook->location = strdup(value);
	}
}

static void post(void *context)
{
	struct webhook *webhook = context;
	struct berth_error err;
	char event[64], delivery[96];
	const char *headers[] = {"Content-Type: application/json", "Accept-Encoding: identity",
		event, delivery, webhook->signed_line[0] != '\0' ? webhook->signed_line : NULL,
		NULL};

	if (webhook->stopped) {
		refused(webhook, "berth ends");
		return;
	}
	snprintf(event, sizeof(event), "X-Berth-Event: %s", webhook->setup.event);
	snprintf(delivery, sizeof(delivery), "X-Berth-Delivery: %.64s", webhook->delivery);
	free(webhook->location);
	webhook->location = NULL;
	webhook->retry_after_s = 0;
	/* A redirect is still the same try. */
	webhook->tries += webhook->redirects == 0 || webhook->tries == 0;
	webhook->xfer = xfer_start(webhook->setup.net,
		&(struct xfer_request){.method = "POST",
			.url = webhook->url,
			.headers = headers,
			.body = webhook->body,
			.body_len = strlen(webhook->body),
			.connect_timeout_ms = CONNECT_MS,
			.total_timeout_ms = TRY_MS,
			.body_max = ANSWER_MAX,
			.on_header = on_header,
			.done = on_answer,
			.context = webhook},
		&err);
	if (webhook->xfer == NULL)
		refused(webhook, err.message);
}

static void on_key(void *context, const struct berth_error *err)
{
	struct webhook *webhook = context;
	const char *key;
	char hex[SHA256_HEX_SIZE];

	webhook->asking = false;
	if (err != NULL) {
		refused(webhook, err->message);
		return;
	}
	key = server_access_secret(webhook->access, 0);
	if (key != NULL) {
		trace_hide(NULL, key);
		if (hmac_sha256_hex(hex, key, strlen(key), webhook->body, strlen(webhook->body)) ==
			-1) {
			refused(webhook, "out of memory");
			return;
		}
		snprintf(webhook->signed_line, sizeof(webhook->signed_line), "%s: sha256=%s",
			signature, hex);
	}
	post(webhook);
}

static int prepare(
	struct webhook *webhook, const struct webhook_setup *setup, struct berth_error *err)
{
	webhook->turn = timer_new(net_loop(setup->net), post, webhook, err);
	if (webhook->turn == NULL)
		return -1;
	webhook->url = strdup(setup->url);
	webhook->body = strdup(setup->body);
	webhook->delivery = strdup(setup->delivery);
	if (webhook->url == NULL || webhook->body == NULL || webhook->delivery == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (xfer_url_host(setup->url, webhook->host, sizeof(webhook->host)) == -1)
		return berth_error_set(err, BERTH_E_USAGE, 0, "the webhook's address has no host");
	webhook->named = (struct berth_header){.name = (char *)signature, .value = *setup->key};
	webhook->server = (struct berth_server){
		.url = webhook->url, .headers = &webhook->named, .header_count = 1};
	webhook->access = server_access_start(
		setup->net, &webhook->server, NULL, on_key, webhook, err);
	return webhook->access != NULL ? 0 : -1;
}

struct webhook *webhook_start(const struct webhook_setup *setup, struct berth_error *err)
{
	struct webhook *webhook = calloc(1, sizeof(*webhook));

	if (webhook == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	webhook->setup = *setup;
	if (setup->pause_ms == 0)
		webhook->setup.pause_ms = PAUSE_MS;
	webhook->began_ms = clock_mono_ms();
	if (prepare(webhook, setup, err) == -1) {
		webhook_free(webhook);
		return NULL;
	}
	webhook->asking = true;
	return webhook;
}

void webhook_stop(struct webhook *webhook)
{
	webhook->stopped = true;
	if (webhook->asking)
		server_access_cancel(webhook->access);
	else if (webhook->xfer != NULL)
		xfer_cancel(webhook->xfer);
	else
		timer_start(webhook->turn, 0);
}
