#include "generate/dockerfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generate/command.h"

enum { MAX_PATH = 512, LONG_LINE = 100 };

struct writer {
	struct buf *out;
	const struct recipe *recipe;
	struct berth_error *err;
	char folder[MAX_PATH]; /* WORKDIR of this stage; "" if none was said */
};

static int write_line(struct writer *writer, const char *before, const char *line)
{
	return buf_addf(writer->out, writer->err, "%s%s\n", before, line);
}

/* A long chain gets a line for each of its commands. */
static int write_run(struct writer *writer, const char *line)
{
	const char *and;

	if (strlen(line) <= LONG_LINE)
		return write_line(writer, "", line);
	while ((and = strstr(line, " && "))) {
		if (buf_addf(writer->out, writer->err, "%.*s \\\n    && ", (int)(and-line), line) <
			0)
			return -1;
		line = and+strlen(" && ");
	}
	return write_line(writer, "", line);
}

static int write_from(struct writer *writer, const char *line)
{
	writer->folder[0] = '\0';
	return write_line(writer, writer->out->len > 0 ? "\n" : "", line);
}

/* The same place twice says nothing. */
static int write_workdir(struct writer *writer, const char *folder)
{
	if (strcmp(writer->folder, folder) == 0)
		return 0;
	snprintf(writer->folder, sizeof writer->folder, "%s", folder);
	return write_line(writer, "WORKDIR ", folder);
}

static int write_member_folder(struct writer *writer)
{
	char folder[MAX_PATH];

	if (!writer->recipe->member || !*writer->recipe->folder)
		return 0;
	snprintf(folder, sizeof folder, "/app/%s", writer->recipe->folder);
	return write_workdir(writer, folder);
}

/* `flags` is "COPY " and what follows it up to "source". */
static int write_source(struct writer *writer, const char *flags, size_t len)
{
	const struct recipe *recipe = writer->recipe;
	bool apart = *recipe->folder && !recipe->member;

	if (apart)
		return buf_addf(
			writer->out, writer->err, "%.*s%s/ ./\n", (int)len, flags, recipe->folder);
	return buf_addf(writer->out, writer->err, "%.*s. .\n", (int)len, flags);
}

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

static bool is_beside(const char *a, const char *b)
{
	size_t len = folder_length(a);

	return len == folder_length(b) && memcmp(a, b, len) == 0;
}

/* Where the files of a folder go: as they stand, without the folder that is built by itself. */
static int write_manifests_of(struct writer *writer, size_t first)
{
	const struct strings *paths = &writer->recipe->manifests;
	const char *path = paths->items[first], *folder = writer->recipe->folder;
	size_t len = folder_length(path), skip = 0;

	if (!writer->recipe->member && *folder)
		skip = strlen(folder) + (len > strlen(folder));
	if (buf_adds(writer->out, "COPY", writer->err) < 0)
		return -1;
	for (size_t i = first; i < paths->count; i++) {
		if (is_beside(path, paths->items[i]) &&
			buf_addf(writer->out, writer->err, " %s", paths->items[i]) < 0)
			return -1;
	}
	return buf_addf(writer->out, writer->err, " ./%.*s%s\n", (int)(len - skip), path + skip,
		len > skip ? "/" : "");
}

static int write_manifests(struct writer *writer)
{
	const struct strings *paths = &writer->recipe->manifests;

	if (paths->count == 0)
		return write_source(writer, "COPY ", strlen("COPY "));
	for (size_t i = 0; i < paths->count; i++) {
		size_t before = 0;
		while (before < i && !is_beside(paths->items[before], paths->items[i]))
			before++;
		if (before == i && write_manifests_of(writer, i) < 0)
			return -1;
	}
	return 0;
}

static int write_packages(struct writer *writer)
{
	const struct strings *packages = &writer->recipe->packages;

	if (packages->count == 0)
		return 0;
	if (buf_adds(writer->out,
		    "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends",
		    writer->err) < 0)
		return -1;
	for (size_t i = 0; i < packages->count; i++) {
		if (buf_addf(writer->out, writer->err, " %s", packages->items[i]) < 0)
			return -1;
	}
	return buf_adds(writer->out, " \\\n    && rm -rf /var/lib/apt/lists/*\n", writer->err);
}

