/* Deployments that another process keeps without a terminal. */
#ifndef SESSION_KEPT_H
#define SESSION_KEPT_H

#include <berth/recover.h>

struct uv_loop_s;

struct kept_setup {
	struct uv_loop_s *loop;
	const char *folder, *id; /* of the journals; of the deployment. Copied */
	berth_asked_fn *done;
	void *context;
};

/* See berth_engine_cancel_kept(). */
int kept_cancel(const struct kept_setup *setup, struct berth_error *err);

#endif
