#include "docker/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"

#define FILE_MAX_SIZE (1 << 20)

char *config_file_path(const char *tail, struct berth_error *err)
{
	const char *folder = getenv("DOCKER_CONFIG");
	const char *home = getenv("HOME");
	char *path = NULL;
	int len;

	berth_error_clear(err);
	if (folder && *folder)
		len = asprintf(&path, "%s/%s", folder, tail);
	else if (home && *home)
		len = asprintf(&path, "%s/.docker/%s", home, tail);
	else
		return NULL;
	if (len < 0) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	return path;
}

/* *text is malloc'd and *len bytes long. 1, 0 if there is no such file, -1. */
static int read_file(char **text, size_t *len, const char *path, struct berth_error *err)
{
	/* Without O_NONBLOCK a named pipe of that name would stop the program here. */
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return berth_error_errno(err, errno, "read", path);
	if (!S_ISREG(st.st_mode))
		return berth_error_set(err, BERTH_E_IO, 0, "cannot read '%s': not a file", path);
	if (st.st_size > FILE_MAX_SIZE)
		return berth_error_set(err, BERTH_E_LIMIT, 0,
			"cannot read '%s': more than %d bytes", path, FILE_MAX_SIZE);
	*text = malloc((size_t)st.st_size + 1);
	if (!*text)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	for (*len = 0; *len < (size_t)st.st_size;) {
		ssize_t got = read(fd, *text + *len, (size_t)st.st_size - *len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return berth_error_errno(err, errno, "read", path);
		if (got == 0)
			break;
		*len += (size_t)got;
	}
	return 1;
}

int config_file_load(struct json_t **root, const char *path, struct berth_error *err)
{
	cleanup_free char *text = NULL;
	size_t len = 0;
	json_error_t wrong;
	int found;

	*root = NULL;
	found = read_file(&text, &len, path, err);
	if (found <= 0 || !text) {
		if (text)
			explicit_bzero(text, len);
		return found;
	}
	*root = json_loadb(text, len, 0, &wrong);
	explicit_bzero(text, len);
	if (!*root && json_error_code(&wrong) == json_error_out_of_memory)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (!*root) {
		berth_error_set(err, BERTH_E_USAGE, 0, "'%s' is not JSON at line %d, column %d",
			path, wrong.line, wrong.column);
		return berth_error_hint(err, "repair it, or move it away and log in again");
	}
	if (!json_is_object(*root)) {
		config_file_wipe(*root);
		*root = NULL;
		return berth_error_set(
			err, BERTH_E_USAGE, 0, "'%s' is not a JSON object at line 1", path);
	}
	return 1;
}

static void wipe_strings(json_t *value)
{
	const char *name;
	json_t *member;
	size_t i;

	if (json_is_string(value)) {
		explicit_bzero((char *)json_string_value(value), json_string_length(value));
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, member) wipe_strings(member);
	} else if (json_is_object(value)) {
		json_object_foreach(value, name, member) wipe_strings(member);
	}
}

void config_file_wipe(struct json_t *root)
{
	if (!root)
		return;
	wipe_strings(root);
	json_decref(root);
}

const char *config_file_text(const struct json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}
