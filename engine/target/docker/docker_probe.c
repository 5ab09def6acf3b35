#include "target/docker/docker_probe.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/container.h"
#include "loop/net.h"
#include "loop/tcp_probe.h"
#include "loop/xfer.h"

#define ANSWER_MS 5000

/* Exit status of the script below when the image has nothing to ask with. */
#define NO_TOOL 97

struct probe {
	struct probe_question question;
	probe_answered_fn *answered;
	void *context;
	struct xfer *xfer;
	struct tcp_probe *tcp;
	struct docker_op *exec;
	char what[320];
	char told[512];
};

static void answer(struct probe *probe, enum probe_answer what, bool hung_up)
{
	probe->answered(probe->context, what, probe->told, hung_up);
	free(probe);
}

/* AUTO takes any answer that is not the server's own fault; a path that was asked for must be
 * there. */
static bool is_healthy_status(const struct probe *probe, int status)
{
	if (probe->question.port->probe == BERTH_PROBE_AUTO)
		return status >= 100 && status < 500;
	return status >= 200 && status < 400;
}

/* Who cancels has waited long enough. */
/* The question names the address already: of a transfer's error only the cause is told. */
static const char *reason(const struct berth_error *err)
{
	const char *cause = err->message, *colon;

	if (err->code == BERTH_E_CANCELLED)
		return "no answer in time";
	while ((colon = strstr(cause, ": ")) != NULL)
		cause = colon + 2;
	return cause;
}

static int ignore_body(void *context, const char *data, size_t len)
{
	(void)context;
	(void)data;
	(void)len;
	return 0;
}

static void http_done(void *context, const struct xfer_reply *reply)
{
	struct probe *probe = context;
	bool automatic = probe->question.port->probe == BERTH_PROBE_AUTO;

	if (reply->status > 0) {
		snprintf(probe->told, sizeof(probe->told), "%s -> %d", probe->what, reply->status);
		answer(probe,
			is_healthy_status(probe, reply->status) ? PROBE_HEALTHY : PROBE_NOT_YET,
			false);
		return;
	}
	snprintf(probe->told, sizeof(probe->told), "%s -> %.180s", probe->what,
		reason(&reply->error));
	/* It spoke, but not HTTP: for AUTO that is an answer. */
	if (automatic && reply->connected && reply->error.code == BERTH_E_PROTOCOL)
		answer(probe, PROBE_HEALTHY, false);
	else
		answer(probe, PROBE_NOT_YET, reply->connected);
}

static int start_http(struct probe *probe, struct berth_error *err)
{
	const struct probe_question *question = &probe->question;
	const char *path = question->port->health_path;
	bool v6 = strchr(question->address, ':') != NULL;
	char url[256];

	snprintf(url, sizeof(url), "http://%s%s%s:%d%s", v6 ? "[" : "", question->address,
		v6 ? "]" : "", question->host_port, path != NULL ? path : "/");
	snprintf(probe->what, sizeof(probe->what), "GET %s", url);
	probe->xfer = xfer_start(question->net,
		&(struct xfer_request){
			.method = "GET",
			.url = url,
			.connect_timeout_ms = ANSWER_MS,
			.total_timeout_ms = ANSWER_MS,
			.body_max = 64u << 10,
			.on_data = ignore_body,
			.done = http_done,
			.context = probe,
		},
		err);
	return probe->xfer != NULL ? 0 : -1;
}

static void tcp_done(void *context, const struct berth_error *err)
{
	struct probe *probe = context;

	snprintf(probe->told, sizeof(probe->told), "%s -> %.180s", probe->what,
		err != NULL ? reason(err) : "open");
	answer(probe, err == NULL ? PROBE_HEALTHY : PROBE_NOT_YET, false);
}

static int start_tcp(struct probe *probe, struct berth_error *err)
{
	const struct probe_question *question = &probe->question;

	snprintf(probe->what, sizeof(probe->what), "connect %s:%d", question->address,
		question->host_port);
	probe->tcp = tcp_probe_start(net_loop(question->net), question->address,
		question->host_port, ANSWER_MS, tcp_done, probe, err);
	return probe->tcp != NULL ? 0 : -1;
}

