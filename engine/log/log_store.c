#include "log/log_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log/log_private.h"
#include "loop/timer.h"

#define FIRST_CHUNK_BYTES 2048u
#define RECENT_BYTES      (128u << 10) /* that stay in memory though the file has them */
#define REST_MS           10           /* between two writes */
#define REST_BYTES        (256u << 10) /* that do not wait for it */

static void log_free(struct berth_log *log)
{
	timer_close(log->rest);
	chunk_list_release(&log->chunks);
	free(log->blocks);
	free(log->scratch);
	log_file_release(&log->file);
	free(log);
}

static void rested(void *context);

struct berth_log *log_store_new(const struct log_store_setup *setup, struct berth_error *err)
{
	struct berth_log *log = calloc(1, sizeof(*log));

	if (log == NULL || log_file_init(&log->file, setup->path) == -1) {
		free(log);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	log->setup = *setup;
	log->setup.path = NULL;
	log->file.nameless = setup->nameless;
	log->failed = setup->path == NULL;
	if (setup->path != NULL) {
		log->rest = timer_new(setup->loop, rested, log, err);
		if (log->rest == NULL) {
			log_free(log);
			return NULL;
		}
	}
	return log;
}

static void forget_chunk(struct berth_log *log, struct chunk *chunk)
{
	/* What no file has either is gone. */
	if (chunk->offset + chunk->used > log->in_file)
		log->lost += chunk->lines;
	if (log->cursor.set && log->cursor.block == chunk->block)
		log->cursor.set = false;
	chunk_list_drop_oldest(&log->chunks);
}

/* Memory keeps what the file lacks, and a little that is likely to be looked at again. */
static void trim(struct berth_log *log)
{
	for (;;) {
		struct chunk *oldest = log->chunks.oldest;
		bool written;

		if (oldest == NULL || oldest == log->chunks.newest || log->writing != NULL)
			return;
		written = oldest->offset + oldest->used <= log->in_file;
		if (log->chunks.bytes <= (written ? RECENT_BYTES : STORE_WAITING_MAX))
			return;
		if (!written && !log->failed)
			return;
		forget_chunk(log, oldest);
	}
}

static void end_file(struct berth_log *log, const struct berth_error *err)
{
	log->failed = true;
	if (!log->closing)
		log->setup.failed(log->setup.context, err);
}

static void write_more(struct berth_log *log);

static void finish_close(struct berth_log *log)
{
	void (*closed)(void *) = log->closed;
	void *context = log->closed_context;

	log_free(log);
	closed(context);
}

static void written(void *context, bool cancelled)
{
	struct log_write *write = context;
	struct berth_log *log = write->owner;

	(void)cancelled;
	log->writing = NULL;
	if (write->closes) {
		finish_close(log);
		return;
	}
	log->in_file += write->written;
	if (write->failed)
		end_file(log, &write->error);
	trim(log);
	write_more(log);
	if (log->closing && log->writing == NULL)
		finish_close(log);
}

/* Whole records only: what stands in the file can be read at any time. */
static void gather(struct berth_log *log)
{
	struct log_write *write = &log->write;

	*write = (struct log_write){.owner = log, .file = &log->file, .offset = log->in_file};
	for (struct chunk *chunk = log->chunks.oldest; chunk != NULL; chunk = chunk->newer) {
		size_t skip = chunk->offset < log->in_file ? log->in_file - chunk->offset : 0;

		if (skip >= chunk->used)
			continue;
		if (!log_write_add(write, chunk->bytes + skip, chunk->used - skip))
			break;
	}
}

/* A log that is not whole in its file has none: whoever opens it looks for its lines himself. */
static struct log_index log_index_view(const struct berth_log *log)
{
	struct log_index index = {.blocks = log->blocks,
		.block_count = log->in_file == log->size && !log->opened ? log->block_count : 0,
		.lines = log->end,
		.size = log->size};

