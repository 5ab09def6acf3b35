#include "target/plugin/plugin_program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/find_program.h"

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
	char *path = find_program(name);

	if (path == NULL) {
		berth_error_set(err, BERTH_E_NOT_FOUND, 0, "there is no program '%s'%s", name,
			strchr(name, '/') != NULL ? "" : " on the PATH");
		berth_error_hint(err, "name it by its path in 'command', and make it executable");
	} else if (check_owner(path, err) == 0) {
		return path;
	}
	free(path);
	return NULL;
}
