#include <berth/log.h>

#include "base/private_folder.h"

char *berth_log_folder(struct berth_error *err)
{
	return state_path("logs", err);
}
