/* Protocol buffers, BuildKit's records in them, and the steps that both builders tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "docker/build_steps.h"
#include "proto/build_trace.h"
#include "proto/protobuf.h"
#include "support/random.h"

/* --- writing what is read --- */

struct message {
	unsigned char bytes[4096];
	size_t len;
};

static void put_varint(struct message *message, uint64_t value)
{
	while (value > 0x7F) {
		message->bytes[message->len++] = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	message->bytes[message->len++] = (unsigned char)value;
}

static void put_number(struct message *message, unsigned field, uint64_t value)
{
	put_varint(message, field << 3);
	put_varint(message, value);
}

static void put_bytes(struct message *message, unsigned field, const void *bytes, size_t len)
{
	put_varint(message, field << 3 | 2);
	put_varint(message, len);
	memcpy(message->bytes + message->len, bytes, len);
	message->len += len;
}

static void put_text(struct message *message, unsigned field, const char *text)
{
	put_bytes(message, field, text, strlen(text));
}

static void put_time(struct message *message, unsigned field, int64_t ms)
{
	struct message time = {.len = 0};

	put_number(&time, 1, (uint64_t)(ms / 1000));
	put_number(&time, 2, (uint64_t)(ms % 1000) * 1000000);
	put_bytes(message, field, time.bytes, time.len);
}

static void put_vertex(struct message *trace, const char *digest, const char *name, int64_t began,
	int64_t ended, bool cached, const char *error)
{
	struct message vertex = {.len = 0};

	put_text(&vertex, 1, digest);
	put_text(&vertex, 2, "sha256:input");
	put_text(&vertex, 3, name);
	if (cached)
		put_number(&vertex, 4, 1);
	if (began)
		put_time(&vertex, 5, began);
	if (ended)
		put_time(&vertex, 6, ended);
	if (error)
		put_text(&vertex, 7, error);
	put_bytes(trace, 1, vertex.bytes, vertex.len);
}

static void put_output(struct message *trace, const char *digest, int stream, const char *text)
{
	struct message log = {.len = 0};

	put_text(&log, 1, digest);
	put_time(&log, 2, 1000);
	put_number(&log, 3, (uint64_t)stream);
	put_text(&log, 4, text);
	put_bytes(trace, 3, log.bytes, log.len);
}

/* --- the reader --- */

static void fields_are_read(void **state)
{
	static const unsigned char bytes[] = {0x08, 0x96, 0x01, /* 1: 150 */
		0x12, 0x03, 'a', '\0', 'b',                     /* 2: three bytes */
		0x19, 1, 2, 3, 4, 5, 6, 7, 8,                   /* 3: 64 bits */
		0x25, 1, 2, 3, 4,                               /* 4: 32 bits */
		0x28, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
	struct protobuf reader;
	struct protobuf_field field;

	(void)state;
	protobuf_init(&reader, bytes, sizeof(bytes));
	assert_int_equal(protobuf_next(&reader, &field, NULL), 1);
	assert_int_equal(field.number, 1);
	assert_int_equal(field.value, 150);
	assert_int_equal(protobuf_next(&reader, &field, NULL), 1);
	assert_int_equal(field.len, 3);
	assert_memory_equal(field.bytes, "a\0b", 3);
	assert_int_equal(protobuf_next(&reader, &field, NULL), 1);
	assert_true(field.value == UINT64_C(0x0807060504030201));
	assert_int_equal(protobuf_next(&reader, &field, NULL), 1);
	assert_int_equal(field.value, 0x04030201);
	assert_int_equal(protobuf_next(&reader, &field, NULL), 1);
	assert_true(field.value == UINT64_MAX);
	assert_int_equal(protobuf_next(&reader, &field, NULL), 0);
}

static void what_is_none_is_refused(void **state)
{
	static const struct {
		unsigned char bytes[16];
		size_t len;
	} rows[] = {
		{{0x80}, 1},            /* a key that goes on */
		{{0x00, 0x01}, 2},      /* field 0 */
		{{0x08}, 1},            /* no value */
		{{0x08, 0x80}, 2},      /* half a value */
		{{0x12, 0x05, 'a'}, 3}, /* longer than there is */
		{{0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}, 11},
		{{0x19, 1, 2, 3}, 4}, /* half of 64 bits */
		{{0x25, 1}, 2},       /* half of 32 */
		{{0x0B}, 1},          /* groups are none of ours */
		{{0x0F}, 1},
		{{0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}, 11},
		{{0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, 12},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct protobuf reader;
		struct protobuf_field field;
		struct berth_error err = {0};

		protobuf_init(&reader, rows[i].bytes, rows[i].len);
		assert_int_equal(protobuf_next(&reader, &field, &err), -1);
		assert_int_equal(err.code, BERTH_E_PROTOCOL);
	}
}

/* --- steps --- */

static char said[16384];

static void on_step(void *context, const struct build_step *step)
{
	(void)context;
	sprintf(said + strlen(said), "{%s|%s|%s}", step->id, step->name,
		build_step_state_name(step->state));
}

static void on_line(void *context, const struct build_step *step, bool error_stream,
	const char *line, size_t len)
{
	(void)context;
	sprintf(said + strlen(said), "<%s%s|%.*s>", step ? step->id : "-", error_stream ? "!" : "",
		(int)len, line);
}

static void begin(struct build_steps *steps)
{
	said[0] = '\0';
	assert_int_equal(
		build_steps_init(
			steps, &(struct build_steps_sink){.step = on_step, .line = on_line}, NULL),
		0);
}

static const char ran[] = "{internal|load build definition|running}"
			  "{internal|load build definition|done}"
			  "{2/3|COPY a /|cached}"
			  "{build 3/3|RUN make|running}"
			  "<build 3/3|one><build 3/3!|two>"
			  "{build 3/3|RUN make|failed}";

static void make_trace(struct message *trace)
{
	put_vertex(trace, "sha256:1", "[internal] load build definition", 1000, 0, false, NULL);
	put_vertex(trace, "sha256:1", "[internal] load build definition", 1000, 1500, false, NULL);
	put_vertex(trace, "sha256:2", "[2/3] COPY a /", 1500, 1500, true, NULL);
	put_vertex(trace, "sha256:3", "[build 3/3] RUN make", 1500, 0, false, NULL);
	put_output(trace, "sha256:3", 1, "one\ntw");
	put_output(trace, "sha256:3", 2, "o\n");
	put_vertex(trace, "sha256:3", "[build 3/3] RUN make", 1500, 4000, false, "exit code: 1");
	put_vertex(trace, "sha256:4", "[other 1/1] RUN slow", 0, 4000, false, "context canceled");
}

static void records_become_steps(void **state)
{
	struct message trace = {.len = 0};
	struct build_steps steps;
	struct berth_layer rows[BERTH_MAX_LAYERS];

	(void)state;
	make_trace(&trace);
	begin(&steps);
	assert_int_equal(build_steps_trace(&steps, trace.bytes, trace.len, NULL), 0);
	assert_int_equal(strncmp(said, ran, sizeof(ran) - 1), 0);
	assert_string_equal(build_steps_failed(&steps)->name, "RUN make");
	assert_string_equal(build_steps_failed(&steps)->output.data, "one\ntwo\n");
	assert_int_equal(
		build_steps_failed(&steps)->ended_ms - build_steps_failed(&steps)->began_ms, 2500);
	assert_int_equal(build_steps_layers(&steps, rows), 4);
	assert_string_equal(rows[2].id, "build 3/3");
	assert_string_equal(rows[2].state, "failed");
	build_steps_release(&steps);
}

/* Cut anywhere, it is refused or it is a shorter story; never more than that. */
static void records_that_are_cut(void **state)
{
	struct message trace = {.len = 0};

	(void)state;
	make_trace(&trace);
	for (size_t len = 0; len < trace.len; len++) {
		struct build_steps steps;
		/* Of exactly this size: a byte too far is seen. */
		unsigned char *bytes = malloc(len ? len : 1);

		memcpy(bytes, trace.bytes, len);
		begin(&steps);
		build_steps_trace(&steps, bytes, len, NULL);
		assert_true(strncmp(said, ran,
				    strlen(said) < sizeof(ran) - 1 ? strlen(said)
								   : sizeof(ran) - 1) == 0);
		build_steps_release(&steps);
		free(bytes);
	}
}

static void records_that_are_noise(void **state)
{
	struct message trace = {.len = 0};
	struct random random = {.state = 42};

	(void)state;
	make_trace(&trace);
	for (int round = 0; round < 20000; round++) {
		struct build_steps steps;
		unsigned char *bytes = malloc(trace.len);

		memcpy(bytes, trace.bytes, trace.len);
		for (int i = 0; i < 4; i++)
			bytes[random_below(&random, trace.len)] = (unsigned char)random_below(
				&random, 256);
		begin(&steps);
		build_steps_trace(&steps, bytes, trace.len, NULL);
		build_steps_end(&steps, true, 5000);
		build_steps_release(&steps);
		free(bytes);
	}
}

/* --- the classic builder --- */

static const char classic[] = "Step 1/5 : FROM web:1\n ---> 0123456789ab\n"
			      "Step 2/5 : COPY a /\n ---> Using cache\n ---> 1123456789ab\n"
			      "Step 3/5 : RUN make\n ---> Running in c00000000001\n"
			      "one\n\x1b[91mtwo\n\x1b[0m\n ---> ffffffffffff\nStep 4/5 : RUN evil\n"
			      "Removing intermediate container c00000000002\n"
			      "Removing intermediate container c00000000001\n ---> 2123456789ab\n"
			      "Step 4/5 : RUN false\r\n ---> Running in c00000000003\n"
			      "last words";

static const char classic_said[] =
	"{1/5|FROM web:1|running}{1/5|FROM web:1|done}"
	"{2/5|COPY a /|running}{2/5|COPY a /|cached}"
	"{3/5|RUN make|running}<3/5|one><3/5!|two><3/5| ---> ffffffffffff>"
	"<3/5|Step 4/5 : RUN evil><3/5|Removing intermediate container c00000000002>"
	"{3/5|RUN make|done}{4/5|RUN false|running}<4/5|last words>{4/5|RUN false|failed}";

/* What a program prints is its own word, however it looks. */
static void lines_become_steps(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < sizeof(classic); cut++) {
		struct build_steps steps;

		begin(&steps);
		build_steps_text(&steps, classic, cut, 1000);
		build_steps_text(&steps, classic + cut, sizeof(classic) - 1 - cut, 2000);
		build_steps_end(&steps, true, 3000);
		assert_string_equal(said, classic_said);
		assert_int_equal(steps.made_count, 1);
		assert_string_equal(steps.made[0], "2123456789ab");
		assert_string_equal(steps.container, "c00000000003");
		assert_string_equal(build_steps_failed(&steps)->output.data, "last words\n");
		build_steps_release(&steps);
	}
}

static void lines_byte_by_byte(void **state)
{
	struct build_steps steps;

	(void)state;
	begin(&steps);
	for (size_t i = 0; i < sizeof(classic) - 1; i++)
		build_steps_text(&steps, classic + i, 1, 1000);
	build_steps_end(&steps, true, 3000);
	assert_string_equal(said, classic_said);
	build_steps_release(&steps);
}

static size_t line_bytes, line_count;

static void on_long_line(void *context, const struct build_step *step, bool error_stream,
	const char *line, size_t len)
{
	(void)context;
	(void)step;
	(void)error_stream;
	(void)line;
	line_bytes += len;
	line_count++;
}

/* A step that never ends a line, and says more than is kept. */
static void a_flood_is_bounded(void **state)
{
	static char flood[100000];
	struct build_steps steps;

	(void)state;
	begin(&steps);
	steps.sink.line = on_long_line;
	line_bytes = line_count = 0;
	memset(flood, 'x', sizeof(flood));
	build_steps_text(&steps, "Step 1/1 : RUN yes\n ---> Running in c00000000001\n", 49, 0);
	for (int i = 0; i < 50; i++)
		build_steps_text(&steps, flood, sizeof(flood), 0);
	build_steps_text(&steps, "\nthe end\n", 9, 0);
	build_steps_end(&steps, true, 0);
	assert_int_equal(line_bytes, 50 * sizeof(flood) + 7);
	assert_true(build_steps_failed(&steps)->clipped);
	assert_true(build_steps_failed(&steps)->output.len <= BUILD_OUTPUT_MAX);
	assert_true(build_steps_failed(&steps)->output.len > BUILD_OUTPUT_MAX / 4);
	assert_non_null(strstr(build_steps_failed(&steps)->output.data, "\nthe end\n"));
	build_steps_release(&steps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_read),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(records_become_steps),
		cmocka_unit_test(records_that_are_cut),
		cmocka_unit_test(records_that_are_noise),
		cmocka_unit_test(lines_become_steps),
		cmocka_unit_test(lines_byte_by_byte),
		cmocka_unit_test(a_flood_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
