#include "support/dockerfile_rules.h"

#include <ctype.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum { MAX_LINES = 128, MAX_LINE = 4096, MAX_STAGES = 8 };

struct instruction {
	char name[16];
	char text[MAX_LINE]; /* what follows it, continuations joined */
	int stage;
};

struct check {
	const char *name, *ignore, *source;
	struct instruction lines[MAX_LINES];
	int count, stages, broken;
	char aliases[MAX_STAGES][64];
	char bases[MAX_STAGES][128];
};

static void broken(struct check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void broken(struct check *check, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%s: ", check->name);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
	check->broken++;
}

static bool is_known(const char *name)
{
	static const char *const known[] = {"FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER",
		"EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

/* "IMAGE[:TAG] [AS NAME]" */
static void take_from(struct check *check, const char *text)
{
	char *base = check->bases[check->stages], *alias = check->aliases[check->stages];
	const char *slash, *tag;

	if (sscanf(text, "%127s AS %63s", base, alias) < 1)
		broken(check, "FROM nothing");
	slash = strrchr(base, '/');
	tag = strchr(slash ? slash : base, ':');
	if (!tag || strcmp(tag, ":latest") == 0 ||
		(!strpbrk(tag, "0123456789") && !strstr(tag, "bookworm")))
		broken(check, "base '%s' is not pinned", base);
	check->stages++;
}

static void take(struct check *check, const char *line)
{
	struct instruction *to = &check->lines[check->count];
	size_t len = strcspn(line, " ");

	if (len >= sizeof(to->name) || check->count == MAX_LINES) {
		broken(check, "not an instruction: %s", line);
		return;
	}
	snprintf(to->name, sizeof(to->name), "%.*s", (int)len, line);
	snprintf(to->text, sizeof(to->text), "%s", line[len] ? line + len + 1 : "");
	if (!is_known(to->name))
		broken(check, "instruction '%s'", to->name);
	if (strcmp(to->name, "FROM") == 0 && check->stages < MAX_STAGES)
		take_from(check, to->text);
	to->stage = check->stages - 1;
	if (to->stage < 0)
		broken(check, "'%s' before FROM", to->name);
	check->count++;
}

static void parse(struct check *check, const char *text)
{
	char line[MAX_LINE] = "";
	size_t used = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");
		bool goes_on = len > 0 && text[len - 1] == '\\';
		if (*text != '#' && len > 0 && used + len < sizeof(line)) {
			memcpy(line + used, text, len - goes_on);
			used += len - goes_on;
			line[used] = '\0';
			if (!goes_on) {
				take(check, line);
				used = 0;
			}
		}
		text += len + (text[len] == '\n');
	}
	if (used > 0)
		broken(check, "the last line goes on nowhere");
}

static const struct instruction *last(const struct check *check, const char *name)
{
	for (int i = check->count; i-- > 0;)
		if (strcmp(check->lines[i].name, name) == 0 &&
			check->lines[i].stage == check->stages - 1)
			return &check->lines[i];
	return NULL;
}

/* Enough of .dockerignore: the last pattern that matches says it. */
static bool is_ignored(const struct check *check, const char *path)
{
	const char *line = check->ignore;
	bool ignored = false;

	while (*line) {
		size_t len = strcspn(line, "\n");
		bool back = *line == '!';
		char pattern[256];
		snprintf(pattern, sizeof(pattern), "%.*s", (int)(len - back), line + back);
		const char *bare = strncmp(pattern, "**/", 3) == 0 ? pattern + 3 : NULL;
		if (*line != '#' && *pattern) {
			for (const char *p = path; p; p = bare ? strchr(p, '/') : NULL) {
				p += p != path;
				if (fnmatch(bare ? bare : pattern, p,
					    FNM_PATHNAME | FNM_LEADING_DIR) == 0)
					ignored = !back;
			}
		}
		line += len + (line[len] == '\n');
	}
	return ignored;
}

static void check_stage_of(struct check *check, const struct instruction *copy)
{
	char from[64] = "";

	sscanf(copy->text, "--from=%63s", from);
	for (int i = 0; i < copy->stage; i++)
		if (strcmp(check->aliases[i], from) == 0)
			return;
	broken(check, "COPY from stage '%s', which is not there", from);
}

static void check_source(struct check *check, const char *word)
{
	char pattern[PATH_MAX];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/%s", check->source, word);
	if (glob(pattern, 0, NULL, &found) != 0) {
		broken(check, "COPY of '%s', which is not there", word);
		return;
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (strcmp(word, ".") != 0 && strcmp(word, "./") != 0 &&
			is_ignored(check, found.gl_pathv[i] + strlen(check->source) + 1))
			broken(check, "COPY of '%s', which is left out of the context", word);
	globfree(&found);
}

static void check_copy(struct check *check, const struct instruction *copy)
{
	char words[MAX_LINE], *rest = words, *word, *before = NULL;

	if (strncmp(copy->text, "--from=", 7) == 0) {
		check_stage_of(check, copy);
		return;
	}
	snprintf(words, sizeof(words), "%s", copy->text);
	while ((word = strsep(&rest, " "))) {
		if (strncmp(word, "--", 2) == 0)
			continue;
		if (before)
			check_source(check, before);
		before = word;
	}
}

static void check_run(struct check *check, const struct instruction *run)
{
	if (strstr(run->text, "|| true") || strstr(run->text, "sudo "))
		broken(check, "RUN %s", run->text);
	if (strstr(run->text, "apt-get install") &&
		!(strstr(run->text, "apt-get update") && strstr(run->text, " -y ") &&
			strstr(run->text, "--no-install-recommends") &&
			strstr(run->text, "rm -rf /var/lib/apt/lists/*")))
		broken(check, "apt-get leaves something behind: %s", run->text);
	if (strstr(run->text, "pip install") && !strstr(run->text, "--no-cache-dir") &&
		!strstr(run->text, "uv pip"))
		broken(check, "pip keeps its cache: %s", run->text);
}

static void check_form(struct check *check, const char *name)
{
	const struct instruction *command = last(check, name);
	json_t *words = command ? json_loads(command->text, 0, NULL) : NULL;
	size_t i;
	json_t *word;

	if (!command)
		return;
	if (!json_is_array(words) || json_array_size(words) == 0)
		broken(check, "%s is not in exec form: %s", name, command->text);
	json_array_foreach(words, i, word)
	{
		if (!json_is_string(word) || !*json_string_value(word))
			broken(check, "%s has an empty word: %s", name, command->text);
	}
	json_decref(words);
}

static bool base_is(const struct check *check, const char *part)
{
	return strstr(check->bases[check->stages - 1], part) != NULL;
}

/* Does the last base have the program? What nobody promises, it has not. */
static bool has_program(const struct check *check, const char *program)
{
	static const struct {
		const char *program, *base;
	} has[] = {{"node", "node:"}, {"bun", "oven/bun:"}, {"deno", "denoland/deno:"},
		{"python", "python:"}, {"ruby", "ruby:"}, {"php", "php:"}, {"wget", "alpine"},
		{"bash", "debian:"}, {"bash", "eclipse-temurin:"},
		{"bash", "mcr.microsoft.com/dotnet/"}, {"java", "eclipse-temurin:"},
		{"dotnet", "mcr.microsoft.com/dotnet/"}, {"npm", "node:"}, {"npx", "node:"},
		{"bundle", "ruby:"}};

	for (size_t i = 0; i < sizeof(has) / sizeof(has[0]); i++)
		if (strcmp(has[i].program, program) == 0 && base_is(check, has[i].base))
			return true;
	return false;
}

static void check_health(struct check *check, const char *text, int port)
{
	const struct instruction *health = last(check, "HEALTHCHECK");
	const char *command = health ? strstr(health->text, "CMD ") : NULL;
	char program[64] = "", wanted[32];

	if (!health) {
		if (port > 0 && !strstr(text, "# No HEALTHCHECK: "))
			broken(check, "no HEALTHCHECK, and nothing says why");
		return;
	}
	if (!command || (sscanf(command + 4, "! %63s", program) < 1 &&
				sscanf(command + 4, "%63s", program) < 1))
		broken(check, "HEALTHCHECK %s", health->text);
	if (!has_program(check, program))
		broken(check, "HEALTHCHECK by '%s', which '%s' does not have", program,
			check->bases[check->stages - 1]);
	snprintf(wanted, sizeof(wanted), "%d", port);
	if (!strstr(health->text, wanted))
		broken(check, "HEALTHCHECK is not about port %d", port);
}

/* Who as the first process does not end when asked to, has an init. */
static void check_signals(struct check *check)
{
	static const char *const deaf[] = {"node:", "python:", "debian:", "ruby:", "oven/bun:"};
	const struct instruction *entry = last(check, "ENTRYPOINT");

	for (size_t i = 0; i < sizeof(deaf) / sizeof(deaf[0]); i++)
		if (base_is(check, deaf[i]) && !base_is(check, "denoland") &&
			!(entry && strstr(entry->text, "/tini")))
			broken(check, "nobody takes signals in '%s'",
				check->bases[check->stages - 1]);
	if (entry && strstr(entry->text, "/tini")) {
		bool installed = false;
		for (int i = 0; i < check->count; i++)
			installed = installed || (check->lines[i].stage == check->stages - 1 &&
							 strstr(check->lines[i].text, " tini"));
		if (!installed)
			broken(check, "tini is not in the image");
	}
}

/* A server that is its base's, or one that is started. */
static void check_command(struct check *check)
{
	bool server = base_is(check, "nginx") || base_is(check, "-apache");

	if (server == (last(check, "CMD") != NULL))
		broken(check, server ? "CMD in an image that has its own" : "no CMD");
}

/* In the stage that installs packages the source comes after them. */
static void check_layers(struct check *check)
{
	int manifests = -1, installed = -1;

	for (int i = 0; i < check->count; i++) {
		const struct instruction *line = &check->lines[i];
		bool copy = strcmp(line->name, "COPY") == 0 &&
			    strncmp(line->text, "--from=", 7) != 0;
		bool whole = copy && (strcmp(line->text, ". .") == 0 || strstr(line->text, "/ ./"));
		if (strcmp(line->name, "FROM") == 0)
			manifests = installed = -1;
		else if (copy && !whole)
			manifests = i;
		else if (strcmp(line->name, "RUN") == 0 && manifests >= 0)
			installed = i;
		else if (whole && manifests >= 0 && installed < manifests)
			broken(check, "nothing is installed from the manifests before the source");
	}
}

static void check_stages(struct check *check)
{
	static const char *const builders[] = {
		"golang:", "rust:", "maven:", "gradle:", "dotnet/sdk:", "-jdk", "composer:"};

	for (size_t i = 0; i < sizeof(builders) / sizeof(builders[0]); i++)
		if (base_is(check, builders[i]))
			broken(check, "the compiler is in the image: '%s'",
				check->bases[check->stages - 1]);
}

int dockerfile_check(
	const char *name, const char *text, const char *ignore, const char *source, int *port)
{
	struct check *check = calloc(1, sizeof(*check));
	const struct instruction *user, *expose;
	int count;

	*port = 0;
	if (!check)
		return 1;
	*check = (struct check){.name = name, .ignore = ignore, .source = source};
	parse(check, text);
	if (check->stages == 0) {
		broken(check, "no FROM");
	} else {
		user = last(check, "USER");
		expose = last(check, "EXPOSE");
		*port = expose ? atoi(expose->text) : 0;
		if (!user || strcmp(user->text, "root") == 0 ||
			(isdigit((unsigned char)*user->text) && atoi(user->text) == 0))
			broken(check, "it runs as root");
		if (*port > 0 && *port < 1024)
			broken(check, "port %d needs root", *port);
		for (int i = 0; i < check->count; i++) {
			if (strcmp(check->lines[i].name, "COPY") == 0)
				check_copy(check, &check->lines[i]);
			if (strcmp(check->lines[i].name, "RUN") == 0)
				check_run(check, &check->lines[i]);
		}
		check_form(check, "CMD");
		check_form(check, "ENTRYPOINT");
		check_health(check, text, *port);
		check_signals(check);
		check_command(check);
		check_layers(check);
		check_stages(check);
	}
	count = check->broken;
	free(check);
	return count;
}
