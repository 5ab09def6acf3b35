/*
 * Every pane and mode, text and attributes, at three sizes in 256 colours, in 8, and on a terminal
 * without colours where the locale has no UTF-8: compared with tests/screens/golden/NAME.screens,
 * which ./dev golden writes anew.
 *
 * A scene mostly waits, so several are looked at at once: for each scene and look the program runs
 * itself, as `every_screen --one SCENE LOOK`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/golden_scenes.h"
#include "support/golden_screen.h"
#include "support/process.h"

enum { SIZES = 3, QUIET_MS = 500, LOOK_MS = 40, SAME_MS = 15000, SCENES_MAX = 80, AT_ONCE = 6 };

static const struct {
	int rows, columns;
} sizes[SIZES] = {{GOLDEN_ROWS, GOLDEN_COLUMNS}, {40, 120}, {60, 200}};

static const char same_text[] = "(the same text)\n";
static const char attributes_mark[] = "--- attributes\n";

/* --- files of screens --- */

struct screens {
	char *text[GOLDEN_LOOKS][SIZES]; /* whole: heading, text, attributes */
};

static void free_screens(struct screens *screens)
{
	for (int look = 0; look < GOLDEN_LOOKS; look++)
		for (int size = 0; size < SIZES; size++)
			free(screens->text[look][size]);
}

/* Without its heading. */
static const char *body_of(const char *screen)
{
	const char *end = strchr(screen, '\n');

	return end != NULL ? end + 1 : screen;
}

static size_t text_len(const char *screen)
{
	const char *body = body_of(screen), *mark = strstr(body, attributes_mark);

	return mark != NULL ? (size_t)(mark - body) : strlen(body);
}

static bool is_same_text(const char *screen, const char *first)
{
	size_t len = text_len(screen);

	return len == text_len(first) && strncmp(body_of(screen), body_of(first), len) == 0;
}

/* The part of a file up to the next heading; *at goes behind it. */
static char *next_part(const char **at)
{
	const char *start = *at, *next = *start != '\0' ? strstr(start + 1, "\n=== ") : NULL;

	*at = next != NULL ? next + 1 : start + strlen(start);
	return strndup(start, (size_t)(*at - start));
}

static char *with_text_of(const char *screen, const char *first)
{
	char *whole = NULL;
	const char *body = body_of(screen);

	if (asprintf(&whole, "%.*s%.*s%s", (int)(body - screen), screen, (int)text_len(first),
		    body_of(first), body + strlen(same_text)) < 0)
		abort();
	return whole;
}

static struct screens read_screens(const char *path)
{
	struct screens screens = {0};
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t cap = 0;

	if (file == NULL)
		fail_msg("cannot open '%s': %s; write it with ./dev golden", path, strerror(errno));
	if (getdelim(&text, &cap, '\0', file) < 0)
		fail_msg("'%s' is empty; write it with ./dev golden", path);
	fclose(file);
	const char *at = text;
	for (int look = 0; look < GOLDEN_LOOKS; look++) {
		for (int size = 0; size < SIZES; size++) {
			char *part = next_part(&at), *first = screens.text[0][size];

			if (strncmp(body_of(part), same_text, strlen(same_text)) == 0 && first) {
				screens.text[look][size] = with_text_of(part, first);
				free(part);
			} else {
				screens.text[look][size] = part;
			}
		}
	}
	free(text);
	return screens;
}

/* Another look need not tell the same text again. */
static void write_screen(FILE *file, const struct screens *screens, int look, int size)
{
	const char *screen = screens->text[look][size], *body = body_of(screen);

	if (look == 0 || !is_same_text(screen, screens->text[0][size]))
		fputs(screen, file);
	else
		fprintf(file, "%.*s%s%s", (int)(body - screen), screen, same_text,
			body + text_len(screen));
}

/* --- one scene in one look --- */

struct one {
	const char *scene, *part; /* where to write what there is; NULL: compare it */
	size_t look;
	struct term *term;
};

static void path_of(char *path, size_t cap, const char *scene)
{
	snprintf(path, cap, "%s/tests/screens/golden/%s.screens", BERTH_SOURCE_DIR, scene);
}

static char *screen_of(const struct one *one, int size)
{
	char *text = golden_text(one->term), *attributes = golden_attributes(one->term);
	char *screen = NULL;

	if (asprintf(&screen, "=== %dx%d, %s\n%s%s%s\n", sizes[size].columns, sizes[size].rows,
		    golden_look_name(one->look), text, attributes_mark, attributes) < 0)
		abort();
	free(text);
	free(attributes);
	return screen;
}

/* Look until it is what it should be: a frame may be under way. */
static bool comes_true(const struct one *one, int size, const char *wanted)
{
	for (int waited = 0; waited < SAME_MS; waited += LOOK_MS) {
		term_watch(one->term, LOOK_MS);
		char *screen = screen_of(one, size);
		bool same = strcmp(screen, wanted) == 0;

		free(screen);
		if (same)
			return true;
	}
	return false;
}

static int compare_all(const struct one *one, const char *path)
{
	struct screens wanted = read_screens(path);
	int different = 0;

	for (int size = 0; size < SIZES; size++) {
		if (size > 0)
			term_resize(one->term, sizes[size].rows, sizes[size].columns);
		if (comes_true(one, size, wanted.text[one->look][size]))
			continue;
		char *screen = screen_of(one, size);

		fprintf(stderr, "%s (- as it was, + as it is)\n", path);
		golden_print_difference(wanted.text[one->look][size], screen);
		free(screen);
		different++;
	}
	free_screens(&wanted);
	return different;
}

