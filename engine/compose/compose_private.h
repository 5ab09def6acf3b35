/* What the files of compose share. */
#ifndef COMPOSE_COMPOSE_PRIVATE_H
#define COMPOSE_COMPOSE_PRIVATE_H

#include "compose/compose.h"

enum compose_turn {
	TURN_PLUGIN,   /* is there `docker compose`? */
	TURN_PROGRAM,  /* is there docker-compose? */
	TURN_SERVICES, /* the file's */
	TURN_BEFORE,   /* engine: what is there */
	TURN_VOLUMES,  /* engine: and which volumes */
	TURN_BUILD,
	TURN_UP,
	TURN_LIST, /* engine: containers of the project */
	TURN_LOOK, /* engine: at each */
	TURN_LOGS, /* engine: last words of the guilty one */
	TURN_DOWN,
	TURN_COMPARE, /* engine: what of before is gone */
};

struct compose {
	struct compose_setup setup;
	enum compose_turn turn;
	bool is_plugin;
	struct program *program;
	struct docker_op *op;
	struct timer *timer;
	struct compose_service services[COMPOSE_SERVICES_MAX];
	size_t service_count, looked_at;
	char expected[COMPOSE_SERVICES_MAX][128]; /* the file's services */
	size_t expected_count;
	char before[COMPOSE_SERVICES_MAX][72]; /* ids of what was there */
	char before_name[COMPOSE_SERVICES_MAX][160];
	size_t before_count;
	bool had_volumes;
	char **lines; /* of compose, or of the guilty service; newest last */
	size_t line_count;
	size_t started; /* of the services, as compose says */
	char *labels;   /* path of the file that has them */
	char more[300]; /* an override file of the project's own; "" */
	int good_rounds;
	int64_t deadline_ms;
	bool touched, cancelled, dropped, undoing;
	const struct compose_service *guilty;
	struct compose_end end;
	char *left[COMPOSE_SERVICES_MAX];
};

/* --- compose.c --- */

void compose_go(struct compose *compose, enum compose_turn turn);
/* The first error counts. `step` is where. */
void compose_fail(struct compose *compose, enum compose_step step, const struct berth_error *err);
/* All is well, or all that can be put back is. */
void compose_finish(struct compose *compose);

/* --- compose_command.c --- */

/* Run compose for the turn. 0 or -1. */
int compose_run(struct compose *compose, struct berth_error *err);
int compose_write_labels(struct compose *compose, struct berth_error *err);
/* What it said last, as the reason of a failure. */
void compose_reason(
	const struct compose *compose, const char *doing, int exit_status, struct berth_error *err);
void compose_keep_line(struct compose *compose, const char *line, size_t len);
void compose_drop_lines(struct compose *compose);

/* --- compose_look.c --- */

int compose_ask(struct compose *compose, struct berth_error *err);
/* TURN_WAIT begins, or goes on after a while. */
void compose_wait(struct compose *compose);

#endif
