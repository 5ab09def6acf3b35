/*
 * Every call to the engine that a deployment makes, fresh and replacing, meets with every accident:
 * it fails, its answer is cut, it stalls and is cancelled, berth is killed before and after it, the
 * engine is killed in the middle of it and started again. After `berth recover --yes` there is what
 * was there before or what success means, and nothing is left. The table tells what became of each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/deploy_trial.h"
#include "support/docker_rig.h"

#define WORKERS    16
#define MAX_CALLS  64
#define MAX_CASES  (MAX_CALLS * 2 * ACCIDENT_COUNT)
#define END_MS     60000
#define REACHED_MS 30000
/* What is looked at over and over meets with it three times. */
#define MAX_OCCURRENCE 3

struct call {
	char name[PROXY_CALL_MAX];
	int occurrence;
	bool replaces;
};

struct outcome {
	bool ran, happened, recovered;
	int state;
	int status, recover_status;
	char wrong[400];
};

struct job {
	int call;
	enum accident accident;
};

/* Where a deployment is cut off whose recovery is killed at each of its calls, too. */
static const char *const cut_off[] = {"POST /containers/create", "POST /containers/ID/stop",
	"POST /containers/ID/start", "DELETE /containers/ID"};

#define CUT_OFFS       (int)(sizeof(cut_off) / sizeof(cut_off[0]))
#define RECOVERY_CALLS 10

/* Shared with the workers. */
static struct matrix {
	struct call calls[MAX_CALLS * 2];
	int call_count;
	struct outcome outcomes[MAX_CALLS * 2][ACCIDENT_COUNT];
	struct job jobs[MAX_CASES];
	int job_count;
	int ports[WORKERS];
	struct outcome recoveries[CUT_OFFS][RECOVERY_CALLS];
	atomic_int next, held, back;
} * matrix;

static const char *const accident_names[] = {
	[ACCIDENT_FAIL] = "fails",
	[ACCIDENT_CUT] = "cut",
	[ACCIDENT_STALL] = "stalls",
	[ACCIDENT_KILL_BEFORE] = "killed<",
	[ACCIDENT_KILL_AFTER] = "killed>",
	[ACCIDENT_HOLD] = "engine",
};

static bool has_happened(const struct trial *trial)
{
	return atomic_load(&trial->proxy.state->happened);
}

/* Until the call is there; false if the deployment ended without it. */
static bool wait_until_it_happens(struct trial *trial)
{
	int64_t deadline = process_clock_ms() + REACHED_MS;

	while (!has_happened(trial) && !process_has_ended(&trial->process) &&
		process_clock_ms() < deadline)
		process_read(&trial->process, 10);
	return has_happened(trial);
}

static void let_it_happen(struct trial *trial, enum accident accident)
{
	if (accident == ACCIDENT_STALL && wait_until_it_happens(trial))
		kill(trial->process.pid, SIGINT);
	if (accident != ACCIDENT_HOLD)
		return;
	wait_until_it_happens(trial);
	atomic_fetch_add(&matrix->held, 1);
	while (!atomic_load(&matrix->back))
		process_read(&trial->process, 10);
	atomic_store(&trial->proxy.state->released, true);
}

static void arm(
	struct engine_proxy_state *state, const char *call, int occurrence, enum accident accident)
{
	atomic_store(&state->count, 0);
	atomic_store(&state->happened, false);
	snprintf(state->call, sizeof(state->call), "%s", call);
	state->occurrence = occurrence;
	state->accident = accident;
}

static int go_through(struct trial *trial, const struct call *call, enum accident accident)
{
	struct engine_proxy_state *state;

	if (trial_open(trial) == -1)
		return -1;
	state = trial->proxy.state;
	arm(state, call->name, call->occurrence, accident);
	if (trial_start(trial) == -1)
		return -1;
	let_it_happen(trial, accident);
	if (trial_wait(trial, END_MS) == -1)
		return -1;
	state->accident = ACCIDENT_NONE;
	atomic_store(&state->released, true);
	if (trial_recover(trial, END_MS) == -1)
		return -1;
	return trial_check(trial);
}

static void run_job(int index, int worker)
{
	const struct job *job = &matrix->jobs[index];
	const struct call *call = &matrix->calls[job->call];
	struct outcome *outcome = &matrix->outcomes[job->call][job->accident];
	struct trial trial = {.dockerd = &rig,
		.number = index + 1,
		.port = matrix->ports[worker],
		.replaces = call->replaces};

	go_through(&trial, call, job->accident);
	outcome->happened = trial.proxy.state != NULL && has_happened(&trial);
	outcome->state = trial.state;
	outcome->status = trial.status;
	outcome->recover_status = trial.recovered;
	snprintf(outcome->wrong, sizeof(outcome->wrong), "%s", trial.wrong);
	outcome->ran = true;
	trial_close(&trial);
}

