#include "term/outlet.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
	char *bytes; /* NULL: nothing is under way */
	size_t len, sent;
	int fd;
	bool open;
} outlet;

/* Where the terminal can't be opened again (after su, say), writing may wait for it. */
static void open_once(void)
{
	char name[256];
	if (outlet.open)
		return;
	outlet.open = true;
	outlet.fd = ttyname_r(STDOUT_FILENO, name, sizeof name) == 0
			    ? open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
			    : -1;
	if (outlet.fd < 0)
		outlet.fd = STDOUT_FILENO;
}

void outlet_take(char *bytes, size_t len)
{
	free(outlet.bytes);
	outlet.bytes = bytes;
	outlet.len = len;
	outlet.sent = 0;
}

bool outlet_send(void)
{
	if (outlet.bytes == NULL)
		return true;
	open_once();
	ssize_t put = write(outlet.fd, outlet.bytes + outlet.sent, outlet.len - outlet.sent);
	if (put > 0)
		outlet.sent += (size_t)put;
	if (outlet.sent < outlet.len)
		return false;
	free(outlet.bytes);
	outlet.bytes = NULL;
	return true;
}

bool outlet_drop(void)
{
	bool cut = outlet.bytes != NULL && outlet.sent > 0;
	free(outlet.bytes);
	outlet.bytes = NULL;
	return cut;
}

void outlet_close(void)
{
	outlet_drop();
	if (outlet.open && outlet.fd != STDOUT_FILENO)
		close(outlet.fd);
	outlet.open = false;
}
