#include "generate/yaml.h"

#include <string.h>

enum { WIDTH = 100 };

static int take(void *context, unsigned char *bytes, size_t len)
{
	struct yaml_writer *writer = context;

	return buf_add(writer->out, bytes, len, writer->err) == 0;
}

/* `made` is what initialising the event said. The emitter takes the event. */
static void put(struct yaml_writer *writer, yaml_event_t *event, int made)
{
	if (!made) {
		writer->failed = true;
		return;
	}
	if (writer->failed) {
		yaml_event_delete(event);
		return;
	}
	writer->failed = !yaml_emitter_emit(&writer->emitter, event);
}

int yaml_open(struct yaml_writer *writer, struct buf *out, struct berth_error *err)
{
	yaml_event_t event;

	*writer = (struct yaml_writer){.out = out, .err = err};
	berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (!yaml_emitter_initialize(&writer->emitter))
		return -1;
	yaml_emitter_set_output(&writer->emitter, take, writer);
	yaml_emitter_set_unicode(&writer->emitter, 1);
	yaml_emitter_set_width(&writer->emitter, WIDTH);
	put(writer, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	put(writer, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	return 0;
}

int yaml_close(struct yaml_writer *writer)
{
	yaml_event_t event;

	put(writer, &event, yaml_document_end_event_initialize(&event, 1));
	put(writer, &event, yaml_stream_end_event_initialize(&event));
	yaml_emitter_delete(&writer->emitter);
	return writer->failed ? -1 : 0;
}

void yaml_map(struct yaml_writer *writer)
{
	yaml_event_t event;

	put(writer, &event,
		yaml_mapping_start_event_initialize(
			&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
}

void yaml_map_end(struct yaml_writer *writer)
{
	yaml_event_t event;

	put(writer, &event, yaml_mapping_end_event_initialize(&event));
}

void yaml_list(struct yaml_writer *writer)
{
	yaml_event_t event;

	put(writer, &event,
		yaml_sequence_start_event_initialize(
			&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE));
}

void yaml_list_end(struct yaml_writer *writer)
{
	yaml_event_t event;

	put(writer, &event, yaml_sequence_end_event_initialize(&event));
}

static void scalar(struct yaml_writer *writer, const char *text, yaml_scalar_style_t style)
{
	yaml_event_t event;

	put(writer, &event,
		yaml_scalar_event_initialize(
			&event, NULL, NULL, (yaml_char_t *)text, (int)strlen(text), 1, 1, style));
}

void yaml_word(struct yaml_writer *writer, const char *word)
{
	scalar(writer, word, YAML_PLAIN_SCALAR_STYLE);
}

void yaml_text(struct yaml_writer *writer, const char *text)
{
	scalar(writer, text, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

void yaml_pair(struct yaml_writer *writer, const char *key, const char *text)
{
	yaml_word(writer, key);
	yaml_text(writer, text);
}
