#include "log_actions.h"

enum { SIDEWAYS = 8 };

static void next_level(struct logview *log)
{
	logview_filter(log, log->filter.lowest == BERTH_ERROR
				    ? BERTH_DEBUG
				    : (enum berth_level)(log->filter.lowest + 1));
}

bool log_act(struct app *app, enum action action)
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
	default:
		return false;
	}
	app_stale(app, PANE_LOG, STALE_DERIVE);
	return true;
}
