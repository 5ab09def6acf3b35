#include "journal/journal_run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "journal/journal.h"
#include "journal/journal_deeds.h"
#include "journal/journal_folder.h"
#include "journal/journal_names.h"
#include "journal/journal_request.h"

/* Of one journal; a deployment writes some kilobytes. */
#define MAX_BYTES (4 << 20)
#define MAX_RUNS  1024

const char *const journal_deed_words[JOURNAL_DEED_COUNT] = {
	[JOURNAL_ASIDE] = "aside",
	[JOURNAL_CREATE] = "create",
	[JOURNAL_COPY] = "copy",
	[JOURNAL_STOP] = "stop",
	[JOURNAL_START] = "start",
	[JOURNAL_DISCARD] = "discard",
	[JOURNAL_RETIRE] = "retire",
	[JOURNAL_UNDO] = "undo",
	[JOURNAL_RECOVER] = "recover",
	[JOURNAL_END] = "end",
	[JOURNAL_KEEP] = "keep",
};

static void take(const json_t *object, const char *key, char *dst, size_t cap)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text != NULL)
		snprintf(dst, cap, "%s", text);
}

#define TAKE(object, key, field) take(object, key, field, sizeof(field))

static void take_head(struct journal_run *run, const json_t *line)
{
	TAKE(line, "id", run->id);
	TAKE(line, "who", run->who);
	TAKE(line, "host", run->host);
	TAKE(line, "boot", run->boot);
	TAKE(line, "place", run->place);
	run->pid = json_integer_value(json_object_get(line, "pid"));
	run->since_ms = json_integer_value(json_object_get(line, "since"));
	if (run->request == NULL)
		run->request = journal_request_read(json_object_get(line, "request"));
}

static void take_aside(struct journal_run *run, const json_t *line)
{
	run->has_old = true;
	TAKE(line, "id", run->old_id);
	TAKE(line, "name", run->old_name);
	TAKE(line, "to", run->old_aside);
	run->old_running = json_is_true(json_object_get(line, "running"));
}

static void take_keeper(struct journal_run *run, const json_t *line)
{
	char pid[24] = "";

	TAKE(line, "name", pid);
	run->pid = strtoll(pid, NULL, 10);
	run->kept = true;
}

static void take_deed(
	struct journal_run *run, enum journal_deed deed, bool done, const json_t *line)
{
	switch (deed) {
	case JOURNAL_ASIDE:
		if (!done)
			take_aside(run, line);
		break;
	case JOURNAL_CREATE:
		run->complete = false;
		run->new_id[0] = '\0';
		TAKE(line, "id", run->new_id);
		break;
	case JOURNAL_START:
		run->complete = true;
		break;
	case JOURNAL_DISCARD:
		run->complete = false;
		break;
	case JOURNAL_RETIRE:
		run->retiring = true;
		break;
	case JOURNAL_UNDO:
		run->undoing = true;
		run->retiring = false;
		break;
	case JOURNAL_END:
		TAKE(line, "name", run->outcome);
		break;
	case JOURNAL_KEEP:
		take_keeper(run, line);
		break;
	default:
		break;
	}
	run->touched = run->touched ||
		       (deed != JOURNAL_RECOVER && deed != JOURNAL_END && deed != JOURNAL_KEEP);
}

void journal_run_line(struct journal_run *run, const char *text, size_t len)
{
	json_t *line = json_loadb(text, len, 0, NULL);
	const char *meant = json_string_value(json_object_get(line, "do"));
	const char *done = json_string_value(json_object_get(line, "did"));
	const char *word = meant != NULL ? meant : done;

	if (json_object_get(line, "v") != NULL)
		take_head(run, line);
	for (int deed = 0; word != NULL && deed < JOURNAL_DEED_COUNT; deed++)
		if (strcmp(word, journal_deed_words[deed]) == 0)
			take_deed(run, (enum journal_deed)deed, meant == NULL, line);
	json_decref(line);
}

void journal_run_release(struct journal_run *run)
{
	berth_deployment_free(run->request);
	*run = (struct journal_run){0};
}

static char *read_all(int fd, size_t size, size_t *len)
{
	char *text = malloc(size + 1);

	*len = 0;
	while (text != NULL && *len < size) {
		ssize_t count = pread(fd, text + *len, size - *len, (off_t)*len);

		if (count == -1 && errno == EINTR)
			continue;
		if (count <= 0)
			break;
		*len += (size_t)count;
	}
	return text;
}

/* One that can be locked has no owner. The lock goes with this descriptor. */
static bool is_held(int fd)
{
	return flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK;
}

int journal_run_read(struct journal_run *run, const char *path, int fd, struct berth_error *err)
{
	cleanup_free char *text = NULL;
	struct stat info;
	size_t len;

	if (fstat(fd, &info) == -1)
		return berth_error_errno(err, errno, "read", path);
	if (!S_ISREG(info.st_mode) || info.st_size > MAX_BYTES)
		return berth_error_set(err, BERTH_E_IO, 0, "'%s' is no journal", path);
	text = read_all(fd, (size_t)info.st_size, &len);
	if (text == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	for (size_t at = 0, end; at < len; at = end + 1) {
		const char *newline = memchr(text + at, '\n', len - at);

		end = newline != NULL ? (size_t)(newline - text) : len;
		journal_run_line(run, text + at, end - at);
	}
	run->held = is_held(fd);
	run->stillborn = !run->held && memchr(text, '\n', len) == NULL;
	if (run->id[0] == '\0')
		return berth_error_set(
			err, BERTH_E_PROTOCOL, 0, "'%s' does not begin as a journal does", path);
	return 0;
}

static void read_one(int folder_fd, const char *name, struct journal_run **runs, size_t *count)
{
	cleanup_close int fd = journal_folder_open(folder_fd, name, O_RDONLY);
	struct journal_run *grown;

	if (fd == -1 || *count == MAX_RUNS)
		return;
	grown = realloc(*runs, (*count + 1) * sizeof(**runs));
	if (grown == NULL)
		return;
	*runs = grown;
	grown[*count] = (struct journal_run){0};
	if (journal_run_read(&grown[*count], name, fd, NULL) == 0) {
		(*count)++;
		return;
	}
	if (grown[*count].stillborn)
		unlinkat(folder_fd, name, 0);
	journal_run_release(&grown[*count]);
}

static int by_age(const void *a, const void *b)
{
	const struct journal_run *left = a, *right = b;

	return (left->since_ms > right->since_ms) - (left->since_ms < right->since_ms);
}

int journal_runs(
	const char *folder, struct journal_run **runs, size_t *count, struct berth_error *err)
{
	struct berth_error why = {0};
	int lock = journal_folder_lock(folder, &why);
	DIR *listing;
	const struct dirent *entry;

	*runs = NULL;
	*count = 0;
	if (lock == -1 && why.code == BERTH_E_NOT_FOUND)
		return 0;
	listing = lock != -1 ? opendir(folder) : NULL;
	if (listing == NULL) {
		if (lock != -1) {
			berth_error_errno(&why, errno, "read", folder);
			close(lock);
		}
		if (err != NULL)
			*err = why;
		return -1;
	}
	while ((entry = readdir(listing)) != NULL)
		if (journal_is_name(entry->d_name))
			read_one(lock, entry->d_name, runs, count);
	closedir(listing);
	close(lock);
	if (*count > 0)
		qsort(*runs, *count, sizeof(**runs), by_age);
	return 0;
}

void journal_runs_free(struct journal_run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		journal_run_release(&runs[i]);
	free(runs);
}
