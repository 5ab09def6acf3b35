#include "docker/auth.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/credentials.h"
#include "loop/child.h"
#include "loop/timer.h"

#define HELPER_LIMIT_MS 10000

struct auth {
	struct credentials credentials;
	char registry[256];
	char program[112];
	char note[512];
	struct child *child;
	struct timer *next_turn; /* when there is nobody to wait for */
	bool cancelled;
	struct berth_error error;
	auth_done_fn *done;
	void *context;
};

static void auth_free(struct auth *auth)
{
	timer_close(auth->next_turn);
	credentials_release(&auth->credentials);
	free(auth);
}

static void finish(void *context)
{
	struct auth *auth = context;
	bool failed = auth->error.code != BERTH_E_OK;

	if (auth->cancelled && auth->error.code != BERTH_E_CANCELLED) {
		berth_error_set(&auth->error, BERTH_E_CANCELLED, 0, "cancelled");
		failed = true;
	}
	auth->done(auth->context, failed ? NULL : auth->credentials.header,
		failed ? "" : auth->note, failed ? &auth->error : NULL);
	auth_free(auth);
}

/* Which of our texts fits what a helper said; that itself is never repeated. */
static bool says_not_found(const struct child_reply *reply)
{
	return strstr(reply->output, "credentials not found") != NULL ||
	       strstr(reply->output, "no credentials") != NULL;
}

static void read_helper(struct auth *auth, const struct child_reply *reply)
{
	if (reply->error.code != BERTH_E_OK) {
		auth->error = reply->error;
	} else if (reply->exit_status != 0 && says_not_found(reply)) {
		snprintf(auth->note, sizeof(auth->note),
			"no credentials for '%s' (asked the helper '%s')", auth->registry,
			auth->credentials.helper);
		return;
	} else if (reply->exit_status != 0) {
		berth_error_set(&auth->error, BERTH_E_DENIED, reply->exit_status,
			"it ended with status %d", reply->exit_status);
		berth_error_hint(&auth->error, "see what it says: echo '%s' | %s get",
			auth->credentials.key, auth->program);
	} else if (credentials_take_output(&auth->credentials, reply->output, reply->output_len,
			   &auth->error) == 0) {
		snprintf(auth->note, sizeof(auth->note),
			"using credentials of '%s' from the helper '%s'", auth->registry,
			auth->credentials.helper);
		return;
	}
	if (auth->error.code != BERTH_E_CANCELLED)
		berth_error_wrap(&auth->error, "credential helper '%s' for '%s'", auth->program,
			auth->registry);
}

static void helper_done(void *context, const struct child_reply *reply)
{
	struct auth *auth = context;

	read_helper(auth, reply);
	finish(auth);
}

static bool start_helper(struct auth *auth, struct uv_loop_s *loop, int limit_ms)
{
	const char *const argv[] = {auth->program, "get", NULL};
	const char *key = auth->credentials.key;

	snprintf(auth->program, sizeof(auth->program), "docker-credential-%s",
		auth->credentials.helper);
	auth->child = child_start(
		loop, argv, key, strlen(key), limit_ms, helper_done, auth, &auth->error);
	if (auth->child)
		return true;
	berth_error_wrap(&auth->error, "credentials of '%s'", auth->registry);
	berth_error_hint(&auth->error, "install %s, or take it out of the Docker configuration",
		auth->program);
	return false;
}

struct auth *auth_find_within(struct uv_loop_s *loop, const char *registry, int helper_limit_ms,
	auth_done_fn *done, void *context, struct berth_error *err)
{
	struct auth *auth = calloc(1, sizeof(*auth));

	if (!auth) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	auth->done = done;
	auth->context = context;
	snprintf(auth->registry, sizeof(auth->registry), "%s", registry);
	auth->next_turn = timer_new(loop, finish, auth, err);
	if (!auth->next_turn) {
		auth_free(auth);
		return NULL;
	}
	if (credentials_find(&auth->credentials, registry, &auth->error) == 0 &&
		auth->credentials.helper[0] && start_helper(auth, loop, helper_limit_ms))
		return auth;
	snprintf(auth->note, sizeof(auth->note),
		auth->credentials.header ? "using credentials of '%s' from the Docker configuration"
					 : "no credentials for '%s'",
		auth->registry);
	timer_start(auth->next_turn, 0);
	return auth;
}

struct auth *auth_find(struct uv_loop_s *loop, const char *registry, auth_done_fn *done,
	void *context, struct berth_error *err)
{
	return auth_find_within(loop, registry, HELPER_LIMIT_MS, done, context, err);
}

void auth_cancel(struct auth *auth)
{
	auth->cancelled = true;
	if (auth->child)
		child_cancel(auth->child);
}
