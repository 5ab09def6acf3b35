#include "hush.h"

#include <stdio.h>
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

void hush_arguments(int argc, char **argv)
{
	char option[64];
	int len = snprintf(option, sizeof option, "--%s", berth_fields[BERTH_FIELD_ENV].name);
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], option, (size_t)len) != 0)
			continue;
		if (argv[i][len] == '=')
			cover(argv[i] + len + 1);
		else if (argv[i][len] == '\0' && i + 1 < argc)
			cover(argv[++i]);
	}
}
