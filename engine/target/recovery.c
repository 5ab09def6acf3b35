/* What can be done about a deployment that was cut off. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "journal/journal_run.h"
#include "target/docker/docker_look.h"

#define CAN(what) (1u << BERTH_##what)

static void say(struct recovery *recovery, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct recovery *recovery, const char *format, ...)
{
	size_t used = strlen(recovery->found);
	va_list args;

	if (used > 0)
		used += (size_t)snprintf(
			recovery->found + used, sizeof(recovery->found) - used, "; ");
	if (used >= sizeof(recovery->found))
		return;
	va_start(args, format);
	vsnprintf(recovery->found + used, sizeof(recovery->found) - used, format, args);
	va_end(args);
}

static void describe_project(
	struct recovery *recovery, const struct journal_run *run, const struct docker_left *left)
{
	say(recovery,
		"compose was bringing up '%s': %zu containers of it are there, %zu of them run",
		run->project, left->new_count, left->new_running);
	if (run->project_replaced)
		say(recovery, "what they replace can't be brought back; deploy it again");
}

static void describe(
	struct recovery *recovery, const struct journal_run *run, const struct docker_left *left)
{
	if (!run->touched) {
		say(recovery, "nothing was changed yet");
		return;
	}
	if (run->project[0] != '\0') {
		describe_project(recovery, run, left);
		return;
	}
	if (left->has_new)
		say(recovery, "its container '%s' (%.12s) is %s%s", left->new_one.name,
			left->new_one.id, left->new_one.status,
			run->complete || left->new_one.running ? "" : ", and not complete");
	else
		say(recovery, "it has no container");
	if (left->has_old)
		say(recovery, "the one it replaces (%.12s) is %s, called '%s'", left->old_one.id,
			left->old_one.status, left->old_one.name);
	else if (run->has_old)
		say(recovery, "the one it replaces, '%s' (%.12s), is gone", run->old_name,
			run->old_id);
	if (left->has_image)
		say(recovery, "image '%s' was built for it", run->image);
	else if (run->layer_count > 0)
		say(recovery, "%zu layers of image '%s' were made", run->layer_count, run->image);
}

void recovery_decide(
	struct recovery *recovery, const struct journal_run *run, const struct docker_left *left)
{
	bool no_way_back = (run->has_old && !left->has_old) || run->project_replaced;
	bool runs = left->has_new && left->new_one.running;
	bool finish = left->has_new && (run->complete || runs || no_way_back);

	*recovery = (struct recovery){.can = CAN(LEAVE), .safe = BERTH_LEAVE};
	describe(recovery, run, left);
	if (finish)
		recovery->can |= CAN(FINISH);
	if (!no_way_back) {
		recovery->can |= CAN(PUT_BACK);
		recovery->safe = BERTH_PUT_BACK;
	}
	if (finish && (no_way_back || run->retiring || (runs && !run->undoing)))
		recovery->safe = BERTH_FINISH;
}
