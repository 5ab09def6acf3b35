#include "target/plugin_program.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

static bool is_program(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISREG(found.st_mode) && access(path, X_OK) == 0;
}

/* Folders that are not absolute depend on where one stands: they are passed over. */
static char *look_on_path(const char *name)
{
	const char *path = getenv("PATH");

	while (path != NULL && *path != '\0') {
		size_t len = strcspn(path, ":");
		char *found = NULL;

		if (*path == '/' && asprintf(&found, "%.*s/%s", (int)len, path, name) < 0)
			return NULL;
		if (found != NULL && is_program(found))
			return found;
		free(found);
		path += len + (path[len] == ':');
	}
	return NULL;
}

static int refuse(const char *path, struct berth_error *err)
{
	berth_error_set(err, BERTH_E_DENIED, 0,
		"'%s' is not run: others than you can write it, or its folder", path);
	return berth_error_hint(err, "chmod go-w '%s', if you trust what is in it", path);
}

/* It is run with everything that berth may do. */
static int check_owner(const char *path, struct berth_error *err)
{
	cleanup_free char *real = realpath(path, NULL);
	struct stat file, folder;
	char *slash;

	if (real == NULL || stat(real, &file) != 0)
		return berth_error_errno(err, errno, "look at", path);
	slash = strrchr(real, '/');
	*slash = '\0';
	if (stat(slash == real ? "/" : real, &folder) != 0)
		return berth_error_errno(err, errno, "look at", path);
	if ((file.st_uid != 0 && file.st_uid != geteuid()) ||
		(file.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
		((folder.st_mode & S_IWOTH) != 0 && (folder.st_mode & S_ISVTX) == 0))
		return refuse(path, err);
	return 0;
}

char *plugin_program_find(const char *name, struct berth_error *err)
{
	char *path = strchr(name, '/') != NULL ? strdup(name) : look_on_path(name);

	if (path == NULL || !is_program(path)) {
		berth_error_set(err, BERTH_E_NOT_FOUND, 0, "there is no program '%s'%s", name,
			strchr(name, '/') != NULL ? "" : " on the PATH");
		berth_error_hint(err, "name it by its path in 'command', and make it executable");
	} else if (check_owner(path, err) == 0) {
		return path;
	}
	free(path);
	return NULL;
}
