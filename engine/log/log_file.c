#include "log/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/private_folder.h"

int log_file_init(struct log_file *file, const char *path)
{
	*file = (struct log_file){.fd = -1};
	if (path == NULL)
		return 0;
	file->path = strdup(path);
	return file->path != NULL ? 0 : -1;
}

void log_file_release(struct log_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->path);
}

bool log_file_read(const struct log_file *file, uint64_t offset, char *bytes, size_t len)
{
	size_t have = 0;

	while (have < len) {
		ssize_t got = pread(file->fd, bytes + have, len - have, (off_t)(offset + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	return true;
}

bool log_write_add(struct log_write *write, char *bytes, size_t len)
{
	if (write->piece_count == LOG_WRITE_PIECES)
		return false;
	write->pieces[write->piece_count++] = (struct iovec){.iov_base = bytes, .iov_len = len};
	return true;
}

static int make_file(struct log_file *file)
{
	if (private_folder_make(file->path) == -1)
		return -1;
	file->fd = open(
		file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (file->fd < 0)
		return -1;
	if (file->nameless)
		unlink(file->path);
	/* Says that a run writes it. A file system without locks can't be helped. */
	flock(file->fd, LOCK_EX | LOCK_NB);
	return 0;
}

/* The pieces that are left after so many bytes of them. */
static void skip(struct log_write *write, int *first, size_t bytes)
{
	while (*first < write->piece_count && bytes >= write->pieces[*first].iov_len)
		bytes -= write->pieces[(*first)++].iov_len;
	if (bytes > 0) {
		struct iovec *piece = &write->pieces[*first];

		piece->iov_base = (char *)piece->iov_base + bytes;
		piece->iov_len -= bytes;
	}
}

static int write_pieces(struct log_write *write)
{
	off_t at = (off_t)write->offset;
	int first = 0;

	while (first < write->piece_count) {
		ssize_t put = pwritev(
			write->file->fd, write->pieces + first, write->piece_count - first, at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		at += put;
		skip(write, &first, (size_t)put);
	}
	write->written = (size_t)(at - (off_t)write->offset);
	return 0;
}

static void fail(struct log_write *write, const char *verb)
{
	write->failed = true;
	berth_error_errno(&write->error, errno, verb, write->file->path);
}

void log_write_run(void *context, const atomic_bool *cancelled)
{
	struct log_write *write = context;
	struct log_file *file = write->file;

	(void)cancelled;
	if (write->closes) {
		if (file->fd >= 0) {
			if (!file->nameless)
				log_index_write(&write->index, file->path);
			close(file->fd);
		}
		file->fd = -1;
		return;
	}
	if (file->fd < 0 && make_file(file) == -1) {
		fail(write, "make");
		return;
	}
	if (write_pieces(write) == 0)
		return;
	fail(write, "write");
	/* A half record at the end would be taken for a whole one. */
	if (ftruncate(file->fd, (off_t)write->offset) == -1)
		berth_error_hint(&write->error, "the last line of the file may be incomplete");
}
