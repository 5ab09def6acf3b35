#include "session/line_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILL_BYTES = 256 << 10, LINE_MAX_BYTES = 64 << 20 };

int line_source_init(struct line_source *source, const char *path)
{
	*source = (struct line_source){.fd = -1, .end = path == NULL};
	buf_init(&source->buf, LINE_MAX_BYTES + FILL_BYTES);
	if (path != NULL)
		source->path = strdup(path);
	return path == NULL || source->path != NULL ? 0 : -1;
}

void line_source_release(struct line_source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	buf_release(&source->buf);
	free(source->path);
}

void line_source_rewind(struct line_source *source)
{
	buf_reset(&source->buf);
	source->at = 0;
	source->offset = 0;
	source->end = source->path == NULL;
}

static int open_file(struct line_source *source)
{
	struct stat info;

	source->fd = open(source->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (source->fd < 0)
		return errno == ENOENT ? 0 : -1;
	if (fstat(source->fd, &info) == 0 && S_ISREG(info.st_mode))
		return 0;
	close(source->fd);
	source->fd = -1;
	errno = EINVAL;
	return -1;
}

static int read_piece(struct line_source *source, char *piece, size_t *len)
{
	ssize_t got;

	do
		got = pread(source->fd, piece, FILL_BYTES, (off_t)source->offset);
	while (got < 0 && errno == EINTR);
	*len = got > 0 ? (size_t)got : 0;
	return got < 0 ? -1 : 0;
}

static void fail(struct line_source *source, int number)
{
	source->failed = number;
	source->end = true;
}

void line_source_fill(struct line_source *source)
{
	char *piece;
	size_t len = 0;

	if (source->path == NULL || source->failed != 0)
		return;
	buf_consume(&source->buf, source->at);
	source->at = 0;
	if (source->fd < 0 && open_file(source) == -1) {
		fail(source, errno);
		return;
	}
	piece = malloc(FILL_BYTES);
	if (piece == NULL)
		fail(source, ENOMEM);
	else if (source->fd >= 0 && read_piece(source, piece, &len) == -1)
		fail(source, errno);
	else if (buf_add(&source->buf, piece, len, NULL) == -1)
		fail(source, EMSGSIZE);
	else
		source->end = len == 0;
	source->offset += len;
	free(piece);
}

const char *line_source_next(struct line_source *source, size_t *len)
{
	const char *line = source->buf.data + source->at;
	const char *newline = memchr(line, '\n', source->buf.len - source->at);

	if (newline == NULL)
		return NULL;
	*len = (size_t)(newline - line);
	source->at += *len + 1;
	return line;
}
