#include <berth/settings.h>

#include <string.h>

static const char *const restart_choices[] = {"no", "on-failure", "always", "unless-stopped", NULL};
static const char *const pull_choices[] = {"missing", "always", "never", NULL};

#define FIELD(ID, ...)                                                                             \
	[BERTH_FIELD_##ID] = {.id = BERTH_FIELD_##ID, .variable = "BERTH_" #ID, __VA_ARGS__}

/* The fallback of a list field holds its values with spaces between them. */
const struct berth_field berth_fields[] = {
	FIELD(TARGET, .kind = BERTH_KIND_CHOICE, .name = "target", .label = "Target",
		.metavar = "NAME", .fallback = "local",
		.help = "where to: local (Docker), demo (a rehearsal), or one from the "
			"configuration"),
	FIELD(HOST, .kind = BERTH_KIND_TEXT, .name = "host", .label = "Host", .metavar = "URL",
		.help = "Docker endpoint: unix://, tcp:// (found as the docker command line does)"),
	FIELD(PRESET, .kind = BERTH_KIND_CHOICE, .name = "preset", .label = "Preset",
		.metavar = "NAME", .fallback = "generic",
		.help = "a set of defaults: generic, fractalic, or a file of your own"),
	FIELD(PROFILE, .kind = BERTH_KIND_CHOICE, .name = "profile", .label = "Profile",
		.metavar = "NAME", .help = "values saved under a name, in the console or by hand"),
	FIELD(NAME, .kind = BERTH_KIND_TEXT, .name = "name", .label = "Name", .metavar = "NAME",
		.help = "the deployment's name (the folder's, else the image's)"),
	FIELD(FOLDER, .kind = BERTH_KIND_FOLDER, .name = "folder", .label = "Folder",
		.metavar = "DIR", .help = "what to send into the container"),
	FIELD(REPO_ID, .kind = BERTH_KIND_NUMBER, .name = "repo-id", .label = "Repository",
		.metavar = "NUMBER",
		.help = "the repository's number on the server (deployer; found by the name)"),
	FIELD(BUILD, .kind = BERTH_KIND_FLAG, .name = "build", .label = "Build",
		.fallback = "false",
		.help = "make the image from the folder: by its Dockerfile, else by one made for "
			"it"),
	FIELD(GIT, .kind = BERTH_KIND_TEXT, .name = "git", .label = "Git", .metavar = "URL[#REF]",
		.help = "build a clone of that repository: its branch, tag or commit REF"),
	FIELD(IMAGE, .kind = BERTH_KIND_TEXT, .name = "image", .label = "Image", .metavar = "REF",
		.help = "image to run (the preset's)"),
	FIELD(CONTAINER, .kind = BERTH_KIND_TEXT, .name = "container", .label = "Container",
		.metavar = "NAME", .help = "container name (the preset's pattern)"),
	FIELD(PLATFORM, .kind = BERTH_KIND_TEXT, .name = "platform", .label = "Platform",
		.metavar = "OS/ARCH", .help = "platform of the image (the engine's)"),
	FIELD(PORT, .kind = BERTH_KIND_LIST, .name = "port", .label = "Ports",
		.metavar = "[NAME=]HOST:CONTAINER[/udp]",
		.help = "publish a port; HOST may be auto, or empty for inside only; repeatable"),
	FIELD(ENV, .kind = BERTH_KIND_SECRET_LIST, .name = "env", .label = "Env", .metavar = "K=V",
		.help = "variable of the container; K alone takes berth's own; repeatable"),
	FIELD(ENV_FILE, .kind = BERTH_KIND_LIST, .name = "env-file", .label = "Env file",
		.metavar = "FILE", .help = "variables from a file, one K=V a line; repeatable"),
	FIELD(HEALTH, .kind = BERTH_KIND_LIST, .name = "health", .label = "Health",
		.metavar = "[NAME=]PATH|tcp|none",
		.help = "how each port is checked (/ once it answers); repeatable"),
	FIELD(INCLUDE, .kind = BERTH_KIND_LIST, .name = "include", .label = "Include",
		.metavar = "GLOB", .fallback = "*",
		.help = "what of the folder goes along; repeatable"),
	FIELD(EXCLUDE, .kind = BERTH_KIND_LIST, .name = "exclude", .label = "Exclude",
		.metavar = "GLOB", .fallback = ".git __pycache__ *.pyc node_modules .DS_Store",
		.help = "what of the folder stays here; repeatable"),
	FIELD(CONFIG_FILE, .kind = BERTH_KIND_LIST, .name = "config-file", .label = "Config files",
		.metavar = "FILE[:DEST,...]",
		.help = "file of the project root to send along (the preset's); repeatable"),
	FIELD(DEST, .kind = BERTH_KIND_TEXT, .name = "dest", .label = "Dest", .metavar = "PATH",
		.help = "where the folder goes in the container (the preset's)"),
	FIELD(SET, .kind = BERTH_KIND_SECRET_LIST, .name = "set", .label = "Own fields",
		.metavar = "NAME=VALUE",
		.help = "field of a plugin's own; NAME alone takes berth's variable; repeatable"),
	FIELD(RESTART, .kind = BERTH_KIND_CHOICE, .name = "restart", .label = "Restart",
		.metavar = "POLICY", .fallback = "unless-stopped", .choices = restart_choices,
		.help = "when Docker starts it again: no, on-failure, always, unless-stopped"),
	FIELD(PULL, .kind = BERTH_KIND_CHOICE, .name = "pull", .label = "Pull", .metavar = "WHEN",
		.fallback = "missing", .choices = pull_choices,
		.help = "when the image is pulled: missing, always, never"),
	FIELD(TIMEOUT, .kind = BERTH_KIND_NUMBER, .name = "timeout", .label = "Timeout",
		.metavar = "SECONDS", .fallback = "0",
		.help = "for the whole deployment; 0 is none"),
	FIELD(HEALTH_TIMEOUT, .kind = BERTH_KIND_NUMBER, .name = "health-timeout",
		.label = "Health timeout", .metavar = "SECONDS", .fallback = "60",
		.help = "how long it may take to become healthy"),
	FIELD(NO_ROLLBACK, .kind = BERTH_KIND_FLAG, .name = "no-rollback", .label = "No rollback",
		.fallback = "false", .help = "leave a failed deployment as it is"),
	FIELD(YES, .kind = BERTH_KIND_FLAG, .name = "yes", .label = "Replace", .fallback = "false",
		.help = "do not ask: replace a container that berth did not make, act on a "
			"protected target"),
};

_Static_assert(
	sizeof berth_fields / sizeof *berth_fields == BERTH_FIELD_COUNT, "every field has its row");

const struct berth_field *berth_field_find(const char *name)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		if (strcmp(berth_fields[i].name, name) == 0)
			return &berth_fields[i];
	}
	return NULL;
}