static void write_all(const struct one *one)
{
	FILE *file = fopen(one->part, "w");

	assert_non_null(file);
	for (int size = 0; size < SIZES; size++) {
		if (size > 0)
			term_resize(one->term, sizes[size].rows, sizes[size].columns);
		term_watch(one->term, QUIET_MS);
		char *screen = screen_of(one, size);

		fputs(screen, file);
		free(screen);
	}
	fclose(file);
}

static void is_as_it_was(void **state)
{
	struct one *one = *state;
	char path[512];

	path_of(path, sizeof(path), one->scene);
	one->term = golden_scene_start(one->scene, one->look);
	if (one->part != NULL)
		write_all(one);
	else if (compare_all(one, path) > 0)
		fail_msg("screens are not as '%s' has them; if they are better, ./dev golden "
			 "writes them anew",
			path);
}

static int end_scene(void **state)
{
	(void)state;
	golden_scene_end();
	return 0;
}

static int run_one(char **arguments)
{
	struct one one = {.scene = arguments[0],
		.look = strtoul(arguments[1], NULL, 10),
		.part = arguments[2]};
	const struct CMUnitTest tests[] = {
		{one.scene, is_as_it_was, NULL, end_scene, &one},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* --- all of them, several at once --- */

static char folder[] = "/tmp/berth-scenes-XXXXXX";

struct job {
	const char *scene;
	int look;
	struct process process; /* pid 0: not running */
	char log[128], part[128];
};

static struct {
	struct job jobs[SCENES_MAX * GOLDEN_LOOKS];
	size_t count, next, running;
	int failed;
} all;

static bool updates(void)
{
	return getenv("BERTH_UPDATE_GOLDEN") != NULL;
}

static void start_job(struct job *job)
{
	char look[8];

	snprintf(look, sizeof(look), "%d", job->look);
	snprintf(job->log, sizeof(job->log), "%s/%s.%d.log", folder, job->scene, job->look);
	snprintf(job->part, sizeof(job->part), "%s/%s.%d", folder, job->scene, job->look);
	const char *const argv[] = {
		"/proc/self/exe", "--one", job->scene, look, updates() ? job->part : NULL, NULL};

	if (process_start(&job->process, argv, &(struct process_options){.log = job->log}) != 0)
		abort();
	all.running++;
}

static void show_log(const char *path)
{
	FILE *file = fopen(path, "r");
	int byte;

	while (file != NULL && (byte = getc(file)) != EOF)
		putc(byte, stderr);
	if (file != NULL)
		fclose(file);
}

static void end_job(struct job *job)
{
	all.running--;
	if (job->process.status != 0) {
		all.failed++;
		show_log(job->log);
	}
	printf("%-4s %s, %s\n", job->process.status == 0 ? "ok" : "FAIL", job->scene,
		golden_look_name((size_t)job->look));
	unlink(job->log);
	process_release(&job->process);
}

static void wait_for_one(void)
{
	siginfo_t info;

	while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR)
		;
	for (size_t i = 0; i < all.next; i++)
		if (all.jobs[i].process.pid != 0 && process_has_ended(&all.jobs[i].process))
			end_job(&all.jobs[i]);
}

/* The looks of a scene, one file from the part of each. */
static void put_together(struct job *first)
{
	struct screens screens = {0};
	char path[512];

	for (int look = 0; look < GOLDEN_LOOKS; look++) {
		struct screens part = read_screens(first[look].part);

		memcpy(screens.text[look], part.text[0], sizeof(part.text[0]));
		memset(part.text[0], 0, sizeof(part.text[0]));
		free_screens(&part);
		unlink(first[look].part);
	}
	path_of(path, sizeof(path), first->scene);
	FILE *file = fopen(path, "w");

	if (file == NULL) {
		perror(path);
		abort();
	}
	for (int look = 0; look < GOLDEN_LOOKS; look++)
		for (int size = 0; size < SIZES; size++)
			write_screen(file, &screens, look, size);
	fclose(file);
	free_screens(&screens);
}

static bool is_wanted(const char *scene, char **names)
{
	bool wanted = *names == NULL;

	for (; *names != NULL; names++)
		wanted = wanted || strcmp(*names, scene) == 0;
	return wanted;
}

static int run_all(char **names)
{
	if (mkdtemp(folder) == NULL)
		return 1;
	for (size_t i = 0; golden_scene_name(i) != NULL; i++)
		for (int look = 0; is_wanted(golden_scene_name(i), names) && look < GOLDEN_LOOKS;
			look++)
			all.jobs[all.count++] = (struct job){
				.scene = golden_scene_name(i), .look = look};
	while (all.next < all.count || all.running > 0) {
		if (all.next < all.count && all.running < AT_ONCE)
			start_job(&all.jobs[all.next++]);
		else
			wait_for_one();
	}
	for (size_t i = 0; updates() && all.failed == 0 && i < all.count; i += GOLDEN_LOOKS)
		put_together(&all.jobs[i]);
	rmdir(folder);
	printf("%zu of %zu are as they were\n", all.count - (size_t)all.failed, all.count);
	return all.failed > 0;
}

/* With names as arguments: only those. */
int main(int argc, char **argv)
{
	if (argc >= 4 && strcmp(argv[1], "--one") == 0)
		return run_one(argv + 2);
	return run_all(argv + 1);
}
