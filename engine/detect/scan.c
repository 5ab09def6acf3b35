#include "detect/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "detect/scan_inner.h"
#include "source/beneath.h"
#include "source/pattern.h"

/* Not the project's own: installed, made, written about it, or tried with it. Hidden folders are
 * not entered either. */
static const char *const foreign[] = {"node_modules", "bower_components", "jspm_packages", "vendor",
	"third_party", "third-party", "thirdparty", "site-packages", "venv", "env", "virtualenv",
	"__pycache__", "__pypackages__", "target", "build", "dist", "out", "bin", "obj", "coverage",
	"doc", "docs", "documentation", "example", "examples", "sample", "samples", "demo", "demos",
	"test", "tests", "__tests__", "spec", "specs", "testdata", "fixtures", "__fixtures__",
	"benchmark", "benchmarks", "e2e", "cypress", "tmp", "temp", "log", "logs", "Pods"};

struct scanner {
	struct scan *scan;
	const char *wanted;
	scan_kind_fn *kind;
	const void *context;
	const atomic_bool *cancelled;
	struct berth_error *err;
};

static int no_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory while looking at the folder");
}

static bool is_foreign(const char *name)
{
	if (name[0] == '.')
		return true;
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		if (strcmp(foreign[i], name) == 0)
			return true;
	}
	return false;
}

/* Is it the wanted folder, or one on the way to it? */
static bool is_wanted(const char *wanted, const char *folder, const char *name)
{
	size_t above = strlen(folder), len = strlen(name);

	if (!wanted)
		return false;
	if (above > 0) {
		if (strncmp(wanted, folder, above) != 0 || wanted[above] != '/')
			return false;
		wanted += above + 1;
	}
	return strncmp(wanted, name, len) == 0 && (wanted[len] == '/' || !wanted[len]);
}

struct list {
	char **items;
	size_t count, capacity;
};

static void list_release(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
}

static int list_add(struct list *list, const char *name)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 16;
		char **items = reallocarray(list->items, capacity, sizeof *items);
		if (!items)
			return -1;
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->count] = strdup(name);
	if (!list->items[list->count])
		return -1;
	list->count++;
	return 0;
}

/* DT_REG, DT_DIR, or DT_UNKNOWN for what does not count. */
static int type_of(const struct scan *scan, const struct scan_folder *folder, int fd,
	const struct dirent *entry)
{
	struct stat st;
	int type = entry->d_type;

	if (type == DT_UNKNOWN) {
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return DT_UNKNOWN;
		type = S_ISREG(st.st_mode)   ? DT_REG
		       : S_ISDIR(st.st_mode) ? DT_DIR
		       : S_ISLNK(st.st_mode) ? DT_LNK
					     : DT_UNKNOWN;
	}
	if (type == DT_LNK) {
		char *path = scan_join(folder->path, entry->d_name);
		int file = path ? scan_file_open(scan->top, path) : -1;
		free(path);
		if (file < 0)
			return DT_UNKNOWN;
		close(file);
		return DT_REG;
	}
	return type == DT_REG || type == DT_DIR ? type : DT_UNKNOWN;
}

static int take_name(struct scanner *scanner, size_t at, int fd, const struct dirent *entry,
	struct list *files, struct list *folders)
{
	struct scan *scan = scanner->scan;
	const char *name = entry->d_name;
	int type = type_of(scan, &scan->folders[at], fd, entry);

	if (type == DT_DIR) {
		if (!is_foreign(name) || is_wanted(scanner->wanted, scan->folders[at].path, name))
			return list_add(folders, name);
		scan->left_out++;
		return 0;
	}
	if (type != DT_REG)
		return 0;
	int kind = scanner->kind(name, scanner->context);
	if (kind >= 0 && kind < SCAN_KINDS)
		scan->folders[at].sources[kind]++;
	return list_add(files, name);
}

static int read_names(
	struct scanner *scanner, size_t at, DIR *stream, struct list *files, struct list *folders)
{
	struct scan *scan = scanner->scan;
	const struct dirent *entry;
	size_t here = 0;

	while ((entry = readdir(stream))) {
		if (atomic_load_explicit(scanner->cancelled, memory_order_relaxed))
			return berth_error_set(
				scanner->err, BERTH_E_CANCELLED, 0, "the detection was cancelled");
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (here == SCAN_MAX_IN_FOLDER || scan->names == SCAN_MAX_NAMES) {
			scan->cut = scan->folders[at].cut = true;
			return 0;
		}
		here++;
		scan->names++;
		if (take_name(scanner, at, dirfd(stream), entry, files, folders) < 0)
			return no_memory(scanner->err);
	}
	return 0;
}

