/* What was cut off: the journals without an owner, and what their engines have of them. */
#ifndef SESSION_LEFT_H
#define SESSION_LEFT_H

#include <berth/recover.h>

struct journal_run;
struct left;
struct net;
struct uv_loop_s;

/* NULL without memory. folder is copied. */
struct left *left_new(
	struct uv_loop_s *loop, struct net *net, const char *folder, struct berth_error *err);
int left_find(struct left *left, berth_left_fn *done, void *context, struct berth_error *err);
/* Of those found last; borrowed until the next search. NULL with NOT_FOUND. */
const struct journal_run *left_get(
	const struct left *left, const char *deployment_id, struct berth_error *err);
const char *left_folder(const struct left *left);
/* `done` of a search under way comes first; then `closed`, from the loop, unless there was none to
 * wait for: then from within. */
void left_close(struct left *left, void (*closed)(void *context), void *context);

#endif
