/* A log that is there already, to be read. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/log_private.h"

struct opening {
	struct uv_loop_s *loop;
	struct log_file file;
	struct log_index index;
	struct berth_error error;
	int status;
	log_opened_fn *opened;
	void *context;
};

/* Shared, so that nobody removes it while it is looked at. One that is still written can't be had
 * so, and needs no such care. */
static int open_file(struct opening *opening)
{
	struct log_file *file = &opening->file;
	struct stat info;

	file->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (file->fd < 0)
		return berth_error_errno(&opening->error, errno, "open", file->path);
	if (fstat(file->fd, &info) == -1 || !S_ISREG(info.st_mode))
		return berth_error_set(
			&opening->error, BERTH_E_IO, 0, "'%s' is no file", file->path);
	flock(file->fd, LOCK_SH | LOCK_NB);
	return log_index_read(&opening->index, file->path, file->fd, &opening->error);
}

static void on_worker(void *context, const atomic_bool *cancelled)
{
	struct opening *opening = context;

	(void)cancelled;
	opening->status = open_file(opening);
}

static struct berth_log *make_log(struct opening *opening)
{
	struct berth_log *log = calloc(1, sizeof(*log));
	const struct log_index *index = &opening->index;

	if (log == NULL)
		return NULL;
	log->setup.loop = opening->loop;
	log->file = opening->file;
	log->blocks = index->blocks;
	log->block_count = log->block_capacity = index->block_count;
	log->end = index->lines;
	log->size = log->in_file = index->size;
	memcpy(log->counts, index->counts, sizeof(log->counts));
	log->failed = log->opened = true;
	return log;
}

static void on_loop(void *context, bool cancelled)
{
	struct opening *opening = context;
	struct berth_log *log = NULL;

	(void)cancelled;
	if (opening->status == 0)
		log = make_log(opening);
	if (opening->status == 0 && log == NULL)
		berth_error_set(&opening->error, BERTH_E_MEMORY, 0, "out of memory");
	if (log == NULL) {
		free(opening->index.blocks);
		log_file_release(&opening->file);
	}
	opening->opened(opening->context, log, log != NULL ? NULL : &opening->error);
	free(opening);
}

int log_store_open(struct uv_loop_s *loop, const char *path, log_opened_fn *opened, void *context,
	struct berth_error *err)
{
	struct opening *opening = calloc(1, sizeof(*opening));

	if (opening == NULL || log_file_init(&opening->file, path) == -1) {
		free(opening);
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	opening->loop = loop;
	opening->opened = opened;
	opening->context = context;
	if (work_start(loop, on_worker, on_loop, opening, err) != NULL)
		return 0;
	log_file_release(&opening->file);
	free(opening);
	return -1;
}
