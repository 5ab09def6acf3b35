#include "loop/tcp_probe.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* How long a connection must stay open. The proxy hangs up within a few milliseconds. */
#define SETTLE_MS 150

struct tcp_probe {
	uv_tcp_t tcp;
	uv_timer_t timer;
	uv_connect_t connect;
	int open_handles;
	bool connected, ended;
	char where[80];
	char scratch[256];
	struct berth_error error;
	tcp_probe_fn *done;
	void *context;
};

static void handle_closed(uv_handle_t *handle)
{
	struct tcp_probe *probe = handle->data;

	if (--probe->open_handles > 0)
		return;
	probe->done(probe->context, probe->error.code == BERTH_E_OK ? NULL : &probe->error);
	free(probe);
}

static void end(struct tcp_probe *probe)
{
	if (probe->ended)
		return;
	probe->ended = true;
	uv_close((uv_handle_t *)&probe->tcp, handle_closed);
	uv_close((uv_handle_t *)&probe->timer, handle_closed);
}

static void time_passed(uv_timer_t *timer)
{
	struct tcp_probe *probe = timer->data;

	if (!probe->connected)
		berth_error_set(&probe->error, BERTH_E_TIMEOUT, 0, "%s: no answer", probe->where);
	end(probe);
}

static void give_scratch(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct tcp_probe *probe = handle->data;

	(void)suggested;
	*buf = uv_buf_init(probe->scratch, sizeof(probe->scratch));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
	struct tcp_probe *probe = stream->data;

	(void)buf;
	if (count == 0)
		return;
	if (count < 0)
		berth_error_set(
			&probe->error, BERTH_E_BROKEN, 0, "%s: hung up at once", probe->where);
	end(probe);
}

static void on_connect(uv_connect_t *connect, int status)
{
	struct tcp_probe *probe = connect->data;

	if (probe->ended)
		return;
	if (status == 0)
		status = uv_read_start((uv_stream_t *)&probe->tcp, give_scratch, on_read);
	if (status < 0) {
		berth_error_set(&probe->error, BERTH_E_UNREACHABLE, -status, "%s: %s", probe->where,
			strerror(-status));
		end(probe);
		return;
	}
	probe->connected = true;
	uv_timer_start(&probe->timer, time_passed, SETTLE_MS, 0);
}

static int parse_address(
	struct sockaddr_storage *storage, const char *address, int port, struct berth_error *err)
{
	if (uv_ip4_addr(address, port, (struct sockaddr_in *)storage) == 0 ||
		uv_ip6_addr(address, port, (struct sockaddr_in6 *)storage) == 0)
		return 0;
	return berth_error_set(err, BERTH_E_INTERNAL, 0, "'%s' is no numeric address", address);
}

struct tcp_probe *tcp_probe_start(struct uv_loop_s *loop, const char *address, int port,
	int timeout_ms, tcp_probe_fn *done, void *context, struct berth_error *err)
{
	struct sockaddr_storage storage = {0};
	struct tcp_probe *probe;
	int status;

	if (parse_address(&storage, address, port, err) == -1)
		return NULL;
	probe = calloc(1, sizeof(*probe));
	if (probe == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	probe->done = done;
	probe->context = context;
	snprintf(probe->where, sizeof(probe->where), "tcp %s:%d", address, port);
	/* Neither of these can fail: they only set up memory. */
	uv_tcp_init(loop, &probe->tcp);
	uv_timer_init(loop, &probe->timer);
	probe->tcp.data = probe->timer.data = probe->connect.data = probe;
	probe->open_handles = 2;
	uv_timer_start(&probe->timer, time_passed, (uint64_t)timeout_ms, 0);
	status = uv_tcp_connect(
		&probe->connect, &probe->tcp, (const struct sockaddr *)&storage, on_connect);
	if (status < 0) {
		berth_error_set(&probe->error, BERTH_E_UNREACHABLE, -status, "%s: %s", probe->where,
			strerror(-status));
		end(probe);
	}
	return probe;
}

void tcp_probe_cancel(struct tcp_probe *probe)
{
	if (probe->ended)
		return;
	berth_error_set(&probe->error, BERTH_E_CANCELLED, 0, "cancelled");
	end(probe);
}
