/*
 * What the container of an app streams: its log, or what it uses each second. Both begin with a
 * "status", say "error" where it does not run, and drop the connection when they are over; the log
 * says "end" before. Nobody is asked for a login, which goes along all the same.
 *
 * The real server takes each byte of a line for a letter, so what is not ASCII is repaired.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/double_utf8.h"
#include "target/mist/mist_act.h"

#define STREAM_ROUTE "/api/ws/container/"

/* --- its log --- */

static void take_line(struct server_act *act, const struct json_t *data)
{
	const json_t *line = json_object_get(data, "line");
	const char *stream = server_text_at(data, "stream"), *text = json_string_value(line);
	size_t len = json_string_length(line), repaired;
	char *right;

	if (text == NULL)
		return;
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	right = malloc(len + 1);
	repaired = right != NULL ? double_utf8_repair(right, text, len) : 0;
	server_act_line(act,
		stream != NULL && strcmp(stream, "stderr") == 0 ? BERTH_STDERR : BERTH_STDOUT,
		repaired > 0 ? right : text, repaired > 0 ? repaired : len);
	free(right);
}

static void take_error(struct mist_act *m, const struct json_t *data)
{
	const char *message = server_text_at(data, "message");

	m->told = true;
	berth_error_set(&m->refused, BERTH_E_REFUSED, 0, "the server says of '%s': %.300s",
		m->act.remote.name, message != NULL ? message : "an error, and not which");
	berth_error_hint(&m->refused, "only of a container that runs there is anything live");
	server_act_leave(&m->act);
}

static void log_heard(struct server_act *act, const char *type, const struct json_t *data)
{
	struct mist_act *m = (struct mist_act *)act;

	if (strcmp(type, "log") == 0) {
		take_line(act, data);
	} else if (strcmp(type, "error") == 0) {
		take_error(m, data);
	} else if (strcmp(type, "end") == 0) {
		m->told = true;
		server_act_leave(act);
	}
}

static void log_over(struct server_act *act, const struct berth_error *err)
{
	struct mist_act *m = (struct mist_act *)act;
	struct berth_error why = m->refused;

	if (!m->told && err != NULL) {
		why = *err;
		berth_error_hint(&why, "ask again with --follow; without it its last lines are "
				       "shown");
	}
	server_act_end(act, why.code != BERTH_E_OK ? &why : NULL);
}

void mist_box_follow(struct mist_act *m)
{
	static const struct server_act_ear ear = {log_heard, log_over};

	server_act_listen(&m->act, &ear, STREAM_ROUTE "logs?appId=%" PRId64, m->id);
}

/* --- what it uses --- */

static double number_at(const struct json_t *data, const char *key)
{
	return json_number_value(json_object_get(data, key));
}

static void usage_heard(struct server_act *act, const char *type, const struct json_t *data)
{
	struct mist_act *m = (struct mist_act *)act;

	if (strcmp(type, "error") == 0) {
		take_error(m, data);
	} else if (strcmp(type, "stats") == 0 && !m->told) {
		m->told = true;
		act->remote.usage = (struct berth_usage){
			.known = true,
			.cpu_percent = number_at(data, "cpu_percent"),
			.memory_mb = number_at(data, "memory_used_mb"),
			.memory_limit_mb = number_at(data, "memory_limit_mb"),
			.received_mb = number_at(data, "network_rx_mb"),
			.sent_mb = number_at(data, "network_tx_mb"),
			.read_mb = number_at(data, "block_read_mb"),
			.written_mb = number_at(data, "block_write_mb"),
			.processes = server_number_at(data, "pids", 0),
		};
		server_act_leave(act);
	}
}

/* That it can't be told what it uses is no failure of looking at it. */
static void usage_over(struct server_act *act, const struct berth_error *err)
{
	struct mist_act *m = (struct mist_act *)act;

	if (!act->remote.usage.known)
		server_act_note(act, "what it uses is not known: %.300s",
			m->told       ? m->refused.message
			: err != NULL ? err->message
				      : "the server closed the stream");
	server_act_row(act, &act->remote);
	server_act_end(act, NULL);
}

void mist_box_measure(struct mist_act *m)
{
	static const struct server_act_ear ear = {usage_heard, usage_over};

	server_act_listen(&m->act, &ear, STREAM_ROUTE "stats?appId=%" PRId64, m->id);
}
