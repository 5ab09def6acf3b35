#include <berth/log.h>

#include <stdio.h>
#include <stdlib.h>

static const char *absolute(const char *variable)
{
	const char *folder = getenv(variable);

	/* The XDG base directory specification wants others passed over. */
	return folder != NULL && folder[0] == '/' ? folder : NULL;
}

char *berth_log_folder(struct berth_error *err)
{
	const char *state = absolute("XDG_STATE_HOME"), *home = absolute("HOME");
	char *folder = NULL;
	int len;

	if (state == NULL && home == NULL) {
		berth_error_set(err, BERTH_E_IO, 0,
			"there is no folder for logs: neither "
			"XDG_STATE_HOME nor HOME names one");
		return NULL;
	}
	len = asprintf(&folder, "%s%s/berth/logs", state != NULL ? state : home,
		state != NULL ? "" : "/.local/state");
	if (len < 0) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	return folder;
}
