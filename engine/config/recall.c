#include <berth/recall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/private_folder.h"
#include "config/layers.h"
#include "config/write_file.h"

#define FILE_MAX        (1024 * 1024)
#define FOLDERS_MAX     64
#define DEPLOYMENTS_MAX 16
#define NOTE_MAX        (16 * 1024)
#define LOCK_TRIES      500

/*
 * { "folders": [ { "folder": PATH, "deployments": [ { "port": ["8080:80"], ... } ] } ] }, the
 * folder that was used last in front.
 */
struct berth_recall {
	json_t *deployments; /* array of objects of arrays of texts */
};

static int recall_path(char **path, const char *name, struct berth_error *err)
{
	if (state_path_if(path, name, err) < 0)
		return -1;
	return *path ? 0
		     : berth_error_set(err, BERTH_E_IO, 0,
			       "there is no place to remember values: neither XDG_STATE_HOME nor "
			       "HOME is set");
}

static bool is_folder(const json_t *entry, const char *folder)
{
	const char *name = json_string_value(json_object_get(entry, "folder"));
	return name && (!folder || strcmp(name, folder) == 0) &&
	       json_is_array(json_object_get(entry, "deployments"));
}

/* A new reference to the array of folders; an empty one if there is no file or not such a file. */
static json_t *load_folders(const char *path, struct berth_error *err)
{
	cleanup_free char *text = NULL;
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t len = 0;
	if (fd < 0 && errno != ENOENT) {
		berth_error_errno(err, errno, "read", path);
		return NULL;
	}
	text = malloc(FILE_MAX);
	if (!text) {
		string_no_memory(err);
		return NULL;
	}
	while (fd >= 0 && len < FILE_MAX) {
		ssize_t got = read(fd, text + len, FILE_MAX - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			berth_error_errno(err, errno, "read", path);
			return NULL;
		}
		if (got == 0)
			break;
		len += (size_t)got;
	}
	json_t *root = json_loadb(text, len, 0, NULL);
	json_t *folders = json_incref(json_object_get(root, "folders"));
	json_decref(root);
	if (json_is_array(folders))
		return folders;
	json_decref(folders);
	folders = json_array();
	if (!folders)
		string_no_memory(err);
	return folders;
}

static json_t *find_folder(const json_t *folders, const char *folder)
{
	for (size_t i = 0; i < json_array_size(folders); i++) {
		json_t *entry = json_array_get(folders, i);
		if (is_folder(entry, folder))
			return json_object_get(entry, "deployments");
	}
	return NULL;
}

struct berth_recall *berth_recall_read(const char *folder, struct berth_error *err)
{
	cleanup_free char *path = NULL;
	if (recall_path(&path, "recall.json", err) < 0)
		return NULL;
	struct berth_recall *recall = calloc(1, sizeof *recall);
	if (!recall) {
		string_no_memory(err);
		return NULL;
	}
	json_t *folders = load_folders(path, err);
	if (!folders) {
		free(recall);
		return NULL;
	}
	recall->deployments = json_incref(find_folder(folders, folder));
	json_decref(folders);
	return recall;
}

void berth_recall_free(struct berth_recall *recall)
{
	if (!recall)
		return;
	json_decref(recall->deployments);
	free(recall);
}

size_t berth_recall_deployments(const struct berth_recall *recall)
{
	return recall ? json_array_size(recall->deployments) : 0;
}

static const json_t *values_of(
	const struct berth_recall *recall, size_t deployment, enum berth_field_id field)
{
	return json_object_get(
		json_array_get(recall->deployments, deployment), berth_fields[field].name);
}

size_t berth_recall_count(
	const struct berth_recall *recall, size_t deployment, enum berth_field_id field)
{
	return json_array_size(values_of(recall, deployment, field));
}

const char *berth_recall_at(const struct berth_recall *recall, size_t deployment,
	enum berth_field_id field, size_t index)
{
	return json_string_value(json_array_get(values_of(recall, deployment, field), index));
}