static enum accident recovery_accident(int at)
{
	return at % 2 == 0 ? ACCIDENT_KILL_BEFORE : ACCIDENT_KILL_AFTER;
}

/* Killed in the middle of a deployment, then in the middle of its recovery. */
static int go_through_twice(struct trial *trial, const char *call, int at, bool *happened)
{
	struct engine_proxy_state *state;

	if (trial_open(trial) == -1)
		return -1;
	state = trial->proxy.state;
	arm(state, call, 1, ACCIDENT_KILL_AFTER);
	if (trial_start(trial) == -1 || trial_wait(trial, END_MS) == -1)
		return -1;
	if (trial->status != 128 + SIGKILL)
		return trial_wrong(trial, "it was not cut off");
	arm(state, "", at + 1, recovery_accident(at));
	if (trial_recover(trial, END_MS) == -1)
		return -1;
	*happened = has_happened(trial);
	arm(state, "", 0, ACCIDENT_NONE);
	if (*happened && trial_recover(trial, END_MS) == -1)
		return -1;
	return trial_check(trial);
}

static void run_recovery(int index, int worker)
{
	int at = index % RECOVERY_CALLS;
	struct outcome *outcome = &matrix->recoveries[index / RECOVERY_CALLS][at];
	struct trial trial = {.dockerd = &rig,
		.number = 5000 + index,
		.port = matrix->ports[worker],
		.replaces = true};

	go_through_twice(&trial, cut_off[index / RECOVERY_CALLS], at, &outcome->happened);
	outcome->state = trial.state;
	outcome->recover_status = trial.recovered;
	snprintf(outcome->wrong, sizeof(outcome->wrong), "%s", trial.wrong);
	outcome->ran = true;
	trial_close(&trial);
}

static pid_t start_worker(int worker, int last, void (*run)(int index, int worker))
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (int index = atomic_fetch_add(&matrix->next, 1); index < last;
		index = atomic_fetch_add(&matrix->next, 1))
		run(index, worker);
	_exit(0);
}

/* One worker's end shows in what it leaves undone. */
static void run_jobs(int first, int last, void (*run)(int index, int worker))
{
	pid_t pids[WORKERS];

	atomic_store(&matrix->next, first);
	for (int i = 0; i < WORKERS; i++)
		pids[i] = start_worker(i, last, run);
	for (int i = 0; i < WORKERS; i++)
		waitpid(pids[i], NULL, 0);
}

/* All of a round have come to their calls when the engine goes. */
static void run_engine_round(int first, int last)
{
	pid_t pids[WORKERS];
	int64_t deadline = process_clock_ms() + END_MS;

	atomic_store(&matrix->held, 0);
	atomic_store(&matrix->back, 0);
	for (int i = 0; i < last - first; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			run_job(first + i, i);
			_exit(0);
		}
	}
	while (atomic_load(&matrix->held) < last - first && process_clock_ms() < deadline)
		usleep(5000);
	assert_int_equal(dockerd_kill(&rig), 0);
	assert_int_equal(dockerd_start(&rig), 0);
	atomic_store(&matrix->back, 1);
	for (int i = 0; i < last - first; i++)
		waitpid(pids[i], NULL, 0);
}

/* --- what calls there are --- */

static void take_calls(const struct engine_proxy_state *state, bool replaces)
{
	int count = atomic_load(&state->count), first = matrix->call_count;

	for (int i = 0; i < count && i < PROXY_CALLS_MAX; i++) {
		struct call call = {.occurrence = 1, .replaces = replaces};

		snprintf(call.name, sizeof(call.name), "%s", state->calls[i]);
		for (int k = first; k < matrix->call_count; k++)
			call.occurrence += strcmp(matrix->calls[k].name, call.name) == 0 ? 1 : 0;
		if (call.occurrence <= MAX_OCCURRENCE && matrix->call_count < MAX_CALLS)
			matrix->calls[matrix->call_count++] = call;
	}
}

static void find_calls(bool replaces)
{
	struct trial trial = {.dockerd = &rig,
		.number = 9000 + replaces,
		.port = matrix->ports[0],
		.replaces = replaces};

	if (trial_open(&trial) == -1 || trial_start(&trial) == -1 ||
		trial_wait(&trial, END_MS) == -1)
		fail_msg("%s", trial.wrong);
	assert_int_equal(trial.status, 0);
	take_calls(trial.proxy.state, replaces);
	trial_close(&trial);
}

