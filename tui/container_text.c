#include "container_text.h"

#include <stdio.h>

char *container_age(char dst[16], int64_t since_ms, int64_t now_ms)
{
	int64_t seconds = now_ms > since_ms ? (now_ms - since_ms) / 1000 : 0;
	dst[0] = '\0';
	if (since_ms <= 0)
		return dst;
	if (seconds < 60)
		snprintf(dst, 16, "%ds", (int)seconds);
	else if (seconds < 3600)
		snprintf(dst, 16, "%dm", (int)(seconds / 60));
	else if (seconds < 48 * 3600)
		snprintf(dst, 16, "%dh", (int)(seconds / 3600));
	else
		snprintf(dst, 16, "%dd", (int)(seconds / 86400 % 1000000));
	return dst;
}

static const char *const doing[] = {
	[BERTH_ACT_STOP] = "stopping",
	[BERTH_ACT_RESTART] = "restarting",
	[BERTH_ACT_REMOVE] = "removing",
	[BERTH_ACT_REMOVE_KEEPING] = "removing",
};

char *container_state(char dst[96], const struct berth_container *container, int64_t now_ms)
{
	const char *state = berth_container_state_name(container->state);
	char age[16], exit_code[24] = "";
	container_age(age, container->since_ms, now_ms);
	const char *blank = age[0] != '\0' ? " " : "";
	if (container->doing != BERTH_ACT_NONE) {
		snprintf(dst, 96, "%s", doing[container->doing]);
	} else if (container->state == BERTH_CONTAINER_RUNNING) {
		const char *health = berth_container_health_name(container->health);
		snprintf(dst, 96, "up%s%s%s%s", blank, age, health[0] != '\0' ? ", " : "", health);
	} else if (container->state == BERTH_CONTAINER_EXITED ||
		   container->state == BERTH_CONTAINER_DEAD) {
		if (container->since_ms != 0)
			snprintf(exit_code, sizeof exit_code, " %d", container->exit_code);
		snprintf(dst, 96, "%s%s%s%s%s%s", state, exit_code, blank, age,
			age[0] != '\0' ? " ago" : "",
			container->oom_killed ? ", out of memory" : "");
	} else {
		snprintf(dst, 96, "%s", state);
	}
	return dst;
}

char *container_brief(char dst[16], const struct berth_container *container, int64_t now_ms)
{
	static const char *const states[] = {
		[BERTH_CONTAINER_CREATED] = "created",
		[BERTH_CONTAINER_RUNNING] = "up",
		[BERTH_CONTAINER_PAUSED] = "paused",
		[BERTH_CONTAINER_RESTARTING] = "again",
		[BERTH_CONTAINER_REMOVING] = "going",
		[BERTH_CONTAINER_EXITED] = "ended",
		[BERTH_CONTAINER_DEAD] = "dead",
		[BERTH_CONTAINER_OTHER] = "?",
	};
	if (container->doing != BERTH_ACT_NONE)
		snprintf(dst, 16, "...");
	else if (container->state == BERTH_CONTAINER_RUNNING && container->since_ms != 0)
		container_age(dst, container->since_ms, now_ms);
	else if (container->state == BERTH_CONTAINER_EXITED && container->since_ms != 0)
		snprintf(dst, 16, "exit%s%d", container->exit_code > 99 ? "" : " ",
			container->exit_code);
	else
		snprintf(dst, 16, "%s", states[container->state]);
	return dst;
}

char *container_ports(char *dst, size_t cap, const struct berth_container *container)
{
	size_t used = 0;
	dst[0] = '\0';
	for (size_t i = 0; i < container->port_count && used < cap; i++)
		used += (size_t)snprintf(dst + used, cap - used, "%s%d->%d%s", i > 0 ? ", " : "",
			container->ports[i].host, container->ports[i].container,
			container->ports[i].udp ? "/udp" : "");
	return dst;
}

const char *container_title(const struct berth_container *container)
{
	return container->deployed[0] != '\0' ? container->deployed : container->name;
}
