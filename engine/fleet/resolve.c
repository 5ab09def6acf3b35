/* Which container a word means. Pure. */
#include <stdio.h>
#include <string.h>

#include "fleet/fleet_private.h"

enum { WORD_MIN = 4, SHOWN_MAX = 6 };

static bool is_it(const struct berth_container *container, const char *word)
{
	return strcmp(container->name, word) == 0 ||
	       (container->project[0] != '\0' && strcmp(container->project, word) == 0) ||
	       strcmp(container->deployed, word) == 0 || strcmp(container->deployment, word) == 0 ||
	       strcmp(container->id, word) == 0;
}

static bool begins_so(const struct berth_container *container, const char *word)
{
	size_t len = strlen(word);

	return len >= WORD_MIN && (strncmp(container->deployment, word, len) == 0 ||
					  strncmp(container->id, word, len) == 0);
}

struct matches {
	const struct berth_container *first;
	size_t count;
	bool is_stack; /* all are of one */
	char names[512];
};

static struct matches collect(const struct berth_fleet *fleet, const char *word,
	bool (*matches_word)(const struct berth_container *container, const char *word))
{
	struct matches matches = {0};
	size_t used = 0;

	for (size_t i = 0; i < berth_fleet_count(fleet); i++) {
		const struct berth_container *container = berth_fleet_at(fleet, i);

		if (!matches_word(container, word))
			continue;
		if (matches.count++ == 0)
			matches.first = container;
		matches.is_stack = (matches.is_stack || matches.count == 1) &&
				   container->project[0] != '\0' &&
				   strcmp(container->project, matches.first->project) == 0;
		if (matches.count <= SHOWN_MAX && used < sizeof(matches.names))
			used += (size_t)snprintf(matches.names + used, sizeof(matches.names) - used,
				"%s'%.60s' (%.12s)", matches.count > 1 ? ", " : "", container->name,
				container->id);
	}
	return matches;
}

const struct berth_container *berth_fleet_resolve(
	const struct berth_fleet *fleet, const char *word, struct berth_error *err)
{
	struct matches matches = collect(fleet, word, is_it);

	if (matches.count == 0)
		matches = collect(fleet, word, begins_so);
	if (matches.count == 1 || matches.is_stack)
		return matches.first;
	if (matches.count == 0) {
		berth_error_set(err, BERTH_E_NOT_FOUND, 0,
			"'%.100s' is no container or deployment of berth on this engine", word);
		berth_error_hint(err,
			"'berth list' shows all; an id may be shortened to its first "
			"%d characters",
			WORD_MIN);
		return NULL;
	}
	berth_error_set(err, BERTH_E_CONFLICT, 0, "'%.100s' may be %s%s", word, matches.names,
		matches.count > SHOWN_MAX ? ", ..." : "");
	berth_error_hint(err, "give the container's name or its id");
	return NULL;
}

size_t berth_fleet_stack(const struct berth_fleet *fleet, const struct berth_container *container,
	const struct berth_container **members, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < berth_fleet_count(fleet); i++) {
		const struct berth_container *other = berth_fleet_at(fleet, i);
		bool is_member = container->project[0] != '\0'
					 ? strcmp(container->project, other->project) == 0
					 : container == other;

		if (is_member && count++ < max)
			members[count - 1] = other;
	}
	return count;
}

bool berth_fleet_means_stack(const struct berth_container *container, const char *word)
{
	/* A stack's application may be called as the whole of it is. */
	bool is_one = strcmp(container->name, word) == 0 && strcmp(container->project, word) != 0 &&
		      strcmp(container->deployed, word) != 0;

	return container->project[0] != '\0' && !is_one &&
	       strncmp(container->id, word, strlen(word)) != 0;
}
