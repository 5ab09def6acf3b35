#include "proto/build_trace.h"

#include "proto/protobuf.h"

/* One message: each field goes to `take`, which may fail. */
typedef int take_fn(void *message, const struct protobuf_field *field, struct berth_error *err);

static int decode(struct build_text bytes, take_fn *take, void *message, struct berth_error *err)
{
	struct protobuf reader;
	struct protobuf_field field;
	int got;

	protobuf_init(&reader, bytes.bytes, bytes.len);
	while ((got = protobuf_next(&reader, &field, err)) > 0) {
		if (take(message, &field, err))
			return -1;
	}
	return got;
}

static void take_text(struct build_text *text, const struct protobuf_field *field)
{
	if (field->wire == PROTOBUF_BYTES)
		*text = (struct build_text){field->bytes, field->len};
}

static void take_number(int64_t *number, const struct protobuf_field *field)
{
	if (field->wire == PROTOBUF_VARINT)
		*number = (int64_t)field->value;
}

/* google.protobuf.Timestamp */
struct timestamp {
	int64_t seconds, nanos;
};

static int take_timestamp(
	void *message, const struct protobuf_field *field, struct berth_error *err)
{
	struct timestamp *timestamp = message;

	(void)err;
	if (field->number == 1)
		take_number(&timestamp->seconds, field);
	else if (field->number == 2)
		take_number(&timestamp->nanos, field);
	return 0;
}

static int take_time(int64_t *ms, const struct protobuf_field *field, struct berth_error *err)
{
	struct timestamp timestamp = {0};

	if (field->wire != PROTOBUF_BYTES)
		return 0;
	if (decode((struct build_text){field->bytes, field->len}, take_timestamp, &timestamp, err))
		return -1;
	/* Years that no clock shows are no time. */
	if (timestamp.seconds < 0 || timestamp.seconds > INT64_C(253402300799) ||
		timestamp.nanos < 0 || timestamp.nanos > 999999999)
		return 0;
	*ms = timestamp.seconds * 1000 + timestamp.nanos / 1000000;
	return 0;
}

static int take_vertex(void *message, const struct protobuf_field *field, struct berth_error *err)
{
	struct build_vertex *vertex = message;
	int64_t cached = vertex->cached;

	switch (field->number) {
	case 1:
		take_text(&vertex->digest, field);
		return 0;
	case 3:
		take_text(&vertex->name, field);
		return 0;
	case 4:
		take_number(&cached, field);
		vertex->cached = cached != 0;
		return 0;
	case 5:
		return take_time(&vertex->started_ms, field, err);
	case 6:
		return take_time(&vertex->completed_ms, field, err);
	case 7:
		take_text(&vertex->error, field);
		return 0;
	default:
		return 0;
	}
}

static int take_status(void *message, const struct protobuf_field *field, struct berth_error *err)
{
	struct build_status *status = message;

	switch (field->number) {
	case 1:
		take_text(&status->id, field);
		return 0;
	case 2:
		take_text(&status->vertex, field);
		return 0;
	case 3:
		take_text(&status->name, field);
		return 0;
	case 4:
		take_number(&status->current, field);
		return 0;
	case 5:
		take_number(&status->total, field);
		return 0;
	case 8:
		return take_time(&status->completed_ms, field, err);
	default:
		return 0;
	}
}

static int take_output(void *message, const struct protobuf_field *field, struct berth_error *err)
{
	struct build_output *output = message;
	int64_t stream = output->stream;

	(void)err;
	if (field->number == 1)
		take_text(&output->vertex, field);
	else if (field->number == 3)
		take_number(&stream, field);
	else if (field->number == 4)
		take_text(&output->text, field);
	output->stream = stream == 2 ? 2 : 1;
	return 0;
}

static int take_warning(void *message, const struct protobuf_field *field, struct berth_error *err)
{
	struct build_warning *warning = message;

	(void)err;
	if (field->number == 1)
		take_text(&warning->vertex, field);
	else if (field->number == 3)
		take_text(&warning->text, field);
	return 0;
}

static const struct build_text nothing = {"", 0};

static int take_record(void *message, const struct protobuf_field *field, struct berth_error *err)
{
	const struct build_trace_sink *sink = message;
	struct build_text bytes = {field->bytes, field->len};
	struct build_vertex vertex = {.digest = nothing, .name = nothing, .error = nothing};
	struct build_status status = {.id = nothing, .vertex = nothing, .name = nothing};
	struct build_output output = {.vertex = nothing, .text = nothing, .stream = 1};
	struct build_warning warning = {.vertex = nothing, .text = nothing};

	if (field->wire != PROTOBUF_BYTES)
		return 0;
	switch (field->number) {
	case 1:
		if (decode(bytes, take_vertex, &vertex, err))
			return -1;
		sink->vertex(sink->context, &vertex);
		return 0;
	case 2:
		if (decode(bytes, take_status, &status, err))
			return -1;
		sink->status(sink->context, &status);
		return 0;
	case 3:
		if (decode(bytes, take_output, &output, err))
			return -1;
		sink->output(sink->context, &output);
		return 0;
	case 4:
		if (decode(bytes, take_warning, &warning, err))
			return -1;
		sink->warning(sink->context, &warning);
		return 0;
	default:
		return 0;
	}
}

int build_trace_decode(
	const void *data, size_t len, const struct build_trace_sink *sink, struct berth_error *err)
{
	if (decode((struct build_text){data, len}, take_record, (void *)sink, err) == 0)
		return 0;
	return berth_error_wrap(err, "what BuildKit says of its steps");
}
