#include "loop/child_env.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

bool child_env_hides(const char *entry)
{
	static const char values[] = "BERTH_ENV=";

	return strncmp(entry, values, sizeof(values) - 1) == 0;
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
