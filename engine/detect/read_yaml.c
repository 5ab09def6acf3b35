#include "detect/read.h"

#include <string.h>

#include <yaml.h>

enum { MAX_NODES = 20000 };

/* Aliases make a graph of it: each time one is followed counts as nodes of its own, so that a small
 * file can't become a large tree. */
struct reader {
	yaml_document_t *document;
	unsigned nodes;
};

static json_t *convert(struct reader *reader, const yaml_node_t *node, unsigned depth);

static json_t *convert_map(struct reader *reader, const yaml_node_t *node, unsigned depth)
{
	json_t *object = json_object();

	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(reader->document, pair->key);
		json_t *value = convert(
			reader, yaml_document_get_node(reader->document, pair->value), depth + 1);
		if (!value) {
			json_decref(object);
			return NULL;
		}
		if (!key || key->type != YAML_SCALAR_NODE) {
			json_decref(value);
			continue;
		}
		const char *name = (const char *)key->data.scalar.value;
		/* "<<" brings the keys of another map; one's own win. */
		if (strcmp(name, "<<") == 0 && json_is_object(value)) {
			json_object_update_missing(object, value);
			json_decref(value);
		} else {
			json_object_set_new(object, name, value);
		}
	}
	return object;
}

static json_t *convert_list(struct reader *reader, const yaml_node_t *node, unsigned depth)
{
	json_t *array = json_array();

	for (const yaml_node_item_t *item = node->data.sequence.items.start;
		item < node->data.sequence.items.top; item++) {
		json_t *value = convert(
			reader, yaml_document_get_node(reader->document, *item), depth + 1);
		if (!value) {
			json_decref(array);
			return NULL;
		}
		json_array_append_new(array, value);
	}
	return array;
}

static json_t *convert(struct reader *reader, const yaml_node_t *node, unsigned depth)
{
	json_t *text;

	if (++reader->nodes > MAX_NODES || depth > READ_MAX_DEPTH)
		return NULL;
	if (!node)
		return json_null();
	switch (node->type) {
	case YAML_MAPPING_NODE:
		return convert_map(reader, node, depth);
	case YAML_SEQUENCE_NODE:
		return convert_list(reader, node, depth);
	case YAML_SCALAR_NODE:
		text = json_stringn(
			(const char *)node->data.scalar.value, node->data.scalar.length);
		return text ? text : json_null();
	default:
		return json_null();
	}
}

json_t *read_yaml(const char *text, size_t len, struct berth_error *err)
{
	yaml_parser_t parser;
	yaml_document_t document;
	json_t *root = NULL;

	if (!yaml_parser_initialize(&parser)) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &document)) {
		read_wrong(err, (unsigned)parser.problem_mark.line + 1,
			parser.problem ? parser.problem : "not YAML");
		yaml_parser_delete(&parser);
		return NULL;
	}
	struct reader reader = {&document, 0};
	const yaml_node_t *top = yaml_document_get_root_node(&document);
	root = top ? convert(&reader, top, 0) : json_object();
	if (!root)
		berth_error_set(err, BERTH_E_LIMIT, 0, "nested too deeply, or too large");
	yaml_document_delete(&document);
	yaml_parser_delete(&parser);
	return root;
}
