#include "target/plugin/plugin_link.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/trace.h"
#include "loop/talk.h"
#include "loop/timer.h"
#include "proto/plugin_hello.h"
#include "target/plugin/plugin_program.h"

enum { LINE_MAX_BYTES = 1 << 20, ARGUMENTS_MAX = 32 };

struct plugin_pace plugin_pace = {
	.hello = 10 * 1000, .cancel = 20 * 1000, .bye = 5 * 1000, .kill = 2 * 1000, .full = 20};

struct plugin_link {
	struct plugin_link_setup setup;
	struct talk *talk;
	struct timer *limit; /* of the hello */
	bool greeted, parting;
	struct berth_error failure;
};

static const char hello[] = "{\"v\":1,\"do\":\"hello\",\"berth\":\"" BERTH_VERSION
			    "\",\"kind\":\"target\"}\n";
static const char bye[] = "{\"v\":1,\"do\":\"bye\"}\n";

void plugin_link_stop(struct plugin_link *link, const struct berth_error *why)
{
	if (link->failure.code == BERTH_E_OK)
		link->failure = *why;
	link->parting = true;
	talk_resume(link->talk);
	talk_tell_to_end(link->talk);
}

static void too_late(void *context)
{
	struct plugin_link *link = context;
	struct berth_error err = {0};

	berth_error_set(
		&err, BERTH_E_TIMEOUT, 0, "it said no hello within %d ms", plugin_pace.hello);
	plugin_link_stop(link, &err);
}

static void take_hello(struct plugin_link *link, const json_t *object)
{
	struct berth_error err = {0};
	struct berth_plugin *plugin = plugin_hello_read(object, &err);

	timer_stop(link->limit);
	link->greeted = true;
	if (plugin == NULL)
		plugin_link_stop(link, &err);
	else
		link->setup.ready(link->setup.context, plugin);
}

static void said(void *context, const char *line, size_t len)
{
	struct plugin_link *link = context;
	struct berth_error why = {0};
	json_error_t wrong;
	json_t *object;

	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (link->parting || len == 0)
		return;
	object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &wrong);
	if (object != NULL && !json_is_object(object)) {
		json_decref(object);
		object = NULL;
	}
	if (object == NULL)
		berth_error_set(&why, BERTH_E_PROTOCOL, 0, "it is no JSON object");
	if (!link->greeted)
		take_hello(link, object);
	else
		link->setup.said(link->setup.context, object, line, len, &why);
	json_decref(object);
}

static void printed(void *context, const char *line, size_t len, bool continues)
{
	const struct plugin_link *link = context;

	link->setup.printed(link->setup.context, line, len, continues);
}

/* In words that go on "its program ...". */
static void judge_end(struct plugin_link *link, const struct talk_end *end)
{
	struct berth_error *err = &link->failure;

	if (err->code != BERTH_E_OK)
		return;
	if (end->error.code != BERTH_E_OK)
		*err = end->error;
	else if (end->signal != 0 && !link->parting)
		berth_error_set(
			err, BERTH_E_EXITED, end->signal, "it was ended by signal %d", end->signal);
	else if (end->signal == 0 && end->exit_status != 0)
		berth_error_set(err, BERTH_E_EXITED, end->exit_status, "it ended with status %d",
			end->exit_status);
	else if (!link->parting)
		berth_error_set(err, BERTH_E_BROKEN, 0, "it ended without a word");
}

static void ended(void *context, const struct talk_end *end)
{
	struct plugin_link *link = context;

	judge_end(link, end);
	trace("plugin", "ended: %s",
		link->failure.code == BERTH_E_OK ? "well" : link->failure.message);
	timer_close(link->limit);
	link->setup.ended(link->setup.context, &link->failure);
	free(link);
}

static struct talk *start_program(struct plugin_link *link, struct berth_error *err)
{
	cleanup_free char *path = plugin_program_find(link->setup.command[0], err);
	const char *argv[ARGUMENTS_MAX + 1] = {path};

	for (size_t i = 1; i < ARGUMENTS_MAX && link->setup.command[i] != NULL; i++)
		argv[i] = link->setup.command[i];
	return path == NULL ? NULL
			    : talk_start(&(struct talk_setup){.loop = link->setup.loop,
						 .argv = argv,
						 .line_max = LINE_MAX_BYTES,
						 .kill_ms = plugin_pace.kill,
						 .said = said,
						 .printed = printed,
						 .ended = ended,
						 .context = link},
				      err);
}

struct plugin_link *plugin_link_start(
	const struct plugin_link_setup *setup, struct berth_error *err)
{
	struct plugin_link *link = calloc(1, sizeof(*link));

	if (link == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	link->setup = *setup;
	link->limit = timer_new(setup->loop, too_late, link, err);
	link->talk = link->limit != NULL ? start_program(link, err) : NULL;
	if (link->talk == NULL) {
		timer_close(link->limit);
		free(link);
		return NULL;
	}
	link->setup.command = NULL;
	/* If it can't be told, it will not answer either. */
	talk_say(link->talk, hello, sizeof(hello) - 1, NULL);
	timer_start(link->limit, (uint64_t)plugin_pace.hello);
	return link;
}

int plugin_link_tell(struct plugin_link *link, char *text, struct berth_error *err)
{
	size_t len = text != NULL ? strlen(text) : 0;
	int status;

	if (text == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	/* The end of the line in the place of the NUL. */
	text[len] = '\n';
	status = talk_say(link->talk, text, len + 1, err);
	explicit_bzero(text, len + 1);
	free(text);
	return status;
}

void plugin_link_pause(struct plugin_link *link)
{
	talk_pause(link->talk);
}

void plugin_link_resume(struct plugin_link *link)
{
	talk_resume(link->talk);
}

void plugin_link_hear(struct plugin_link *link)
{
	talk_hear_printed(link->talk);
}

void plugin_link_bye(struct plugin_link *link)
{
	link->parting = true;
	timer_stop(link->limit);
	talk_say(link->talk, bye, sizeof(bye) - 1, NULL);
	talk_ask_to_end(link->talk, plugin_pace.bye);
}
