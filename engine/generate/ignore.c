#include "generate/ignore.h"

#include <string.h>

/* Never part of an image: history, secrets, and the files that say how it is made. */
static const char *const always[] = {".git", "**/.env", "**/.env.*", "!**/.env.example",
	"Dockerfile", ".dockerignore", "compose.yaml", "compose.yml", "docker-compose.yaml",
	"docker-compose.yml", "**/.DS_Store"};

/* Nobody's source, wherever it is. Other names ("build", "bin", "log") may well be source deeper
 * down, and are left out only where tools put them. */
static bool is_made_anywhere(const char *pattern)
{
	return *pattern == '.' || *pattern == '*' || strcmp(pattern, "node_modules") == 0 ||
	       strcmp(pattern, "__pycache__") == 0;
}

static bool is_there(const char *pattern)
{
	for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
		const char *known = always[i];
		known += strncmp(known, "**/", 3) == 0 ? 3 : 0;
		if (strcmp(known, pattern) == 0)
			return true;
	}
	return false;
}

static int write_pattern(
	struct buf *out, const char *pattern, const struct recipe *recipe, struct berth_error *err)
{
	if (is_there(pattern))
		return 0;
	if (is_made_anywhere(pattern))
		return buf_addf(out, err, "**/%s\n", pattern);
	if (buf_addf(out, err, "%s\n", pattern) < 0)
		return -1;
	return *recipe->folder ? buf_addf(out, err, "%s/%s\n", recipe->folder, pattern) : 0;
}

int ignore_write(struct buf *out, const struct berth_detection *detection,
	const struct recipe *recipe, struct berth_error *err)
{
	for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
		if (buf_addf(out, err, "%s\n", always[i]) < 0)
			return -1;
	}
	for (size_t i = 0; i < detection->exclude_count; i++) {
		if (write_pattern(out, detection->exclude[i], recipe, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < recipe->ignore.count; i++) {
		if (buf_addf(out, err, "%s\n", recipe->ignore.items[i]) < 0)
			return -1;
	}
	return 0;
}
