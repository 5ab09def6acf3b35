#include "command/folder_argument.h"

#include <errno.h>
#include <stdlib.h>

#include "complain.h"

char *folder_argument(const char *command, const char *folder)
{
	char *path = folder ? realpath(folder, NULL) : NULL;
	struct berth_error err;
	if (path)
		return path;
	if (!folder) {
		berth_error_set(&err, BERTH_E_USAGE, 0, "a folder is needed");
		berth_error_hint(&err, "berth %s DIR; the working directory is '.'", command);
	} else if (errno == ENOENT) {
		berth_error_set(
			&err, BERTH_E_NOT_FOUND, ENOENT, "folder '%s' does not exist", folder);
	} else {
		berth_error_errno(&err, errno, "open folder", folder);
	}
	complain(&err);
	return NULL;
}
