#include "log/append_file.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/buf.h"
#include "log/log_file.h"
#include "log/log_store.h"
#include "loop/work.h"

struct append_file {
	struct append_file_setup setup;
	struct log_file file;
	struct log_write write;
	struct work *writing;
	struct buf waiting, under_way;
	uint64_t in_file;
	bool failed, closing;
	void (*closed)(void *context);
	void *closed_context;
};

struct append_file *append_file_new(const struct append_file_setup *setup, struct berth_error *err)
{
	struct append_file *file = calloc(1, sizeof(*file));

	if (file == NULL || log_file_init(&file->file, setup->path) == -1) {
		free(file);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	file->setup = *setup;
	file->setup.path = NULL;
	buf_init(&file->waiting, STORE_WAITING_MAX);
	buf_init(&file->under_way, STORE_WAITING_MAX);
	return file;
}

static void end_file(struct append_file *file, const struct berth_error *err)
{
	if (!file->failed && !file->closing)
		file->setup.failed(file->setup.context, err);
	file->failed = true;
	buf_reset(&file->waiting);
}

static void finish_close(struct append_file *file)
{
	void (*closed)(void *) = file->closed;
	void *context = file->closed_context;

	buf_release(&file->waiting);
	buf_release(&file->under_way);
	log_file_release(&file->file);
	free(file);
	closed(context);
}

static void write_more(struct append_file *file);

static void written(void *context, bool cancelled)
{
	struct append_file *file = (struct append_file *)((char *)context -
							  offsetof(struct append_file, write));

	(void)cancelled;
	file->writing = NULL;
	file->in_file += file->write.written;
	buf_reset(&file->under_way);
	if (file->write.failed)
		end_file(file, &file->write.error);
	write_more(file);
	if (file->closing && file->writing == NULL)
		finish_close(file);
}

static void write_more(struct append_file *file)
{
	struct berth_error err;
	struct buf next = file->waiting;

	if (file->writing != NULL || file->failed || next.len == 0)
		return;
	file->waiting = file->under_way;
	file->under_way = next;
	file->write = (struct log_write){.file = &file->file, .offset = file->in_file};
	log_write_add(&file->write, file->under_way.data, file->under_way.len);
	file->writing = work_start(file->setup.loop, log_write_run, written, &file->write, &err);
	if (file->writing == NULL)
		end_file(file, &err);
}

void append_file_add(struct append_file *file, const char *line, size_t len)
{
	size_t before = file->waiting.len;
	struct berth_error err;

	if (file->failed)
		return;
	if (buf_add(&file->waiting, line, len, &err) == 0 &&
		buf_add(&file->waiting, "\n", 1, &err) == 0) {
		write_more(file);
		return;
	}
	file->waiting.len = before;
	if (err.code == BERTH_E_LIMIT)
		berth_error_set(
			&err, BERTH_E_LIMIT, 0, "'%s' takes lines too slowly", file->file.path);
	end_file(file, &err);
}

void append_file_close(struct append_file *file, void (*closed)(void *context), void *context)
{
	file->closing = true;
	file->closed = closed;
	file->closed_context = context;
	if (file->writing == NULL)
		finish_close(file);
}
