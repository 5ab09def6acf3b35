#include "session/kept.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "journal/journal_run.h"
#include "loop/work.h"
#include "store/whence.h"

struct kept {
	char *folder;
	char id[64];
	struct berth_error error;
	int status;
	berth_asked_fn *done;
	void *context;
};

static const struct journal_run *find(const struct journal_run *runs, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(runs[i].id, id) == 0)
			return &runs[i];
	return NULL;
}

static size_t count_of(const struct journal_run *runs, size_t count, int64_t pid)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		kept += runs[i].held && runs[i].kept && runs[i].pid == pid;
	return kept;
}

static int check(const struct journal_run *run, const struct journal_run *runs, size_t count,
	struct berth_error *err)
{
	struct whence here;
	size_t kept;

	if (run == NULL)
		return berth_error_set(err, BERTH_E_NOT_FOUND, 0, "it has ended");
	if (!run->held) {
		berth_error_set(err, BERTH_E_CONFLICT, 0, "it was cut off: nobody has it");
		berth_error_hint(err, "berth recover");
		return -1;
	}
	whence_find(&here);
	if (strcmp(run->host, here.host) != 0)
		return berth_error_set(err, BERTH_E_CONFLICT, 0,
			"it runs on '%s', in process %lld: cancel it there", run->host,
			(long long)run->pid);
	if (!run->kept)
		return berth_error_set(err, BERTH_E_CONFLICT, 0,
			"process %lld has it, of %s in a terminal: cancel it there",
			(long long)run->pid, run->who);
	kept = count_of(runs, count, run->pid);
	if (kept > 1)
		return berth_error_set(err, BERTH_E_CONFLICT, 0,
			"process %lld keeps %zu deployments; 'kill %lld' cancels them all",
			(long long)run->pid, kept, (long long)run->pid);
	return 0;
}

/* What the lock says once the process is had can't be of another that got its number. */
static int signal_keeper(struct kept *kept, const struct journal_run *run)
{
	cleanup_close int keeper = (int)syscall(SYS_pidfd_open, (pid_t)run->pid, 0);
	struct journal_run *again = NULL;
	const struct journal_run *now;
	size_t count = 0;
	bool same;

	if (keeper == -1)
		return berth_error_set(&kept->error, BERTH_E_IO, errno,
			"process %lld can't be asked: %s", (long long)run->pid, strerror(errno));
	if (journal_runs(kept->folder, &again, &count, &kept->error) == -1)
		return -1;
	now = find(again, count, kept->id);
	same = now != NULL && now->held && now->pid == run->pid;
	journal_runs_free(again, count);
	if (!same)
		return berth_error_set(&kept->error, BERTH_E_NOT_FOUND, 0, "it has ended");
	if (syscall(SYS_pidfd_send_signal, keeper, SIGTERM, NULL, 0) == 0)
		return 0;
	return berth_error_set(&kept->error, BERTH_E_IO, errno, "process %lld can't be asked: %s",
		(long long)run->pid, strerror(errno));
}

static void on_worker(void *context, const atomic_bool *cancelled)
{
	struct kept *kept = context;
	struct journal_run *runs = NULL;
	const struct journal_run *run;
	size_t count = 0;

	(void)cancelled;
	kept->status = journal_runs(kept->folder, &runs, &count, &kept->error);
	if (kept->status == -1)
		return;
	run = find(runs, count, kept->id);
	kept->status = check(run, runs, count, &kept->error);
	if (kept->status == 0)
		kept->status = signal_keeper(kept, run);
	journal_runs_free(runs, count);
}

static void on_loop(void *context, bool cancelled)
{
	struct kept *kept = context;

	(void)cancelled;
	kept->done(kept->context, kept->status == 0 ? NULL : &kept->error);
	free(kept->folder);
	free(kept);
}

int kept_cancel(const struct kept_setup *setup, struct berth_error *err)
{
	struct kept *kept = calloc(1, sizeof(*kept));

	if (kept == NULL || (kept->folder = strdup(setup->folder)) == NULL) {
		free(kept);
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	snprintf(kept->id, sizeof(kept->id), "%s", setup->id);
	kept->done = setup->done;
	kept->context = setup->context;
	if (work_start(setup->loop, on_worker, on_loop, kept, err) != NULL)
		return 0;
	free(kept->folder);
	free(kept);
	return -1;
}
