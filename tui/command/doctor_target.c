/* Which part of the doctor a target is for. */
#include <stddef.h>

#include <berth/settings.h>

#include "command/doctor_private.h"

void doctor_check_target(const struct berth_settings *settings, struct findings *findings)
{
	if (berth_settings_applies(settings, BERTH_FIELD_HOST))
		doctor_check_engine(berth_settings_get(settings, BERTH_FIELD_HOST), findings);
	else if (berth_settings_server(settings))
		doctor_check_server(
			settings, berth_settings_get(settings, BERTH_FIELD_TARGET), findings);
	else if (berth_settings_command(settings))
		doctor_check_plugin(berth_settings_command(settings), findings);
	else
		doctor_report(VERDICT_OK, "engine", "not needed for a rehearsal", NULL);
}
