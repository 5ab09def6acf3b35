/* A log on disk: what is added can be read again by number, whatever became of the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "log/log_store.h"
#include "support/loop_wait.h"
#include "unit/noise.h"

struct fixture {
	uv_loop_t loop;
	char folder[64];
	char path[128];
	struct berth_log *log;
	unsigned failures;
	struct berth_error error;
	bool closed;
};

static void failed(void *context, const struct berth_error *err)
{
	struct fixture *f = context;

	f->failures++;
	f->error = *err;
}

static void closed(void *context)
{
	struct fixture *f = context;

	f->closed = true;
}

static void open_log(struct fixture *f, const char *path)
{
	f->closed = false;
	f->log = log_store_new(
		&(struct log_store_setup){
			.loop = &f->loop, .path = path, .failed = failed, .context = f},
		NULL);
	assert_non_null(f->log);
}

static void close_log(struct fixture *f)
{
	f->closed = false;
	log_store_close(f->log, closed, f);
	f->log = NULL;
	LOOP_UNTIL(&f->loop, f->closed);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	snprintf(f->folder, sizeof(f->folder), "/tmp/berth-log-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/state/berth/a.log", f->folder);
	open_log(f, f->path);
	*state = f;
	return 0;
}

static void remove_at(const char *folder, const char *name)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	remove(path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->log != NULL)
		close_log(f);
	LOOP_CLOSE(&f->loop);
	remove(f->path);
	remove_at(f->folder, "state/berth");
	remove_at(f->folder, "state");
	remove(f->folder);
	free(f);
	return 0;
}

static void add(struct fixture *f, enum berth_level level, const char *text, size_t len)
{
	const struct berth_log_line line = {.time_ms = INT64_C(1700000000123),
		.level = level,
		.stream = BERTH_STDOUT,
		.stage = "health_check",
		.text = text,
		.len = len};

	assert_int_equal(log_store_add(f->log, &line, NULL), 0);
}

static void add_text(struct fixture *f, const char *text)
{
	add(f, BERTH_INFO, text, strlen(text));
}

static void add_numbers(struct fixture *f, uint64_t from, uint64_t to)
{
	for (uint64_t n = from; n < to; n++) {
		char text[64];

		snprintf(text, sizeof(text), "line %llu", (unsigned long long)n);
		add_text(f, text);
	}
}

static void assert_line(struct fixture *f, uint64_t n, const char *text)
{
	struct berth_log_line line;

	assert_true(berth_log_get(f->log, n, &line));
	assert_int_equal(line.len, strlen(text));
	assert_memory_equal(line.text, text, line.len);
}

static void assert_number(struct fixture *f, uint64_t n)
{
	char text[64];

	snprintf(text, sizeof(text), "line %llu", (unsigned long long)n);
	assert_line(f, n, text);
}

/* All of it is in the file. */
static bool settled(const struct fixture *f)
{
	/* Neither a write nor the rest before the next one. */
	return !uv_loop_alive(&f->loop);
}

static char *read_file(const struct fixture *f, size_t *len)
{
	FILE *file = fopen(f->path, "re");
	char *bytes = malloc(1u << 20);

	assert_non_null(file);
	assert_non_null(bytes);
	*len = fread(bytes, 1, (1u << 20) - 1, file);
	bytes[*len] = '\0';
	fclose(file);
	return bytes;
}

static void every_field_comes_back(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 16; i++) {
		const struct berth_log_line line = {.time_ms = INT64_C(1700000000000) + i,
			.level = (enum berth_level)(i % 4),
			.stream = (enum berth_stream)(i / 4),
			.stage = i == 0 ? "" : "copying files",
			.text = "x y",
			.len = 3,
			.continues = i % 2 == 1};
		struct berth_log_line got;

		assert_int_equal(log_store_add(f->log, &line, NULL), 0);
		assert_true(berth_log_get(f->log, i, &got));
		assert_int_equal(got.time_ms, line.time_ms);
		assert_int_equal(got.level, line.level);
		assert_int_equal(got.stream, line.stream);
		assert_string_equal(got.stage, i == 0 ? "" : "copying_files");
		assert_memory_equal(got.text, "x y", 3);
		assert_int_equal(got.continues, line.continues);
	}
}

