#include "log/log_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/sha256.h"
#include "log/log_store.h"
#include "log/record.h"

enum { CHUNK = 1 << 20, ROOM = BERTH_LOG_LINE_MAX + RECORD_HEAD_MAX + CHUNK };

struct header {
	char magic[16];
	unsigned char digest[SHA256_SIZE]; /* of all that follows */
	uint64_t size, lines, block_count;
	uint64_t counts[BERTH_ERROR + 1];
};

#define DIGEST_FROM offsetof(struct header, size)

static const char magic[16] = "berth log index1";

static char *path_of(const char *log_path)
{
	char *path = NULL;

	return asprintf(&path, "%s" LOG_INDEX_SUFFIX, log_path) < 0 ? NULL : path;
}

/* The bytes of the file; NULL without memory. */
static char *encode(const struct log_index *index, size_t *len)
{
	size_t blocks = index->block_count * sizeof(*index->blocks);
	struct header header = {
		.size = index->size, .lines = index->lines, .block_count = index->block_count};
	char *bytes = malloc(sizeof(header) + blocks);

	if (bytes == NULL)
		return NULL;
	*len = sizeof(header) + blocks;
	memcpy(header.magic, magic, sizeof(magic));
	memcpy(header.counts, index->counts, sizeof(header.counts));
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), index->blocks, blocks);
	sha256(header.digest, bytes + DIGEST_FROM, *len - DIGEST_FROM);
	memcpy(bytes, &header, sizeof(header));
	return bytes;
}

void log_index_write(const struct log_index *index, const char *log_path)
{
	bool wanted = index->block_count > 0 && index->size >= LOG_INDEX_MIN_BYTES;
	cleanup_free char *path = wanted ? path_of(log_path) : NULL;
	cleanup_free char *bytes = NULL;
	size_t len, put;
	FILE *file;
	int fd;

	if (path == NULL || (bytes = encode(index, &len)) == NULL)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	file = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (file == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	put = fwrite(bytes, 1, len, file);
	if (fclose(file) != 0 || put != len)
		unlink(path);
}

/* --- as it was written --- */

/* True if it is whole, and of a log of that size. */
static bool decode(struct log_index *index, const char *bytes, size_t len, uint64_t size)
{
	unsigned char digest[SHA256_SIZE];
	struct header header;

	if (len <= sizeof(header))
		return false;
	memcpy(&header, bytes, sizeof(header));
	if (memcmp(header.magic, magic, sizeof(magic)) != 0 || header.size != size ||
		header.block_count != (len - sizeof(header)) / sizeof(*index->blocks))
		return false;
	sha256(digest, bytes + DIGEST_FROM, len - DIGEST_FROM);
	if (memcmp(digest, header.digest, sizeof(digest)) != 0)
		return false;
	index->blocks = malloc(len - sizeof(header));
	if (index->blocks == NULL)
		return false;
	memcpy(index->blocks, bytes + sizeof(header), len - sizeof(header));
	index->block_count = header.block_count;
	index->size = header.size;
	index->lines = header.lines;
	memcpy(index->counts, header.counts, sizeof(index->counts));
	return true;
}

static bool read_kept(struct log_index *index, const char *log_path, uint64_t size)
{
	cleanup_free char *path = path_of(log_path);
	cleanup_free char *bytes = NULL;
	FILE *file = path != NULL ? fopen(path, "re") : NULL;
	struct stat info;
	bool good;

	if (file == NULL)
		return false;
	good = fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 &&
	       (uint64_t)info.st_size <= size;
	if (good)
		bytes = malloc((size_t)info.st_size);
	good = bytes != NULL && fread(bytes, (size_t)info.st_size, 1, file) == 1 &&
	       decode(index, bytes, (size_t)info.st_size, size);
	fclose(file);
	return good;
}

/* --- from the lines --- */

struct finding {
	struct log_index *index;
	size_t capacity;
	unsigned lines; /* of the block that is open; 0: none is */
};

static int open_block(struct finding *finding)
{
	struct log_index *index = finding->index;

	if (index->block_count == finding->capacity) {
		size_t capacity = finding->capacity ? finding->capacity * 2 : 64;
		struct block_entry *grown = realloc(index->blocks, capacity * sizeof(*grown));

		if (grown == NULL)
			return -1;
		index->blocks = grown;
		finding->capacity = capacity;
	}
	index->blocks[index->block_count++] = (struct block_entry){
		.offset = index->size, .first = index->lines};
	finding->lines = 0;
	return 0;
}

static int add_line(struct finding *finding, const char *record, size_t len)
{
	struct log_index *index = finding->index;
	const struct block_entry *open = index->block_count > 0
						 ? &index->blocks[index->block_count - 1]
						 : NULL;
	enum berth_level level = record_text(record, len - 1) > 0 ? record_level(record)
								  : BERTH_INFO;

	if ((open == NULL || finding->lines == STORE_BLOCK_LINES ||
		    index->size + len - open->offset > STORE_BLOCK_BYTES) &&
		open_block(finding) == -1)
		return -1;
	index->blocks[index->block_count - 1].levels |= (uint64_t)1 << level;
	index->counts[level]++;
	index->size += len;
	index->lines++;
	finding->lines++;
	return 0;
}

/* Whole lines only: the last one may just be being written. */
static int find_lines(struct log_index *index, int fd, char *room, struct berth_error *err)
{
	struct finding finding = {.index = index};
	size_t have = 0;

	for (;;) {
		ssize_t got = pread(fd, room + have, ROOM - have, (off_t)(index->size + have));
		size_t at = 0;
		const char *newline;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return berth_error_errno(err, errno, "read", "the log");
		have += (size_t)got;
		while ((newline = memchr(room + at, '\n', have - at)) != NULL) {
			size_t len = (size_t)(newline - room) + 1 - at;

			if (add_line(&finding, room + at, len) == -1)
				return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
			at += len;
		}
		if (got == 0)
			return 0;
		if (at == 0 && have == ROOM)
			return berth_error_set(
				err, BERTH_E_PROTOCOL, 0, "the file is no log of ours");
		have -= at;
		memmove(room, room + at, have);
	}
}

int log_index_read(struct log_index *index, const char *log_path, int fd, struct berth_error *err)
{
	cleanup_free char *room = NULL;
	struct stat info;

	*index = (struct log_index){0};
	if (fstat(fd, &info) == -1)
		return berth_error_errno(err, errno, "read", log_path);
	if ((uint64_t)info.st_size >= LOG_INDEX_MIN_BYTES &&
		read_kept(index, log_path, (uint64_t)info.st_size))
		return 0;
	room = malloc(ROOM);
	if (room == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (find_lines(index, fd, room, err) == 0)
		return 0;
	free(index->blocks);
	*index = (struct log_index){0};
	return -1;
}
