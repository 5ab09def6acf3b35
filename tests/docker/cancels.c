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
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/deploy_trial.h"
#include "support/docker_rig.h"
#include "support/random.h"

#define CANCELS 200
#define WORKERS 12
#define END_MS  60000
/* Longer than a deployment takes beside so many others. */
#define LATEST_MS 2500
#define SEED      20260721u

struct outcome {
	bool ran;
	int delay_ms, status, state;
	char wrong[400];
};

static struct cancels {
	struct outcome outcomes[CANCELS];
	int ports[WORKERS];
	atomic_int next;
} * cancels;

static int cancel_after(struct trial *trial, int delay_ms)
{
	int64_t until = process_clock_ms() + delay_ms;

	if (trial_start(trial) == -1)
		return -1;
	while (process_clock_ms() < until && !process_has_ended(&trial->process))
		process_read(&trial->process, 5);
	if (!process_has_ended(&trial->process))
		kill(trial->process.pid, SIGINT);
	if (trial_wait(trial, END_MS) == -1)
		return -1;
	if (trial->status != 0 && trial->status != 130)
		return trial_wrong(trial, "exit status %d", trial->status);
	return trial_check(trial);
}

/* What one leaves is what the next one replaces. */
static _Noreturn void work(int worker)
{
	struct trial trial = {.dockerd = &rig,
		.number = worker + 1,
		.port = cancels->ports[worker],
		.replaces = true};
	bool good = trial_open(&trial) == 0;

	for (int i = atomic_fetch_add(&cancels->next, 1); good && i < CANCELS;
		i = atomic_fetch_add(&cancels->next, 1)) {
		struct outcome *outcome = &cancels->outcomes[i];

		good = cancel_after(&trial, outcome->delay_ms) == 0;
		outcome->status = trial.status;
		outcome->state = trial.state;
		snprintf(outcome->wrong, sizeof(outcome->wrong), "%s", trial.wrong);
		outcome->ran = true;
		trial_again(&trial);
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
	int wrong = 0, deployed = 0;

	for (int i = 0; i < CANCELS; i++) {
		const struct outcome *outcome = &cancels->outcomes[i];

		deployed += outcome->state == TRIAL_DEPLOYED ? 1 : 0;
		if (outcome->ran && outcome->wrong[0] == '\0')
			continue;
		wrong++;
		printf("cancel %d, after %d ms: %s\n", i, outcome->delay_ms,
			outcome->ran ? outcome->wrong : "not run");
	}
	printf("%d cancels (seed %u): %d as before, %d deployed, %d wrong\n", CANCELS, SEED,
		CANCELS - deployed - wrong, deployed, wrong);
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
		cancels->outcomes[i].delay_ms = (int)random_below(&random, LATEST_MS);
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
