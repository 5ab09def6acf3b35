/*
 * own_network PROGRAM [ARGUMENT...]: run a test in a network of its own, with nothing in it but the
 * loopback device, so that test programs can run beside each other: a port that one has chosen is
 * nobody else's. Where the system does not allow that the program runs in the network that is
 * there.
 */
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int raise_loopback(void)
{
	struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int status = ioctl(fd, SIOCSIFFLAGS, &loopback);

	close(fd);
	return status;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: own_network PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	if (unshare(CLONE_NEWNET) == 0 && raise_loopback() != 0) {
		perror("own_network: loopback");
		return 1;
	}
	execv(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
