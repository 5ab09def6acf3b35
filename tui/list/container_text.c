#include "list/container_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

char *container_age(char dst[16], int64_t since_ms, int64_t now_ms)
{
	int64_t age = now_ms > since_ms ? now_ms - since_ms : 0;
	dst[0] = '\0';
	if (since_ms <= 0)
		return dst;
	if (age < MINUTE)
		snprintf(dst, 16, "<1m");
	else if (age < HOUR)
		snprintf(dst, 16, "%dm", (int)(age / MINUTE));
	else if (age < 2 * DAY)
		snprintf(dst, 16, "%dh", (int)(age / HOUR));
	else
		snprintf(dst, 16, "%dd", (int)(age / DAY % 1000000));
	return dst;
}

char *container_since(char dst[16], int64_t since_ms, int64_t now_ms)
{
	time_t since = (time_t)(since_ms / 1000), now = (time_t)(now_ms / 1000);
	struct tm then, today;
	dst[0] = '\0';
	if (since_ms <= 0 || localtime_r(&since, &then) == NULL ||
		localtime_r(&now, &today) == NULL)
		return dst;
	bool same_day = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
	bool same_year = then.tm_year == today.tm_year;
	strftime(dst, 16, same_day ? "%H:%M" : same_year ? "%d %b" : "%Y-%m", &then);
	return dst;
}

static const char *const doing[] = {
	[BERTH_ACT_STOP] = "stopping",
	[BERTH_ACT_RESTART] = "restarting",
	[BERTH_ACT_REMOVE] = "removing",
	[BERTH_ACT_REMOVE_KEEPING] = "removing",
};

/* `up` and `ended` say for how long, or since when; with a blank before them, or empty. */
static char *say_state(
	char dst[96], const struct berth_container *container, const char *up, const char *ended)
{
	const char *state = berth_container_state_name(container->state);
	char exit_code[24] = "";
	if (container->doing != BERTH_ACT_NONE) {
		snprintf(dst, 96, "%s", doing[container->doing]);
	} else if (container->state == BERTH_CONTAINER_RUNNING) {
		const char *health = berth_container_health_name(container->health);
		snprintf(dst, 96, "up%s%s%s", up, health[0] != '\0' ? ", " : "", health);
	} else if (container->state == BERTH_CONTAINER_EXITED ||
		   container->state == BERTH_CONTAINER_DEAD) {
		if (container->since_ms != 0)
			snprintf(exit_code, sizeof exit_code, " %d", container->exit_code);
		snprintf(dst, 96, "%s%s%s%s", state, exit_code, ended,
			container->oom_killed ? ", out of memory" : "");
	} else {
		snprintf(dst, 96, "%s", state);
	}
	return dst;
}

char *container_state(char dst[96], const struct berth_container *container, int64_t now_ms)
{
	char age[16], up[24] = "", ended[24] = "";
	container_age(age, container->since_ms, now_ms);
	if (age[0] != '\0') {
		snprintf(up, sizeof up, " %s", age);
		snprintf(ended, sizeof ended, " %s ago", age);
	}
	return say_state(dst, container, up, ended);
}

char *container_state_since(char dst[96], const struct berth_container *container, int64_t now_ms)
{
	char time[16], up[24] = "", ended[24] = "";
	container_since(time, container->since_ms, now_ms);
	if (time[0] != '\0') {
		snprintf(up, sizeof up, " since %s", time);
		snprintf(ended, sizeof ended, " at %s", time);
	}
	return say_state(dst, container, up, ended);
}

/* Without the sign a time of day could be taken for a duration, which runs have in its place. */
static void mark_since(char dst[16], int64_t since_ms, int64_t now_ms)
{
	char time[16];
	container_since(time, since_ms, now_ms);
	snprintf(dst, 16, "%s%.12s", strchr(time, '-') == NULL ? "@" : "", time);
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
		mark_since(dst, container->since_ms, now_ms);
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

bool container_ended_well(const struct berth_container *container)
{
	/* 128 and the number of the signal: SIGINT, SIGTERM. SIGKILL may be anybody's. */
	return container->state == BERTH_CONTAINER_EXITED && !container->oom_killed &&
	       (container->exit_code == 0 || container->exit_code == 130 ||
		       container->exit_code == 143);
}

bool container_failed(const struct berth_container *container)
{
	return container->state == BERTH_CONTAINER_DEAD ||
	       (container->state == BERTH_CONTAINER_EXITED && !container_ended_well(container)) ||
	       (container->state == BERTH_CONTAINER_RUNNING &&
		       container->health == BERTH_HEALTH_UNHEALTHY);
}

const char *container_title(const struct berth_container *container)
{
	return container->deployed[0] != '\0' ? container->deployed : container->name;
}
