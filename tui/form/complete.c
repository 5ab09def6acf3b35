#include "form/complete.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <berth/text.h>

#include "keys/keys.h"

bool complete_prepare(struct complete_request *request, const char *text, size_t len, bool folders)
{
	size_t kept = len;
	while (kept > 0 && text[kept - 1] != '/')
		kept--;
	const char *home = getenv("HOME");
	const char *before = "";
	size_t skip = 0;
	if (kept > 0 && text[0] == '~') {
		/* Another person's home would have to be asked for. */
		if (text[1] != '/' || home == NULL || home[0] != '/')
			return false;
		before = home;
		skip = 1;
	} else if (text[0] != '/') {
		before = "./";
	}
	int written = snprintf(request->folder, sizeof request->folder, "%s%.*s", before,
		(int)(kept - skip), text + skip);
	if (written < 0 || (size_t)written >= sizeof request->folder ||
		len - kept >= sizeof request->prefix)
		return false;
	memcpy(request->prefix, text + kept, len - kept);
	request->prefix[len - kept] = '\0';
	request->kept = kept;
	request->folders = folders;
	return true;
}

/* A field holds only what can be typed. */
static bool can_be_typed(const char *name)
{
	const char *end = name + strlen(name);
	uint32_t code_point;
	if (!berth_utf8_valid(name, (size_t)(end - name)))
		return false;
	for (const char *p = name; p < end;) {
		p = berth_utf8_next(p, end, &code_point);
		if (!keys_printable(code_point))
			return false;
	}
	return true;
}

static bool is_folder(int folder, const struct dirent *entry)
{
	struct stat info;
	if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
		return entry->d_type == DT_DIR;
	return fstatat(folder, entry->d_name, &info, 0) == 0 && S_ISDIR(info.st_mode);
}

static bool is_wanted(const struct complete_request *request, const char *name)
{
	size_t len = strlen(request->prefix);
	if (strncmp(name, request->prefix, len) != 0 || strlen(name) >= COMPLETE_NAME_MAX ||
		strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	/* Hidden ones are there for who asks for them. */
	return (name[0] != '.' || request->prefix[0] == '.') && can_be_typed(name);
}

static void narrow(char *common, const char *name)
{
	size_t same = 0;
	while (common[same] != '\0' && common[same] == name[same])
		same++;
	/* Not in the middle of a character. */
	while (same > 0 && ((unsigned char)common[same] & 0xC0) == 0x80)
		same--;
	common[same] = '\0';
}

/* The first of them by name, in order; those behind are only counted. */
static void insert(struct complete_names *names, const char *name)
{
	size_t low = 0, high = names->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (strcmp(names->names[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == COMPLETE_MAX)
		return;
	if (names->count < COMPLETE_MAX)
		names->count++;
	memmove(names->names + low + 1, names->names + low,
		(names->count - 1 - low) * sizeof names->names[0]);
	snprintf(names->names[low], sizeof names->names[low], "%s", name);
}

static void keep(struct complete_names *names, const char *name, bool folder)
{
	char whole[COMPLETE_NAME_MAX + 1];
	snprintf(whole, sizeof whole, "%.*s%s", COMPLETE_NAME_MAX - 1, name, folder ? "/" : "");
	if (names->all++ == 0)
		snprintf(names->common, sizeof names->common, "%s", whole);
	else
		narrow(names->common, whole);
	insert(names, whole);
}

void complete_read(const struct complete_request *request, struct complete_names *names)
{
	DIR *dir = opendir(request->folder);
	const struct dirent *entry;
	memset(names, 0, sizeof *names);
	if (dir == NULL)
		return;
	for (size_t seen = 0; seen < COMPLETE_LOOK_MAX && (entry = readdir(dir)) != NULL; seen++) {
		if (!is_wanted(request, entry->d_name))
			continue;
		bool folder = is_folder(dirfd(dir), entry);
		if (folder || !request->folders)
			keep(names, entry->d_name, folder);
	}
	closedir(dir);
}