static void add_jobs(enum accident accident)
{
	for (int i = 0; i < matrix->call_count; i++)
		matrix->jobs[matrix->job_count++] = (struct job){i, accident};
}

/* --- what became of them --- */

static char letter(const struct outcome *outcome)
{
	if (!outcome->ran || outcome->wrong[0] != '\0')
		return '!';
	if (!outcome->happened)
		return '.';
	return outcome->state == TRIAL_DEPLOYED ? 'D' : 'B';
}

static void print_table(void)
{
	int counts[128] = {0};

	printf("%-10s %-36s", "", "");
	for (int a = ACCIDENT_FAIL; a < ACCIDENT_COUNT; a++)
		printf(" %8s", accident_names[a]);
	putchar('\n');
	for (int i = 0; i < matrix->call_count; i++) {
		const struct call *call = &matrix->calls[i];

		printf("%-10s %-34s %d", call->replaces ? "replacing" : "fresh", call->name,
			call->occurrence);
		for (int a = ACCIDENT_FAIL; a < ACCIDENT_COUNT; a++) {
			const struct outcome *outcome = &matrix->outcomes[i][a];
			char text[24];

			snprintf(text, sizeof(text), "%c%d/%d", letter(outcome), outcome->status,
				outcome->recover_status);
			printf(" %8s", text);
			counts[(int)letter(outcome)]++;
		}
		putchar('\n');
	}
	printf("%d cases: %d deployed (D), %d as before (B), %d whose call did not come (.), "
	       "%d wrong (!); exit status of deploy/recover\n",
		matrix->job_count, counts['D'], counts['B'], counts['.'], counts['!']);
}

static int print_wrong(void)
{
	int wrong = 0;

	for (int i = 0; i < matrix->job_count; i++) {
		const struct job *job = &matrix->jobs[i];
		const struct call *call = &matrix->calls[job->call];
		const struct outcome *outcome = &matrix->outcomes[job->call][job->accident];

		if (outcome->ran && outcome->wrong[0] == '\0')
			continue;
		wrong++;
		printf("%s, %s %d, %s: %s\n", call->replaces ? "replacing" : "fresh", call->name,
			call->occurrence, accident_names[job->accident],
			outcome->ran ? outcome->wrong : "not run");
	}
	return wrong;
}

static int print_recoveries(void)
{
	int wrong = 0;

	puts("its recovery killed at its calls, before and after by turns; exit status of the "
	     "next");
	for (int i = 0; i < CUT_OFFS; i++) {
		printf("%-34s", cut_off[i]);
		for (int at = 0; at < RECOVERY_CALLS; at++) {
			const struct outcome *outcome = &matrix->recoveries[i][at];

			printf(" %c%d", letter(outcome), outcome->recover_status);
			wrong += letter(outcome) == '!' ? 1 : 0;
		}
		putchar('\n');
		for (int at = 0; at < RECOVERY_CALLS; at++)
			if (letter(&matrix->recoveries[i][at]) == '!')
				printf("  %d: %s\n", at + 1, matrix->recoveries[i][at].wrong);
	}
	return wrong;
}

static void every_call_meets_every_accident(void **state)
{
	int64_t began = process_clock_ms();
	int first;

	(void)state;
	for (int i = 0; i < WORKERS; i++)
		matrix->ports[i] = free_port();
	find_calls(false);
	find_calls(true);
	/* Those first that wait longest. */
	add_jobs(ACCIDENT_STALL);
	for (int a = ACCIDENT_FAIL; a < ACCIDENT_HOLD; a++)
		if (a != ACCIDENT_STALL)
			add_jobs((enum accident)a);
	first = matrix->job_count;
	add_jobs(ACCIDENT_HOLD);
	run_jobs(0, first, run_job);
	run_jobs(0, CUT_OFFS * RECOVERY_CALLS, run_recovery);
	for (int at = first; at < matrix->job_count; at += WORKERS)
		run_engine_round(
			at, at + WORKERS < matrix->job_count ? at + WORKERS : matrix->job_count);
	print_table();
	printf("%lld ms\n", (long long)(process_clock_ms() - began));
	fflush(stdout);
	assert_int_equal(print_wrong() + print_recoveries(), 0);
	docker_is("bridge\nhost\nnone", WORDS("network", "ls", "--format", "{{.Name}}"));
	containers_are("");
}

static int setup(void **state)
{
	matrix = mmap(
		NULL, sizeof(*matrix), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return matrix == MAP_FAILED ? -1 : rig_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {RIG_TEST(every_call_meets_every_accident)};

	return cmocka_run_group_tests(tests, setup, rig_teardown);
}
