#include "support/engine_proxy.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_PAIRS 48
#define PIECE     65536
#define TICK_MS   20

enum fate { PASSES, ANSWER_CUTS, ANSWER_KILLS, STUCK };

struct pair {
	int client, engine; /* -1: none */
	enum fate fate;
};

struct relay {
	struct engine_proxy_state *state;
	struct pair pairs[MAX_PAIRS];
	int listener;
	struct sockaddr_un engine;
};

static void hang_up(struct pair *pair)
{
	close(pair->client);
	close(pair->engine);
	*pair = (struct pair){-1, -1, PASSES};
}

static void take_client(struct relay *relay)
{
	struct pair pair = {accept(relay->listener, NULL, NULL),
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), PASSES};

	if (connect(pair.engine, (struct sockaddr *)&relay->engine, sizeof(relay->engine)) == 0)
		for (size_t i = 0; i < MAX_PAIRS; i++)
			if (relay->pairs[i].client < 0) {
				relay->pairs[i] = pair;
				return;
			}
	hang_up(&pair);
}

static bool send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		len -= (size_t)sent;
	}
	return true;
}

/* "POST /v1.41/containers/3f2a/start?x HTTP/1.1" -> "POST /containers/ID/start". Empty: it is the
 * middle of something. */
static void name_call(char name[PROXY_CALL_MAX], const char *data)
{
	static const char *const methods[] = {"GET ", "HEAD ", "POST ", "PUT ", "DELETE "};
	char path[512], method[8], *rest, *part;
	size_t used, i = 0;

	name[0] = '\0';
	while (i < 5 && strncmp(data, methods[i], strlen(methods[i])) != 0)
		i++;
	if (i == 5 || sscanf(data, "%7s %511[^ ?\r\n]", method, path) != 2)
		return;
	used = (size_t)snprintf(name, PROXY_CALL_MAX, "%s ", method);
	rest = path + (strncmp(path, "/v1.", 4) == 0 ? strcspn(path + 1, "/") + 1 : 0);
	for (i = 0; (part = strsep(&rest, "/")) != NULL; i++) {
		bool known = i < 2 || strcmp(part, "json") == 0 || strcmp(part, "create") == 0 ||
			     (i == 3 && strncmp(path, "/images", 7) != 0);

		if (*part && used < PROXY_CALL_MAX)
			used += (size_t)snprintf(
				name + used, PROXY_CALL_MAX - used, "/%s", known ? part : "ID");
	}
}

/* Is it this call that something happens to? */
static bool is_due(struct engine_proxy_state *state, const char *data)
{
	char name[PROXY_CALL_MAX];
	int count, earlier = 0;

	name_call(name, data);
	if (name[0] == '\0')
		return false;
	count = atomic_load(&state->count);
	if (count < PROXY_CALLS_MAX)
		snprintf(state->calls[count], PROXY_CALL_MAX, "%s", name);
	for (int i = 0; i < count && i < PROXY_CALLS_MAX; i++)
		earlier += state->call[0] == '\0' || strcmp(state->calls[i], name) == 0 ? 1 : 0;
	atomic_store(&state->count, count + 1);
	return state->accident != ACCIDENT_NONE && earlier + 1 == state->occurrence &&
	       (state->call[0] == '\0' || strcmp(state->call, name) == 0);
}

static void kill_caller(struct relay *relay)
{
	pid_t caller;

	/* It may call before the one who started it has told who it is. */
	while ((caller = atomic_load(&relay->state->caller)) == 0)
		usleep(100);
	kill(caller, SIGKILL);
	atomic_store(&relay->state->happened, true);
}

/* False: the connection ends. */
static bool meet(struct relay *relay, struct pair *pair, const char *data, size_t len)
{
	static const char refusal[] = "HTTP/1.1 500 Internal Server Error\r\n"
				      "Content-Type: application/json\r\nContent-Length: 27\r\n\r\n"
				      "{\"message\":\"an accident\"}\r\n";

	switch (relay->state->accident) {
	case ACCIDENT_FAIL:
		atomic_store(&relay->state->happened, true);
		send_all(pair->client, refusal, sizeof(refusal) - 1);
		return false;
	case ACCIDENT_KILL_BEFORE:
		kill_caller(relay);
		return false;
	case ACCIDENT_CUT:
		pair->fate = ANSWER_CUTS;
		return send_all(pair->engine, data, len);
	case ACCIDENT_KILL_AFTER:
		pair->fate = ANSWER_KILLS;
		return send_all(pair->engine, data, len);
	default:
		pair->fate = STUCK;
		atomic_store(&relay->state->happened, true);
		return true;
	}
}

