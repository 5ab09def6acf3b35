#include "base/find_program.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_program(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISREG(found.st_mode) && access(path, X_OK) == 0;
}

static char *look_on_path(const char *name)
{
	const char *path = getenv("PATH");

	while (path != NULL && *path != '\0') {
		size_t len = strcspn(path, ":");
		char *found = NULL;

		/* Others depend on where one stands. */
		if (*path == '/' && asprintf(&found, "%.*s/%s", (int)len, path, name) < 0)
			return NULL;
		if (found != NULL && is_program(found))
			return found;
		free(found);
		path += len + (path[len] == ':');
	}
	return NULL;
}

char *find_program(const char *name)
{
	if (strchr(name, '/') == NULL)
		return look_on_path(name);
	return is_program(name) ? strdup(name) : NULL;
}
