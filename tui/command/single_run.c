#include "command/single_run.h"

#include <signal.h>

#include "complain.h"

static void on_signal(uv_signal_t *handle, int number)
{
	struct single_run *run = handle->data;
	(void)number;
	run->give_up(run->context);
}

int single_run_open(struct single_run *run, void (*give_up)(void *context), void *context)
{
	int failure = uv_loop_init(&run->loop);
	if (failure < 0) {
		complain_text("%s", uv_strerror(failure));
		return -1;
	}
	run->give_up = give_up;
	run->context = context;
	uv_signal_init(&run->loop, &run->interrupt);
	uv_signal_init(&run->loop, &run->terminate);
	run->interrupt.data = run->terminate.data = run;
	uv_signal_start(&run->interrupt, on_signal, SIGINT);
	uv_signal_start(&run->terminate, on_signal, SIGTERM);
	return 0;
}

void single_run_settle(struct single_run *run)
{
	uv_close((uv_handle_t *)&run->interrupt, NULL);
	uv_close((uv_handle_t *)&run->terminate, NULL);
}

int single_run_finish(struct single_run *run, const int *status)
{
	uv_run(&run->loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&run->loop) != 0)
		complain_text("internal: something was left open");
	int written = finish_stdout();
	return *status ? *status : written;
}