static bool from_client(struct relay *relay, struct pair *pair)
{
	char data[PIECE + 1];
	ssize_t len = read(pair->client, data, PIECE);

	if (len <= 0)
		return false;
	data[len] = '\0';
	if (pair->fate == STUCK)
		return true;
	if (pair->fate == PASSES && is_due(relay->state, data))
		return meet(relay, pair, data, (size_t)len);
	return send_all(pair->engine, data, (size_t)len);
}

static bool from_engine(struct relay *relay, struct pair *pair)
{
	char data[PIECE];
	ssize_t len = read(pair->engine, data, PIECE);

	if (len <= 0)
		return pair->fate == STUCK;
	if (pair->fate == ANSWER_KILLS)
		kill_caller(relay);
	if (pair->fate == ANSWER_CUTS)
		atomic_store(&relay->state->happened, true);
	return pair->fate == PASSES && send_all(pair->client, data, (size_t)len);
}

static void relay_turn(struct relay *relay)
{
	struct pollfd fds[1 + 2 * MAX_PAIRS] = {{.fd = relay->listener, .events = POLLIN}};

	for (size_t i = 0; i < MAX_PAIRS; i++) {
		const struct pair *pair = &relay->pairs[i];

		fds[1 + 2 * i] = (struct pollfd){.fd = pair->client, .events = POLLIN};
		fds[2 + 2 * i] = (struct pollfd){
			.fd = pair->fate == STUCK ? -1 : pair->engine, .events = POLLIN};
	}
	poll(fds, 1 + 2 * MAX_PAIRS, TICK_MS);
	for (size_t i = 0; i < MAX_PAIRS; i++) {
		struct pair *pair = &relay->pairs[i];
		bool alive = pair->fate != STUCK || !atomic_load(&relay->state->released);

		if (alive && fds[1 + 2 * i].revents)
			alive = from_client(relay, pair);
		if (alive && fds[2 + 2 * i].revents)
			alive = from_engine(relay, pair);
		if (!alive)
			hang_up(pair);
	}
	if (fds[0].revents)
		take_client(relay);
}

static _Noreturn void run(struct relay *relay, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < MAX_PAIRS; i++)
		relay->pairs[i] = (struct pair){-1, -1, PASSES};
	while (getppid() == parent)
		relay_turn(relay);
	_exit(0);
}

int engine_proxy_open(struct engine_proxy *proxy, const char *socket_path, const char *engine)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct relay relay = {.engine = {.sun_family = AF_UNIX}};
	pid_t parent = getpid();

	*proxy = (struct engine_proxy){0};
	snprintf(proxy->socket, sizeof(proxy->socket), "%s", socket_path);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_path);
	snprintf(relay.engine.sun_path, sizeof(relay.engine.sun_path), "%s", engine);
	unlink(socket_path);
	relay.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	relay.state = mmap(NULL, sizeof(*relay.state), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (relay.listener < 0 || relay.state == MAP_FAILED ||
		bind(relay.listener, (struct sockaddr *)&address, sizeof(address)) ||
		listen(relay.listener, 64)) {
		perror("engine proxy");
		return -1;
	}
	proxy->state = relay.state;
	proxy->pid = fork();
	if (proxy->pid == 0)
		run(&relay, parent);
	close(relay.listener);
	return proxy->pid < 0 ? -1 : 0;
}

void engine_proxy_close(struct engine_proxy *proxy)
{
	if (proxy->pid > 0) {
		kill(proxy->pid, SIGKILL);
		waitpid(proxy->pid, NULL, 0);
	}
	if (proxy->state)
		munmap(proxy->state, sizeof(*proxy->state));
	unlink(proxy->socket);
	*proxy = (struct engine_proxy){0};
}
