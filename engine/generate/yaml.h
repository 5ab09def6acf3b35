/* YAML, one piece after the other. The first failure is kept and the rest of the calls do nothing.
 */
#ifndef GENERATE_YAML_H
#define GENERATE_YAML_H

#include <stdbool.h>

#include <yaml.h>

#include "base/buf.h"

struct yaml_writer {
	yaml_emitter_t emitter;
	struct buf *out;
	struct berth_error *err;
	bool failed;
};

int yaml_open(struct yaml_writer *writer, struct buf *out, struct berth_error *err);
int yaml_close(struct yaml_writer *writer); /* also after a failure: 0, or -1 if there was one */

void yaml_map(struct yaml_writer *writer);
void yaml_map_end(struct yaml_writer *writer);
void yaml_list(struct yaml_writer *writer);
void yaml_list_end(struct yaml_writer *writer);
/* A name or word of our own, as it is. */
void yaml_word(struct yaml_writer *writer, const char *word);
/* In quotes: "no", "22:22" and "1e3" are texts to nobody who reads YAML 1.1 otherwise. */
void yaml_text(struct yaml_writer *writer, const char *text);
void yaml_pair(struct yaml_writer *writer, const char *key, const char *text);

#endif
