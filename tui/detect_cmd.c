#include "detect_cmd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include <berth/detect.h>

#include "complain.h"
#include "detect_text.h"
#include "folder_argument.h"

enum { EXIT_UNKNOWN = 1, EXIT_WRONG = 2, EXIT_CANCELLED = 130 };

struct attempt {
	uv_loop_t loop;
	uv_signal_t interrupt, terminate;
	struct berth_detect *detect; /* NULL once it is done */
	bool json;
	int status;
};

static int print_json(const struct berth_detection *detection)
{
	char *text = berth_detection_to_json(detection);
	if (!text) {
		complain_text("out of memory");
		return -1;
	}
	puts(text);
	free(text);
	return 0;
}

static void on_done(void *context, struct berth_detection *detection, const struct berth_error *err)
{
	struct attempt *attempt = context;
	attempt->detect = NULL;
	if (!detection) {
		complain(err);
		attempt->status = err->code == BERTH_E_CANCELLED ? EXIT_CANCELLED : EXIT_WRONG;
	} else if (attempt->json) {
		attempt->status = print_json(detection) < 0 ? EXIT_WRONG : 0;
	} else {
		detect_text_print(detection);
	}
	/* What a Dockerfile builds needs no name. */
	if (detection && attempt->status == 0 && detection->by == BERTH_DETECTED_FILES &&
		strcmp(detection->best.stack, "unknown") == 0)
		attempt->status = EXIT_UNKNOWN;
	berth_detection_free(detection);
	uv_close((uv_handle_t *)&attempt->interrupt, NULL);
	uv_close((uv_handle_t *)&attempt->terminate, NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct attempt *attempt = handle->data;
	(void)number;
	if (attempt->detect)
		berth_detect_cancel(attempt->detect);
}

/* Run to its end. The loop is the caller's. */
static void run(struct attempt *attempt, const char *folder)
{
	struct berth_error err;
	uv_signal_init(&attempt->loop, &attempt->interrupt);
	uv_signal_init(&attempt->loop, &attempt->terminate);
	attempt->interrupt.data = attempt->terminate.data = attempt;
	uv_signal_start(&attempt->interrupt, on_signal, SIGINT);
	uv_signal_start(&attempt->terminate, on_signal, SIGTERM);
	attempt->detect = berth_detect_start(&attempt->loop, folder, on_done, attempt, &err);
	if (!attempt->detect)
		on_done(attempt, NULL, &err);
	uv_run(&attempt->loop, UV_RUN_DEFAULT);
}

int detect_cmd_run(const char *folder, bool json)
{
	struct attempt attempt = {.json = json};
	char *path = folder_argument("detect", folder);
	if (!path)
		return EXIT_WRONG;
	int failure = uv_loop_init(&attempt.loop);
	if (failure < 0) {
		complain_text("%s", uv_strerror(failure));
		free(path);
		return EXIT_WRONG;
	}
	run(&attempt, path);
	free(path);
	if (uv_loop_close(&attempt.loop) != 0)
		complain_text("internal: something was left open");
	int written = finish_stdout();
	return attempt.status ? attempt.status : written;
}
