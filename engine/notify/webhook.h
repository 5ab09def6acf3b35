/*
 * A document posted to an address, with
 *
 *   X-Berth-Event: on_success
 *   X-Berth-Delivery: ID                 the same in every try: what was taken twice is one
 *   X-Berth-Signature: sha256=HEX        HMAC-SHA256 of the body, where there is a key
 *
 * Tried again where it may help (no connection, no answer, 429, 5xx): at most WEBHOOK_TRIES times
 * within WEBHOOK_MS, with pauses that double and vary, or as long as Retry-After asks for.
 * Redirects are followed on the same host only. Whatever becomes of it is told as a line.
 */
#ifndef NOTIFY_WEBHOOK_H
#define NOTIFY_WEBHOOK_H

#include <berth/deployment.h>
#include <berth/error.h>

#include "notify/telling.h"

#define WEBHOOK_TRIES 5
#define WEBHOOK_MS    60000

struct net;
struct webhook;

struct webhook_setup {
	struct net *net;
	const char *url;                /* borrowed until done, as the key is */
	const struct berth_secret *key; /* from BERTH_SECRET_NONE: it is not signed */
	const char *event;              /* static */
	const char *delivery;           /* copied */
	const char *body;               /* copied */
	int pause_ms;                   /* the first one; 0: 1000 */
	struct telling telling;
};

struct webhook *webhook_start(const struct webhook_setup *setup, struct berth_error *err);
void webhook_stop(struct webhook *webhook);

#endif
