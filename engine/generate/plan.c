#include "generate/plan.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/copy.h"
#include "detect/decide.h"
#include "detect/mark.h"
#include "generate/compose.h"
#include "generate/diff.h"
#include "generate/dockerfile.h"
#include "generate/ignore.h"
#include "generate/services.h"
#include "generate/variables.h"

enum { MAX_TEXT = 256 * 1024, MAX_DIFF = 4 * MAX_TEXT, MAX_FILES = 4 };

static const char *const compose_names[] = {
	"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", NULL};

struct planner {
	struct berth_generation *generation;
	struct recipe recipe;
	struct strings notes;
	const char *kept; /* see plan_files() */
	struct berth_error *err;
};

static int note(struct planner *planner, const char *what, const char *name)
{
	char text[512];

	snprintf(text, sizeof text, "%s%s", name, what);
	return strings_add(&planner->notes, text, planner->err);
}

/* What people see of it: the text and what would change. Of a secret file only names. */
static int show(struct berth_generated *file, struct berth_error *err)
{
	struct buf shown, there, diff;
	int status;

	buf_init(&shown, MAX_DIFF);
	buf_init(&there, MAX_DIFF);
	buf_init(&diff, 2 * MAX_DIFF);
	status = file->secret ? variables_hide(&shown, file->text, err)
			      : buf_adds(&shown, file->text, err);
	if (status == 0 && file->there)
		status = file->secret ? variables_hide(&there, file->there, err)
				      : buf_adds(&there, file->there, err);
	if (status == 0 && file->state != BERTH_FILE_NEW && file->state != BERTH_FILE_SAME) {
		status = diff_write(&diff, file->path, there.data, shown.data, err);
		file->diff = status == 0 ? copy_text(diff.data) : NULL;
	}
	if (status == 0)
		file->shown = copy_text(shown.data);
	buf_release(&shown);
	buf_release(&there);
	buf_release(&diff);
	if (status == 0 && !file->shown)
		return string_no_memory(err);
	return status;
}

static enum berth_file_state judge(const struct berth_generated *file, unsigned mode)
{
	const char *there = file->there;

	if (!there)
		return BERTH_FILE_NEW;
	bool ours = mark_of(there, strlen(there)) == MARK_WHOLE;
	/* Others' eyes are no reason to touch what is somebody's own, but for ours they are. */
	bool open = file->secret && ours && (mode & 077);
	if (strcmp(there, file->text) == 0 && !open)
		return BERTH_FILE_SAME;
	if (file->secret && !ours && variables_has_all(there, file->text))
		return BERTH_FILE_SAME;
	return ours ? BERTH_FILE_CHANGED : BERTH_FILE_OWN;
}

/* Takes `text` into a file with its mark. */
static int add_file(struct planner *planner, const char *path, const struct buf *text, bool secret)
{
	struct berth_generation *generation = planner->generation;
	struct berth_generated *file = &generation->files[generation->file_count];
	struct berth_error missing = {0};
	struct buf marked;
	unsigned mode = 0;

	buf_init(&marked, MAX_TEXT);
	if (mark_write(&marked, text->data, text->len, planner->err) < 0) {
		buf_release(&marked);
		return -1;
	}
	generation->file_count++;
	file->path = copy_text(path);
	file->text = buf_take(&marked);
	file->secret = secret;
	if (!file->path || !file->text)
		return string_no_memory(planner->err);
	file->there = read_present(generation->folder, path, &mode, &missing);
	if (!file->there && missing.code != BERTH_E_NOT_FOUND) {
		if (planner->err)
			*planner->err = missing;
		return -1;
	}
	file->state = judge(file, mode);
	return show(file, planner->err);
}

static int add_dockerfile(struct planner *planner)
{
	struct buf text;
	int status;

	buf_init(&text, MAX_TEXT);
	status = dockerfile_write(&text, &planner->recipe, planner->err);
	if (status == 0)
		status = add_file(planner, "Dockerfile", &text, false);
	buf_reset(&text);
	if (status == 0)
		status = ignore_write(
			&text, planner->generation->detection, &planner->recipe, planner->err);
	if (status == 0)
		status = add_file(planner, ".dockerignore", &text, false);
	buf_release(&text);
	return status;
}

