#include "store/whence.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void find_user(char *dst, size_t cap)
{
	const char *behind = getenv("SUDO_USER");
	struct passwd entry, *found = NULL;
	char room[4096];
	uid_t user = getuid();

	if (getpwuid_r(user, &entry, room, sizeof(room), &found) == 0 && found != NULL)
		snprintf(dst, cap, "%s", found->pw_name);
	else
		snprintf(dst, cap, "user %lu", (unsigned long)user);
	if (user == 0 && behind != NULL && behind[0] != '\0' && strcmp(behind, "root") != 0)
		snprintf(dst + strlen(dst), cap - strlen(dst), " (%s by sudo)", behind);
}

static void find_terminal(char *dst, size_t cap)
{
	dst[0] = '\0';
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (ttyname_r(fd, dst, cap) == 0)
			return;
	dst[0] = '\0';
}

/* "192.0.2.7 51234 192.0.2.1 22" */
static void find_client(char *dst, size_t cap)
{
	const char *connection = getenv("SSH_CONNECTION");

	snprintf(dst, cap, "%.*s", connection != NULL ? (int)strcspn(connection, " ") : 0,
		connection != NULL ? connection : "");
}

void whence_find(struct whence *whence)
{
	*whence = (struct whence){0};
	find_user(whence->who, sizeof(whence->who));
	if (gethostname(whence->host, sizeof(whence->host) - 1) == -1)
		whence->host[0] = '\0';
	find_terminal(whence->terminal, sizeof(whence->terminal));
	find_client(whence->client, sizeof(whence->client));
}
