#include <uv.h>

#include "command/doctor_private.h"
#include "complain.h"

bool doctor_open_loop(uv_loop_t *loop, struct findings *findings)
{
	int status = uv_loop_init(loop);
	if (status == 0)
		return true;
	doctor_report(VERDICT_FAIL, "engine", uv_strerror(status), NULL);
	findings->other = true;
	return false;
}

void doctor_close_loop(uv_loop_t *loop)
{
	if (uv_loop_close(loop) != 0)
		complain_text("internal: something was left open");
}

void doctor_no_wakeup(void *context)
{
	(void)context;
}

void doctor_engine_closed(void *context)
{
	(void)context;
}
