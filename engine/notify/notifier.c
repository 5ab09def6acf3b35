#include "notify/notifier.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "loop/net.h"
#include "loop/timer.h"
#include "notify/commands.h"
#include "notify/webhook.h"

/* Who leaves is not held up for longer. */
#define CLOSE_MS 2000

/* One listener of one moment. */
struct told {
	struct notifier *notifier;
	struct told *next;
	struct telling telling;
	struct commands *commands; /* or */
	struct webhook *webhook;
};

struct notifier {
	struct notifier_setup setup;
	struct berth_hooks *hooks;
	struct told *told;
	struct timer *turn; /* while it closes: their time is up; nothing is left */
	bool closing;
	void (*closed)(void *context);
	void *closed_context;
};

static void on_turn(void *context)
{
	struct notifier *notifier = context;
	void (*closed)(void *) = notifier->closed;
	void *closed_context = notifier->closed_context;

	for (struct told *told = notifier->told; told != NULL; told = told->next) {
		if (told->commands != NULL)
			commands_stop(told->commands);
		else
			webhook_stop(told->webhook);
	}
	if (notifier->told != NULL)
		return;
	timer_close(notifier->turn);
	berth_hooks_free(notifier->hooks);
	free(notifier);
	closed(closed_context);
}

struct notifier *notifier_new(const struct notifier_setup *setup, struct berth_error *err)
{
	struct notifier *notifier = calloc(1, sizeof(*notifier));

	if (notifier == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	notifier->setup = *setup;
	notifier->hooks = berth_hooks_copy(setup->hooks, err);
	if (notifier->hooks != NULL)
		notifier->turn = timer_new(net_loop(setup->net), on_turn, notifier, err);
	if (notifier->turn != NULL)
		return notifier;
	berth_hooks_free(notifier->hooks);
	free(notifier);
	return NULL;
}

void notifier_close(struct notifier *notifier, void (*closed)(void *context), void *context)
{
	notifier->closing = true;
	notifier->closed = closed;
	notifier->closed_context = context;
	timer_start(notifier->turn, notifier->told != NULL ? CLOSE_MS : 0);
}

unsigned notifier_busy(const struct notifier *notifier)
{
	unsigned count = 0;

	for (const struct told *told = notifier->told; told != NULL; told = told->next)
		count++;
	return count;
}

static void drop(struct told *told)
{
	struct told **at = &told->notifier->told;

	while (*at != told)
		at = &(*at)->next;
	*at = told->next;
	free(told);
}

static void on_line(
	void *context, enum berth_level level, const char *source, const char *text, size_t len)
{
	const struct told *told = context;

	told->telling.say(told->telling.context, level, source, text, len);
}

static void on_told(void *context)
{
	struct told *told = context;
	struct notifier *notifier = told->notifier;

	drop(told);
	if (notifier->told != NULL)
		return;
	if (notifier->closing)
		timer_start(notifier->turn, 0);
	else
		notifier->setup.idle(notifier->setup.context);
}

static struct told *add(
	struct notifier *notifier, const struct telling *telling, struct berth_error *err)
{
	struct told *told = calloc(1, sizeof(*told));

	if (told == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	told->notifier = notifier;
	told->telling = *telling;
	told->next = notifier->told;
	notifier->told = told;
	return told;
}

static int run_commands(struct told *told, const struct notice *notice, const char *document,
	struct berth_error *err)
{
	const struct notifier *notifier = told->notifier;
	char **environment = notice_environment(notice);

	if (environment == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	told->commands = commands_start(
		&(struct commands_setup){.loop = net_loop(notifier->setup.net),
			.moment = berth_moment_names[notice->moment],
			.whom = &notifier->hooks->commands[notice->moment],
			.timeout_ms = notifier->hooks->timeout_s * 1000,
			.input = document,
			.environment = environment,
			.telling = {on_line, on_told, told}},
		err);
	return told->commands != NULL ? 0 : -1;
}

static int post(struct told *told, const struct notice *notice, const char *document,
	struct berth_error *err)
{
	const struct notifier *notifier = told->notifier;

	told->webhook = webhook_start(&(struct webhook_setup){.net = notifier->setup.net,
					      .url = notifier->hooks->webhook,
					      .key = &notifier->hooks->webhook_key,
					      .event = berth_moment_names[notice->moment],
					      .delivery = notice->deployment_id,
					      .body = document,
					      .telling = {on_line, on_told, told}},
		err);
	return told->webhook != NULL ? 0 : -1;
}

typedef int tell_fn(struct told *told, const struct notice *notice, const char *document,
	struct berth_error *err);

static void tell(struct notifier *notifier, const struct notice *notice,
	const struct telling *telling, const char *document, tell_fn *how)
{
	struct berth_error err;
	struct told *told = add(notifier, telling, &err);

	if (told != NULL && document == NULL)
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	if (told != NULL && document != NULL && how(told, notice, document, &err) == 0)
		return;
	if (told != NULL)
		drop(told);
	telling->say(telling->context, BERTH_WARN,
		how == post ? "webhook" : berth_moment_names[notice->moment], err.message,
		strlen(err.message));
}

void notifier_tell(
	struct notifier *notifier, const struct notice *notice, const struct telling *telling)
{
	const struct berth_hooks *hooks = notifier->hooks;
	bool posts = hooks->webhook != NULL && notice->end != NULL;
	bool runs = hooks->commands[notice->moment].count > 0;
	struct notice whole = *notice;
	cleanup_free char *document = posts || runs ? notice_json(notice) : NULL;

	whole.key = &hooks->webhook_key;
	if (runs)
		tell(notifier, &whole, telling, document, run_commands);
	if (posts)
		tell(notifier, &whole, telling, document, post);
}
