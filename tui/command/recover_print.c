#include "command/recover_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include <berth/text.h>

#include "command/plain.h"
#include "term/output.h"

static int64_t age_ms(const struct berth_left *left)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - left->since_ms;
}

static bool say_whose(struct plain *plain, const struct berth_left *left)
{
	char text[1024], age[16];
	snprintf(text, sizeof text, "%.8s  '%s' on '%s', begun by '%s' on '%s' (pid %lld) %s ago%s",
		left->deployment_id, left->name, left->target, left->who, left->host,
		(long long)left->pid, berth_format_duration(age, age_ms(left)),
		left->held ? ": it still runs" : "");
	return plain_line(plain, "", text);
}

static bool say_choices(struct plain *plain, const struct berth_left *left)
{
	char text[128] = "";
	size_t len = 0;
	for (int i = 0; i < BERTH_RECOVERY_COUNT; i++) {
		if (left->can & (1u << i))
			len += (size_t)snprintf(text + len, sizeof text - len, "%s%s",
				len > 0 ? ", " : "", berth_recovery_name((enum berth_recovery)i));
	}
	snprintf(text + len, sizeof text - len, "; --yes: %s", berth_recovery_name(left->safe));
	return plain_line(plain, "  possible: ", text);
}

bool recover_print_text(struct plain *plain, const struct berth_left *left)
{
	if (!say_whose(plain, left))
		return false;
	if (left->held)
		return true;
	if (!left->known)
		return plain_line(plain, "  what became of it is not known: ", left->error.message);
	return plain_line(plain, "  ", left->found) && say_choices(plain, left);
}

static json_t *choices(const struct berth_left *left)
{
	json_t *array = json_array();
	for (int i = 0; array && i < BERTH_RECOVERY_COUNT; i++) {
		if (left->can & (1u << i))
			json_array_append_new(
				array, json_string(berth_recovery_name((enum berth_recovery)i)));
	}
	return array;
}

static json_t *error_of(const struct berth_left *left)
{
	if (left->held || left->known)
		return json_null();
	return json_pack("{s:s, s:s}", "code", berth_code_name(left->error.code), "message",
		left->error.message);
}

bool recover_print_json(struct output *output, const struct berth_left *left)
{
	char since[32];
	json_t *json = json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:I, s:s, s:b, s:s, s:o, s:s, s:o}", "v",
		1, "type", "left", "deployment_id", left->deployment_id, "name", left->name,
		"target", left->target, "container", left->container, "who", left->who, "host",
		left->host, "pid", (json_int_t)left->pid, "since",
		berth_format_timestamp(since, left->since_ms), "held", left->held, "found",
		left->found, "can", choices(left), "safe", berth_recovery_name(left->safe), "error",
		error_of(left));
	char *line = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!line)
		return false;
	output_add(output, line, strlen(line));
	output_add(output, "\n", 1);
	free(line);
	return true;
}
