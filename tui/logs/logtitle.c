#include "logs/logtitle.h"

#include <stdio.h>
#include <string.h>

enum { WIDE = 80, PATTERN = 12 };

/* "1,204" */
static void format_count(char dst[32], uint64_t count)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
	size_t used = 0;
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			dst[used++] = ',';
		dst[used++] = digits[i];
	}
	dst[used] = '\0';
}

/* A pattern that is too hard for a line is no verdict on it. */
static void add_undecided(char dst[64], uint64_t lines)
{
	size_t len = strlen(dst);
	char count[32];
	format_count(count, lines);
	if (lines > 0)
		snprintf(dst + len, 64 - len, ", %s undecided", count);
}

void logtitle_matches(char dst[64], const struct logview *view)
{
	const struct log_position *at = logview_position(view);
	uint64_t count = logsearch_count(&view->search), place = 0;
	unsigned done = logsearch_done(&view->search);
	char total[32], number[32];
	format_count(total, count);
	if (at->has_cursor && done == 100)
		place = logsearch_place(&view->search, at->cursor);
	format_count(number, place);
	if (done < 100)
		snprintf(dst, 64, "%s so far, %u%%", total, done);
	else if (count == 0)
		snprintf(dst, 64, "no match");
	else if (place > 0)
		snprintf(dst, 64, "%s of %s", number, total);
	else
		snprintf(dst, 64, "%s match%s", total, count == 1 ? "" : "es");
	add_undecided(dst, logsearch_undecided(&view->search));
}

static const char *level_words(const struct app *app)
{
	static const char *const levels[] = {
		[BERTH_DEBUG] = "all",
		[BERTH_INFO] = "from info",
		[BERTH_WARN] = "from warn",
		[BERTH_ERROR] = "errors",
	};
	enum berth_level lowest = app->log.filter.criteria.lowest;
	if (lowest == BERTH_DEBUG && app->layout.panes[PANE_LOG].inner.w >= WIDE)
		return "all levels";
	return levels[lowest];
}

static void add(char left[128], const char *separator, const char *text)
{
	size_t len = strlen(left);
	snprintf(left + len, 128 - len, " %s %s", separator, text);
}

/* The newest filter in words, and how many there are beside it. */
static void add_filters(char left[128], const char *dot, const struct berth_log_criteria *criteria)
{
	char text[64];
	if (criteria->count == 0)
		return;
	const char *pattern = berth_pattern_text(criteria->patterns[criteria->count - 1].pattern);
	snprintf(text, sizeof text, "%s '%.*s'%s",
		criteria->patterns[criteria->count - 1].drop ? "without" : "only", PATTERN, pattern,
		strlen(pattern) > PATTERN ? "..." : "");
	add(left, dot, text);
	if (criteria->count > 1) {
		snprintf(text, sizeof text, "and %u more", criteria->count - 1);
		size_t len = strlen(left);
		snprintf(left + len, 128 - len, " %s", text);
	}
}

/* Is the end followed of a log that something still writes to? */
static bool flows(const struct app *app)
{
	const struct berth_container *container = app_container(app);
	return logview_following(&app->log) &&
	       (app_active(app_run(app)) ||
		       (container != NULL && container->state == BERTH_CONTAINER_RUNNING));
}

/* "1,204", or "1,200+" where a number that changes with every line would only flicker, and have
 * something sent to the terminal each time. */
static void format_lines(char dst[32], uint64_t count, bool calm)
{
	uint64_t step = 1;
	while (calm && count / step >= 100)
		step *= 10;
	format_count(dst, count / step * step);
	if (step > 1)
		snprintf(dst + strlen(dst), 32 - strlen(dst), "+");
}

static void say_counts(const struct app *app, char right[64], bool calm)
{
	const struct logview *log = &app->log;
	uint64_t lines = logview_count(log);
	unsigned done = logfilter_done(&log->filter);
	char count[32], hidden[32];
	calm = calm && flows(app);
	format_lines(count, lines, calm);
	format_lines(hidden, logview_hidden(log), calm);
	if (done < 100)
		snprintf(
			right, 64, "%s line%s, %u%% looked at", count, lines == 1 ? "" : "s", done);
	else if (logfilter_active(&log->filter))
		snprintf(right, 64, "%s line%s, %s hidden", count, lines == 1 ? "" : "s", hidden);
	else
		snprintf(right, 64, "%s line%s", count, lines == 1 ? "" : "s");
	add_undecided(right, logfilter_undecided(&log->filter));
}

static void say(const struct app *app, char left[128], char right[64], bool calm)
{
	const struct logview *log = &app->log;
	const char *dot = glyph_text(GLYPH_SEPARATOR, app->theme.ascii);
	char text[64], count[32];
	snprintf(left, 128, "Log");
	if (app->chosen == 0 && !app->details_open)
		return;
	add(left, dot, level_words(app));
	format_count(count, logview_behind(log));
	snprintf(text, sizeof text, logview_behind(log) > 0 ? "paused, %s new" : "paused", count);
	if (logview_position(log)->selecting)
		add(left, dot, "selecting");
	else
		add(left, dot, logview_following(log) ? "following" : text);
	if (log->search.pattern != NULL && app->input.kind != INPUT_SEARCH) {
		logtitle_matches(text, log);
		add(left, dot, text);
	}
	if (log->sideways > 0) {
		snprintf(text, sizeof text, "from column %d", log->sideways + 1);
		add(left, dot, text);
	}
	/* What may be cut off: that lines are hidden is told at the other end. */
	add_filters(left, dot, &log->filter.criteria);
	say_counts(app, right, calm);
}

void logtitle_text(const struct app *app, char left[128], char right[64])
{
	say(app, left, right, true);
}

void logtitle_exact(const struct app *app, char left[128], char right[64])
{
	say(app, left, right, false);
}
