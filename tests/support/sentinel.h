/* A secret that is given away nowhere, and the looking for it. */
#ifndef SUPPORT_SENTINEL_H
#define SUPPORT_SENTINEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* As it is, and its base64 at each of the three places where it can begin in a longer text. */
#define SECRET "sentinel-7f3a9c-do-not-tell"
static const char *const forms[] = {"7f3a9c-do-not-te", "N2YzYTljLWRvLW5vdC10ZW",
	"dmM2E5Yy1kby1ub3QtdGVsb", "3ZjNhOWMtZG8tbm90LXRlbG"};

enum { SENTINEL_FILE_MAX = 8 << 20 };

static inline bool holds_it(const char *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (memmem(bytes, len, forms[i], strlen(forms[i])) != NULL)
			return true;
	return false;
}

static inline size_t read_whole(const char *path, char *bytes)
{
	FILE *file = fopen(path, "r");
	size_t len = file != NULL ? fread(bytes, 1, SENTINEL_FILE_MAX, file) : 0;

	if (file != NULL)
		fclose(file);
	return len;
}

/* Files that the secret was put into by the test itself. */
static const char *const given[] = {
	"/xdg/", "/given.env", "/source/berth.json", "/password", "/.docker/config.json"};

static char *bytes;
static unsigned looked_at;

static inline int look_at(const char *path, const struct stat *stat, int type, struct FTW *place)
{
	(void)stat;
	(void)place;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (strstr(path, given[i]) != NULL)
			return 0;
	if (type != FTW_F)
		return 0;
	looked_at++;
	if (holds_it(bytes, read_whole(path, bytes)))
		fail_msg("the secret is in '%s'", path);
	return 0;
}

/* Everything below the home of a berth, database and its write-ahead log too. */
static inline void look_at_files(const char *home, unsigned least)
{
	bytes = malloc(SENTINEL_FILE_MAX);
	assert_non_null(bytes);
	looked_at = 0;
	assert_int_equal(nftw(home, look_at, 16, FTW_PHYS), 0);
	free(bytes);
	bytes = NULL;
	assert_true(looked_at >= least);
}

#endif
