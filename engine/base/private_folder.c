#include "base/private_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int private_folder_make(const char *file)
{
	char *path = strdup(file);
	int cause = path != NULL ? 0 : ENOMEM;
	char *slash = path != NULL ? strchr(path + 1, '/') : NULL;

	for (; slash != NULL && cause == 0; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) == -1 && errno != EEXIST)
			cause = errno;
		*slash = '/';
	}
	free(path);
	errno = cause;
	return cause == 0 ? 0 : -1;
}

static const char *absolute(const char *variable)
{
	const char *folder = getenv(variable);

	/* The XDG base directory specification wants others passed over. */
	return folder != NULL && folder[0] == '/' ? folder : NULL;
}

int own_path(char **path, const char *variable, const char *fallback, const char *name,
	struct berth_error *err)
{
	const char *folder = absolute(variable), *home = absolute("HOME");
	int len;

	*path = NULL;
	if (folder == NULL && home == NULL)
		return 0;
	len = folder != NULL ? asprintf(path, "%s/berth/%s", folder, name)
			     : asprintf(path, "%s/%s/berth/%s", home, fallback, name);
	if (len >= 0)
		return 0;
	*path = NULL;
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

int state_path_if(char **path, const char *name, struct berth_error *err)
{
	return own_path(path, "XDG_STATE_HOME", ".local/state", name, err);
}

char *state_path(const char *name, struct berth_error *err)
{
	char *path;

	if (state_path_if(&path, name, err) == 0 && path == NULL)
		berth_error_set(err, BERTH_E_IO, 0,
			"there is no folder for '%s': neither XDG_STATE_HOME nor HOME names one",
			name);
	return path;
}
