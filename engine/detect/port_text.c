#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "detect/fill.h"

enum { MAX_PORT = 65535 };

/* The number that the word is, 0 if it is none. */
static int number(const char *word, size_t len)
{
	int port = 0;

	if (len == 0 || len > 5)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (word[i] < '0' || word[i] > '9')
			return 0;
		port = port * 10 + word[i] - '0';
	}
	return port <= MAX_PORT ? port : 0;
}

/* "0.0.0.0:80", ":80", "localhost:80", "[::]:80", and "80" alone. */
static int port_of_address(const char *word, size_t len)
{
	const char *colon = memrchr(word, ':', len);
	size_t host = colon ? (size_t)(colon - word) : 0;

	if (!colon)
		return number(word, len);
	for (size_t i = 0; i < host; i++) {
		if (!strchr("0123456789.[]:*", word[i]) &&
			!(host == 9 && memcmp(word, "localhost", 9) == 0))
			return 0;
	}
	return number(colon + 1, len - host - 1);
}

static bool names_port(const char *word, size_t len)
{
	static const char *const names[] = {"-p", "-b", "-l", "--bind", "--listen", "--http"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strlen(names[i]) == len && memcmp(names[i], word, len) == 0)
			return true;
	}
	return len >= 4 && strncasecmp(word + len - 4, "port", 4) == 0;
}

int port_of_command(const char *command)
{
	bool named = false; /* by the word before */

	while (*command) {
		command += strspn(command, " \t\"'");
		size_t len = strcspn(command, " \t\"'");
		const char *sign = memchr(command, '=', len);
		size_t name = sign ? (size_t)(sign - command) : len;
		int port = 0;
		if (sign && names_port(command, name))
			port = port_of_address(sign + 1, len - name - 1);
		else if (named || memchr(command, ':', len))
			port = port_of_address(command, len);
		if (port)
			return port;
		named = !sign && names_port(command, len);
		command += len;
	}
	return 0;
}

int port_of_text(const char *text)
{
	int port = port_of_command(text);
	const char *end = text + strlen(text);

	while (!port && end > text) {
		while (end > text && (end[-1] < '0' || end[-1] > '9'))
			end--;
		const char *start = end;
		while (start > text && start[-1] >= '0' && start[-1] <= '9')
			start--;
		port = number(start, (size_t)(end - start));
		end = start;
	}
	return port;
}
