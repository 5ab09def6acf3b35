#include "log/file_name.h"

#include <ctype.h>
#include <stddef.h>
#include <time.h>

void file_name_part(char dst[FILE_NAME_PART_MAX + 1], const char *name)
{
	size_t len = 0;

	if (name == NULL)
		name = "deployment";
	for (; name[len] != '\0' && len < FILE_NAME_PART_MAX; len++)
		dst[len] = isalnum((unsigned char)name[len]) || name[len] == '-' ? name[len] : '_';
	dst[len] = '\0';
}

void file_name_time(char dst[32], int64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / 1000);
	struct tm tm;

	dst[0] = '\0';
	if (gmtime_r(&seconds, &tm) != NULL)
		strftime(dst, 32, "%Y%m%d-%H%M%S", &tm);
}