/* Docker takes a variable and an escape out of a value even inside quotes. */
static int write_environment(struct writer *writer)
{
	const struct strings *pairs = &writer->recipe->environment;

	for (size_t i = 0; i < pairs->count; i++) {
		const char *pair = pairs->items[i], *value = strchr(pair, '=') + 1;
		bool quoted = strpbrk(value, " \t$\"'\\#") || !*value;
		if (buf_addf(writer->out, writer->err, "%s%.*s%s", i ? " " : "ENV ",
			    (int)(value - pair), pair, quoted ? "\"" : "") < 0)
			return -1;
		for (; *value; value++) {
			if ((strchr("$\"\\", *value) &&
				    buf_adds(writer->out, "\\", writer->err) < 0) ||
				buf_add(writer->out, value, 1, writer->err) < 0)
				return -1;
		}
		if (quoted && buf_adds(writer->out, "\"", writer->err) < 0)
			return -1;
	}
	return pairs->count ? buf_adds(writer->out, "\n", writer->err) : 0;
}

/* An engine looks for the first time when one interval is over (before version 25 it knows no
 * shorter one for the start), and whoever deploys waits for that. */
static int write_health(struct writer *writer, const char *command)
{
	if (!*writer->recipe->port)
		return 0;
	if (writer->recipe->port_guessed)
		return buf_adds(writer->out,
			"# No HEALTHCHECK: no file of the project says that it listens.\n",
			writer->err);
	return buf_addf(writer->out, writer->err,
		"HEALTHCHECK --interval=10s --timeout=5s --start-period=40s --retries=3 \\\n"
		"    CMD %s\n",
		command);
}

static int write_command(struct writer *writer)
{
	if (!writer->recipe->command) {
		berth_error_set(writer->err, BERTH_E_USAGE, 0,
			"no file of the project says what it is started with");
		return berth_error_hint(writer->err,
			"say it in berth.json: {\"detect\": {\"run_command\": \"...\"}}");
	}
	if (buf_adds(writer->out, "CMD ", writer->err) < 0 ||
		command_write(writer->out, writer->recipe->command, writer->err) < 0)
		return -1;
	return buf_adds(writer->out, "\n", writer->err);
}

static bool starts(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static int write_one(struct writer *writer, const char *line)
{
	size_t len = strlen(line), source = strlen("source");

	if (starts(line, "FROM "))
		return write_from(writer, line);
	if (strcmp(line, "WORKDIR folder") == 0)
		return write_member_folder(writer);
	if (starts(line, "WORKDIR "))
		return write_workdir(writer, line + strlen("WORKDIR "));
	if (strcmp(line, "COPY manifests") == 0)
		return write_manifests(writer);
	if (starts(line, "COPY ") && strcmp(line + len - source, "source") == 0)
		return write_source(writer, line, len - source);
	if (strcmp(line, "RUN packages") == 0)
		return write_packages(writer);
	if (strcmp(line, "ENV") == 0)
		return write_environment(writer);
	if (strcmp(line, "EXPOSE") == 0)
		return *writer->recipe->port ? write_line(writer, "EXPOSE ", writer->recipe->port)
					     : 0;
	if (starts(line, "HEALTHCHECK "))
		return write_health(writer, line + strlen("HEALTHCHECK "));
	if (strcmp(line, "CMD") == 0)
		return write_command(writer);
	return starts(line, "RUN ") ? write_run(writer, line) : write_line(writer, "", line);
}

int dockerfile_write(struct buf *out, const struct recipe *recipe, struct berth_error *err)
{
	struct writer writer = {.out = out, .recipe = recipe, .err = err};

	for (size_t i = 0; i < recipe->lines.count; i++) {
		if (write_one(&writer, recipe->lines.items[i]) < 0)
			return -1;
	}
	return 0;
}
