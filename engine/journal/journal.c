#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/json_write.h"
#include "base/private_folder.h"
#include "base/trace.h"
#include "journal/journal_deeds.h"
#include "journal/journal_folder.h"
#include "journal/journal_names.h"
#include "journal/journal_request.h"
#include "loop/timer.h"
#include "loop/work.h"
#include "store/whence.h"

#define MAX_LINE (1u << 20)

struct journal {
	struct uv_loop_s *loop;
	char *folder, *place, *path;
	char name[80]; /* in the folder */
	char id[64];
	struct berth_deployment *request; /* until its line is written */
	int64_t since_ms;
	int fd; /* -1: nothing is written (any more) */
	struct work *work;
	int (*run)(struct journal *journal, struct berth_error *err); /* on the worker */
	bool frees; /* it goes when that is done */
	bool told;  /* that it can't be written */
	bool torn;  /* the last line has no end */
	int status;
	struct berth_error error;
	journal_done_fn *done;
	void *context;
};

/* --- on the worker --- */

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t count = write(fd, text, len);

		if (count == -1 && errno == EINTR)
			continue;
		if (count <= 0)
			return -1;
		text += count;
		len -= (size_t)count;
	}
	return 0;
}

static void read_boot(char boot[40])
{
	cleanup_close int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd != -1 ? read(fd, boot, 39) : 0;

	boot[len > 0 ? len : 0] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
}

static void write_word(struct json_writer *json, const char *key, const char *text)
{
	json_write_key(json, key);
	json_write_text(json, text);
}

static char *first_line(const struct journal *journal)
{
	struct json_writer json;
	struct whence whence;
	char boot[40];

	whence_find(&whence);
	read_boot(boot);
	json_writer_init(&json, MAX_LINE);
	json_write_open(&json, '{');
	json_write_key(&json, "v");
	json_write_integer(&json, 1);
	write_word(&json, "id", journal->id);
	write_word(&json, "who", whence.who);
	write_word(&json, "host", whence.host);
	json_write_key(&json, "pid");
	json_write_integer(&json, getpid());
	write_word(&json, "boot", boot);
	json_write_key(&json, "since");
	json_write_integer(&json, journal->since_ms);
	write_word(&json, "place", journal->place);
	json_write_key(&json, "request");
	journal_request_write(&json, journal->request);
	json_write_close(&json, '}');
	return json_writer_take(&json);
}

