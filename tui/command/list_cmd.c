#include "command/list_cmd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/remote.h>

#include "command/fleet_cmd.h"
#include "command/remote_print.h"
#include "complain.h"

/* For all of them together. */
enum { PATIENCE_MS = 10 * 1000, SERVERS_MAX = 64, EXIT_CANCELLED = 130 };

struct asked {
	struct list *list;
	struct berth_deployment *target;
	struct berth_engine *engine;
	struct berth_remote *rows;
	size_t count;
	struct berth_error err;
	bool answered;
};

struct list {
	uv_loop_t loop;
	uv_timer_t patience;
	uv_signal_t interrupt;
	struct asked servers[SERVERS_MAX];
	size_t count, open;
	bool late, interrupted;
};

/* --- asking --- */

static void on_row(void *context, const struct berth_remote *remote)
{
	struct asked *asked = context;
	struct berth_remote *grown = realloc(asked->rows, (asked->count + 1) * sizeof *grown);
	if (!grown) {
		berth_error_set(&asked->err, BERTH_E_MEMORY, 0, "out of memory");
		return;
	}
	asked->rows = grown;
	asked->rows[asked->count++] = *remote;
}

static void engine_closed(void *context)
{
	struct asked *asked = context;
	struct list *list = asked->list;
	if (--list->open > 0)
		return;
	uv_close((uv_handle_t *)&list->patience, NULL);
	uv_close((uv_handle_t *)&list->interrupt, NULL);
}

static void on_done(void *context, const struct berth_remote *remote, const struct berth_error *err)
{
	struct asked *asked = context;
	(void)remote;
	if (err)
		asked->err = *err;
	if (asked->list->late)
		berth_error_set(&asked->err, BERTH_E_TIMEOUT, 0, "no answer within %d s",
			PATIENCE_MS / 1000);
	else
		berth_engine_close(asked->engine, engine_closed, asked);
	asked->answered = true;
}

static void give_up(struct list *list)
{
	if (list->late)
		return;
	list->late = true;
	for (size_t i = 0; i < list->count; i++) {
		struct asked *asked = &list->servers[i];
		if (asked->engine && !asked->answered)
			berth_engine_close(asked->engine, engine_closed, asked);
	}
}

static void time_is_up(uv_timer_t *timer)
{
	give_up(timer->data);
}

static void on_interrupt(uv_signal_t *handle, int number)
{
	struct list *list = handle->data;
	(void)number;
	list->interrupted = true;
	give_up(list);
}

static void no_wakeup(void *context)
{
	(void)context;
}

static void ask(struct asked *asked)
{
	struct list *list = asked->list;
	asked->engine = berth_engine_new(
		&(struct berth_engine_options){.loop = &list->loop, .wakeup = no_wakeup},
		&asked->err);
	if (!asked->engine)
		return;
	list->open++;
	if (berth_engine_remote(asked->engine, asked->target,
		    &(struct berth_deed_request){.deed = BERTH_DEED_LIST,
			    .row = on_row,
			    .done = on_done,
			    .context = asked},
		    &asked->err) == 0)
		return;
	asked->answered = true;
	berth_engine_close(asked->engine, engine_closed, asked);
}

static void ask_all(struct list *list)
{
	uv_timer_init(&list->loop, &list->patience);
	uv_signal_init(&list->loop, &list->interrupt);
	list->patience.data = list->interrupt.data = list;
	uv_timer_start(&list->patience, time_is_up, PATIENCE_MS, 0);
	uv_signal_start(&list->interrupt, on_interrupt, SIGINT);
	/* One more, so that the handles are closed where none could be asked. */
	list->open = 1;
	for (size_t i = 0; i < list->count; i++)
		ask(&list->servers[i]);
	engine_closed(&list->servers[0]);
	uv_run(&list->loop, UV_RUN_DEFAULT);
}

/* --- telling --- */

static int tell(const struct asked *asked, bool json)
{
	const char *name = asked->target->target;
	int status = 0;
	if (json) {
		for (size_t i = 0; i < asked->count; i++)
			status |= remote_print_json(name, &asked->rows[i]);
		if (asked->err.code != BERTH_E_OK)
			status |= remote_print_trouble(name, &asked->err);
		return status;
	}
	printf("\n%s, %s\n", name, asked->target->server->url);
	if (asked->count > 0)
		remote_print(asked->rows, asked->count);
	if (asked->err.code != BERTH_E_OK)
		printf("cannot be listed: %s\n", asked->err.message);
	else if (asked->count == 0)
		puts("nothing is deployed there");
	return 0;
}

/* --- which --- */

static void gather(struct list *list, const struct berth_settings *settings)
{
	const char *const *names = berth_settings_targets(settings);
	for (; names && *names && list->count < SERVERS_MAX; names++) {
		struct berth_deployment *target = berth_settings_attach(
			settings, *names, "fleet", NULL);
		if (target && target->server && !berth_deed_cannot(target->kind, BERTH_DEED_LIST))
			list->servers[list->count++] = (struct asked){
				.list = list, .target = target};
		else
			berth_deployment_free(target);
	}
}

static int list_servers(struct list *list, bool json, int status)
{
	if (uv_loop_init(&list->loop) < 0) {
		complain_text("cannot start");
		return 1;
	}
	ask_all(list);
	for (size_t i = 0; i < list->count && !list->interrupted; i++)
		if (tell(&list->servers[i], json) != 0) {
			complain_text("out of memory");
			status = 1;
		}
	if (finish_stdout() != 0)
		status = 1;
	if (uv_loop_close(&list->loop) != 0)
		complain_text("internal: something was left open");
	return list->interrupted ? EXIT_CANCELLED : status;
}

int list_cmd(const struct berth_settings *settings, bool json)
{
	int status = fleet_cmd_list(settings, json);
	struct list *list;
	/* Who names one place means that one. */
	if (status == EXIT_CANCELLED ||
		berth_settings_layer(settings, BERTH_FIELD_TARGET) == BERTH_FROM_OPTION ||
		berth_settings_layer(settings, BERTH_FIELD_HOST) == BERTH_FROM_OPTION)
		return status;
	list = calloc(1, sizeof *list);
	if (!list) {
		complain_text("out of memory");
		return 1;
	}
	gather(list, settings);
	if (list->count > 0)
		status = list_servers(list, json, status);
	for (size_t i = 0; i < list->count; i++) {
		berth_deployment_free(list->servers[i].target);
		free(list->servers[i].rows);
	}
	free(list);
	return status;
}
