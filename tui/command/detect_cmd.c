#include "command/detect_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/detect.h>

#include "command/detect_text.h"
#include "command/folder_argument.h"
#include "command/single_run.h"
#include "complain.h"

enum { EXIT_UNKNOWN = 1, EXIT_WRONG = 2, EXIT_CANCELLED = 130 };

struct attempt {
	struct single_run run;
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
	single_run_settle(&attempt->run);
}

static void give_up(void *context)
{
	struct attempt *attempt = context;
	if (attempt->detect)
		berth_detect_cancel(attempt->detect);
}

static void start(struct attempt *attempt, const char *folder)
{
	struct berth_error err;
	attempt->detect = berth_detect_start(&attempt->run.loop, folder, on_done, attempt, &err);
	if (!attempt->detect)
		on_done(attempt, NULL, &err);
}

int detect_cmd_run(const char *folder, bool json)
{
	struct attempt attempt = {.json = json};
	char *path = folder_argument("detect", folder);
	if (!path)
		return EXIT_WRONG;
	if (single_run_open(&attempt.run, give_up, &attempt) < 0) {
		free(path);
		return EXIT_WRONG;
	}
	start(&attempt, path);
	free(path);
	return single_run_finish(&attempt.run, &attempt.status);
}