	memcpy(index.counts, log->counts, sizeof(index.counts));
	return index;
}

/* Lines of a flood come one by one, and a write each would be a worker woken for each: they go
 * together. The first after a rest goes at once. */
static bool must_rest(struct berth_log *log)
{
	int64_t now = clock_turn_ms(log->setup.loop), due = log->wrote_ms + REST_MS;

	if (log->closing || now >= due || log->size - log->in_file >= REST_BYTES)
		return false;
	if (!log->resting)
		timer_start(log->rest, (uint64_t)(due - now));
	log->resting = true;
	return true;
}

static void write_more(struct berth_log *log)
{
	bool waiting = !log->failed && log->in_file < log->size;
	struct berth_error err;

	if (log->writing != NULL || (!waiting && !log->closing) || (waiting && must_rest(log)))
		return;
	if (waiting) {
		log->wrote_ms = clock_turn_ms(log->setup.loop);
		gather(log);
	} else {
		log->write = (struct log_write){.owner = log,
			.file = &log->file,
			.closes = true,
			.index = log_index_view(log)};
	}
	log->writing = work_start(log->setup.loop, log_write_run, written, &log->write, &err);
	if (log->writing != NULL)
		return;
	if (waiting)
		end_file(log, &err);
}

static void rested(void *context)
{
	struct berth_log *log = context;

	log->resting = false;
	write_more(log);
}

void log_store_close(struct berth_log *log, void (*closed)(void *context), void *context)
{
	log->closing = true;
	log->closed = closed;
	log->closed_context = context;
	write_more(log);
	/* Without memory for the last write there is none to wait for. */
	if (log->writing == NULL)
		finish_close(log);
}

static int reserve_block(struct berth_log *log)
{
	size_t capacity = log->block_capacity ? log->block_capacity * 2 : 16;
	struct block_entry *grown;

	if (log->block_count < log->block_capacity)
		return 0;
	grown = realloc(log->blocks, capacity * sizeof(*grown));
	if (grown == NULL)
		return -1;
	log->blocks = grown;
	log->block_capacity = capacity;
	return 0;
}

static struct chunk *add_block(struct berth_log *log, size_t need, struct berth_error *err)
{
	const struct chunk *newest = log->chunks.newest;
	size_t size = newest != NULL ? newest->capacity * 2 : FIRST_CHUNK_BYTES;
	struct chunk *chunk = NULL;

	if (size > STORE_BLOCK_BYTES)
		size = STORE_BLOCK_BYTES;
	if (reserve_block(log) == 0)
		chunk = chunk_list_add(&log->chunks, need > size ? need : size);
	if (chunk == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	chunk->offset = log->size;
	chunk->block = log->block_count;
	log->blocks[log->block_count++] = (struct block_entry){
		.offset = log->size, .first = log->end};
	trim(log);
	return chunk;
}

static int add_record(
	struct berth_log *log, const struct berth_log_line *line, struct berth_error *err)
{
	size_t need = RECORD_HEAD_MAX + line->len;
	struct chunk *chunk = log->chunks.newest;
	size_t len;

	if (chunk == NULL || chunk->lines == STORE_BLOCK_LINES ||
		chunk->used + need > chunk->capacity)
		chunk = add_block(log, need, err);
	if (chunk == NULL)
		return -1;
	len = record_put(chunk->bytes + chunk->used, line);
	chunk->used += len;
	chunk->lines++;
	log->chunks.bytes += len;
	log->size += len;
	log->end++;
	log->counts[line->level]++;
	log->blocks[log->block_count - 1].levels |= (uint64_t)1 << line->level;
	return 0;
}

/* How much of a text that is too long goes into one line: characters stay whole. */
static size_t part_of(const char *text, size_t len)
{
	size_t part = BERTH_LOG_LINE_MAX;

	if (len <= part)
		return len;
	for (int back = 0; back < 3 && ((unsigned char)text[part] & 0xc0) == 0x80; back++)
		part--;
	return part;
}

static int add_parts(
	struct berth_log *log, const struct berth_log_line *line, struct berth_error *err)
{
	struct berth_log_line part = *line;
	size_t left = line->len;

