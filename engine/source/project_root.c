#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/project_root.h"

static int out_of_memory(struct berth_error *err)
{
	return berth_error_set(
		err, BERTH_E_MEMORY, 0, "out of memory while looking for the project root");
}

/* A name that is a whole path by itself stays one. */
static char *join(const char *folder, const char *name)
{
	size_t len = strlen(folder);
	bool slash = *name != '/' && (len == 0 || folder[len - 1] != '/');
	char *path;

	if (asprintf(&path, "%s%s%s", *name == '/' ? "" : folder, slash ? "/" : "", name) < 0)
		return NULL;
	return path;
}

/* 1 it is there, 0 not, -1 MEMORY. */
static int has_marker(const char *folder, const char *marker, struct berth_error *err)
{
	cleanup_free char *path = join(folder, marker);
	struct stat st;

	if (!path)
		return out_of_memory(err);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* The nearest folder with the marker, `start` itself or above it. 1 found (malloc'd), 0 none, -1
 * MEMORY. */
static int find_above(char **found, const char *start, const char *marker, struct berth_error *err)
{
	/* What is above is a question of the real place, not of the links that led there. */
	char *path = realpath(start, NULL);
	int result;

	if (!path)
		path = strdup(start);
	if (!path)
		return out_of_memory(err);
	for (;;) {
		char *slash;

		result = has_marker(path, marker, err);
		if (result)
			break;
		slash = strrchr(path, '/');
		if (!slash || !slash[1])
			break;
		slash[slash == path ? 1 : 0] = '\0';
	}
	if (result == 1)
		*found = path;
	else
		free(path);
	return result;
}

static int set_root(
	struct project_root *root, const char *path, const char *how, struct berth_error *err)
{
	root->path = strdup(path);
	if (!root->path)
		return out_of_memory(err);
	root->how = how;
	return 0;
}

int project_root_find(struct project_root *root, const char *marker, const char *folder,
	const char *cwd, const char *program_folder, struct berth_error *err)
{
	int found;

	*root = (struct project_root){0};
	if (!marker) {
		if (folder)
			return set_root(root, folder, "the folder", err);
		return set_root(root, cwd, "the working directory", err);
	}
	if (folder) {
		found = find_above(&root->path, folder, marker, err);
		root->how = "above the folder";
		if (found)
			return found < 0 ? -1 : 0;
	}
	found = find_above(&root->path, cwd, marker, err);
	root->how = "above the working directory";
	if (found)
		return found < 0 ? -1 : 0;
	if (program_folder) {
		found = has_marker(program_folder, marker, err);
		if (found < 0)
			return -1;
		if (found)
			return set_root(root, program_folder, "beside the program", err);
	}
	return set_root(root, cwd, "the working directory", err);
}

void project_root_release(struct project_root *root)
{
	free(root->path);
	*root = (struct project_root){0};
}

/* 1 it is there and good, 0 it is not there, -1 IO. */
static int check_file(const char *path, struct berth_error *err)
{
	struct stat st;

	if (stat(path, &st)) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		return berth_error_errno(err, errno, "read configuration file", path);
	}
	if (!S_ISREG(st.st_mode))
		return berth_error_set(
			err, BERTH_E_IO, 0, "configuration file '%s' is not a regular file", path);
	if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS))
		return berth_error_errno(err, errno, "read configuration file", path);
	return 1;
}

/* The name in the archive: below a folder ("/", "/fractalic/") or the path itself. */
static char *archive_name(const char *destination, const char *file)
{
	const char *slash = strrchr(file, '/');
	size_t len;

	destination += strspn(destination, "/");
	len = strlen(destination);
	if (len && destination[len - 1] != '/')
		return strdup(destination);
	if (len == 0)
		return strdup(slash ? slash + 1 : file);
	return join(destination, slash ? slash + 1 : file);
}

static int add_missing(struct config_copies *copies, const char *file, struct berth_error *err)
{
	char **missing = reallocarray(
		copies->missing, copies->missing_count + 1, sizeof(*copies->missing));

	if (!missing)
		return out_of_memory(err);
	copies->missing = missing;
	missing[copies->missing_count] = strdup(file);
	if (!missing[copies->missing_count])
		return out_of_memory(err);
	copies->missing_count++;
	return 0;
}

static int add_copy(
	struct config_copies *copies, const char *source, char *name, struct berth_error *err)
{
	struct config_copy *items = reallocarray(
		copies->items, copies->count + 1, sizeof(*copies->items));

	if (items)
		copies->items = items;
	if (!items || !name || !(items[copies->count].source = strdup(source))) {
		free(name);
		return out_of_memory(err);
	}
	items[copies->count++].name = name;
	return 0;
}

static int find_one(struct config_copies *copies, const struct berth_config_file *file,
	const char *root, struct berth_error *err)
{
	cleanup_free char *path = join(root, file->file);
	int there;

	if (!path)
		return out_of_memory(err);
	there = check_file(path, err);
	if (there < 0)
		return -1;
	if (there == 0)
		return add_missing(copies, file->file, err);
	for (size_t i = 0; i < file->destination_count; i++) {
		if (add_copy(copies, path, archive_name(file->destinations[i], file->file), err))
			return -1;
	}
	return 0;
}

int config_copies_find(struct config_copies *copies, const struct berth_deployment *deployment,
	const char *root, struct berth_error *err)
{
	*copies = (struct config_copies){0};
	for (size_t i = 0; i < deployment->config_file_count; i++) {
		if (find_one(copies, &deployment->config_files[i], root, err)) {
			config_copies_release(copies);
			return -1;
		}
	}
	return 0;
}

void config_copies_release(struct config_copies *copies)
{
	for (size_t i = 0; i < copies->count; i++) {
		free(copies->items[i].source);
		free(copies->items[i].name);
	}
	for (size_t i = 0; i < copies->missing_count; i++)
		free(copies->missing[i]);
	free(copies->items);
	free(copies->missing);
	*copies = (struct config_copies){0};
}
