/*
 * Registry credentials as the Docker command line keeps them: `auths`, `credHelpers` before
 * `credsStore` in $DOCKER_CONFIG/config.json (default ~/.docker); helpers run without a terminal
 * and with a 10 s limit, their output is never logged and wiped after use. No credentials is no
 * error: many pulls are anonymous.
 */
#ifndef DOCKER_AUTH_H
#define DOCKER_AUTH_H

#include <berth/error.h>

struct uv_loop_s;
struct auth;

/* header: value for X-Registry-Auth (base64, URL alphabet, padded), NULL for anonymous; borrowed
 * for the call and wiped after it. note: for the log, e.g. "using credentials of 'ghcr.io' from the
 * helper 'pass'", "no credentials for 'ghcr.io'"; never a secret. */
typedef void auth_done_fn(
	void *context, const char *header, const char *note, const struct berth_error *err);

/* Fails at once only without memory or a loop; everything else, a broken configuration or a missing
 * helper too, is for `done`: a pull may well do without. */
struct auth *auth_find(struct uv_loop_s *loop, const char *registry, auth_done_fn *done,
	void *context, struct berth_error *err);
/* The same with another limit for the helper. */
struct auth *auth_find_within(struct uv_loop_s *loop, const char *registry, int helper_limit_ms,
	auth_done_fn *done, void *context, struct berth_error *err);
void auth_cancel(struct auth *auth);

#endif