	do {
		part.len = part_of(part.text, left);
		if (add_record(log, &part, err) == -1)
			return -1;
		left -= part.len;
		part.text += part.len;
		part.continues = true;
	} while (left > 0);
	return 0;
}

static void too_slow(struct berth_log *log)
{
	struct berth_error err;

	berth_error_set(&err, BERTH_E_LIMIT, 0, "'%s' takes lines too slowly", log->file.path);
	end_file(log, &err);
}

int log_store_add(struct berth_log *log, const struct berth_log_line *line, struct berth_error *err)
{
	struct berth_log_line one = *line;
	const char *end = line->text + line->len;

	for (;;) {
		const char *newline = one.text < end
					      ? memchr(one.text, '\n', (size_t)(end - one.text))
					      : NULL;

		one.len = (size_t)((newline != NULL ? newline : end) - one.text);
		if (add_parts(log, &one, err) == -1)
			return -1;
		if (newline == NULL || newline + 1 == end)
			break;
		one.text = newline + 1;
		one.continues = false;
	}
	if (!log->failed && log->size - log->in_file > STORE_WAITING_MAX)
		too_slow(log);
	write_more(log);
	return 0;
}

uint64_t berth_log_end(const struct berth_log *log)
{
	return log->end;
}

uint64_t berth_log_count(const struct berth_log *log, enum berth_level level)
{
	return log->counts[level];
}

struct uv_loop_s *log_store_loop(const struct berth_log *log)
{
	return log->setup.loop;
}

bool log_store_full(const struct berth_log *log)
{
	return !log->failed && log->size - log->in_file > STORE_WAITING_MAX / 2;
}

uint64_t berth_log_lost(const struct berth_log *log)
{
	return log->lost;
}

const char *berth_log_path(const struct berth_log *log)
{
	bool none = (log->failed && log->in_file == 0) || log->file.nameless;

	return none ? NULL : log->file.path;
}

static size_t find_block(const struct berth_log *log, uint64_t n)
{
	size_t low = 0, high = log->block_count;

	if (log->cursor.set && n >= log->blocks[log->cursor.block].first &&
		(log->cursor.block + 1 == log->block_count ||
			n < log->blocks[log->cursor.block + 1].first))
		return log->cursor.block;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (log->blocks[middle].first <= n)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static bool read_scratch(struct berth_log *log, size_t number, uint64_t offset, size_t len)
{
	if (log->scratch_set && log->scratch_block == number)
		return true;
	if (len > log->scratch_capacity) {
		char *grown = realloc(log->scratch, len);

		if (grown == NULL)
			return false;
		log->scratch = grown;
		log->scratch_capacity = len;
	}
	log->scratch_set = log_file_read(&log->file, offset, log->scratch, len);
	log->scratch_block = number;
	return log->scratch_set;
}

static const char *bytes_of(struct berth_log *log, size_t number, uint64_t offset, size_t len)
{
	const struct chunk *oldest = log->chunks.oldest;

	if (oldest != NULL && number >= oldest->block)
		return chunk_list_find(&log->chunks, number)->bytes;
	if (offset + len > log->in_file || !read_scratch(log, number, offset, len))
		return NULL;
	return log->scratch;
}

static void fill_block(struct berth_log *log, size_t number, bool bytes, struct log_block *block)
{
	const struct block_entry *entry = &log->blocks[number];
	bool complete = number + 1 < log->block_count;
	uint64_t end = complete ? entry[1].first : log->end;
	uint64_t after = complete ? entry[1].offset : log->size;

	*block = (struct log_block){
		.first = entry->first,
		.lines = (unsigned)(end - entry->first),
		.levels = entry->levels,
		.len = (size_t)(after - entry->offset),
		.complete = complete,
	};
	if (bytes)
		block->bytes = bytes_of(log, number, entry->offset, block->len);
}

bool log_store_block(struct berth_log *log, uint64_t n, bool bytes, struct log_block *block)
{
	if (n >= log->end)
		return false;
	fill_block(log, find_block(log, n), bytes, block);
	return true;
}

/* The record of a line of a block, from where the last one was found if that is before it. */
static const char *find_record(struct berth_log *log, size_t number, const struct log_block *block,
	unsigned line, size_t *len)
{
	struct cursor *cursor = &log->cursor;
	const char *newline;

	if (!cursor->set || cursor->block != number || cursor->line > line)
		*cursor = (struct cursor){.block = number, .set = true};
	for (;;) {
		const char *record = block->bytes + cursor->at;

		newline = memchr(record, '\n', block->len - cursor->at);
		if (newline == NULL)
			return NULL;
		*len = (size_t)(newline - record);
		if (cursor->line == line)
			return record;
		cursor->at += *len + 1;
		cursor->line++;
	}
}

bool berth_log_get(struct berth_log *log, uint64_t n, struct berth_log_line *line)
{
	struct log_block block;
	const char *record;
	size_t number, len;

	if (n >= log->end)
		return false;
	number = find_block(log, n);
	fill_block(log, number, true, &block);
	if (block.bytes == NULL)
		return false;
	record = find_record(log, number, &block, (unsigned)(n - block.first), &len);
	return record != NULL && record_get(record, len, log->stage, line);
}

/* Bit i: the i-th level and all above it. */
static unsigned levels_from(enum berth_level lowest)
{
	return ~0u << lowest;
}

static bool is_from(struct berth_log *log, uint64_t n, enum berth_level lowest)
{
	struct berth_log_line line;

	return berth_log_get(log, n, &line) && line.level >= lowest;
}

bool berth_log_next(struct berth_log *log, uint64_t n, enum berth_level lowest, uint64_t *found)
{
	struct log_block block;

	while (log_store_block(log, n, false, &block)) {
		uint64_t end = block.first + block.lines;

		if ((block.levels & levels_from(lowest)) == 0)
			n = end;
		for (; n < end; n++) {
			if (is_from(log, n, lowest)) {
				*found = n;
				return true;
			}
		}
	}
	return false;
}

bool berth_log_previous(struct berth_log *log, uint64_t n, enum berth_level lowest, uint64_t *found)
{
	struct log_block block;
	uint64_t after = n < log->end ? n + 1 : log->end;

	while (after > 0 && log_store_block(log, after - 1, false, &block)) {
		if ((block.levels & levels_from(lowest)) == 0)
			after = block.first;
		for (; after > block.first; after--) {
			if (is_from(log, after - 1, lowest)) {
				*found = after - 1;
				return true;
			}
		}
	}
	return false;
}
