/*
 * A deployment that replaces a container is cancelled 200 times, each time at another moment, from
 * before its first word to after its last: each time there is what was there before, or what
 * success means, as its exit status says, and nothing is left.
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
#include "support/random.h"

#define CANCELS 200
#define WORKERS 12
#define END_MS  60000
#define SEED    20260721u
/* Moments are thousandths of what a deployment takes beside so many others; those above fall after
 * its result, a thousandth of a second each. */
#define WHOLE  1000
#define LATEST 1150

struct outcome {
	bool ran;
	int moment, delay_ms, status, state;
	char wrong[400];
};

static struct cancels {
	struct outcome outcomes[CANCELS];
	int ports[WORKERS];
	int measured_ms[WORKERS];
	atomic_int next;
} * cancels;

static bool has_result(const struct trial *trial)
{
	const struct process_output *out = &trial->process.out;

	return out->text != NULL && strstr(out->text, "\"type\":\"result\"") != NULL;
}

static void read_until(struct trial *trial, int64_t until)
{
	int64_t now;

	while ((now = process_clock_ms()) < until && !process_has_ended(&trial->process))
		process_read(&trial->process, (int)(until - now));
}

static void wait_for_moment(struct trial *trial, int moment, int delay_ms)
{
	int64_t deadline = process_clock_ms() + END_MS;

	if (moment < WHOLE) {
		read_until(trial, process_clock_ms() + delay_ms);
		return;
	}
	while (!has_result(trial) && !process_has_ended(&trial->process) &&
		process_clock_ms() < deadline)
		process_read(&trial->process, 20);
	read_until(trial, process_clock_ms() + moment - WHOLE);
}

static int cancel_at(struct trial *trial, int moment, int delay_ms)
{
	if (trial_start(trial) == -1)
		return -1;
	wait_for_moment(trial, moment, delay_ms);
	if (!process_has_ended(&trial->process))
		kill(trial->process.pid, SIGINT);
	if (trial_wait(trial, END_MS) == -1)
		return -1;
	if (trial->status != 0 && (trial->status != 130 || moment >= WHOLE))
		return trial_wrong(trial, "exit status %d", trial->status);
	return trial_check(trial);
}

/* One that nobody cancels. */
static int measure(struct trial *trial, int *milliseconds)
{
	int64_t began = process_clock_ms();

	if (trial_start(trial) == -1 || trial_wait(trial, END_MS) == -1)
		return -1;
	*milliseconds = (int)(process_clock_ms() - began);
	if (trial->status != 0)
		return trial_wrong(trial, "exit status %d", trial->status);
	if (trial_check(trial) == -1)
		return -1;
	trial_again(trial);
	return 0;
}

static void run_one(struct trial *trial, struct outcome *outcome, int measured_ms)
{
	outcome->delay_ms = (int)((int64_t)measured_ms * outcome->moment / WHOLE);
	cancel_at(trial, outcome->moment, outcome->delay_ms);
	outcome->status = trial->status;
	outcome->state = trial->state;
	snprintf(outcome->wrong, sizeof(outcome->wrong), "%s", trial->wrong);
	outcome->ran = true;
}

/* What one leaves is what the next one replaces, as long as it is well. */
static _Noreturn void work(int worker)
{
	struct trial trial = {.dockerd = &rig,
		.number = worker + 1,
		.port = cancels->ports[worker],
		.replaces = true};
	bool good = trial_open(&trial) == 0 && measure(&trial, &cancels->measured_ms[worker]) == 0;

	if (!good)
		fprintf(stderr, "measuring: %s\n", trial.wrong);
	for (int i = atomic_fetch_add(&cancels->next, 1); good && i < CANCELS;
		i = atomic_fetch_add(&cancels->next, 1)) {
		run_one(&trial, &cancels->outcomes[i], cancels->measured_ms[worker]);
		if (trial.wrong[0] == '\0') {
			trial_again(&trial);
			continue;
		}
		trial_close(&trial);
		good = trial_open(&trial) == 0;
	}
	trial_close(&trial);
	_exit(0);
}

static pid_t start_worker(int worker)
{
	pid_t pid = fork();

	if (pid == 0)
		work(worker);
	return pid;
}

static int count_wrong(void)
{
	int wrong = 0, deployed = 0, late = 0, longest = 0;

	for (int i = 0; i < WORKERS; i++)
		if (cancels->measured_ms[i] > longest)
			longest = cancels->measured_ms[i];
	for (int i = 0; i < CANCELS; i++) {
		const struct outcome *outcome = &cancels->outcomes[i];

		deployed += outcome->state == TRIAL_DEPLOYED ? 1 : 0;
		late += outcome->moment >= WHOLE ? 1 : 0;
		if (outcome->ran && outcome->wrong[0] == '\0')
			continue;
		wrong++;
		printf("cancel %d, after %d ms (%d of %d): %s\n", i, outcome->delay_ms,
			outcome->moment, WHOLE, outcome->ran ? outcome->wrong : "not run");
	}
	printf("%d cancels (seed %u), %d of them after the result; a deployment took up to %d ms: "
	       "%d as before, %d deployed, %d wrong\n",
		CANCELS, SEED, late, longest, CANCELS - deployed - wrong, deployed, wrong);
	return wrong;
}

static void two_hundred_cancels(void **state)
{
	int64_t began = process_clock_ms();
	pid_t pids[WORKERS];
	struct random random = {SEED};

	(void)state;
	for (int i = 0; i < WORKERS; i++)
		cancels->ports[i] = free_port();
	for (int i = 0; i < CANCELS; i++)
		cancels->outcomes[i].moment = (int)random_below(&random, LATEST);
	for (int i = 0; i < WORKERS; i++)
		pids[i] = start_worker(i);
	for (int i = 0; i < WORKERS; i++)
		waitpid(pids[i], NULL, 0);
	assert_int_equal(count_wrong(), 0);
	printf("%lld ms\n", (long long)(process_clock_ms() - began));
	containers_are("");
}

static int setup(void **state)
{
	cancels = mmap(
		NULL, sizeof(*cancels), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return cancels == MAP_FAILED ? -1 : rig_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {RIG_TEST(two_hundred_cancels)};

	return cmocka_run_group_tests(tests, setup, rig_teardown);
}
