/* Versions of the Docker Engine API: "1.41". Pure. */
#ifndef DOCKER_API_VERSION_H
#define DOCKER_API_VERSION_H

#include <stdbool.h>

#include <berth/error.h>

/* What we can speak. The floor is also what is assumed of an engine that does not say. */
#define API_FLOOR   "1.24"
#define API_CEILING "1.47"

#define API_VERSION_SIZE 16

/* True if text is NUMBER.NUMBER and nothing else. */
bool api_version_ok(const char *text);
/* As strcmp(), of two versions that are ok. */
int api_version_compare(const char *a, const char *b);

/* The version to speak with an engine that speaks `minimum` to `server`; "" where it does not say.
 * 0, or -1 with REFUSED if there is none. */
int api_version_choose(char chosen[API_VERSION_SIZE], const char *server, const char *minimum,
	struct berth_error *err);

/* The version that an engine's refusal asks for ("client version 1.22 is too old. Minimum supported
 * API version is 1.24, ...", "... too new. Maximum ..."); false if it is no such text or we can't
 * speak that version. */
bool api_version_from_refusal(char wanted[API_VERSION_SIZE], const char *message);

#endif