/* The name that is there: a second one beside it would be ignored, or would hide it. */
static const char *compose_name(const char *folder)
{
	char path[4096];

	for (size_t i = 0; compose_names[i]; i++) {
		if (snprintf(path, sizeof path, "%s/%s", folder, compose_names[i]) <
				(int)sizeof path &&
			faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return compose_names[i];
	}
	return compose_names[0];
}

/* The folder's own variables, else the ones kept elsewhere. */
static int read_variables(struct planner *planner, char **there, bool *elsewhere)
{
	const char *folder = planner->generation->folder;
	struct berth_error missing = {0};
	unsigned mode;

	*there = read_present(folder, VARIABLES_FILE, &mode, &missing);
	*elsewhere = !*there && missing.code == BERTH_E_NOT_FOUND && planner->kept;
	if (!*elsewhere)
		return 0;
	*there = read_present("", planner->kept, &mode, &missing);
	if (*there || missing.code == BERTH_E_NOT_FOUND)
		return 0;
	if (planner->err)
		*planner->err = missing;
	return -1;
}

static int add_variables(struct planner *planner, bool *any)
{
	struct berth_generation *generation = planner->generation;
	struct buf text;
	bool elsewhere;
	char *there;
	int status = read_variables(planner, &there, &elsewhere);

	if (status < 0)
		return -1;
	buf_init(&text, MAX_TEXT);
	status = variables_write(
		&text, generation->detection, &planner->recipe, there, planner->err);
	*any = text.len > 0;
	generation->passwords_are_new = elsewhere && !there;
	if (status == 0 && *any)
		status = add_file(planner, VARIABLES_FILE, &text, true);
	if (status == 0 && *any)
		status = note(
			planner, " holds passwords: keep it out of the repository", VARIABLES_FILE);
	explicit_bzero(text.data, text.len);
	buf_release(&text);
	if (there)
		explicit_bzero(there, strlen(there));
	free(there);
	return status;
}

static int add_compose(struct planner *planner)
{
	struct berth_generation *generation = planner->generation;
	bool variables;
	struct buf text;

	if (add_variables(planner, &variables) < 0)
		return -1;
	buf_init(&text, MAX_TEXT);
	int status = compose_write(
		&text, generation->detection, &planner->recipe, variables, planner->err);
	if (status == 0)
		status = add_file(planner, compose_name(generation->folder), &text, false);
	buf_release(&text);
	return status;
}

static int note_databases(struct planner *planner)
{
	const struct berth_detection *detection = planner->generation->detection;

	for (size_t i = 0; i < detection->database_count; i++) {
		const char *name = detection->databases[i].name;
		if (!service_find(name) &&
			note(planner, " is needed too, and is not in the compose file",
				berth_database_label(name)) < 0)
			return -1;
	}
	return 0;
}

static int not_known(struct planner *planner)
{
	const struct berth_detection *detection = planner->generation->detection;

	if (strcmp(detection->best.stack, "unknown") == 0)
		berth_error_set(planner->err, BERTH_E_USAGE, 0,
			"'%s': no file of it speaks for a stack", planner->generation->folder);
	else
		berth_error_set(planner->err, BERTH_E_USAGE, 0,
			"'%s': there is no Dockerfile known for %s", planner->generation->folder,
			detection->best.label);
	return berth_error_hint(planner->err,
		"write a Dockerfile, or say in berth.json what it is: "
		"{\"detect\": {\"stack\": \"python\"}}");
}

static int plan(struct planner *planner, const atomic_bool *cancelled)
{
	struct berth_generation *generation = planner->generation;

	generation->detection = decide(
		generation->folder, &planner->recipe, cancelled, planner->err);
	if (!generation->detection)
		return -1;
	enum berth_detected_by by = generation->detection->by;
	if (by == BERTH_DETECTED_COMPOSE)
		return note(planner, " is the project's own, and says it all",
			generation->detection->build_file.value);
	if (by == BERTH_DETECTED_DOCKERFILE &&
		note(planner, " is the project's own, and is what is built",
			generation->detection->build_file.value) < 0)
		return -1;
	if (by != BERTH_DETECTED_DOCKERFILE && planner->recipe.lines.count == 0)
		return not_known(planner);
	if (by != BERTH_DETECTED_DOCKERFILE && add_dockerfile(planner) < 0)
		return -1;
	return add_compose(planner) < 0 ? -1 : note_databases(planner);
}

struct berth_generation *plan_files(
	const char *folder, const char *kept, const atomic_bool *cancelled, struct berth_error *err)
{
	struct planner planner = {
		.generation = calloc(1, sizeof *planner.generation), .kept = kept, .err = err};
	struct berth_generation *generation = planner.generation;
	int status = -1;

	if (generation) {
		generation->files = calloc(MAX_FILES, sizeof *generation->files);
		generation->folder = copy_text(folder);
	}
	if (generation && generation->files && generation->folder)
		status = plan(&planner, cancelled);
	else
		string_no_memory(err);
	recipe_release(&planner.recipe);
	if (status < 0) {
		strings_release(&planner.notes);
		berth_generation_free(generation);
		return NULL;
	}
	generation->notes = planner.notes.items;
	generation->note_count = planner.notes.count;
	return generation;
}
