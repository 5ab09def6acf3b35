#include "command/detect_text.h"

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

#include "complain.h"
#include "term/wrap.h"

enum { COLUMNS = 80, LABEL = 15, FILE_COLUMN = 8, FILE_WIDTH = 24 };

/* Everything here is from files of somebody else's. Returns the length. */
static size_t clean(char *dst, size_t cap, const char *text)
{
	unsigned flags = BERTH_CLEAN_LINE | (locale_is_utf8() ? 0 : BERTH_CLEAN_ASCII);
	return berth_text_clean(dst, cap, text, strlen(text), flags);
}

/* The rest of a row that stands at `column` already, its further rows indented the same. */
static void print_wrapped(const char *text, int column)
{
	size_t len = strlen(text), next;
	for (bool first = true; len > 0; first = false) {
		size_t part = wrap_words(text, len, COLUMNS - column, &next);
		printf("%*s%.*s\n", first ? 0 : column, "", (int)part, text);
		text += next;
		len -= next;
	}
}

static void print_row(const char *label, const char *value, const char *from)
{
	char text[4096], origin[1024];
	size_t used = clean(text, sizeof text, value);
	clean(origin, sizeof origin, from ? from : "");
	if (*origin)
		snprintf(text + used, sizeof text - used, "  (%s)", origin);
	printf("  %-*s", LABEL - 2, label);
	if (*text)
		print_wrapped(text, LABEL);
	else
		putchar('\n');
}

static void print_found(const char *label, const struct berth_found *found)
{
	if (found->value)
		print_row(label, found->value, found->from);
}

/* Names of packages may be long, and should not be torn apart. */
static bool has_long_word(const char *text, int columns)
{
	while (*text) {
		size_t len = strcspn(text, " ");
		if (berth_text_width(text, len) > columns)
			return true;
		text += len + (text[len] == ' ');
	}
	return false;
}

static void print_evidence(const struct berth_candidate *candidate)
{
	for (size_t i = 0; i < candidate->evidence_count; i++) {
		const struct berth_evidence *evidence = &candidate->evidence[i];
		char file[1024], text[2048], points[16] = "";
		size_t len = clean(file, sizeof file, evidence->file);
		clean(text, sizeof text, evidence->text);
		if (evidence->points)
			snprintf(points, sizeof points, "%+d", evidence->points);
		printf("  %4s  %s", points, file);
		int width = berth_text_width(file, len);
		int column = FILE_COLUMN + FILE_WIDTH;
		if (has_long_word(text, COLUMNS - column))
			column = FILE_COLUMN + 2;
		if (FILE_COLUMN + width >= column) {
			putchar('\n');
			width = -FILE_COLUMN;
		}
		printf("%*s", column - FILE_COLUMN - width, "");
		print_wrapped(text, column);
	}
}

/* "Next.js (Node.js) in apps/web, confidence 95". */
static void print_title(const char *before, const struct berth_candidate *candidate)
{
	char name[256], folder[1024];
	clean(name, sizeof name, candidate->framework ? candidate->framework : candidate->label);
	clean(folder, sizeof folder, candidate->folder);
	printf("%s%s", before, name);
	if (candidate->framework && strcmp(candidate->framework, candidate->label) != 0)
		printf(" (%s)", candidate->label);
	if (*folder)
		printf(" in %s", folder);
	printf(", confidence %d\n", candidate->confidence);
}

static void print_environment(const struct berth_detection *detection)
{
	char text[4096] = "";
	size_t used = 0;
	for (size_t i = 0; i < detection->environment_count && used < sizeof text; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s=%s", i ? " " : "",
			detection->environment[i].name, detection->environment[i].value);
	if (*text)
		print_row("environment", text, NULL);
}

static void print_databases(const struct berth_detection *detection)
{
	for (size_t i = 0; i < detection->database_count; i++)
		print_row(i ? "" : "databases", berth_database_label(detection->databases[i].name),
			detection->databases[i].value);
	if (detection->database_count == 0)
		print_row("databases", "none", NULL);
}

static void print_exclude(const struct berth_detection *detection)
{
	char text[4096] = "";
	size_t used = 0;
	for (size_t i = 0; i < detection->exclude_count && used < sizeof text; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "",
			detection->exclude[i]);
	if (*text)
		print_row("left out", text, NULL);
}

void detect_text_print(const struct berth_detection *detection)
{
	const struct berth_candidate *second = &detection->second;
	bool known = strcmp(detection->best.stack, "unknown") != 0;

	if (known || detection->by != BERTH_DETECTED_FILES) {
		print_title("", &detection->best);
		print_found("version", &detection->version);
		print_found("packages by", &detection->manager);
		print_found("port", &detection->port);
		print_found("build", &detection->build);
		print_found("run", &detection->run);
		print_found("health", &detection->health);
		print_databases(detection);
		print_environment(detection);
		print_exclude(detection);
		puts("\nWhy:");
	} else {
		puts("Not known: no file of it speaks for a stack");
	}
	print_evidence(&detection->best);
	if (second->stack) {
		print_title("\nSecond: ", second);
		print_evidence(second);
	} else if (known) {
		puts("\nSecond: nothing");
	}
}
