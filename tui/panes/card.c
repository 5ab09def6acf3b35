#include "panes/card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "list/details.h"
#include "panes/link.h"
#include "panes/pane.h"
#include "term/glyph.h"

enum { TAB_MAX = 24, FAILURE_TAB = 14 };

static bool is_address(const char *text)
{
	return strstr(text, "://") != NULL && strchr(text, ' ') == NULL;
}

static enum role value_role(const char *text)
{
	return is_address(text) ? ROLE_ADDRESS : ROLE_TEXT;
}

/* Where values start: behind the widest label, but not so far right that no room is left. */
static int tab_of(const struct berth_result *result)
{
	int tab = 9;
	for (size_t i = 0; i < result->detail_count; i++) {
		const char *label = result->details[i].label;
		int width = berth_text_width(label, strlen(label)) + 2;
		tab = width > tab ? width : tab;
	}
	for (size_t i = 0; i < result->url_count; i++) {
		const char *name = result->urls[i].name;
		int width = berth_text_width(name, strlen(name)) + 2;
		tab = width > tab ? width : tab;
	}
	return tab < TAB_MAX ? tab : TAB_MAX;
}

static void add_headline(
	struct lines *lines, const struct berth_result *result, const struct theme *theme)
{
	static const struct {
		enum glyph glyph;
		enum role role;
	} marks[] = {
		[BERTH_DEPLOYED] = {GLYPH_DONE, ROLE_OK},
		[BERTH_FAILED] = {GLYPH_FAILED, ROLE_ERROR},
		[BERTH_REJECTED] = {GLYPH_FAILED, ROLE_ERROR},
		[BERTH_UNREACHED] = {GLYPH_FAILED, ROLE_ERROR},
		[BERTH_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_WARN},
		[BERTH_LEFT_BEHIND] = {GLYPH_FAILED, ROLE_ERROR},
		[BERTH_CANCELED] = {GLYPH_CANCELLED, ROLE_WARN},
	};
	const char *message = result->message != NULL ? result->message : "";
	if (result->failure != NULL && result->failure->message != NULL &&
		result->outcome != BERTH_CANCELED)
		message = result->failure->message;
	if (message[0] == '\0')
		message = berth_outcome_name(result->outcome);
	enum role role = marks[result->outcome].role;
	lines_add(lines, 0, role, glyph_text(marks[result->outcome].glyph, theme->ascii), 2,
		result->outcome == BERTH_DEPLOYED ? ROLE_STRONG : role, message);
}

static bool has_detail(const struct berth_result *result, const char *value)
{
	for (size_t i = 0; i < result->detail_count; i++) {
		if (strcmp(result->details[i].value, value) == 0)
			return true;
	}
	return false;
}

static void add_details(struct lines *lines, const struct berth_result *result, int tab)
{
	const char *section = "";
	for (size_t i = 0; i < result->url_count; i++) {
		if (!has_detail(result, result->urls[i].value))
			lines_add(lines, 2, ROLE_DIM, result->urls[i].name, tab + 2, ROLE_ADDRESS,
				result->urls[i].value);
	}
	for (size_t i = 0; i < result->detail_count; i++) {
		const struct berth_detail *detail = &result->details[i];
		if (detail->section != NULL && strcmp(detail->section, section) != 0) {
			section = detail->section;
			lines_text(lines, 0, ROLE_STRONG, section);
		}
		lines_add(lines, 2, ROLE_DIM, detail->label, tab + 2, value_role(detail->value),
			detail->value);
	}
}

static void add_facts(struct lines *lines, const struct berth_run *run, int tab)
{
	const struct berth_result *result = run->result;
	char text[256];
	if (result->detail_count > 0 && (result->check_count > 0 || result->container_id != NULL))
		lines_text(lines, 0, ROLE_STRONG, "This run");
	for (size_t i = 0; i < result->check_count; i++) {
		const struct berth_check *check = &result->checks[i];
		snprintf(text, sizeof text, "%s: %s", check->name,
			check->healthy ? "healthy" : "not healthy");
		lines_add(lines, 2, ROLE_DIM, i == 0 ? "health" : "", tab + 2,
			check->healthy ? ROLE_TEXT : ROLE_WARN, text);
	}
	if (result->container_id != NULL) {
		const char *name = run->deployment->container;
		bool known = name == NULL || has_detail(result, name);
		if (known)
			snprintf(text, sizeof text, "%.12s", result->container_id);
		else
			snprintf(text, sizeof text, "%s (%.12s)", name, result->container_id);
		lines_add(lines, 2, ROLE_DIM, known ? "id" : "container", tab + 2, ROLE_TEXT, text);
	}
	if (result->image_digest != NULL) {
		snprintf(text, sizeof text, "%.19s", result->image_digest);
		lines_add(lines, 2, ROLE_DIM, "image", tab + 2, ROLE_TEXT, text);
	}
}

/* Messages have the code at their end or before a comma: "exited with code 4". */
static bool says_code(const char *message, int code)
{
	char text[32];
	int len = snprintf(text, sizeof text, " code %d", code);
	const char *at = strstr(message, text);
	return at != NULL && (at[len] == '\0' || at[len] == ',');
}

static void add_death(struct lines *lines, const struct berth_failure *failure)
{
	const char *message = failure->message != NULL ? failure->message : "";
	const char *killed = failure->oom ? ", killed: out of memory" : "";
	char text[64];
	if (failure->has_exit_code && !says_code(message, failure->exit_code)) {
		snprintf(text, sizeof text, "%d%s", failure->exit_code, killed);
		lines_add(lines, 2, ROLE_DIM, "exit code", FAILURE_TAB, ROLE_WARN, text);
	} else if (failure->oom && strstr(message, "killed") == NULL) {
		lines_add(lines, 2, ROLE_DIM, "killed", FAILURE_TAB, ROLE_WARN, "out of memory");
	}
}

