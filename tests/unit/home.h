/* A person's home of a test's own: HOME, XDG_CONFIG_HOME and the working directory in a temporary
 * folder, and no BERTH_* variable. */
#ifndef UNIT_HOME_H
#define UNIT_HOME_H

#include "unit/tree.h"

#include <berth/settings.h>

struct home {
	struct tree tree;
	char work[96];   /* working directory */
	char config[96]; /* the user file */
};

static struct home home;

static inline int home_setup(void **state)
{
	char path[96];
	(void)state;
	tree_init(&home.tree);
	tree_folder(&home.tree, "source");
	snprintf(home.work, sizeof home.work, "%s/source", home.tree.path);
	snprintf(home.config, sizeof home.config, "%s/xdg/berth/config.json", home.tree.path);
	snprintf(path, sizeof path, "%s/xdg", home.tree.path);
	setenv("HOME", home.tree.path, 1);
	setenv("XDG_CONFIG_HOME", path, 1);
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++)
		unsetenv(berth_fields[i].variable);
	assert_int_equal(chdir(home.work), 0);
	return 0;
}

static inline int home_teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++)
		unsetenv(berth_fields[i].variable);
	assert_int_equal(chdir("/"), 0);
	tree_release(&home.tree);
	return 0;
}

static inline void home_config(const char *text)
{
	tree_text(&home.tree, "xdg/berth/config.json", text);
}

static inline void home_project(const char *text)
{
	tree_text(&home.tree, "source/berth.json", text);
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in '%s'", part, text);
}

static inline void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' is in '%s'", part, text);
}

#endif
