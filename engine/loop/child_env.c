#include "loop/child_env.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

bool child_env_hides(const char *entry)
{
	static const char *const names[] = {"BERTH_ENV=", "BERTH_SET="};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(entry, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

char **child_env(void)
{
	size_t count = 0, kept = 0;
	char **env;

	while (environ[count] != NULL)
		count++;
	env = calloc(count + 1, sizeof(*env));
	for (size_t i = 0; env != NULL && i < count; i++)
		if (!child_env_hides(environ[i]))
			env[kept++] = environ[i];
	return env;
}