static void exec_done(void *context, int exit_code, const char *output, size_t output_len,
	const struct berth_error *err)
{
	struct probe *probe = context;
	bool no_shell = exit_code == 126 || exit_code == 127;

	if (err != NULL) {
		snprintf(
			probe->told, sizeof(probe->told), "%s -> %.180s", probe->what, reason(err));
		/* An engine that cannot find the shell says so instead of an exit code. */
		no_shell = strstr(err->message, "executable file not found") != NULL ||
			   strstr(err->message, "no such file") != NULL;
		answer(probe, no_shell ? PROBE_CANNOT_TELL : PROBE_NOT_YET, false);
		return;
	}
	if (exit_code == NO_TOOL || no_shell) {
		snprintf(probe->told, sizeof(probe->told),
			"%s -> the image has nothing to ask with (sh with wget or curl)",
			probe->what);
		answer(probe, PROBE_CANNOT_TELL, false);
		return;
	}
	snprintf(probe->told, sizeof(probe->told), "%s -> exit %d%s%.*s", probe->what, exit_code,
		output_len > 0 ? ": " : "", (int)strcspn(output, "\r\n"), output);
	answer(probe, exit_code == 0 ? PROBE_HEALTHY : PROBE_NOT_YET, false);
}

/* curl first: the wget of Debian 12's busybox crashes when it is given a time limit. */
static const char ask_http[] =
	"if command -v curl >/dev/null 2>&1; then exec curl -fsS -m 4 -o /dev/null \"$1\"; fi; "
	"limit=; if command -v timeout >/dev/null 2>&1; then limit='timeout 4'; fi; "
	"if command -v wget >/dev/null 2>&1; then exec $limit wget -q -O /dev/null \"$1\"; fi; "
	"exit 97";

/* No tool can be counted on for this, but the kernel's own list of listeners can be read by any
 * shell. */
static const char ask_tcp[] = "for list in /proc/net/tcp /proc/net/tcp6; do "
			      "while read -r _ local _ state _; do "
			      "case $local:$state in *:$1:0A) exit 0 ;; esac; "
			      "done <$list; done 2>/dev/null; "
			      "echo nobody listens; exit 1";

static int start_exec(struct probe *probe, struct berth_error *err)
{
	const struct probe_question *question = &probe->question;
	const struct berth_port *port = question->port;
	bool http = port->probe == BERTH_PROBE_HTTP;
	char argument[300];

	if (http)
		snprintf(argument, sizeof(argument), "http://127.0.0.1:%d%s", port->container,
			port->health_path);
	else
		snprintf(argument, sizeof(argument), "%04X", (unsigned)port->container);
	if (http)
		snprintf(probe->what, sizeof(probe->what), "inside: GET %s", argument);
	else
		snprintf(probe->what, sizeof(probe->what), "inside: port %d", port->container);
	probe->exec = container_exec(question->docker, question->container_id,
		(const char *const[]){"sh", "-c", http ? ask_http : ask_tcp, "sh", argument, NULL},
		exec_done, probe, err);
	return probe->exec != NULL ? 0 : -1;
}

struct probe *probe_start(const struct probe_question *question, probe_answered_fn *answered,
	void *context, struct berth_error *err)
{
	struct probe *probe = calloc(1, sizeof(*probe));
	int status;

	if (probe == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	probe->question = *question;
	probe->answered = answered;
	probe->context = context;
	if (question->host_port == 0)
		status = start_exec(probe, err);
	else if (question->tcp_only || question->port->probe == BERTH_PROBE_TCP)
		status = start_tcp(probe, err);
	else
		status = start_http(probe, err);
	if (status == -1) {
		free(probe);
		return NULL;
	}
	return probe;
}

void probe_cancel(struct probe *probe)
{
	if (probe->xfer != NULL)
		xfer_cancel(probe->xfer);
	else if (probe->tcp != NULL)
		tcp_probe_cancel(probe->tcp);
	else
		docker_op_cancel(probe->exec);
}
