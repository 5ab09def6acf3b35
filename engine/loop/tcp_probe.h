/*
 * Does somebody hold a TCP port? A connection alone proves nothing: the engine's port proxy accepts
 * for a service that is not there and then hangs up. So a connection counts once it stayed open for
 * a moment, or once the service spoke.
 */
#ifndef LOOP_TCP_PROBE_H
#define LOOP_TCP_PROBE_H

#include <berth/error.h>

struct uv_loop_s;
struct tcp_probe;

/* Fires exactly once, after start has returned, also when cancelled. err: NULL if it answered;
 * UNREACHABLE, BROKEN (hung up at once), TIMEOUT or CANCELLED. */
typedef void tcp_probe_fn(void *context, const struct berth_error *err);

/* `address` is a numeric IPv4 or IPv6 address. */
struct tcp_probe *tcp_probe_start(struct uv_loop_s *loop, const char *address, int port,
	int timeout_ms, tcp_probe_fn *done, void *context, struct berth_error *err);
void tcp_probe_cancel(struct tcp_probe *probe);

#endif
