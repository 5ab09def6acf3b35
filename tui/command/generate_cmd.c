#include "command/generate_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/generate.h>
#include <berth/text.h>

#include "command/folder_argument.h"
#include "command/single_run.h"
#include "complain.h"

enum { EXIT_NOT_WRITTEN = 1, EXIT_WRONG = 2, EXIT_CANCELLED = 130 };

struct attempt {
	struct single_run run;
	struct berth_generate *generate; /* NULL once it is done */
	struct berth_generation *generation;
	bool write;
	int status;
};

/* Names in it are somebody else's, and so is what a file has now. */
static void print_text(const char *text)
{
	unsigned flags = BERTH_CLEAN_LINES | (locale_is_utf8() ? 0 : BERTH_CLEAN_ASCII);
	size_t len = strlen(text), cap = 8 * len + 1; /* a tab may become eight spaces */
	char *clean = malloc(cap);
	if (!clean) {
		complain_text("out of memory");
		return;
	}
	berth_text_clean(clean, cap, text, len, flags);
	fputs(clean, stdout);
	free(clean);
}

static const char *const states[] = {
	[BERTH_FILE_NEW] = "new",
	[BERTH_FILE_SAME] = "as it is",
	[BERTH_FILE_CHANGED] = "changes",
	[BERTH_FILE_OWN] = "your own, would be overwritten",
};

_Static_assert(sizeof states / sizeof *states == BERTH_FILE_OWN + 1, "every state has its word");

static void print_title(const struct berth_generated *file)
{
	print_text(file->path);
	printf(" (%s%s)\n", states[file->state], file->secret ? ", only you can read it" : "");
}

static void print_notes(const struct berth_generation *generation)
{
	for (size_t i = 0; i < generation->note_count; i++) {
		print_text(generation->notes[i]);
		putchar('\n');
	}
}

static void print_all(const struct berth_generation *generation)
{
	for (size_t i = 0; i < generation->file_count; i++) {
		const struct berth_generated *file = &generation->files[i];
		print_title(file);
		if (file->state == BERTH_FILE_NEW)
			print_text(file->shown);
		else if (file->diff)
			print_text(file->diff);
		putchar('\n');
	}
	print_notes(generation);
}

/* Enter and the end of input are a no. */
static bool ask(const struct berth_generated *file)
{
	char answer[16] = "";
	fputs("Overwrite ", stdout);
	print_text(file->path);
	fputs("? [y/N] ", stdout);
	fflush(stdout);
	return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

/* What would change is shown before it does, and what is somebody's own is asked for. */
static void settle(struct berth_generation *generation)
{
	bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	for (size_t i = 0; i < generation->file_count; i++) {
		struct berth_generated *file = &generation->files[i];
		if (file->diff)
			print_text(file->diff);
		if (file->state != BERTH_FILE_OWN || !terminal)
			continue;
		file->overwrite = ask(file);
		file->leave = !file->overwrite;
	}
}

static void on_written(void *context, const struct berth_error *err)
{
	struct attempt *attempt = context;
	const struct berth_generation *generation = attempt->generation;
	if (err) {
		complain(err);
		attempt->status = err->code == BERTH_E_CONFLICT ? EXIT_WRONG : EXIT_NOT_WRITTEN;
		return;
	}
	for (size_t i = 0; i < generation->file_count; i++) {
		const struct berth_generated *file = &generation->files[i];
		print_text(file->path);
		puts(file->leave                         ? ": left as it is"
			: file->state == BERTH_FILE_SAME ? ": as it was"
							 : ": written");
	}
	print_notes(generation);
}

static void go_on(struct attempt *attempt)
{
	struct berth_error err;
	if (!attempt->write) {
		print_all(attempt->generation);
		return;
	}
	settle(attempt->generation);
	if (berth_generate_write_start(
		    &attempt->run.loop, attempt->generation, on_written, attempt, &err) < 0)
		on_written(attempt, &err);
}

static void on_planned(
	void *context, struct berth_generation *generation, const struct berth_error *err)
{
	struct attempt *attempt = context;
	attempt->generate = NULL;
	attempt->generation = generation;
	/* From here on Ctrl-C ends the question, or comes between two files that are whole. */
	single_run_settle(&attempt->run);
	if (generation) {
		go_on(attempt);
		return;
	}
	complain(err);
	attempt->status = err->code == BERTH_E_CANCELLED ? EXIT_CANCELLED : EXIT_WRONG;
}

static void give_up(void *context)
{
	struct attempt *attempt = context;
	if (attempt->generate)
		berth_generate_cancel(attempt->generate);
}

static void start(struct attempt *attempt, const char *folder)
{
	struct berth_error err;
	attempt->generate = berth_generate_start(
		&attempt->run.loop, folder, on_planned, attempt, &err);
	if (!attempt->generate)
		on_planned(attempt, NULL, &err);
}

int generate_cmd_run(const char *folder, bool write)
{
	struct attempt attempt = {.write = write};
	char *path = folder_argument("generate", folder);
	if (!path)
		return EXIT_WRONG;
	if (single_run_open(&attempt.run, give_up, &attempt) < 0) {
		free(path);
		return EXIT_WRONG;
	}
	start(&attempt, path);
	free(path);
	int status = single_run_finish(&attempt.run, &attempt.status);
	berth_generation_free(attempt.generation);
	return status;
}
