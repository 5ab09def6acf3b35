/*
 * Deployments through the public interface, on a loop of the test's own, against fake engines.
 * Every event is taken and kept, and what holds for every record is checked as it comes: numbers
 * without gaps, progress that never falls, stages in their order, one result and it is the last, a
 * wakeup before there is something to take.
 */
#ifndef SUPPORT_DEPLOY_FLOW_H
#define SUPPORT_DEPLOY_FLOW_H

#include <berth/engine.h>

#include "support/fake_engine.h"
#include "support/loop_wait.h"

enum { RECORDS_MAX = 512 };

/* What came of one deployment. */
struct record {
	unsigned number;
	struct berth_event **events;
	size_t count;
	const struct berth_stage_list *stages; /* of the target's kind */
	const struct berth_event *end;         /* of the result; NULL until then */
	const struct berth_result *result;
	size_t after;       /* events since the result */
	const char *stage;  /* announced last; "" before the first */
	const char *ending; /* "completed", "error" or "cancelled" once that was said, else "" */
	int progress;
	uint64_t took_ms; /* from deploy to result */
	uint64_t began_ms;
	bool follow;
	bool skips; /* a server may leave stages out */
};

struct flow {
	uv_loop_t loop;
	struct berth_engine *engine;
	struct record *records[RECORDS_MAX]; /* by number - 1 */
	unsigned count;
	unsigned wakeups;
	bool woken, closed;
	unsigned unrecorded;   /* runs that the history lacks, once it is closed */
	const char *forbidden; /* must be in no event's JSON; NULL: nothing */
};

/* An empty home for the program, so that no credentials of the machine are found. For main(). */
void flow_home(void);

/* cmocka fixtures; *state is the flow. The teardown closes it. */
int flow_setup(void **state);
int flow_teardown(void **state);
/* Close the engine, whatever runs, and wait until it is gone. */
void flow_close(struct flow *flow);

/* Close the engine and open another one, which records what it runs there; NULL: open none. */
void flow_keep_history(struct flow *flow, const char *path);

/* Take all events there are. True. */
bool flow_drain(struct flow *flow);

#define FLOW_UNTIL_MS(flow, ms, condition)                                                         \
	LOOP_UNTIL_MS(&(flow)->loop, ms, flow_drain(flow) && (condition))
#define FLOW_UNTIL(flow, condition) FLOW_UNTIL_MS(flow, LOOP_WAIT_MS, condition)

/* "demo/web:1.0" as container "web", no port, no folder. Host and strings are borrowed. */
struct berth_deployment flow_request(const struct fake_engine *fake);
/* A free port of 127.0.0.1 that this program has not been given yet. */
int flow_port(void);
/* Port 80 of the container at a port of the host; automatic: from there upward. */
struct berth_port flow_web(int host, bool automatic);

struct record *flow_start(struct flow *flow, const struct berth_deployment *request, bool follow);
/* Follow what a server knows by that id. */
struct record *flow_attach(
	struct flow *flow, const struct berth_deployment *request, const char *id);
/* Start and wait for the result. */
struct record *flow_run(struct flow *flow, const struct berth_deployment *request);
void flow_cancel(struct flow *flow, const struct record *record);

/* --- what a record holds --- */

/* A log line with this text, or NULL; level -1: any. */
const struct berth_event *record_log(const struct record *record, int level, const char *part);
/* "validating 0, pulling_image 10, ...": every status. malloc'd. */
char *record_stages(const struct record *record);
bool record_has_progress(const struct record *record, int progress);
/* All of it as JSON lines. malloc'd. */
char *record_json(const struct record *record);
void record_print(const struct record *record);

#define assert_outcome(record, wanted) assert_outcome_(record, wanted, __FILE__, __LINE__)
void assert_outcome_(
	const struct record *record, enum berth_outcome wanted, const char *file, int line);
/* The containers of the fake are these lines. */
#define assert_containers(fake, wanted) assert_containers_(fake, wanted, __FILE__, __LINE__)
void assert_containers_(struct fake_engine *fake, const char *wanted, const char *file, int line);

#endif
