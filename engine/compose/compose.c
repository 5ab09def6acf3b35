#include "compose/compose.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/trace.h"
#include "compose/compose_private.h"
#include "loop/program.h"
#include "loop/timer.h"

enum { GRACE_MS = 20000 };

void compose_project_name(char project[64], const char *name)
{
	size_t len = 0;

	for (; *name != '\0' && len < 63; name++) {
		unsigned char c = (unsigned char)tolower((unsigned char)*name);

		if (isalnum(c) || (len > 0 && (c == '_' || c == '-')))
			project[len++] = (char)c;
		else if (len > 0 && project[len - 1] != '-')
			project[len++] = '-';
	}
	project[len] = '\0';
}

/* --- the end --- */

void compose_finish(struct compose *compose)
{
	struct compose_end *end = &compose->end;

	end->services = compose->services;
	end->service_count = compose->service_count;
	end->guilty = compose->guilty;
	end->last_lines = compose->lines;
	end->last_line_count = compose->line_count;
	end->is_touched = compose->touched;
	end->left = (const char *const *)compose->left;
	timer_close(compose->timer);
	compose->setup.done(compose->setup.context, end);
	for (size_t i = 0; i < end->left_count; i++)
		free(compose->left[i]);
	compose_drop_lines(compose);
	free(compose->labels);
	free(compose);
}

/* A service that compose waited for in vain is found by a look at all of them. */
static bool may_know_more(const struct compose *compose, enum compose_step step)
{
	return step == COMPOSE_UP && !compose->cancelled && compose->guilty == NULL;
}

static void undo(struct compose *compose)
{
	if (!compose->touched || compose->dropped ||
		(!compose->setup.rollback && !compose->cancelled)) {
		compose_finish(compose);
		return;
	}
	compose->undoing = true;
	if (compose->before_count > 0) {
		compose_go(compose, TURN_COMPARE);
		return;
	}
	compose->setup.step(compose->setup.context, COMPOSE_UNDO,
		compose->had_volumes ? "Putting back: taking down what was made; volumes stay, as "
				       "there were some before"
				     : "Putting back: taking down what was made");
	compose_go(compose, TURN_DOWN);
}

static void leave(struct compose *compose, const struct berth_error *err)
{
	if (asprintf(&compose->left[0], "compose project %s: %s", compose->setup.project,
		    err->message) >= 0)
		compose->end.left_count = 1;
	compose_finish(compose);
}

void compose_fail(struct compose *compose, enum compose_step step, const struct berth_error *err)
{
	struct berth_error none;

	if (err == NULL) {
		berth_error_set(&none, BERTH_E_CANCELLED, 0, "cancelled on request");
		err = &none;
	}
	if (compose->undoing) {
		leave(compose, err);
		return;
	}
	if (compose->cancelled) {
		berth_error_set(&compose->end.error, BERTH_E_CANCELLED, 0, "cancelled on request");
		compose->end.step = step;
	} else if (compose->end.error.code == BERTH_E_OK) {
		compose->end.error = *err;
		compose->end.step = step;
		if (may_know_more(compose, step)) {
			compose_go(compose, TURN_LIST);
			return;
		}
	}
	undo(compose);
}

/* --- one after the other --- */

/* compose.yaml goes with compose.override.yaml, where there is one. */
static void find_override(struct compose *compose)
{
	static const char *const ends[] = {"yml", "yaml"};
	const char *file = compose->setup.file, *dot = strrchr(file, '.');
	char path[4400];

	for (size_t i = 0; dot != NULL && i < 2; i++) {
		snprintf(compose->more, sizeof(compose->more), "%.*s.override.%s",
			(int)(dot - file), file, ends[i]);
		snprintf(path, sizeof(path), "%s/%s", compose->setup.folder, compose->more);
		if (access(path, F_OK) == 0)
			return;
	}
	compose->more[0] = '\0';
}

