/* Ports of this host, with real sockets. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "source/ports.h"

/* Bind a loopback address to a port the system chooses. */
static int bind_any(int family, int type, int *port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	struct sockaddr *address = family == AF_INET ? (struct sockaddr *)&v4
						     : (struct sockaddr *)&v6;
	socklen_t len = family == AF_INET ? sizeof(v4) : sizeof(v6);
	int fd = socket(family, type | SOCK_CLOEXEC, 0);
	const int on = 1;

	/* As every server does. */
	if (fd >= 0 && type == SOCK_STREAM)
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	if (fd < 0 || bind(fd, address, len)) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	assert_int_equal(getsockname(fd, address, &len), 0);
	*port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static void a_listener_takes_the_port(void **state)
{
	struct berth_error err = {0};
	int port, fd = bind_any(AF_INET, SOCK_STREAM, &port);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(port_is_free(port, false, &err), 0);
	assert_int_equal(port_is_free(port, true, &err), 1);
	close(fd);
	assert_int_equal(port_is_free(port, false, &err), 1);
	/* Asking does not hold it. */
	assert_int_equal(port_is_free(port, false, &err), 1);
}

static void a_datagram_socket_takes_the_port(void **state)
{
	struct berth_error err = {0};
	int port, fd = bind_any(AF_INET, SOCK_DGRAM, &port);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(port_is_free(port, true, &err), 0);
	assert_int_equal(port_is_free(port, false, &err), 1);
	close(fd);
	assert_int_equal(port_is_free(port, true, &err), 1);
}

static void a_listener_on_ipv6_takes_it_too(void **state)
{
	struct port_owner owner;
	int port, fd = bind_any(AF_INET6, SOCK_STREAM, &port);

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(port_is_free(port, false, NULL), 0);
	assert_int_equal(port_find_owner(&owner, port, false, NULL), 0);
	assert_int_equal(owner.pid, getpid());
	close(fd);
}

static void what_is_left_of_a_connection_does_not(void **state)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int port, listener = bind_any(AF_INET, SOCK_STREAM, &port);
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), server;
	char line[256], wanted[16];
	bool waits = false;
	FILE *table;

	(void)state;
	address.sin_port = htons((uint16_t)port);
	assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
	server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
	/* Who closes first keeps the connection in TIME_WAIT. */
	close(server);
	assert_int_equal(read(client, line, 1), 0);
	close(client);
	close(listener);
	snprintf(wanted, sizeof(wanted), ":%04X ", port);
	table = fopen("/proc/net/tcp", "r");
	assert_non_null(table);
	while (fgets(line, sizeof(line), table))
		waits = waits || strstr(line, wanted);
	fclose(table);
	assert_true(waits);
	assert_int_equal(port_is_free(port, false, NULL), 1);
}

static void no_port_is_an_error(void **state)
{
	static const int none[] = {-1, 0, 65536, 1 << 20};
	struct berth_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		berth_error_clear(&err);
		assert_int_equal(port_is_free(none[i], false, &err), -1);
		assert_int_equal(err.code, BERTH_E_USAGE);
	}
}

static int first_unprivileged(void)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "r");
	int port = 1024;

	if (file) {
		if (fscanf(file, "%d", &port) != 1)
			port = 1024;
		fclose(file);
	}
	return port;
}

static void a_port_without_the_right_is_no_answer(void **state)
{
	int status;
	pid_t child;

	(void)state;
	if (first_unprivileged() <= 7)
		skip();
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct berth_error err = {0};

		if (geteuid() == 0 && setresuid(65534, 65534, 65534))
			_exit(2);
		_exit(port_is_free(7, false, &err) == -1 && err.code == BERTH_E_DENIED &&
					err.number == EACCES && strstr(err.message, "port 7")
				? 42
				: 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
}

static void the_owner_is_found(void **state)
{
	char name[64] = "";
	FILE *file = fopen("/proc/self/comm", "r");
	struct port_owner owner;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(name, sizeof(name), file));
	fclose(file);
	name[strcspn(name, "\n")] = '\0';
	for (int udp = 0; udp < 2; udp++) {
		int port, fd = bind_any(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, &port);

		assert_true(fd >= 0);
		memset(&owner, 0xff, sizeof(owner));
		assert_int_equal(port_find_owner(&owner, port, udp, NULL), 0);
		assert_int_equal(owner.pid, getpid());
		assert_string_equal(owner.name, name);
		/* The other protocol's port of that number is another port. */
		assert_int_equal(port_find_owner(&owner, port, !udp, NULL), 0);
		assert_int_equal(owner.pid, 0);
		close(fd);
		assert_int_equal(port_find_owner(&owner, port, udp, NULL), 0);
		assert_int_equal(owner.pid, 0);
		assert_string_equal(owner.name, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listener_takes_the_port),
		cmocka_unit_test(a_datagram_socket_takes_the_port),
		cmocka_unit_test(a_listener_on_ipv6_takes_it_too),
		cmocka_unit_test(what_is_left_of_a_connection_does_not),
		cmocka_unit_test(no_port_is_an_error),
		cmocka_unit_test(a_port_without_the_right_is_no_answer),
		cmocka_unit_test(the_owner_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
