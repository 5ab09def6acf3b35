#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "config/strings.h"
#include "generate/plan.h"

enum { MAX_PRESENT = 1024 * 1024, MAX_PATH = 4096, MODE = 0644, MODE_SECRET = 0600 };

static char *read_all(int fd, size_t size, const char *path, struct berth_error *err)
{
	char *text = malloc(size + 1);
	size_t len = 0;

	if (!text) {
		string_no_memory(err);
		return NULL;
	}
	while (len < size) {
		ssize_t got = read(fd, text + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			berth_error_errno(err, errno, "read", path);
			free(text);
			return NULL;
		}
		if (got == 0)
			break;
		len += (size_t)got;
	}
	text[len] = '\0';
	/* No text of ours has a NUL in it, and half of it says nothing. */
	if (strlen(text) < len)
		*text = '\0';
	return text;
}

char *read_present(const char *folder, const char *path, unsigned *mode, struct berth_error *err)
{
	char full[MAX_PATH];
	struct stat st;

	if (snprintf(full, sizeof full, "%s/%s", folder, path) >= (int)sizeof full) {
		berth_error_set(err, BERTH_E_LIMIT, 0, "the path of '%s' is too long", path);
		return NULL;
	}
	cleanup_close int fd = open(full, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		berth_error_set(err, BERTH_E_NOT_FOUND, ENOENT, "there is no '%s'", full);
		return NULL;
	}
	if (fd < 0 && errno == ELOOP)
		return copy_text("");
	if (fd < 0 || fstat(fd, &st) < 0) {
		berth_error_errno(err, errno, "open", full);
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		berth_error_set(err, BERTH_E_IO, 0, "'%s' is no file", full);
		return NULL;
	}
	*mode = st.st_mode & 07777;
	return st.st_size > MAX_PRESENT ? copy_text("")
					: read_all(fd, (size_t)st.st_size, full, err);
}

static bool is_written(const struct berth_generated *file)
{
	return file->state != BERTH_FILE_SAME && !file->leave;
}

/* Is it still what was shown? */
static int check(const struct berth_generation *generation, const struct berth_generated *file,
	struct berth_error *err)
{
	struct berth_error missing = {0};
	unsigned mode;

	if (file->state == BERTH_FILE_OWN && !file->overwrite) {
		berth_error_set(err, BERTH_E_CONFLICT, 0,
			"'%s' was not generated, or was changed since: it is not overwritten",
			file->path);
		return berth_error_hint(err, "move it away, or look at the difference and answer "
					     "at a terminal");
	}
	char *there = read_present(generation->folder, file->path, &mode, &missing);
	bool same = file->there ? there && strcmp(there, file->there) == 0
				: !there && missing.code == BERTH_E_NOT_FOUND;
	free(there);
	if (same)
		return 0;
	return berth_error_set(err, BERTH_E_CONFLICT, 0,
		"'%s' has changed meanwhile: nothing is written", file->path);
}

static int write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t put = write(fd, text, len);
		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0) {
			text += put;
			len -= (size_t)put;
		}
	}
	return 0;
}

/* The text beside its place; `beside` gets the path. A secret is never readable for others, not
 * even for a moment; what else is, is as the umask has it. */
static int write_beside(const struct berth_generation *generation,
	const struct berth_generated *file, char beside[MAX_PATH], struct berth_error *err)
{
	mode_t mode = file->secret ? MODE_SECRET : MODE;

	if (snprintf(beside, MAX_PATH, "%s/%s.XXXXXX", generation->folder, file->path) >=
		MAX_PATH) {
		*beside = '\0';
		return berth_error_set(
			err, BERTH_E_LIMIT, 0, "the path of '%s' is too long", file->path);
	}
	cleanup_close int fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0) {
		*beside = '\0';
		return berth_error_errno(err, errno, "write to folder", generation->folder);
	}
	if (write_all(fd, file->text) < 0 || fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return berth_error_errno(err, errno, "write", file->path);
	return 0;
}

static int put_in_place(const struct berth_generation *generation,
	const struct berth_generated *file, char beside[MAX_PATH], struct berth_error *err)
{
	char full[MAX_PATH];

	snprintf(full, sizeof full, "%s/%s", generation->folder, file->path);
	if (rename(beside, full) < 0)
		return berth_error_errno(err, errno, "write", full);
	*beside = '\0';
	return 0;
}

/* Each step for all of them before the next one for any. */
static int write_each(const struct berth_generation *generation, char (*beside)[MAX_PATH],
	struct berth_error *err)
{
	const struct berth_generated *files = generation->files;
	size_t count = generation->file_count;

	for (size_t i = 0; i < count; i++) {
		if (is_written(&files[i]) && check(generation, &files[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (is_written(&files[i]) &&
			write_beside(generation, &files[i], beside[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (is_written(&files[i]) &&
			put_in_place(generation, &files[i], beside[i], err) < 0)
			return -1;
	}
	return 0;
}

int write_files(const struct berth_generation *generation, struct berth_error *err)
{
	cleanup_free char(*beside)[MAX_PATH] = calloc(generation->file_count + 1, MAX_PATH);

	if (!beside)
		return string_no_memory(err);
	int status = write_each(generation, beside, err);
	for (size_t i = 0; i < generation->file_count; i++) {
		if (*beside[i])
			unlink(beside[i]);
	}
	return status;
}
