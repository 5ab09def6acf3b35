#include "support/tcp_gate.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/process.h"

#define MAX_PAIRS 32
#define PIECE     16384
#define TICK_MS   5

struct pair {
	int client, server; /* -1: none */
};

struct relay {
	struct tcp_gate_state *state;
	struct pair pairs[MAX_PAIRS];
	int listener;
	int server_port;
	int64_t bucket, filled_ms; /* of the rate */
};

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void hang_up(struct pair *pair)
{
	close(pair->client);
	close(pair->server);
	*pair = (struct pair){-1, -1};
}

static void take_client(struct relay *relay)
{
	struct sockaddr_in address = loopback(relay->server_port);
	struct pair pair = {accept(relay->listener, NULL, NULL), socket(AF_INET, SOCK_STREAM, 0)};

	if (connect(pair.server, (struct sockaddr *)&address, sizeof(address)) == 0)
		for (size_t i = 0; i < MAX_PAIRS; i++)
			if (relay->pairs[i].client < 0) {
				relay->pairs[i] = pair;
				return;
			}
	hang_up(&pair);
}

static bool pass_on(int from, int to, size_t most, size_t *count)
{
	char data[PIECE];
	ssize_t len = read(from, data, most < sizeof(data) ? most : sizeof(data));

	*count = len > 0 ? (size_t)len : 0;
	for (ssize_t sent = 0, n; sent < len; sent += n)
		if ((n = write(to, data + sent, (size_t)(len - sent))) <= 0)
			return false;
	return len > 0;
}

/* How much may pass now. The rate fills a small bucket, so that waiting saves nothing up. */
static int64_t allowance(struct relay *relay)
{
	int64_t left = atomic_load(&relay->state->allowed) - atomic_load(&relay->state->passed);
	int64_t rate = atomic_load(&relay->state->rate);
	int64_t now_ms = process_clock_ms();

	relay->bucket += rate * (now_ms - relay->filled_ms) / 1000;
	relay->filled_ms = now_ms;
	if (relay->bucket > rate / 50)
		relay->bucket = rate / 50;
	return rate > 0 && relay->bucket < left ? relay->bucket : left;
}

static void relay_turn(struct relay *relay)
{
	struct pollfd fds[1 + 2 * MAX_PAIRS] = {{.fd = relay->listener, .events = POLLIN}};
	bool open = allowance(relay) > 0;

	for (size_t i = 0; i < MAX_PAIRS; i++) {
		fds[1 + 2 * i] = (struct pollfd){.fd = relay->pairs[i].client, .events = POLLIN};
		fds[2 + 2 * i] = (struct pollfd){
			.fd = open ? relay->pairs[i].server : -1, .events = POLLIN};
	}
	poll(fds, 1 + 2 * MAX_PAIRS, open ? 1000 : TICK_MS);
	for (size_t i = 0; i < MAX_PAIRS; i++) {
		struct pair *pair = &relay->pairs[i];
		int64_t left = allowance(relay);
		size_t count = 0;
		bool alive = true;

		if (fds[1 + 2 * i].revents)
			alive = pass_on(pair->client, pair->server, PIECE, &count);
		if (alive && fds[2 + 2 * i].revents && left > 0) {
			alive = pass_on(pair->server, pair->client, (size_t)left, &count);
			atomic_fetch_add(&relay->state->passed, (int64_t)count);
			relay->bucket -= (int64_t)count;
		}
		if (!alive)
			hang_up(pair);
	}
	if (fds[0].revents)
		take_client(relay);
}

static _Noreturn void run(struct relay *relay, pid_t parent)
{
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < MAX_PAIRS; i++)
		relay->pairs[i] = (struct pair){-1, -1};
	relay->filled_ms = process_clock_ms();
	while (getppid() == parent)
		relay_turn(relay);
	_exit(0);
}

int tcp_gate_open(struct tcp_gate *gate, int server_port)
{
	struct sockaddr_in address = loopback(0);
	socklen_t len = sizeof(address);
	struct relay relay = {.server_port = server_port};
	pid_t parent = getpid();

	*gate = (struct tcp_gate){0};
	relay.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	relay.state = mmap(NULL, sizeof(*relay.state), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (relay.listener < 0 || relay.state == MAP_FAILED ||
		bind(relay.listener, (struct sockaddr *)&address, len) ||
		listen(relay.listener, 64) ||
		getsockname(relay.listener, (struct sockaddr *)&address, &len)) {
		perror("tcp gate");
		return -1;
	}
	atomic_store(&relay.state->allowed, INT64_MAX);
	gate->state = relay.state;
	gate->port = ntohs(address.sin_port);
	gate->pid = fork();
	if (gate->pid == 0)
		run(&relay, parent);
	close(relay.listener);
	return gate->pid < 0 ? -1 : 0;
}

void tcp_gate_close(struct tcp_gate *gate)
{
	if (gate->pid > 0) {
		kill(gate->pid, SIGKILL);
		waitpid(gate->pid, NULL, 0);
	}
	if (gate->state)
		munmap(gate->state, sizeof(*gate->state));
	*gate = (struct tcp_gate){0};
}
