/*
 * A gate in front of a TCP server: passes on what the server says only so far, or only so fast, as
 * the test wants. A process of its own, that dies with the test.
 */
#ifndef SUPPORT_TCP_GATE_H
#define SUPPORT_TCP_GATE_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

struct tcp_gate {
	int port; /* of 127.0.0.1 */
	pid_t pid;
	struct tcp_gate_state *state; /* shared with the process */
};

struct tcp_gate_state {
	_Atomic int64_t allowed; /* bytes from the server in all; more than that wait */
	_Atomic int64_t passed;
	_Atomic int64_t rate; /* bytes a second; 0: as fast as they come */
};

int tcp_gate_open(struct tcp_gate *gate, int server_port);
void tcp_gate_close(struct tcp_gate *gate);

#endif