static int add_folder(struct scanner *scanner, char *path, size_t parent, unsigned depth)
{
	struct scan *scan = scanner->scan;
	if (path && scan->count == scan->capacity) {
		size_t capacity = scan->capacity ? scan->capacity * 2 : 64;
		struct scan_folder *folders = reallocarray(
			scan->folders, capacity, sizeof *folders);
		if (!folders) {
			free(path);
			return no_memory(scanner->err);
		}
		scan->folders = folders;
		scan->capacity = capacity;
	}
	if (!path)
		return no_memory(scanner->err);
	scan->folders[scan->count++] = (struct scan_folder){
		.path = path, .parent = parent, .depth = depth};
	return 0;
}

/* The folders found go behind all that are waiting: nearest to the top first. */
static int keep(struct scanner *scanner, size_t at, struct list *files, struct list *folders)
{
	struct scan *scan = scanner->scan;
	struct scan_folder *folder = &scan->folders[at];
	unsigned depth = folder->depth + 1;

	if (files->count)
		qsort(files->items, files->count, sizeof *files->items, scan_by_bytes);
	if (folders->count)
		qsort(folders->items, folders->count, sizeof *folders->items, scan_by_bytes);
	folder->files = files->items;
	folder->count = files->count;
	*files = (struct list){0};
	folder->first_below = scan->count;
	if (depth > SCAN_MAX_DEPTH) {
		scan->cut = scan->cut || folders->count > 0;
		return 0;
	}
	for (size_t i = 0; i < folders->count; i++) {
		char *path = scan_join(scan->folders[at].path, folders->items[i]);
		if (add_folder(scanner, path, at, depth) < 0)
			return -1;
		scan->folders[at].below++;
	}
	return 0;
}

static int look_into(struct scanner *scanner, size_t at)
{
	struct scan *scan = scanner->scan;
	struct list files = {0}, folders = {0};

	if (scan->names == SCAN_MAX_NAMES) {
		scan->cut = scan->folders[at].cut = true;
		return 0;
	}
	int fd = beneath_open(scan->top, scan->folders[at].path, O_RDONLY | O_DIRECTORY);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	int status = 0;

	if (!stream) {
		if (fd >= 0)
			close(fd);
		if (at == 0)
			return berth_error_errno(scanner->err, errno, "read", "the folder");
		scan->unreadable++;
		return 0;
	}
	/* An environment of Python's may have any name. */
	if (at > 0 && faccessat(fd, "pyvenv.cfg", F_OK, 0) == 0) {
		scan->left_out++;
	} else {
		status = read_names(scanner, at, stream, &files, &folders);
		if (status == 0)
			status = keep(scanner, at, &files, &folders);
	}
	closedir(stream);
	list_release(&files);
	list_release(&folders);
	return status;
}

int scan_open(struct scan *scan, const char *folder, struct berth_error *err)
{
	*scan = (struct scan){.top = open(folder, BENEATH_LOOKUP | O_DIRECTORY | O_CLOEXEC)};
	if (scan->top >= 0)
		return 0;
	if (errno == ENOENT)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, ENOENT, "folder '%s' does not exist", folder);
	if (errno == ENOTDIR)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, ENOTDIR, "'%s' is not a folder", folder);
	return berth_error_errno(err, errno, "open folder", folder);
}

int scan_walk(struct scan *scan, const char *wanted, scan_kind_fn *kind, const void *context,
	const atomic_bool *cancelled, struct berth_error *err)
{
	struct scanner scanner = {scan, wanted, kind, context, cancelled, err};
	int status = add_folder(&scanner, strdup(""), SIZE_MAX, 0);

	for (size_t i = 0; i < scan->count && status == 0; i++)
		status = look_into(&scanner, i);
	if (status < 0)
		return -1;
	/* Folders stand behind the one they are in. */
	for (size_t i = scan->count; i-- > 1;) {
		for (size_t kinds = 0; kinds < SCAN_KINDS; kinds++)
			scan->folders[scan->folders[i].parent].sources[kinds] +=
				scan->folders[i].sources[kinds];
	}
	return 0;
}

void scan_release(struct scan *scan)
{
	for (size_t i = 0; i < scan->count; i++) {
		for (size_t j = 0; j < scan->folders[i].count; j++)
			free(scan->folders[i].files[j]);
		free(scan->folders[i].files);
		free(scan->folders[i].path);
	}
	free(scan->folders);
	if (scan->top >= 0)
		close(scan->top);
	*scan = (struct scan){.top = -1};
}
