/* Screens compared with files in tests/screens/golden, which BERTH_UPDATE_GOLDEN=1 writes anew. */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

#include <errno.h>
#include <stdio.h>

#include "support/console_term.h"

static inline bool is_golden(struct term *console, const void *wanted)
{
	char *screen = term_snapshot(console);
	bool same = strcmp(screen, wanted) == 0;

	free(screen);
	return same;
}

static inline void assert_golden(const char *name)
{
	char path[512], wanted[1 << 16];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/tests/screens/golden/%s.txt", BERTH_SOURCE_DIR, name);
	if (getenv("BERTH_UPDATE_GOLDEN") != NULL) {
		char *screen;

		term_wait_quiet(term, 300, TERM_WAIT_MS);
		screen = term_snapshot(term);
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(screen, file);
		fclose(file);
		free(screen);
	}
	file = fopen(path, "r");
	if (file == NULL)
		fail_msg("cannot open '%s': %s", path, strerror(errno));
	len = fread(wanted, 1, sizeof(wanted) - 1, file);
	fclose(file);
	wanted[len] = '\0';
	term_wait(term, is_golden, wanted, path, 3000);
}

#endif
