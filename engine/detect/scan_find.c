#include "detect/scan.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "detect/scan_inner.h"
#include "source/pattern.h"

int scan_by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *scan_join(const char *folder, const char *name)
{
	char *path;
	if (asprintf(&path, "%s%s%s", folder, *folder ? "/" : "", name) < 0)
		return NULL;
	return path;
}

/* The folder right below, whose name the path goes on with. */
static size_t step_down(const struct scan *scan, size_t at, const char *path)
{
	const struct scan_folder *folder = &scan->folders[at];
	size_t skip = *folder->path ? strlen(folder->path) + 1 : 0;
	size_t len = strcspn(path + skip, "/"), low = 0, high = folder->below;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *name = scan->folders[folder->first_below + middle].path + skip;
		int order = strncmp(name, path + skip, len);
		if (order == 0 && !name[len])
			return folder->first_below + middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

size_t scan_find_folder(const struct scan *scan, const char *path)
{
	size_t at = 0;

	while (at != SIZE_MAX && strcmp(scan->folders[at].path, path) != 0)
		at = step_down(scan, at, path);
	return at;
}

bool scan_has(const struct scan *scan, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	cleanup_free char *parent = strndup(path, slash ? (size_t)(slash - path) : 0);
	size_t at = parent ? scan_find_folder(scan, parent) : SIZE_MAX;

	/* What the walk did not enter or did not read to its end is asked for itself. */
	if (at == SIZE_MAX || scan->folders[at].cut) {
		int fd = scan_file_open(scan->top, path);
		if (fd < 0)
			return false;
		close(fd);
		return true;
	}
	const struct scan_folder *folder = &scan->folders[at];
	return folder->count &&
	       bsearch(&name, folder->files, folder->count, sizeof *folder->files, scan_by_bytes);
}

bool scan_folder_has(const struct scan *scan, size_t at, const char *pattern)
{
	const struct scan_folder *folder = &scan->folders[at];

	if (!strpbrk(pattern, "*?[")) {
		if (folder->count && bsearch(&pattern, folder->files, folder->count,
					     sizeof *folder->files, scan_by_bytes))
			return true;
		/* Of a folder that was not even begun nothing is known. */
		cleanup_free char *path = folder->cut && folder->count
						  ? scan_join(folder->path, pattern)
						  : NULL;
		return path && scan_has(scan, path);
	}
	for (size_t i = 0; i < folder->count; i++) {
		if (pattern_match(pattern, folder->files[i], false))
			return true;
	}
	return false;
}

/* Files whose path has exactly as many parts as the pattern. */
static bool each_below(const struct scan *scan, size_t at, size_t levels, size_t skip,
	const char *pattern, scan_take_fn *take, void *context)
{
	const struct scan_folder *folder = &scan->folders[at];
	const char *slash = strrchr(pattern, '/'), *last = slash ? slash + 1 : pattern;

	for (size_t i = 0; levels > 0 && i < folder->below; i++) {
		if (each_below(scan, folder->first_below + i, levels - 1, skip, pattern, take,
			    context))
			return true;
	}
	for (size_t i = 0; levels == 0 && i < folder->count; i++) {
		/* Most names are ruled out before a path is made of them. */
		if (!pattern_match(last, folder->files[i], false))
			continue;
		cleanup_free char *path = scan_join(folder->path, folder->files[i]);
		if (path && pattern_match(pattern, path + skip, false) && take(context, path))
			return true;
	}
	return false;
}

bool scan_each(const struct scan *scan, size_t folder, const char *pattern, scan_take_fn *take,
	void *context)
{
	const char *top = scan->folders[folder].path;
	size_t levels = 0;

	if (!strpbrk(pattern, "*?[")) {
		cleanup_free char *path = scan_join(top, pattern);
		return path && scan_has(scan, path) && take(context, path);
	}
	for (const char *p = pattern; *p; p++)
		levels += *p == '/';
	return each_below(scan, folder, levels, *top ? strlen(top) + 1 : 0, pattern, take, context);
}