static void say_step(struct compose *compose)
{
	char text[200];

	switch (compose->turn) {
	case TURN_BUILD:
		snprintf(text, sizeof(text), "Building the images of %zu services",
			compose->expected_count);
		compose->setup.step(compose->setup.context, COMPOSE_BUILD, text);
		break;
	case TURN_UP:
		compose->touched = true;
		compose->setup.touch(
			compose->setup.context, compose->before_count > 0, compose->had_volumes);
		snprintf(text, sizeof(text), "Bringing up %zu services as '%s'%s",
			compose->expected_count, compose->setup.project,
			compose->before_count > 0 ? ", in place of those that are there" : "");
		compose->setup.step(compose->setup.context, COMPOSE_UP, text);
		break;
	default:
		break;
	}
}

static int begin(struct compose *compose, struct berth_error *err)
{
	switch (compose->turn) {
	case TURN_BEFORE:
		return compose_write_labels(compose, err) == -1 ? -1 : compose_ask(compose, err);
	case TURN_VOLUMES:
	case TURN_LIST:
	case TURN_LOOK:
	case TURN_LOGS:
	case TURN_COMPARE:
		return compose_ask(compose, err);
	default:
		return compose_run(compose, err);
	}
}

static void begin_waiting(struct compose *compose)
{
	if (compose->end.error.code != BERTH_E_OK || compose->deadline_ms != 0)
		return;
	compose->deadline_ms = clock_mono_ms() + (int64_t)compose->setup.health_s * 1000;
	compose->setup.step(compose->setup.context, COMPOSE_WAIT, "Waiting until all services run");
}

void compose_go(struct compose *compose, enum compose_turn turn)
{
	struct berth_error err = {0};

	if ((compose->cancelled && !compose->undoing) || compose->dropped) {
		compose_fail(compose, COMPOSE_CHECK, NULL);
		return;
	}
	TRACE("compose", "turn", TRACE_NUMBER("turn", turn));
	compose->turn = turn;
	if (turn == TURN_COMPARE && compose->before_count == 0) {
		compose->end.is_put_back = true;
		compose_finish(compose);
		return;
	}
	if (turn == TURN_LIST)
		begin_waiting(compose);
	say_step(compose);
	if (begin(compose, &err) == 0)
		return;
	if (turn == TURN_PLUGIN) {
		compose_go(compose, TURN_PROGRAM);
		return;
	}
	if (turn == TURN_PROGRAM && err.code == BERTH_E_NOT_FOUND) {
		berth_error_set(&err, BERTH_E_NOT_FOUND, 0,
			"the folder has a compose file, and there is neither 'docker compose' nor "
			"'docker-compose'");
		berth_error_hint(&err, "install one: apt-get install docker-compose");
	}
	compose_fail(compose, COMPOSE_CHECK, &err);
}

/* --- from outside --- */

static void next_round(void *context)
{
	struct compose *compose = context;

	/* The first one begins it. */
	compose_go(compose, compose->turn == TURN_PLUGIN ? TURN_PLUGIN : TURN_LIST);
}

struct compose *compose_start(const struct compose_setup *setup, struct berth_error *err)
{
	struct compose *compose = calloc(1, sizeof(*compose));

	if (compose == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	compose->setup = *setup;
	compose->turn = TURN_PLUGIN;
	compose->timer = timer_new(setup->loop, next_round, compose, err);
	if (compose->timer == NULL) {
		free(compose);
		return NULL;
	}
	find_override(compose);
	timer_start(compose->timer, 0);
	return compose;
}

void compose_cancel(struct compose *compose)
{
	bool again = compose->cancelled;

	compose->dropped = compose->dropped || again;
	compose->cancelled = true;
	if (compose->program != NULL && (!compose->undoing || again))
		program_end(compose->program, again ? SIGKILL : SIGINT, GRACE_MS);
	else if (compose->op != NULL && (!compose->undoing || again))
		docker_op_cancel(compose->op);
	else if (compose->program == NULL && compose->op == NULL)
		timer_start(compose->timer, 0);
}