static json_t *note_values(const struct berth_settings *settings, enum berth_field_id field)
{
	json_t *list = json_array();
	for (size_t i = 0; i < berth_settings_count(settings, field); i++) {
		const char *text = berth_settings_at(settings, field, i);
		size_t len = strlen(text);
		if (berth_fields[field].kind == BERTH_KIND_SECRET_LIST) {
			len = settings_variable_name(settings, field, text);
			if (len == 0)
				continue;
		}
		json_array_append_new(list, json_stringn(text, len));
	}
	return list;
}

char *berth_recall_note(const struct berth_settings *settings)
{
	json_t *note = json_object();
	int status = note ? 0 : -1;
	for (size_t i = 0; i < BERTH_FIELD_COUNT && status == 0; i++) {
		enum berth_field_id field = (enum berth_field_id)i;
		if (settings_is_said(settings, field) && field != BERTH_FIELD_YES)
			status = json_object_set_new(
				note, berth_fields[i].name, note_values(settings, field));
	}
	char *text = status == 0 ? json_dumps(note, JSON_COMPACT) : NULL;
	json_decref(note);
	return text;
}

static void drop_equal(json_t *list, const json_t *note)
{
	for (size_t i = json_array_size(list); i-- > 0;) {
		if (json_equal(json_array_get(list, i), note))
			json_array_remove(list, i);
	}
}

static void cut(json_t *list, size_t most)
{
	while (json_array_size(list) > most)
		json_array_remove(list, most);
}

/* To the front, and what is too old off the end. Takes `note`. */
static int put_in_front(json_t *folders, const char *folder, json_t *note)
{
	json_t *deployments = json_incref(find_folder(folders, folder));
	if (!deployments)
		deployments = json_array();
	drop_equal(deployments, note);
	if (json_array_insert_new(deployments, 0, note) != 0) {
		json_decref(deployments);
		return -1;
	}
	cut(deployments, DEPLOYMENTS_MAX);
	for (size_t i = json_array_size(folders); i-- > 0;) {
		json_t *entry = json_array_get(folders, i);
		if (is_folder(entry, folder) || !is_folder(entry, NULL))
			json_array_remove(folders, i);
	}
	json_t *entry = json_pack("{s:s, s:o}", "folder", folder, "deployments", deployments);
	if (json_array_insert_new(folders, 0, entry) != 0)
		return -1;
	cut(folders, FOLDERS_MAX);
	return 0;
}

/* What would make the file too long to be read again goes, the oldest folders first. */
static char *as_text(json_t *folders)
{
	for (;;) {
		json_t *root = json_pack("{s:O}", "folders", folders);
		char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
		json_decref(root);
		if (!text || strlen(text) < FILE_MAX || json_array_size(folders) < 2)
			return text;
		free(text);
		cut(folders, json_array_size(folders) - 1);
	}
}

static int add_note(const char *path, const char *folder, const char *note, struct berth_error *err)
{
	json_t *folders = load_folders(path, err);
	if (!folders)
		return -1;
	cleanup_free char *text = NULL;
	json_t *value = json_loads(note, 0, NULL);
	if (value && put_in_front(folders, folder, value) == 0)
		text = as_text(folders);
	json_decref(folders);
	return text ? write_file(path, text, strlen(text), err) : string_no_memory(err);
}

/* Others hold it for a moment; one that was stopped in that moment must not be waited for. */
static int take_lock(int fd)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		nanosleep(&pause, NULL);
	}
	return -1;
}

int berth_recall_add(const char *folder, const char *note, struct berth_error *err)
{
	cleanup_free char *path = NULL, *lock = NULL;
	if (strlen(note) > NOTE_MAX)
		return berth_error_set(
			err, BERTH_E_LIMIT, 0, "too much to remember of one deployment");
	if (recall_path(&path, "recall.json", err) < 0 ||
		recall_path(&lock, "recall.lock", err) < 0 || write_file_folder(path, err) < 0)
		return -1;
	/* The file itself is replaced, so a lock on it would be one on the old one. */
	cleanup_close int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return berth_error_errno(err, errno, "open", lock);
	if (take_lock(fd) < 0)
		return berth_error_errno(err, errno, "lock", lock);
	return add_note(path, folder, note, err);
}
