#include "term/pager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static int no_pager(const char *variable, const char *name, struct berth_error *err)
{
	berth_error_set(err, BERTH_E_NOT_FOUND, 0, "there is no program '%s'", name);
	return variable != NULL ? berth_error_hint(err, "PAGER names it")
				: berth_error_hint(err, "set PAGER to a pager");
}

static int choose(struct lend_order *order, struct berth_error *err)
{
	const char *variable = getenv("PAGER");
	const char *text = variable;
	if (text == NULL || text[strspn(text, " \t")] == '\0') {
		variable = NULL;
		text = lend_finds("less") ? "less" : "more";
	}
	order->argv = lend_words(text, 1, err);
	if (order->argv == NULL)
		return berth_error_wrap(err, "PAGER");
	if (!lend_finds(order->argv[0])) {
		no_pager(variable, order->argv[0], err);
		lend_order_release(order);
		return -1;
	}
	return 0;
}

static int add_path(struct lend_order *order, const char *path)
{
	size_t count = 0;
	while (order->argv[count] != NULL)
		count++;
	order->argv[count] = strdup(path);
	return order->argv[count] != NULL ? 0 : -1;
}

/* Many have LESS=-FRX for git: with -F less is gone at once if the log fits into the screen, and
 * its text with it. Options of $PAGER itself come after these, and win. */
static char *environment_of(const char *variable)
{
	char *copy;
	if (strncmp(variable, "LESS=", 5) != 0)
		return strdup(variable);
	return asprintf(&copy, "%s -+F", variable) < 0 ? NULL : copy;
}

static int copy_environment(struct lend_order *order)
{
	size_t count = 0, kept = 0;
	while (environ[count] != NULL)
		count++;
	order->environment = calloc(count + 1, sizeof *order->environment);
	for (size_t i = 0; order->environment != NULL && i < count; i++) {
		if (lend_withholds(environ[i]))
			continue;
		order->environment[kept] = environment_of(environ[i]);
		if (order->environment[kept++] == NULL)
			return -1;
	}
	return order->environment != NULL ? 0 : -1;
}

int pager_order(struct lend_order *order, const char *path, struct berth_error *err)
{
	if (choose(order, err) < 0)
		return -1;
	if (add_path(order, path) == 0 && copy_environment(order) == 0)
		return 0;
	lend_order_release(order);
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}