static void add_failure(
	struct lines *lines, const struct berth_run *run, const struct berth_failure *failure)
{
	int stage = berth_stage_index(run->stages, failure->stage != NULL ? failure->stage : "");
	const char *where = stage >= 0 ? run->stages->stages[stage].doing : failure->stage;
	if (where != NULL && where[0] != '\0' && run->result->outcome != BERTH_CANCELED)
		lines_add(lines, 2, ROLE_DIM, "while", FAILURE_TAB, ROLE_TEXT, where);
	add_death(lines, failure);
	if (failure->hint != NULL && failure->hint[0] != '\0')
		lines_add(lines, 2, ROLE_STRONG,
			run->result->outcome == BERTH_UNKNOWN ? "check" : "try", FAILURE_TAB,
			ROLE_STRONG, failure->hint);
}

static void add_aftermath(struct lines *lines, const struct berth_run *run)
{
	const struct berth_result *result = run->result;
	const char *text = NULL;
	/* A rehearsal has neither made nor replaced anything. */
	if (strcmp(run->deployment->kind, "demo") == 0)
		return;
	if (result->outcome == BERTH_REJECTED || result->outcome == BERTH_UNREACHED)
		text = "Nothing was touched.";
	else if (result->outcome == BERTH_UNKNOWN)
		text = "It may run over there, be half done, or be gone.";
	else if (result->rolled_back)
		text = "What it made is removed, what was there before is back.";
	else if (result->outcome == BERTH_FAILED && !link_has(run) && !run->deployment->rollback)
		text = "Rollback was switched off: everything is left as it is.";
	if (text != NULL)
		lines_add(lines, 2, ROLE_DIM, "afterwards", FAILURE_TAB, ROLE_TEXT, text);
	for (size_t i = 0; i < result->left_behind_count; i++)
		lines_add(lines, 2, ROLE_WARN, i == 0 ? "left" : "", FAILURE_TAB, ROLE_WARN,
			result->left_behind[i]);
}

static void add_evidence(struct lines *lines, const struct berth_failure *failure)
{
	if (failure->last_line_count > 0)
		lines_text(lines, 0, ROLE_STRONG, "Last lines of the container");
	for (size_t i = 0; i < failure->last_line_count; i++)
		lines_text(lines, 2, ROLE_TEXT, failure->last_lines[i]);
	if (failure->probe_count > 0)
		lines_text(lines, 0, ROLE_STRONG, "Last health checks");
	for (size_t i = 0; i < failure->probe_count; i++)
		lines_text(lines, 2, ROLE_TEXT, failure->probes[i]);
}

void card_build(
	struct lines *lines, const struct berth_run *run, int columns, const struct theme *theme)
{
	const struct berth_result *result = run->result;
	int tab = tab_of(result);
	lines_clear(lines, columns);
	add_headline(lines, result, theme);
	if (result->failure != NULL)
		add_failure(lines, run, result->failure);
	add_aftermath(lines, run);
	if (result->outcome == BERTH_DEPLOYED || result->container_id != NULL) {
		add_details(lines, result, tab);
		add_facts(lines, run, tab);
	}
	if (result->failure != NULL)
		add_evidence(lines, result->failure);
}

static void card_title(const struct app *app, char left[128], char right[64])
{
	const struct berth_run *run = app_run(app);
	char clock[16];
	if (app->details_open) {
		details_title(app, left, right);
		return;
	}
	if (run == NULL || run->result == NULL)
		return;
	snprintf(left, 128, "%.40s %s %s%s", run->deployment->name,
		glyph_text(GLYPH_SEPARATOR, app->theme.ascii),
		run->result->outcome == BERTH_DEPLOYED ? "deployed" : "result",
		app_rehearses(app) ? " (rehearsal)" : "");
	if (!layout_shows(&app->layout, PANE_LOG))
		snprintf(right, 64, "v shows the log");
	else
		snprintf(right, 64, "%s", berth_format_duration(clock, run->result->duration_ms));
}

/* At the right of the last row; where that has no room for it, in its place. */
static void paint_below(const struct app *app, struct rect last, size_t shown, size_t below)
{
	const struct line *line = &app->card.list[shown];
	const char *value = line->value != NULL ? line->value : "";
	char text[48];
	snprintf(text, sizeof text, " %zu more below", below);
	if (line->tab + draw_width(&app->theme, value) + draw_width(&app->theme, text) > last.w) {
		snprintf(text, sizeof text, "%zu more below", below + 1);
		draw_blank(last);
	}
	int width = draw_width(&app->theme, text);
	last.x += last.w - width;
	last.w = width;
	struct pen pen = pen_at(&app->theme, last, 0);
	pen_text(&pen, ROLE_DIM, text);
}

static void card_paint(const struct app *app, struct rect rect)
{
	size_t top = lines_scroll(&app->card, app->card_top, 0, rect.h);
	size_t end = top + (size_t)rect.h;
	struct rect last = {rect.y + rect.h - 1, rect.x, 1, rect.w};
	lines_paint(&app->card, &app->theme, rect, top);
	if (app->card.count > end && rect.h > 1)
		paint_below(app, last, end - 1, app->card.count - end);
}

const struct pane_ops card_pane = {.paint = card_paint, .title = card_title};
