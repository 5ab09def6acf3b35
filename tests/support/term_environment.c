#include "support/term_environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "NAME=VALUE" or "NAME"; the newest of a name counts. */
static void set_variable(struct environment *environment, const char *variable)
{
	size_t name = strcspn(variable, "=");

	for (size_t i = 0; i < environment->count; i++) {
		if (strncmp(environment->variables[i], variable, name) != 0 ||
			environment->variables[i][name] != '=')
			continue;
		free(environment->variables[i]);
		environment->variables[i] = environment->variables[--environment->count];
		environment->variables[environment->count] = NULL;
		break;
	}
	if (variable[name] == '\0')
		return;
	assert_true(environment->count < MAX_VARIABLES);
	environment->variables[environment->count] = strdup(variable);
	assert_non_null(environment->variables[environment->count]);
	environment->count++;
}

static void set_in_home(struct environment *environment, const char *format, const char *home)
{
	char *variable;

	assert_true(asprintf(&variable, format, home) > 0);
	set_variable(environment, variable);
	free(variable);
}

static void keep_variable(struct environment *environment, const char *name)
{
	const char *value = getenv(name);
	char *variable;

	if (value == NULL)
		return;
	assert_true(asprintf(&variable, "%s=%s", name, value) > 0);
	set_variable(environment, variable);
	free(variable);
}

void environment_make(struct environment *environment, const char *home, const char *const *extra)
{
	*environment = (struct environment){0};
	keep_variable(environment, "PATH");
	keep_variable(environment, "ASAN_OPTIONS");
	keep_variable(environment, "UBSAN_OPTIONS");
	keep_variable(environment, "LSAN_OPTIONS");
	set_variable(environment, "TERM=xterm-256color");
	set_variable(environment, "LC_ALL=C.UTF-8");
	set_variable(environment, "TZ=UTC");
	set_in_home(environment, "HOME=%s", home);
	set_in_home(environment, "XDG_CONFIG_HOME=%s/config", home);
	set_in_home(environment, "XDG_STATE_HOME=%s/state", home);
	set_in_home(environment, "XDG_DATA_HOME=%s/data", home);
	set_in_home(environment, "XDG_CACHE_HOME=%s/cache", home);
	set_in_home(environment, "XDG_RUNTIME_DIR=%s/run", home);
	set_in_home(environment, "TMPDIR=%s", home);
	set_in_home(environment, "DOCKER_CONFIG=%s/docker", home);
	set_in_home(environment, "DOCKER_HOST=unix://%s/nobody.sock", home);
	for (size_t i = 0; extra != NULL && extra[i] != NULL; i++)
		set_variable(environment, extra[i]);
}

void environment_release(struct environment *environment)
{
	for (size_t i = 0; i < environment->count; i++)
		free(environment->variables[i]);
}
