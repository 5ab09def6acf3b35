/*
 * Tells others what becomes of deployments: the commands and the webhook of the configuration. It
 * is given one moment at a time and says what came of it line by line; nothing it does reaches the
 * deployment itself.
 */
#ifndef NOTIFY_NOTIFIER_H
#define NOTIFY_NOTIFIER_H

#include <berth/error.h>
#include <berth/hooks.h>

#include "notify/notice.h"
#include "notify/telling.h"

struct net;
struct notifier;

struct notifier_setup {
	struct net *net;
	const struct berth_hooks *hooks; /* copied */
	void (*idle)(void *context);     /* nobody is being told anything any more */
	void *context;
};

struct notifier *notifier_new(const struct notifier_setup *setup, struct berth_error *err);

/* Tell all who want to know of that moment. `say` gets the lines, with its context, until the
 * notifier is idle or closed; what can't be told is said as a warning too. */
void notifier_tell(
	struct notifier *notifier, const struct notice *notice, const struct telling *telling);

/* How many commands and posts are under way or wait. */
unsigned notifier_busy(const struct notifier *notifier);

/* Those that are under way have a moment to end, then they are stopped, and it is said. `closed`
 * comes from the loop; it is freed just before. */
void notifier_close(struct notifier *notifier, void (*closed)(void *context), void *context);

#endif
