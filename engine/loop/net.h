/*
 * The network: libcurl's multi interface on a libuv loop. The only file that touches CURLM is
 * net.c; the only thing that uses it is xfer.
 *
 * curl is initialised at the first transfer, not at start: the first frame of a screen must not
 * wait for TLS.
 */
#ifndef LOOP_NET_H
#define LOOP_NET_H

#include <berth/error.h>

struct uv_loop_s;
struct net;

struct net *net_new(struct uv_loop_s *loop, struct berth_error *err);

/* End all transfers (their done callbacks fire with CANCELLED, from the loop and not from this
 * call), close the handles, then call `closed` from the loop; net is freed just before. */
void net_close(struct net *net, void (*closed)(void *context), void *context);

struct uv_loop_s *net_loop(const struct net *net);

#endif
