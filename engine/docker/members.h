/* Lenient reading of the engine's JSON: what is missing or of another kind is empty. */
#ifndef DOCKER_MEMBERS_H
#define DOCKER_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_t;

/* A member by its path: member(root, "State", "Health", NULL). NULL if any part is missing. */
const struct json_t *member(const struct json_t *object, ...) __attribute__((sentinel));

/* Never NULL; borrowed from the object. */
const char *member_text(const struct json_t *object, const char *name);
/* The same as valid UTF-8, cut to fit. */
void member_copy(char *dst, size_t cap, const struct json_t *object, const char *name);
int64_t member_integer(const struct json_t *object, const char *name, int64_t missing);
bool member_true(const struct json_t *object, const char *name);

/* As in base/rfc3339.h; 0 if it is missing. */
int64_t member_time(const struct json_t *object, const char *name);

/* "8080/tcp" or "53/udp"; false for other protocols and nonsense. */
bool member_port(const char *text, int *number, bool *udp);

/* A number from 1 to 65535 in text, 0 if it is none. */
int member_port_number(const char *text);

#endif
