#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "detect/facet.h"

enum { MAX_DEPTH = 8 }; /* of values that are made of values */

struct out {
	char *text;
	size_t used, cap;
};

static bool add(struct out *out, const char *text, size_t len)
{
	if (out->cap - out->used <= len)
		return false;
	memcpy(out->text + out->used, text, len);
	out->used += len;
	out->text[out->used] = '\0';
	return true;
}

/* The file as it is seen from the facet's folder. */
static const char *inside(const struct facet *facet, const char *file)
{
	const char *folder = facet_path(facet);
	size_t len = strlen(folder);

	if (len > 0 && strncmp(file, folder, len) == 0 && file[len] == '/')
		return file + len + 1;
	return file;
}

static bool add_dotted(struct out *out, const char *text, size_t len)
{
	size_t start = out->used;

	if (!add(out, text, len))
		return false;
	for (size_t i = start; i < out->used; i++)
		out->text[i] = out->text[i] == '/' ? '.' : out->text[i];
	return true;
}

/* Parts of lines of a Dockerfile. A member of a workspace is built among the others, anything else
 * as if its folder were the whole. */
static bool add_of_image(struct out *out, const struct facet *facet, const char *name, bool *known)
{
	const char *folder = facet_path(facet);
	const char *health = facet->found && facet->found->health.value ? facet->found->health.value
									: "/";
	bool below = *folder != '\0';

	*known = *facet->image != '\0';
	if (!*known)
		return false;
	if (strcmp(name, "path") == 0)
		return add(out, health, strlen(health));
	if (strcmp(name, "runtime") == 0)
		return add(out, facet->runtime, strlen(facet->runtime));
	if (strcmp(name, "folder") == 0)
		return add(out, below ? folder : ".", below ? strlen(folder) : 1);
	if (strcmp(name, "inner") == 0)
		return !(below && facet->member) ||
		       (add(out, "/", 1) && add(out, folder, strlen(folder)));
	if (strcmp(name, "outer") == 0)
		return !below || facet->member ||
		       (add(out, folder, strlen(folder)) && add(out, "/", 1));
	*known = false;
	return false;
}

/* What the condition found, in one of its forms. False if `name` is none of them. */
static bool add_match(struct out *out, const struct facet *facet, const struct match *match,
	const char *name, bool *known)
{
	const char *file = inside(facet, match->file);
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	const char *dot = strrchr(base, '.');
	size_t stem = dot ? (size_t)(dot - base) : strlen(base);
	size_t dir = slash ? (size_t)(slash - file) : 0;

	*known = true;
	if (strcmp(name, "file") == 0)
		return add(out, file, strlen(file));
	if (strcmp(name, "dir") == 0)
		return add(out, dir ? file : ".", dir ? dir : 1);
	if (strcmp(name, "stem") == 0)
		return add(out, base, stem);
	/* Packages below "src" are imported without it. */
	size_t src = strncmp(file, "src/", 4) == 0 && memchr(file + 4, '/', strlen(file + 4)) ? 4
											      : 0;
	if (strcmp(name, "module") == 0)
		return add_dotted(out, file + src, (size_t)(base - file) + stem - src);
	if (strcmp(name, "package") == 0)
		return add_dotted(out, file + src, dir - src);
	if (strcmp(name, "key") == 0)
		return add(out, match->key, strlen(match->key));
	if (strcmp(name, "value") == 0)
		return add(out, match->value, strlen(match->value));
	if (strcmp(name, "port") == 0)
		return *facet->port && add(out, facet->port, strlen(facet->port));
	if (strcmp(name, "manager") == 0)
		return *facet->manager && add(out, facet->manager, strlen(facet->manager));
	return add_of_image(out, facet, name, known);
}

static const json_t *rule(const struct facet *facet, const char *outer, const char *key)
{
	const json_t *sources[] = {facet->framework, facet->stack};

	for (size_t i = 0; i < 2; i++) {
		const json_t *source = sources[i];
		if (outer)
			source = json_object_get(source, outer);
		if (json_object_get(source, key))
			return json_object_get(source, key);
	}
	return NULL;
}

static bool take_choice(struct facet *facet, const json_t *choices, char *text, size_t cap,
	unsigned depth, char from[512])
{
	size_t count = json_is_array(choices) ? json_array_size(choices) : choices != NULL;

	for (size_t i = 0; i < count && depth < MAX_DEPTH; i++) {
		const json_t *choice = json_is_array(choices) ? json_array_get(choices, i)
							      : choices;
		const char *is = json_string_value(
			json_is_object(choice) ? json_object_get(choice, "is") : choice);
		struct match match = {0};
		if (json_is_object(choice) && !condition_holds(facet, choice, &match))
			continue;
		if (!expand_text(facet, is ? is : "{value}", &match, text, cap, depth + 1))
			continue;
		if (from)
			snprintf(from, 512, "%s", *match.file ? match.file : "template");
		return true;
	}
	return false;
}

static bool add_name(struct out *out, struct facet *facet, const struct match *match,
	const char *name, unsigned depth)
{
	char text[1024];
	bool known;

	if (add_match(out, facet, match, name, &known))
		return true;
	return !known &&
	       take_choice(facet, rule(facet, "values", name), text, sizeof text, depth, NULL) &&
	       add(out, text, strlen(text));
}

bool expand_text(struct facet *facet, const char *text, const struct match *match, char *to,
	size_t cap, unsigned depth)
{
	struct out out = {to, 0, cap};

	*to = '\0';
	while (*text) {
		size_t len = strcspn(text, "{");
		char name[32];
		size_t used = 0;
		if (!add(&out, text, len))
			return false;
		text += len;
		if (!*text)
			break;
		while (used + 1 < sizeof name &&
			(islower((unsigned char)text[1 + used]) || text[1 + used] == '_')) {
			name[used] = text[1 + used];
			used++;
		}
		name[used] = '\0';
		if (used == 0 || text[1 + used] != '}') {
			if (!add(&out, text++, 1))
				return false;
			continue;
		}
		text += used + 2;
		if (!add_name(&out, facet, match, name, depth))
			return false;
	}
	return true;
}

const json_t *facet_rule(const struct facet *facet, const char *key)
{
	return rule(facet, NULL, key);
}

bool choices_text(
	struct facet *facet, const json_t *choices, char *text, size_t cap, char from[512])
{
	return take_choice(facet, choices, text, cap, 0, from);
}

bool choice_text(struct facet *facet, const char *key, char *text, size_t cap, char from[512])
{
	return take_choice(facet, rule(facet, NULL, key), text, cap, 0, from);
}