static void the_file_is_plain_text_and_private(void **state)
{
	struct fixture *f = *state;
	struct stat info;
	size_t len;
	char *bytes;

	add(f, BERTH_WARN, "port 8080 is taken", 18);
	add_text(f, "");
	LOOP_UNTIL(&f->loop, settled(f));
	bytes = read_file(f, &len);
	assert_string_equal(bytes,
		"2023-11-14T22:13:20.123Z warn  stdout health_check port 8080 is taken\n"
		"2023-11-14T22:13:20.123Z info  stdout health_check \n");
	free(bytes);
	assert_int_equal(stat(f->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_string_equal(berth_log_path(f->log), f->path);
}

static void any_line_of_many_is_found(void **state)
{
	struct fixture *f = *state;
	struct noise noise = {.state = 7};
	struct berth_log_line line;
	const uint64_t count = 50000;

	add_numbers(f, 0, count);
	/* Some of it is in the file, some is not. */
	for (int i = 0; i < 2000; i++)
		assert_number(f, noise_below(&noise, count));
	LOOP_UNTIL(&f->loop, settled(f));
	for (int i = 0; i < 2000; i++)
		assert_number(f, noise_below(&noise, count));
	for (uint64_t n = count; n-- > 0;)
		assert_number(f, n);
	assert_int_equal(berth_log_end(f->log), count);
	assert_int_equal(berth_log_lost(f->log), 0);
	assert_false(berth_log_get(f->log, count, &line));
	assert_false(berth_log_get(f->log, UINT64_MAX, &line));
}

static void blocks_hold_all_lines_in_order(void **state)
{
	struct fixture *f = *state;
	struct log_block block;
	uint64_t n = 0;
	size_t bytes = 0;

	add_numbers(f, 0, 5000);
	LOOP_UNTIL(&f->loop, settled(f));
	add_numbers(f, 5000, 5100);
	while (log_store_block(f->log, n, true, &block)) {
		unsigned newlines = 0;

		assert_int_equal(block.first, n);
		assert_in_range(block.lines, 1, STORE_BLOCK_LINES);
		assert_int_equal(block.levels, 1u << BERTH_INFO);
		for (size_t i = 0; i < block.len; i++)
			newlines += block.bytes[i] == '\n';
		assert_int_equal(newlines, block.lines);
		assert_int_equal(block.complete, n + block.lines < 5100);
		bytes += block.len;
		n += block.lines;
	}
	assert_int_equal(n, 5100);
	assert_true(bytes > 5100 * strlen("line 1"));
}

static void a_text_of_several_lines_becomes_several(void **state)
{
	struct fixture *f = *state;

	add_text(f, "one\ntwo\n\nfour\n");
	add_text(f, "\n");
	assert_int_equal(berth_log_end(f->log), 5);
	assert_line(f, 0, "one");
	assert_line(f, 1, "two");
	assert_line(f, 2, "");
	assert_line(f, 3, "four");
	assert_line(f, 4, "");
}

static void bytes_come_back_as_they_were(void **state)
{
	struct fixture *f = *state;
	struct berth_log_line line;
	char all[256];
	size_t len = 0;

	for (int byte = 0; byte < 256; byte++)
		if (byte != '\n')
			all[len++] = (char)byte;
	add(f, BERTH_INFO, all, len);
	LOOP_UNTIL(&f->loop, settled(f));
	assert_true(berth_log_get(f->log, 0, &line));
	assert_int_equal(line.len, len);
	assert_memory_equal(line.text, all, len);
}

static void a_line_that_is_too_long_is_split_and_marked(void **state)
{
	struct fixture *f = *state;
	size_t len = 2 * (size_t)BERTH_LOG_LINE_MAX + 5;
	char *text = malloc(len);
	struct berth_log_line line;

	assert_non_null(text);
	/* Two bytes a character, so that the bound falls into one. */
	for (size_t i = 0; i < len; i++)
		text[i] = i == 0 ? 'x' : (i % 2 ? (char)0xc3 : (char)0xa9);
	add(f, BERTH_INFO, text, len);
	assert_int_equal(berth_log_end(f->log), 3);
	assert_true(berth_log_get(f->log, 0, &line));
	assert_false(line.continues);
	assert_int_equal(line.len, BERTH_LOG_LINE_MAX - 1);
	assert_true(berth_log_get(f->log, 1, &line));
	assert_true(line.continues);
	assert_memory_equal(line.text, "\xc3\xa9", 2);
	assert_true(berth_log_get(f->log, 2, &line));
	assert_true(line.continues);
	free(text);
}

static void levels_are_counted_and_found(void **state)
{
	struct fixture *f = *state;
	uint64_t found;

	for (uint64_t n = 0; n < 3000; n++)
		add(f,
			n % 1000 == 500 ? BERTH_ERROR
			: n % 100 == 7  ? BERTH_WARN
					: BERTH_INFO,
			"x", 1);
	assert_int_equal(berth_log_count(f->log, BERTH_ERROR), 3);
	assert_int_equal(berth_log_count(f->log, BERTH_WARN), 30);
	assert_int_equal(berth_log_count(f->log, BERTH_INFO), 3000 - 33);
	assert_true(berth_log_next(f->log, 0, BERTH_ERROR, &found));
	assert_int_equal(found, 500);
	assert_true(berth_log_next(f->log, 501, BERTH_ERROR, &found));
	assert_int_equal(found, 1500);
	assert_true(berth_log_next(f->log, 501, BERTH_WARN, &found));
	assert_int_equal(found, 507);
	assert_false(berth_log_next(f->log, 2501, BERTH_ERROR, &found));
	assert_true(berth_log_previous(f->log, 2999, BERTH_ERROR, &found));
	assert_int_equal(found, 2500);
	assert_true(berth_log_previous(f->log, UINT64_MAX, BERTH_WARN, &found));
	assert_int_equal(found, 2907);
	assert_false(berth_log_previous(f->log, 499, BERTH_ERROR, &found));
	assert_true(berth_log_previous(f->log, 3, BERTH_DEBUG, &found));
	assert_int_equal(found, 3);
}

static rlim_t limit_files(rlim_t bytes)
{
	struct rlimit limit;
	rlim_t before;

	/* Else the kernel ends the program instead of refusing the write. */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	before = limit.rlim_cur;
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	return before;
}

/* A disk that is full in the middle of a write. */
static void a_full_disk_is_told_once_and_the_tail_is_kept(void **state)
{
	struct fixture *f = *state;
	const char *last_newline;
	struct berth_log_line line;
	rlim_t before;
	size_t len;
	char *bytes;
	uint64_t count = 0;

	add_numbers(f, 0, 100);
	LOOP_UNTIL(&f->loop, settled(f));
	before = limit_files(100 * 1024 + 17);
	add_numbers(f, 100, 4000);
	LOOP_UNTIL(&f->loop, f->failures > 0 && settled(f));
	limit_files(before);
	assert_int_equal(f->failures, 1);
	assert_non_null(strstr(f->error.message, f->path));
	/* Nothing is lost so far: what the file has not, memory has. */
	for (uint64_t n = 0; n < 4000; n++)
		assert_number(f, n);
	add_numbers(f, 4000, 400000);
	LOOP_UNTIL(&f->loop, settled(f));
	assert_int_equal(f->failures, 1);
	assert_number(f, 0);
	assert_number(f, 399999);
	assert_true(berth_log_lost(f->log) > 0);
	for (uint64_t n = 0; n < 400000; n++)
		count += berth_log_get(f->log, n, &line);
	assert_int_equal(count + berth_log_lost(f->log), 400000);
	bytes = read_file(f, &len);
	last_newline = memrchr(bytes, '\n', len);
	assert_non_null(last_newline);
	assert_int_equal(last_newline + 1 - bytes, len);
	free(bytes);
}

static void a_folder_that_can_not_be_made_is_told(void **state)
{
	struct fixture *f = *state;
	char path[160];
	FILE *file;

	close_log(f);
	snprintf(path, sizeof(path), "%s/state", f->folder);
	file = fopen(path, "we");
	assert_non_null(file);
	fclose(file);
	open_log(f, f->path);
	add_numbers(f, 0, 10);
	LOOP_UNTIL(&f->loop, f->failures > 0);
	assert_int_equal(f->error.code, BERTH_E_IO);
	assert_null(berth_log_path(f->log));
	add_numbers(f, 10, 20);
	for (uint64_t n = 0; n < 20; n++)
		assert_number(f, n);
	close_log(f);
	remove(path);
}

static void a_file_that_is_there_is_not_written_over(void **state)
{
	struct fixture *f = *state;
	size_t len;
	char *bytes;

	add_text(f, "first");
	close_log(f);
	open_log(f, f->path);
	add_text(f, "second");
	LOOP_UNTIL(&f->loop, f->failures > 0);
	assert_line(f, 0, "second");
	bytes = read_file(f, &len);
	assert_non_null(strstr(bytes, "first"));
	assert_null(strstr(bytes, "second"));
	free(bytes);
}

static void without_a_file_the_newest_16_mib_are_kept(void **state)
{
	struct fixture *f = *state;
	struct log_block block;
	size_t kept = 0;
	uint64_t end;

	close_log(f);
	open_log(f, NULL);
	add_numbers(f, 0, 500000);
	end = berth_log_end(f->log);
	assert_int_equal(end, 500000);
	assert_int_equal(f->failures, 0);
	assert_null(berth_log_path(f->log));
	for (uint64_t n = 0; log_store_block(f->log, n, true, &block); n += block.lines)
		kept += block.bytes != NULL ? block.len : 0;
	assert_in_range(kept, STORE_WAITING_MAX - (1u << 20), STORE_WAITING_MAX + (1u << 20));
	assert_number(f, end - 1);
	assert_number(f, berth_log_lost(f->log));
}

static void closing_writes_what_waits(void **state)
{
	struct fixture *f = *state;
	size_t len;
	char *bytes;

	add_numbers(f, 0, 3000);
	close_log(f);
	bytes = read_file(f, &len);
	assert_non_null(strstr(bytes, "line 2999\n"));
	free(bytes);
}

static void an_empty_log_leaves_no_file(void **state)
{
	struct fixture *f = *state;

	close_log(f);
	assert_int_equal(access(f->path, F_OK), -1);
}

/* --- a log that is there already --- */

static void on_opened(void *context, struct berth_log *log, const struct berth_error *err)
{
	struct fixture *f = context;

	f->log = log;
	f->closed = true;
	if (err != NULL)
		f->error = *err;
}

static void open_again(struct fixture *f)
{
	f->closed = false;
	f->error = (struct berth_error){0};
	assert_int_equal(log_store_open(&f->loop, f->path, on_opened, f, NULL), 0);
	assert_null(f->log);
	LOOP_UNTIL(&f->loop, f->closed);
}

static void index_path(const struct fixture *f, char path[160])
{
	snprintf(path, 160, "%s.index", f->path);
}

/* The numbers that add_numbers() added, wherever one looks. */
static void assert_numbers(struct fixture *f, uint64_t count)
{
	struct berth_log_line line;
	char text[32];

	assert_non_null(f->log);
	assert_int_equal(berth_log_end(f->log), count);
	assert_int_equal(berth_log_lost(f->log), 0);
	for (uint64_t n = count; n-- > 0; n -= n > 97 ? 97 : 0) {
		snprintf(text, sizeof(text), "line %llu", (unsigned long long)n);
		assert_true(berth_log_get(f->log, n, &line));
		assert_int_equal(line.len, strlen(text));
		assert_memory_equal(line.text, text, line.len);
	}
	assert_false(berth_log_get(f->log, count, &line));
}

static void a_short_log_is_opened_from_its_lines(void **state)
{
	struct fixture *f = *state;
	char index[160];

	add_numbers(f, 0, 3000);
	close_log(f);
	index_path(f, index);
	assert_int_equal(access(index, F_OK), -1);
	open_again(f);
	assert_numbers(f, 3000);
	assert_string_equal(berth_log_path(f->log), f->path);
}

static void append(const char *path, const char *text)
{
	FILE *file = fopen(path, "ae");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void a_long_log_is_opened_by_its_index(void **state)
{
	struct fixture *f = *state;
	struct berth_log_line line;
	struct stat info;
	char index[160];

	add_numbers(f, 0, 60000);
	close_log(f);
	index_path(f, index);
	assert_int_equal(stat(index, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_true(info.st_size < 16 << 10);
	open_again(f);
	assert_numbers(f, 60000);
	close_log(f);
	/* It says nothing of lines that came later: it is not used, and they are found. */
	append(f->path, "2026-11-20T10:30:00.123Z error stdout - late\nhalf a li");
	open_again(f);
	assert_string_equal(f->error.message, "");
	assert_int_equal(berth_log_end(f->log), 60001);
	assert_int_equal(berth_log_count(f->log, BERTH_ERROR), 1);
	assert_true(berth_log_get(f->log, 60000, &line));
	assert_memory_equal(line.text, "late", line.len);
	assert_true(berth_log_get(f->log, 31234, &line));
	assert_memory_equal(line.text, "line 31234", line.len);
	unlink(index);
}

static void a_broken_index_is_passed_over(void **state)
{
	struct fixture *f = *state;
	char index[160];
	struct stat info;
	char *bytes;
	FILE *file;

	add_numbers(f, 0, 60000);
	close_log(f);
	index_path(f, index);
	assert_int_equal(stat(index, &info), 0);
	bytes = malloc((size_t)info.st_size);
	file = fopen(index, "re");
	assert_int_equal(fread(bytes, (size_t)info.st_size, 1, file), 1);
	fclose(file);
	for (off_t at = 0; at < info.st_size; at += at < 72 ? 8 : 509) {
		file = fopen(index, "we");
		bytes[at] ^= 0x55;
		fwrite(bytes, at % 3 == 0 ? (size_t)info.st_size : (size_t)at, 1, file);
		fclose(file);
		bytes[at] ^= 0x55;
		open_again(f);
		assert_numbers(f, 60000);
		close_log(f);
	}
	free(bytes);
	unlink(index);
}

static void a_log_that_is_not_there_is_told(void **state)
{
	struct fixture *f = *state;

	close_log(f);
	open_again(f);
	assert_null(f->log);
	assert_int_equal(f->error.code, BERTH_E_IO);
	open_log(f, f->path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_field_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_file_is_plain_text_and_private, setup, teardown),
		cmocka_unit_test_setup_teardown(any_line_of_many_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(blocks_hold_all_lines_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_text_of_several_lines_becomes_several, setup, teardown),
		cmocka_unit_test_setup_teardown(bytes_come_back_as_they_were, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_line_that_is_too_long_is_split_and_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(levels_are_counted_and_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_full_disk_is_told_once_and_the_tail_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_folder_that_can_not_be_made_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_file_that_is_there_is_not_written_over, setup, teardown),
		cmocka_unit_test_setup_teardown(
			without_a_file_the_newest_16_mib_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(closing_writes_what_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_log_leaves_no_file, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_short_log_is_opened_from_its_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_log_is_opened_by_its_index, setup, teardown),
		cmocka_unit_test_setup_teardown(a_broken_index_is_passed_over, setup, teardown),
		cmocka_unit_test_setup_teardown(a_log_that_is_not_there_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
