#include "config/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/error.h>
#include <berth/export.h>

#include "base/private_folder.h"
#include "config/strings.h"

static int join(char **path, const char *folder, const char *rest, struct berth_error *err)
{
	if (asprintf(path, "%s/%s", folder, rest) < 0) {
		*path = NULL;
		return string_no_memory(err);
	}
	return 0;
}

int path_of_config(char **path, const char *name, struct berth_error *err)
{
	return own_path(path, "XDG_CONFIG_HOME", ".config", name, err);
}

/* In place; `path` is absolute. True if a ".." is in it. */
static int tidy(char *path)
{
	int climbs = 0;
	char *out = path;
	for (char *p = path; *p;) {
		while (*p == '/')
			p++;
		size_t len = strcspn(p, "/");
		if (len == 2 && memcmp(p, "..", 2) == 0)
			climbs = 1;
		if (len > 0 && !(len == 1 && *p == '.')) {
			*out++ = '/';
			memmove(out, p, len);
			out += len;
		}
		p += len;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
	return climbs;
}

int path_absolute(char **path, const char *base, const char *text, struct berth_error *err)
{
	const char *home = getenv("HOME");
	char here[PATH_MAX];
	int status;
	*path = NULL;
	if (text[0] == '/') {
		status = string_copy(path, text, err);
	} else if (text[0] == '~' && (text[1] == '/' || !text[1]) && home && home[0] == '/') {
		status = join(path, home, text + 1, err);
	} else {
		if (!base && !getcwd(here, sizeof here))
			return berth_error_errno(err, errno, "find", "the working directory");
		status = join(path, base ? base : here, text, err);
	}
	if (status < 0 || !*path)
		return -1;
	if (tidy(*path)) {
		char *real = realpath(*path, NULL);
		if (real) {
			free(*path);
			*path = real;
		}
	}
	return 0;
}

int path_folder(char **folder, const char *path, struct berth_error *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash && slash > path ? (size_t)(slash - path) : 1;
	*folder = strndup(path, len);
	return *folder ? 0 : string_no_memory(err);
}

char *berth_path_absolute(const char *text, struct berth_error *err)
{
	char *path;
	return path_absolute(&path, NULL, text, err) < 0 ? NULL : path;
}