static int begin_file(struct journal *journal, int folder_fd, struct berth_error *err)
{
	cleanup_free char *line = first_line(journal);

	if (line == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	journal->fd = journal_folder_open(
		folder_fd, journal->name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
	if (journal->fd == -1)
		return berth_error_errno(err, errno, "make", journal->path);
	if (flock(journal->fd, LOCK_EX | LOCK_NB) == 0 &&
		write_all(journal->fd, line, strlen(line)) == 0 &&
		write_all(journal->fd, "\n", 1) == 0 && fdatasync(journal->fd) == 0 &&
		fsync(folder_fd) == 0)
		return 0;
	berth_error_errno(err, errno, "write", journal->path);
	unlinkat(folder_fd, journal->name, 0);
	close(journal->fd);
	journal->fd = -1;
	return -1;
}

static int run_open(struct journal *journal, struct berth_error *err)
{
	cleanup_close int folder_fd = -1;

	if (private_folder_make(journal->path) == -1)
		return berth_error_errno(err, errno, "make the folder of", journal->path);
	folder_fd = journal_folder_lock(journal->folder, err);
	if (folder_fd == -1)
		return -1;
	if (journal_folder_check(folder_fd, journal->place, err) == -1)
		return -1;
	return begin_file(journal, folder_fd, err);
}

static int run_adopt(struct journal *journal, struct berth_error *err)
{
	cleanup_close int folder_fd = journal_folder_lock(journal->folder, err);
	int fd;

	if (folder_fd == -1)
		return -1;
	fd = journal_folder_open(folder_fd, journal->name, O_WRONLY | O_APPEND);
	if (fd == -1) {
		int cause = errno;

		berth_error_errno(err, cause, "open", journal->path);
		if (cause == ENOENT && err != NULL)
			err->code = BERTH_E_NOT_FOUND;
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		close(fd);
		return berth_error_set(err, BERTH_E_CONFLICT, 0,
			"deployment %.8s is in somebody's hands already", journal->id);
	}
	journal->fd = fd;
	/* A line that was torn ends here. */
	if (write_all(fd, "\n", 1) == -1)
		return berth_error_errno(err, errno, "write", journal->path);
	return 0;
}

static int run_sync(struct journal *journal, struct berth_error *err)
{
	if (journal->fd == -1 || fdatasync(journal->fd) == 0)
		return 0;
	return berth_error_errno(err, errno, "write", journal->path);
}

/* While it is locked, so that nobody finds it without an owner. */
static int run_forget(struct journal *journal, struct berth_error *err)
{
	if (journal->fd != -1 && unlink(journal->path) == -1 && errno != ENOENT)
		return berth_error_errno(err, errno, "remove", journal->path);
	return 0;
}

/* --- on the loop --- */

static void on_worker(void *context, const atomic_bool *cancelled)
{
	struct journal *journal = context;

	(void)cancelled;
	journal->status = journal->run(journal, &journal->error);
}

static void on_loop(void *context, bool cancelled)
{
	struct journal *journal = context;
	journal_done_fn *done = journal->done;
	void *done_context = journal->context;
	struct berth_error err = journal->error;
	int status = journal->status;

	if (cancelled && status == 1)
		status = berth_error_set(&err, BERTH_E_CANCELLED, 0, "cancelled");
	journal->work = NULL;
	berth_deployment_free(journal->request);
	journal->request = NULL;
	if (journal->frees)
		journal_free(journal);
	done(done_context, status == 0 ? NULL : &err);
}

static int begin(struct journal *journal,
	int (*run)(struct journal *journal, struct berth_error *err), journal_done_fn *done,
	void *context, struct berth_error *err)
{
	journal->run = run;
	journal->done = done;
	journal->context = context;
	journal->error = (struct berth_error){0};
	journal->status = 1;
	journal->work = work_start(journal->loop, on_worker, on_loop, journal, err);
	return journal->work != NULL ? 0 : -1;
}

static struct journal *make(const struct journal_setup *setup, struct berth_error *err)
{
	struct journal *journal = calloc(1, sizeof(*journal));

	if (journal != NULL) {
		journal->fd = -1;
		journal->loop = setup->loop;
		journal->since_ms = clock_unix_ms();
		journal->folder = strdup(setup->folder);
		snprintf(journal->id, sizeof(journal->id), "%s", setup->id);
		journal_name(journal->name, setup->id);
		if (asprintf(&journal->path, "%s/%s", setup->folder, journal->name) < 0)
			journal->path = NULL;
		if (setup->place != NULL)
			journal->place = strdup(setup->place);
		if (setup->request != NULL)
			journal->request = berth_deployment_copy(setup->request);
	}
	if (journal != NULL && journal->folder != NULL && journal->path != NULL &&
		(journal->place != NULL) == (setup->place != NULL) &&
		(journal->request != NULL) == (setup->request != NULL))
		return journal;
	journal_free(journal);
	berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return NULL;
}

static struct journal *start(const struct journal_setup *setup,
	int (*run)(struct journal *journal, struct berth_error *err), journal_done_fn *done,
	void *context, struct berth_error *err)
{
	struct journal *journal = make(setup, err);

	if (journal == NULL || begin(journal, run, done, context, err) == 0)
		return journal;
	journal_free(journal);
	return NULL;
}

struct journal *journal_open(const struct journal_setup *setup, journal_done_fn *done,
	void *context, struct berth_error *err)
{
	return start(setup, run_open, done, context, err);
}

struct journal *journal_adopt(const struct journal_setup *setup, journal_done_fn *done,
	void *context, struct berth_error *err)
{
	return start(setup, run_adopt, done, context, err);
}

int journal_sync(
	struct journal *journal, journal_done_fn *done, void *context, struct berth_error *err)
{
	return begin(journal, run_sync, done, context, err);
}

int journal_forget(
	struct journal *journal, journal_done_fn *done, void *context, struct berth_error *err)
{
	journal->frees = true;
	if (begin(journal, run_forget, done, context, err) == 0)
		return 0;
	journal->frees = false;
	return -1;
}

void journal_cancel(struct journal *journal)
{
	if (journal->work != NULL && !journal->frees)
		work_cancel(journal->work);
}

static char *line_of(const struct journal_note *note)
{
	struct json_writer json;

	json_writer_init(&json, MAX_LINE);
	json_write_open(&json, '{');
	write_word(&json, note->done ? "did" : "do", journal_deed_words[note->deed]);
	if (note->id != NULL)
		write_word(&json, "id", note->id);
	if (note->name != NULL)
		write_word(&json, "name", note->name);
	if (note->to != NULL)
		write_word(&json, "to", note->to);
	if (note->running) {
		json_write_key(&json, "running");
		json_write_bool(&json, true);
	}
	json_write_key(&json, "at");
	json_write_integer(&json, clock_unix_ms());
	json_write_close(&json, '}');
	return json_writer_take(&json);
}

int journal_note(struct journal *journal, const struct journal_note *note, struct berth_error *err)
{
	cleanup_free char *line = NULL;
	bool failed;

	if (journal == NULL || journal->fd == -1)
		return 0;
	trace("journal", "%s %s", note->done ? "did" : "do", journal_deed_words[note->deed]);
	line = line_of(note);
	failed = line == NULL || (journal->torn && write_all(journal->fd, "\n", 1) == -1);
	/* The newline goes along, so that a line is there whole or torn, and never two as one. */
	if (!failed) {
		size_t len = strlen(line);

		line[len] = '\n';
		failed = write_all(journal->fd, line, len + 1) == -1;
		journal->torn = failed;
	}
	if (!failed || journal->told)
		return 0;
	journal->told = true;
	return berth_error_errno(err, errno, "write", journal->path);
}

void journal_free(struct journal *journal)
{
	if (journal == NULL)
		return;
	if (journal->fd != -1)
		close(journal->fd);
	berth_deployment_free(journal->request);
	free(journal->folder);
	free(journal->place);
	free(journal->path);
	free(journal);
}
