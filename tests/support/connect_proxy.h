/*
 * A proxy for HTTPS: takes CONNECT to wherever, and leads all of it to one port of this machine. A
 * thread per connection.
 */
#ifndef SUPPORT_CONNECT_PROXY_H
#define SUPPORT_CONNECT_PROXY_H

#include <pthread.h>
#include <stdatomic.h>

struct connect_proxy {
	int port;    /* of 127.0.0.1 */
	int to_port; /* where the tunnels lead */
	/* Whoever does not send this as Proxy-Authorization gets a 407; NULL: nobody is asked. */
	const char *wants;
	int status; /* for everybody, instead of a tunnel; 0: none */
	int listener;
	pthread_t thread;
	atomic_int asked; /* heads that came */
	atomic_int open;  /* connections */
	/* The head of the last one; to be read when something came back from it. */
	char head[4096];
};

/* With to_port, wants and status set. 0 or -1. */
int connect_proxy_start(struct connect_proxy *proxy);
/* Ends its tunnels. */
void connect_proxy_stop(struct connect_proxy *proxy);

#endif
