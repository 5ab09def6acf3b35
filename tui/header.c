#include "pane.h"

#include <stdio.h>
#include <string.h>

/* "docker 24.0.7", or why there is none. */
static void paint_endpoint(struct pen *pen, const struct berth_endpoint *endpoint)
{
	switch (endpoint->reach) {
	case BERTH_REACH_LIVE:
		pen_glyph(pen, ROLE_OK, GLYPH_LIVE);
		pen_text(pen, ROLE_TEXT, " docker");
		if (endpoint->version[0] != '\0')
			pen_format(pen, ROLE_TEXT, " %s", endpoint->version);
		break;
	case BERTH_REACH_LOST:
		pen_glyph(pen, ROLE_ERROR, GLYPH_LOST);
		pen_text(pen, ROLE_TEXT, " no docker engine");
		break;
	case BERTH_REACH_TRYING:
		pen_glyph(pen, ROLE_DIM, GLYPH_TRYING);
		pen_text(pen, ROLE_DIM, " connecting");
		break;
	case BERTH_REACH_NONE:
		break;
	}
}

static void counts_text(const struct app *app, char *dst, size_t cap)
{
	unsigned running = app_count(app, false), failed = app_count(app, true);
	const char *dot = glyph_text(GLYPH_SEPARATOR, app->theme.ascii);
	dst[0] = '\0';
	if (running > 0 && failed > 0)
		snprintf(dst, cap, "%u running %s %u failed", running, dot, failed);
	else if (running > 0)
		snprintf(dst, cap, "%u running", running);
	else if (failed > 0)
		snprintf(dst, cap, "%u failed", failed);
}

static void header_paint(const struct app *app, struct rect rect)
{
	struct pen pen = pen_at(&app->theme, rect, 0);
	char counts[64];
	const char *target = berth_settings_get(app->settings, BERTH_FIELD_TARGET);
	const struct berth_run *run = app_run(app);
	bool rehearsal = app_rehearses(app);
	counts_text(app, counts, sizeof counts);
	if (run != NULL)
		target = run->deployment->target;

	/* The counts come before the end of what stands on the left. */
	int end = pen.end;
	pen.end -= draw_width(&app->theme, counts) + 2;
	pen_text(&pen, ROLE_BRAND, "berth");
	pen_format(&pen, ROLE_TEXT, "   %s ", target != NULL ? target : "");
	if (rehearsal) {
		pen_glyph(&pen, ROLE_BADGE, GLYPH_LIVE);
		pen_text(&pen, ROLE_BADGE, " rehearsal");
	} else if (app->engine != NULL) {
		paint_endpoint(&pen, berth_engine_endpoint(app->engine));
	}
	pen.end = end;
	pen_right(&pen, ROLE_TEXT, counts);
}

const struct pane_ops header_pane = {.paint = header_paint};
