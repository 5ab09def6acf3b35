/* What is deployed, in one line: stands where the form was. */
#include "panes/pane.h"

#include <stdio.h>
#include <string.h>

/* Where its files are there, or what its image is made of. */
static const char *source_of(const struct berth_deployment *deployment)
{
	if (deployment->git != NULL)
		return deployment->git;
	return deployment->server != NULL || deployment->build ? deployment->folder : NULL;
}

static void summary_paint(const struct app *app, struct rect rect)
{
	struct pen pen = pen_at(&app->theme, rect, 0);
	char key[16], keys[32];
	const struct berth_run *run = app_run(app);
	int end = pen.end;
	snprintf(keys, sizeof keys, "%s form", keymap_key(key, &app->preferences.keys, ACTION_NEW));
	pen.end -= (int)strlen(keys) + 2;
	if (run != NULL) {
		const struct berth_deployment *deployment = run->deployment;
		pen_text(&pen, ROLE_STRONG, deployment->name);
		pen_text(&pen, ROLE_DIM, " ");
		pen_glyph(&pen, ROLE_DIM, GLYPH_ARROW);
		pen_format(&pen, ROLE_TEXT, " %s", deployment->target);
		const char *from = source_of(deployment);
		if (from != NULL) {
			pen_separator(&pen);
			pen_text(&pen, ROLE_TEXT, from);
		}
		if (deployment->image != NULL && !deployment->build) {
			pen_separator(&pen);
			pen_text(&pen, ROLE_TEXT, deployment->image);
		}
		for (size_t i = 0; i < deployment->port_count; i++) {
			const struct berth_port *port = &deployment->ports[i];
			if (!port->published)
				continue;
			if (i == 0)
				pen_separator(&pen);
			else
				pen_text(&pen, ROLE_TEXT, " ");
			pen_format(&pen, ROLE_TEXT, port->automatic ? "auto:%d" : "%d:%d",
				port->automatic ? port->container : port->host, port->container);
		}
	}
	pen.end = end;
	pen_right(&pen, ROLE_DIM, keys);
}

const struct pane_ops summary_pane = {.paint = summary_paint};
