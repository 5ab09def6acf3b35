#include "hush.h"

#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include <berth/settings.h>

void hush_process(void)
{
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void cover(char *pair)
{
	char *value = strchr(pair, '=');
	if (value)
		memset(value + 1, '*', strlen(value + 1));
}

/* True if what follows the option is its value, in a word of its own. */
static bool cover_option(char *word, const char *name)
{
	size_t len = strlen(name);
	if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, name, len) != 0)
		return false;
	if (word[2 + len] == '=')
		cover(word + 2 + len + 1);
	return word[2 + len] == '\0';
}

void hush_arguments(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		bool follows = false;
		for (int field = 0; field < BERTH_FIELD_COUNT; field++) {
			if (berth_fields[field].kind == BERTH_KIND_SECRET_LIST)
				follows = cover_option(argv[i], berth_fields[field].name) ||
					  follows;
		}
		if (follows && i + 1 < argc)
			cover(argv[++i]);
	}
}
