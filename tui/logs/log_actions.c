#include "logs/log_actions.h"

#include <inttypes.h>

#include "logs/log_input.h"
#include "logs/log_take.h"

enum { SIDEWAYS = 8 };

static void next_level(struct logview *log)
{
	enum berth_level lowest = log->filter.criteria.lowest;
	logview_level(log, lowest == BERTH_ERROR ? BERTH_DEBUG : (enum berth_level)(lowest + 1));
}

static void go_to_match(struct app *app, bool backward)
{
	if (!logview_search_again(&app->log, backward))
		app_notice(app, "There is no search; / begins one, F2 opens the form.");
	else if (app->log.wrapped)
		app_notice(app, "Past the %s of the log, on from the other end.",
			backward ? "beginning" : "end");
	else if (!app->log.jumping && logsearch_count(&app->log.search) == 0)
		app_notice(
			app, "Nothing matches '%s'.", berth_pattern_text(app->log.search.pattern));
}

static void go_to_problem(struct app *app, bool backward)
{
	if (!logview_go_level(&app->log, BERTH_WARN, backward))
		app_notice(app, "No error or warning %s here.", backward ? "above" : "below");
}

static void go_to_mark(struct app *app)
{
	if (!logview_return(&app->log))
		app_notice(app, "No line is marked; m marks one.");
}

/* What was put over the log goes away first, the newest first. */
static bool back_out(struct app *app)
{
	struct berth_error err;
	if (logview_deselect(&app->log))
		return true;
	if (app->log.search.pattern == NULL)
		return false;
	return logview_search(&app->log, "", 0, &err) == 0;
}

static bool find(struct app *app, enum action action)
{
	switch (action) {
	case ACTION_SEARCH:
		log_input_search(app);
		return true;
	case ACTION_SEARCH_NEXT:
	case ACTION_SEARCH_PREVIOUS:
		go_to_match(app, action == ACTION_SEARCH_PREVIOUS);
		return true;
	case ACTION_FILTER:
		log_input_filter(app);
		return true;
	case ACTION_PROBLEM_NEXT:
	case ACTION_PROBLEM_PREVIOUS:
		go_to_problem(app, action == ACTION_PROBLEM_PREVIOUS);
		return true;
	case ACTION_MARK:
		logview_mark(&app->log);
		return true;
	case ACTION_RETURN:
		go_to_mark(app);
		return true;
	case ACTION_SELECT:
		logview_select(&app->log, !logview_position(&app->log)->selecting);
		return true;
	case ACTION_COPY:
		log_take_copy(app);
		return true;
	case ACTION_COPY_ERROR:
		log_take_error(app);
		return true;
	case ACTION_EXPORT:
		log_take_ask(app);
		return true;
	case ACTION_BACK:
		return back_out(app);
	default:
		return false;
	}
}

static bool look(struct app *app, enum action action)
{
	struct logview *log = &app->log;
	int page = log->height > 1 ? log->height - 1 : 1;
	switch (action) {
	case ACTION_UP:
		logview_scroll(log, -1);
		break;
	case ACTION_DOWN:
		logview_scroll(log, 1);
		break;
	case ACTION_PAGE_UP:
		logview_scroll(log, -page);
		break;
	case ACTION_PAGE_DOWN:
		logview_scroll(log, page);
		break;
	case ACTION_TOP:
		logview_top(log);
		break;
	case ACTION_BOTTOM:
		logview_follow(log, true);
		break;
	case ACTION_LEFT:
		logview_sideways(log, -SIDEWAYS);
		break;
	case ACTION_RIGHT:
		logview_sideways(log, SIDEWAYS);
		break;
	case ACTION_FOLLOW:
		logview_follow(log, !logview_following(log));
		break;
	case ACTION_WRAP:
		logview_set_wrap(log, !log->wrap);
		break;
	case ACTION_TIMES:
		app->times = (enum times)((app->times + 1) % TIMES_COUNT);
		break;
	case ACTION_LEVELS:
		next_level(log);
		break;
	case ACTION_COLORS:
		log->plain = !log->plain;
		break;
	default:
		return false;
	}
	return true;
}

bool log_act(struct app *app, enum action action)
{
	if (!look(app, action) && !find(app, action))
		return false;
	app_stale(app, PANE_LOG, STALE_DERIVE);
	return true;
}

void log_goto(struct app *app, unsigned number)
{
	const struct berth_log *log = app->log.filter.log;
	uint64_t count = log != NULL ? berth_log_end(log) : 0;
	if (number < 1 || number > count)
		app_notice(app, "The log has no line %u: there are %" PRIu64 ".", number, count);
	else
		logview_go(&app->log, number - 1);
	app_stale(app, PANE_LOG, STALE_DERIVE);
}
