#include "support/loop_wait.h"

#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

#include "loop/timer.h"
#include "loop/work.h"

static int setup(void **state)
{
	uv_loop_t *loop = malloc(sizeof(*loop));

	*state = loop;
	return loop ? uv_loop_init(loop) : -1;
}

static int teardown(void **state)
{
	uv_loop_t *loop = *state;

	LOOP_CLOSE(loop);
	free(loop);
	return 0;
}

struct job {
	struct work *work;
	sem_t go; /* lets run() on */
	bool wait_for_cancel;
	atomic_int begun;
	uv_thread_t thread;
	int done;
	bool cancelled;
};

static void job_init(struct job *job)
{
	*job = (struct job){0};
	sem_init(&job->go, 0, 0);
}

static void run_job(void *context, const atomic_bool *cancelled)
{
	struct job *job = context;

	job->thread = uv_thread_self();
	atomic_store(&job->begun, 1);
	if (!job->wait_for_cancel) {
		sem_wait(&job->go);
		return;
	}
	while (!atomic_load(cancelled))
		sched_yield();
}

static void on_job_done(void *context, bool cancelled)
{
	struct job *job = context;

	job->done++;
	job->cancelled = cancelled;
}

static void job_start(uv_loop_t *loop, struct job *job)
{
	job->work = work_start(loop, run_job, on_job_done, job, NULL);
	assert_non_null(job->work);
	assert_int_equal(job->done, 0);
}

static void work_runs_elsewhere(void **state)
{
	uv_loop_t *loop = *state;
	uv_thread_t self = uv_thread_self();
	struct job job;

	job_init(&job);
	job_start(loop, &job);
	LOOP_UNTIL(loop, atomic_load(&job.begun));
	assert_false(uv_thread_equal(&self, &job.thread));
	assert_int_equal(job.done, 0);
	sem_post(&job.go);
	LOOP_UNTIL(loop, job.done);
	assert_int_equal(job.done, 1);
	assert_false(job.cancelled);
}

static void running_work_sees_its_cancel(void **state)
{
	uv_loop_t *loop = *state;
	struct job job;

	job_init(&job);
	job.wait_for_cancel = true;
	job_start(loop, &job);
	LOOP_UNTIL(loop, atomic_load(&job.begun));
	work_cancel(job.work);
	assert_int_equal(job.done, 0);
	LOOP_UNTIL(loop, job.done);
	assert_int_equal(job.done, 1);
	assert_true(job.cancelled);
}

static void work_that_has_not_begun_never_does(void **state)
{
	enum { jobs = 8 }; /* libuv has four workers */
	uv_loop_t *loop = *state;
	struct job job[jobs];
	int i;

	for (i = 0; i < jobs; i++) {
		job_init(&job[i]);
		job_start(loop, &job[i]);
	}
	for (i = 0; i < 4; i++)
		LOOP_UNTIL(loop, atomic_load(&job[i].begun));
	for (i = 4; i < jobs; i++) {
		work_cancel(job[i].work);
		work_cancel(job[i].work);
		assert_int_equal(job[i].done, 0);
	}
	for (i = 4; i < jobs; i++)
		LOOP_UNTIL(loop, job[i].done);
	for (i = 0; i < 4; i++) {
		assert_int_equal(job[i].done, 0);
		sem_post(&job[i].go);
	}
	for (i = 0; i < jobs; i++) {
		LOOP_UNTIL(loop, job[i].done);
		assert_int_equal(job[i].done, 1);
		assert_int_equal(job[i].cancelled, i >= 4);
		assert_int_equal(atomic_load(&job[i].begun), i < 4);
	}
}

static void count(void *context)
{
	++*(int *)context;
}

static void a_timer_fires_once_and_not_early(void **state)
{
	uv_loop_t *loop = *state;
	int64_t began = clock_mono_ms();
	int fired = 0;
	struct timer *timer = timer_new(loop, count, &fired, NULL);

	assert_non_null(timer);
	/* Made, but not running: nothing to wake up for. */
	assert_false(uv_loop_alive(loop));
	timer_start(timer, 50);
	LOOP_UNTIL(loop, fired);
	assert_true(clock_mono_ms() - began >= 50);
	assert_false(uv_loop_alive(loop));
	assert_int_equal(fired, 1);
	timer_start(timer, 0);
	assert_int_equal(fired, 1);
	LOOP_UNTIL(loop, fired == 2);
	timer_close(timer);
	timer_close(NULL);
}

static void a_timer_can_be_moved_and_stopped(void **state)
{
	uv_loop_t *loop = *state;
	int fired = 0, other_fired = 0;
	struct timer *timer = timer_new(loop, count, &fired, NULL);
	struct timer *other = timer_new(loop, count, &other_fired, NULL);

	timer_start(timer, 3600 * 1000);
	timer_start(timer, 1);
	LOOP_UNTIL(loop, fired);
	timer_start(timer, 1);
	timer_start(other, 30);
	timer_stop(timer);
	timer_stop(timer);
	LOOP_UNTIL(loop, other_fired);
	assert_int_equal(fired, 1);
	timer_start(timer, 1);
	timer_close(timer);
	timer_start(other, 30);
	LOOP_UNTIL(loop, other_fired == 2);
	assert_int_equal(fired, 1);
	timer_close(other);
}

static void clocks_tell_the_time(void **state)
{
	int64_t seconds = (int64_t)time(NULL), mono = clock_mono_ms();
	struct timespec now;

	(void)state;
	assert_in_range(clock_unix_ms() / 1000, seconds, seconds + 10);
	clock_gettime(CLOCK_MONOTONIC, &now);
	assert_in_range(now.tv_sec, mono / 1000, mono / 1000 + 10);
}

int main(void)
{
#define LOOP(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		LOOP(work_runs_elsewhere),
		LOOP(running_work_sees_its_cancel),
		LOOP(work_that_has_not_begun_never_does),
		LOOP(a_timer_fires_once_and_not_early),
		LOOP(a_timer_can_be_moved_and_stopped),
		cmocka_unit_test(clocks_tell_the_time),
	};

	/* The pool reads it when it starts; the test above counts on it. */
	setenv("UV_THREADPOOL_SIZE", "4", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
