#include "detect/read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "source/pattern.h"

/* The first that fits. */
static const struct {
	const char *pattern;
	read_fn *read;
} readers[] = {
	{"go.mod", read_go_mod},
	{"go.work", read_go_mod},
	{"requirements*.txt", read_requirements},
	{"**/requirements/*.txt", read_requirements},
	{"pyproject.toml", read_pyproject},
	{"Pipfile", read_pipfile},
	{"setup.cfg", read_setup_cfg},
	{"Gemfile", read_gemfile},
	{"gems.rb", read_gemfile},
	{"Gemfile.lock", read_gemfile_lock},
	{"*.gradle", read_gradle},
	{"*.gradle.kts", read_gradle},
	{"libs.versions.toml", read_catalog},
	{"pom.xml", read_pom},
	{"*.csproj", read_msbuild},
	{"*.fsproj", read_msbuild},
	{"*.vbproj", read_msbuild},
	{"Directory.Build.props", read_msbuild},
	{"Directory.Packages.props", read_msbuild},
	{"*.sln", read_solution},
	{"Dockerfile", read_dockerfile},
	{"Dockerfile.*", read_dockerfile},
	{"*.Dockerfile", read_dockerfile},
	{"Containerfile", read_dockerfile},
	{"Procfile", read_pairs},
	{".tool-versions", read_pairs},
	{".sdkmanrc", read_pairs},
	{"*.prisma", read_prisma},
	{"runtime.txt", read_lines},
	{"*.properties", read_ini},
	{"*.cfg", read_ini},
	{"*.ini", read_ini},
	{".env", read_ini},
	{".env.*", read_ini},
	{"*.json", read_json},
	{"*.jsonc", read_json},
	{"*.lock", read_lines},
	{"*.toml", read_toml},
	{"*.xml", read_xml},
	{"*.yml", read_yaml},
	{"*.yaml", read_yaml},
	{"*.py", read_python},
	{"*.rb", read_ruby},
	{"*.ru", read_ruby},
	{"*.go", read_go},
	{"*.rs", read_rust},
	{"*.js", read_javascript},
	{"*.mjs", read_javascript},
	{"*.cjs", read_javascript},
	{"*.ts", read_javascript},
};

read_fn *read_for(const char *path)
{
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		if (pattern_match(readers[i].pattern, path, false))
			return readers[i].read;
	}
	return read_lines;
}

void read_put(json_t *object, const char *key, const char *text, size_t len)
{
	if (text)
		json_object_set_new(object, key, json_stringn(text, len));
}

int read_wrong(struct berth_error *err, unsigned line, const char *what)
{
	return berth_error_set(err, BERTH_E_PROTOCOL, 0, "line %u: %s", line, what);
}

char *read_python_name(const char *text, size_t len)
{
	char *name = malloc(len + 1);
	size_t used = 0;

	for (size_t i = 0; name && i < len; i++) {
		bool dash = strchr("-_.", text[i]) != NULL;
		if (!dash)
			name[used++] = (char)tolower((unsigned char)text[i]);
		else if (used > 0 && name[used - 1] != '-')
			name[used++] = '-';
	}
	if (name)
		name[used] = '\0';
	return name;
}

static size_t skip_space(const char *text, size_t len, size_t at)
{
	while (at < len && (text[at] == ' ' || text[at] == '\t'))
		at++;
	return at;
}

void read_requirement(json_t *requires, const char *text, size_t len)
{
	size_t start = skip_space(text, len, 0), at = start;

	while (at < len && (isalnum((unsigned char)text[at]) || strchr("-_.", text[at])))
		at++;
	if (at == start || (at < len && strchr("/:\\", text[at])))
		return;
	cleanup_free char *name = read_python_name(text + start, at - start);
	size_t after = skip_space(text, len, at), end = after;
	while (end < len && text[end] != ';' && text[end] != '#')
		end++;
	while (end > after && isspace((unsigned char)text[end - 1]))
		end--;
	if (name)
		read_put(requires, name, text + after, end - after);
}

/* The next line, without its end; false after the last. */
static bool next_line(const char **at, const char *end, const char **line, size_t *len)
{
	if (*at >= end)
		return false;
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	*line = *at;
	*len = (size_t)((stop ? stop : end) - *at);
	*at = stop ? stop + 1 : end;
	while (*len > 0 && isspace((unsigned char)(*line)[*len - 1]))
		--*len;
	while (*len > 0 && isspace((unsigned char)**line)) {
		++*line;
		--*len;
	}
	return true;
}

json_t *read_lines(const char *text, size_t len, struct berth_error *err)
{
	const char *at = text, *line;
	size_t count;
	json_t *root = json_object();

	(void)err;
	/* A byte order mark is no part of the first line. */
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (next_line(&at, text + len, &line, &count)) {
		if (count > 0 && *line != '#') {
			read_put(root, "line", line, count);
			break;
		}
	}
	return root;
}

json_t *read_pairs(const char *text, size_t len, struct berth_error *err)
{
	const char *at = text, *line;
	size_t count;
	json_t *root = json_object();

	(void)err;
	while (next_line(&at, text + len, &line, &count)) {
		size_t key = 0;
		if (count == 0 || *line == '#')
			continue;
		while (key < count && !strchr(":= \t", line[key]))
			key++;
		size_t value = key;
		while (value < count && strchr(":= \t", line[value]))
			value++;
		cleanup_free char *name = strndup(line, key);
		if (name && key > 0 && value < count)
			read_put(root, name, line + value, count - value);
	}
	return root;
}

/* A comment runs from " #" or the line's start; options ("-r", "--hash") but for includes say
 * nothing about what is needed. */
static void requirement_line(json_t *root, const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line[i] == '#' && (i == 0 || isspace((unsigned char)line[i - 1])))
			len = i;
	}
	for (size_t i = 0; i + 2 < len; i++) {
		if (memcmp(line + i, " --", 3) == 0)
			len = i;
	}
	if (len > 0 && line[0] != '-') {
		read_requirement(json_object_get(root, "requires"), line, len);
		return;
	}
	size_t skip = len > 2 && memcmp(line, "-r", 2) == 0                ? 2
		      : len > 13 && memcmp(line, "--requirement", 13) == 0 ? 13
									   : 0;
	if (skip == 0)
		return;
	while (skip < len && strchr("= \t", line[skip]))
		skip++;
	json_array_append_new(
		json_object_get(root, "includes"), json_stringn(line + skip, len - skip));
}

json_t *read_requirements(const char *text, size_t len, struct berth_error *err)
{
	const char *at = text, *line;
	size_t count;
	json_t *root = json_pack("{s:{}, s:[]}", "requires", "includes");

	(void)err;
	while (root && next_line(&at, text + len, &line, &count))
		requirement_line(root, line, count);
	return root;
}
