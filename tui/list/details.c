#include "list/details.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <berth/text.h>

#include "list/container_text.h"

enum { TAB = 14, SHORT_ID = 12 };

void details_open_chosen(struct app *app)
{
	const struct berth_container *container = app_container(app);
	struct berth_error err;
	if (container == NULL || app->engine == NULL) {
		app_notice(app, "There is no container here to look at.");
		return;
	}
	details_leave(app);
	snprintf(app->details_id, sizeof app->details_id, "%s", container->id);
	if (berth_engine_look(app->engine, app->details_id, &err) != 0) {
		app_notice(app, "%s", err.message);
		return;
	}
	app->details_open = true;
	app->room.form_open = false;
	app->card_top = 0;
	/* Behind the runs, where no other log has its place. */
	logview_show(&app->log, (unsigned)berth_model_count(app->model) + 1,
		berth_engine_details_log(app->engine));
	logview_follow(&app->log, true);
	app->log_end = 0;
	app_stale_all(app, STALE_LAYOUT);
}

void details_leave(struct app *app)
{
	if (!app->details_open)
		return;
	app->details_open = false;
	app->card_top = 0;
	app_show_log(app);
	if (app->engine != NULL)
		berth_engine_look_away(app->engine);
	app_stale_all(app, STALE_LAYOUT);
}

static void add(struct lines *lines, const char *label, enum role role, const char *value)
{
	if (value[0] != '\0')
		lines_add(lines, 2, ROLE_DIM, label, TAB, role, value);
}

static void add_state(struct lines *lines, const struct berth_container *container, int64_t now_ms)
{
	char text[96];
	add(lines, "state", container_failed(container) ? ROLE_WARN : ROLE_STRONG,
		container_state_since(text, container, now_ms));
}

static void add_use(struct lines *lines, const struct berth_details *details)
{
	char text[96], used[16], limit[16];
	if (!details->measured)
		return;
	if (details->cpu_percent >= 0)
		snprintf(text, sizeof text, "%.1f%% of a processor", details->cpu_percent);
	else
		snprintf(text, sizeof text, "...");
	add(lines, "CPU", ROLE_TEXT, text);
	berth_format_bytes(used, details->memory);
	if (details->memory_limit > 0)
		snprintf(text, sizeof text, "%s of %s", used,
			berth_format_bytes(limit, details->memory_limit));
	else
		snprintf(text, sizeof text, "%s", used);
	add(lines, "memory", ROLE_TEXT, text);
}

/* Where the ports of the engine's machine are: "localhost", or "edge-1" of "ssh://ops@edge-1". */
static void machine_of(char dst[128], const char *address)
{
	const char *host = strstr(address, "://");
	if (strncmp(address, "unix:", 5) == 0 || host == NULL) {
		snprintf(dst, 128, "localhost");
		return;
	}
	host += 3;
	const char *at = strchr(host, '@');
	host = at != NULL ? at + 1 : host;
	size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
	snprintf(dst, 128, "%.*s", (int)len, host);
}

/* "http" is a guess that a browser makes, too. */
static void add_endpoints(
	struct lines *lines, const struct berth_container *container, const char *address)
{
	char text[192], machine[128];
	machine_of(machine, address);
	for (size_t i = 0; i < container->port_count; i++) {
		const struct berth_fleet_port *port = &container->ports[i];
		if (port->udp)
			snprintf(text, sizeof text, "udp port %d -> %d", port->host,
				port->container);
		else
			snprintf(text, sizeof text, "http://%s:%d -> %d", machine, port->host,
				port->container);
		add(lines, i == 0 ? "endpoints" : "", ROLE_ADDRESS, text);
	}
}

static void add_image(struct lines *lines, const struct berth_container *container,
	const struct berth_details *details)
{
	add(lines, "image", ROLE_TEXT, container->image);
	if (details->digest[0] != '\0')
		add(lines, "digest", ROLE_TEXT, details->digest);
	else
		add(lines, "image id", ROLE_TEXT, details->image_id);
}

static void add_probes(struct lines *lines, const struct berth_details *details)
{
	char text[400], clock[16];
	struct tm parts;
	if (details->probe_count > 0)
		lines_text(lines, 0, ROLE_STRONG, "Health checks, the newest last");
	for (size_t i = 0; i < details->probe_count; i++) {
		time_t seconds = (time_t)(details->probes[i].time_ms / 1000);
		bool healthy = details->probes[i].exit_code == 0;
		clock[0] = '\0';
		if (seconds > 0 && localtime_r(&seconds, &parts) != NULL)
			strftime(clock, sizeof clock, "%H:%M:%S", &parts);
		snprintf(text, sizeof text, "%s %s%s", healthy ? "healthy" : "not healthy:",
			healthy ? "" : details->probes[i].output,
			!healthy && details->probes[i].output[0] == '\0' ? "nothing was said" : "");
		lines_add(lines, 2, ROLE_DIM, clock, TAB, healthy ? ROLE_TEXT : ROLE_WARN, text);
	}
}

static void add_labels(struct lines *lines, const struct berth_details *details)
{
	char text[300];
	if (details->label_count > 0)
		lines_text(lines, 0, ROLE_STRONG, "Labels");
	for (size_t i = 0; i < details->label_count; i++) {
		snprintf(text, sizeof text, "%s=%s", details->labels[i].name,
			details->labels[i].value);
		lines_text(lines, 2, ROLE_TEXT, text);
	}
	if (details->labels_more > 0) {
		snprintf(text, sizeof text, "and %zu more", details->labels_more);
		lines_text(lines, 2, ROLE_DIM, text);
	}
}

static const struct berth_container *looked_at(const struct app *app)
{
	return app->engine != NULL
		       ? berth_fleet_find(berth_engine_fleet(app->engine), app->details_id)
		       : NULL;
}

void details_lines(struct app *app, int columns)
{
	const struct berth_details *details = app->engine != NULL
						      ? berth_engine_details(app->engine)
						      : NULL;
	const struct berth_container *container = looked_at(app);
	struct lines *lines = &app->card;
	char text[96];
	lines_clear(lines, columns);
	if (details == NULL || details->gone || container == NULL) {
		lines_text(lines, 0, ROLE_WARN, "It was removed; there is nothing to look at.");
		return;
	}
	add_state(lines, container, app->now_ms);
	if (details->error.code != BERTH_E_OK)
		add(lines, "problem", ROLE_WARN, details->error.message);
	add(lines, "problem", ROLE_WARN, details->problem);
	add_use(lines, details);
	add_endpoints(lines, container, berth_engine_endpoint(app->engine)->address);
	snprintf(text, sizeof text, "%.70s (%.*s)", container->name, SHORT_ID, container->id);
	add(lines, "container", ROLE_TEXT, text);
	add(lines, "address", ROLE_TEXT, details->address);
	add_image(lines, container, details);
	if (details->restart_count > 0) {
		snprintf(text, sizeof text, "%d by its restart policy", details->restart_count);
		add(lines, "restarts", ROLE_WARN, text);
	}
	add_probes(lines, details);
	add_labels(lines, details);
}

void details_title(const struct app *app, char left[128], char right[64])
{
	const struct berth_container *container = looked_at(app);
	snprintf(left, 128, "%.60s %s details",
		container != NULL ? container_title(container) : "?",
		glyph_text(GLYPH_SEPARATOR, app->theme.ascii));
	snprintf(right, 64, "%s",
		layout_shows(&app->layout, PANE_LOG) ? "Esc closes" : "v shows its output");
}
