/* Containers in the engine's JSON. Read leniently. Pure. */
#ifndef DOCKER_CONTAINER_JSON_H
#define DOCKER_CONTAINER_JSON_H

#include "docker/container.h"

struct json_t;

/* The body of a create. NULL without memory, or with PROTOCOL for text that is not UTF-8. */
struct json_t *container_spec_json(const struct container_spec *spec, struct berth_error *err);

void container_info_read(struct container_info *info, const struct json_t *json);
void container_stats_read(struct container_stats *stats, const struct json_t *json);
void container_row_read(struct container_row *row, const struct json_t *json);

#endif
