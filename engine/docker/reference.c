#include "docker/reference.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN 255 /* registry and path together, as registries have it */
#define DEFAULT_HOST "docker.io"

static const char tag_rule[] = "a tag is at most 128 letters, digits, '_', '.' and '-', "
			       "and does not begin with '.' or '-'";
static const char path_rule[] = "a name is lower-case letters and digits, with single '.', '_', "
				"'__' or '-' between them";

static int refuse(struct berth_error *err, const char *text, const char *wrong, const char *right)
{
	berth_error_set(err, BERTH_E_USAGE, 0, "image reference '%s' %s", text, wrong);
	return berth_error_hint(err, "%s", right);
}

static bool is_lower_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_hex(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
			return false;
	return true;
}

static bool has_upper(const char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			return true;
	return false;
}

/* [a-z0-9]+ joined by one of '.', '_', '__' or any number of '-'. */
static bool path_part_ok(const char *part, size_t len)
{
	size_t i = 0;

	while (i < len) {
		size_t start = i;

		while (i < len && is_lower_alnum(part[i]))
			i++;
		if (i == start)
			return false;
		if (i == len)
			return true;
		if (part[i] == '-') {
			while (i < len && part[i] == '-')
				i++;
		} else if (part[i] == '_' && i + 1 < len && part[i + 1] == '_') {
			i += 2;
		} else if (part[i] == '.' || part[i] == '_') {
			i++;
		}
	}
	return false;
}

static bool tag_ok(const char *tag)
{
	size_t len = strlen(tag);

	if (len == 0 || len > 128 || tag[0] == '.' || tag[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)tag[i]) && !strchr("_.-", tag[i]))
			return false;
	return true;
}

static bool port_ok(const char *port)
{
	size_t len = strlen(port);

	return len > 0 && len <= 5 && strspn(port, "0123456789") == len;
}

static bool registry_ok(const char *registry)
{
	size_t host_len;

	if (registry[0] == '[') {
		host_len = strspn(registry + 1, "0123456789abcdefABCDEF:.") + 1;
		if (host_len == 1 || registry[host_len] != ']')
			return false;
		host_len++;
	} else {
		host_len = strcspn(registry, ":");
		for (size_t i = 0; i < host_len; i++) {
			bool edge = i == 0 || i + 1 == host_len || registry[i - 1] == '.' ||
				    registry[i + 1] == '.';

			if (isalnum((unsigned char)registry[i]))
				continue;
			if (edge || (registry[i] != '-' && registry[i] != '.'))
				return false;
		}
	}
	if (host_len == 0)
		return false;
	return registry[host_len] == '\0' ||
	       (registry[host_len] == ':' && port_ok(registry + host_len + 1));
}

static int take_digest(
	struct reference *reference, char *copy, const char *text, struct berth_error *err)
{
	char *at = strchr(copy, '@');

	if (!at)
		return 0;
	*at++ = '\0';
	if (strncmp(at, "sha256:", 7) != 0 || strlen(at) != 71 || !is_hex(at + 7, 64))
		return refuse(err, text, "has a malformed digest",
			"a digest is 'sha256:' and 64 lower-case hex digits");
	snprintf(reference->digest, sizeof(reference->digest), "%s", at);
	return 0;
}

static int take_tag(
	struct reference *reference, char *copy, const char *text, struct berth_error *err)
{
	char *slash = strrchr(copy, '/');
	char *colon = strchr(slash ? slash : copy, ':');

	if (!colon) {
		if (!reference->digest[0])
			snprintf(reference->tag, sizeof(reference->tag), "latest");
		return 0;
	}
	*colon++ = '\0';
	if (!tag_ok(colon))
		return refuse(err, text, *colon ? "has a malformed tag" : "ends in an empty tag",
			tag_rule);
	snprintf(reference->tag, sizeof(reference->tag), "%s", colon);
	return 0;
}

/* The first part is a registry if it can't be anything else: Docker's rule. */
static int take_registry(struct reference *reference, const char *copy, const char **path,
	const char *text, struct berth_error *err)
{
	size_t len = strcspn(copy, "/");
	bool named = copy[len] == '/' && (memchr(copy, '.', len) || memchr(copy, ':', len) ||
						 (len == 9 && memcmp(copy, "localhost", 9) == 0));

	*path = named ? copy + len + 1 : copy;
	snprintf(reference->registry, sizeof(reference->registry), "%.*s",
		named ? (int)len : (int)sizeof(DEFAULT_HOST) - 1, named ? copy : DEFAULT_HOST);
	if (named && !registry_ok(reference->registry))
		return refuse(err, text, "has a malformed registry",
			"a registry is HOST or HOST:PORT, as in 'ghcr.io' or 'localhost:5000'");
	if (strcmp(reference->registry, "index.docker.io") == 0)
		snprintf(reference->registry, sizeof(reference->registry), "%s", DEFAULT_HOST);
	return 0;
}

static int check_path(const char *path, const char *text, struct berth_error *err)
{
	char right[NAME_MAX_LEN * 2];
	size_t i;

	if (has_upper(path)) {
		for (i = 0; text[i] && i + 1 < sizeof(right); i++)
			right[i] = (char)tolower((unsigned char)text[i]);
		right[i] = '\0';
		berth_error_set(err, BERTH_E_USAGE, 0,
			"image reference '%s' has upper-case letters in its name", text);
		return berth_error_hint(err, "write '%s'", right);
	}
	for (;;) {
		size_t len = strcspn(path, "/");

		if (len == 0)
			return refuse(err, text, "has an empty part", path_rule);
		if (!path_part_ok(path, len))
			return refuse(err, text, "is not well-formed", path_rule);
		if (!path[len])
			return 0;
		path += len + 1;
	}
}

static int set_familiar(struct reference *reference, const char *text, struct berth_error *err)
{
	bool hub = strcmp(reference->registry, DEFAULT_HOST) == 0;
	const char *path = reference->repository;
	int len;

	if (hub && strncmp(path, "library/", 8) == 0 && !strchr(path + 8, '/'))
		path += 8;
	len = snprintf(reference->familiar, sizeof(reference->familiar), "%s%s%s%s%s%s%s",
		hub ? "" : reference->registry, hub ? "" : "/", path, reference->tag[0] ? ":" : "",
		reference->tag, reference->digest[0] ? "@" : "", reference->digest);
	if (len < 0 || (size_t)len >= sizeof(reference->familiar))
		return refuse(err, text, "is too long", "a name has at most 255 characters");
	return 0;
}

int reference_parse(struct reference *reference, const char *text, struct berth_error *err)
{
	char copy[512];
	const char *path;
	bool library;

	memset(reference, 0, sizeof(*reference));
	if (!text || !*text)
		return refuse(err, "", "is empty", "write NAME:TAG, as in 'busybox:latest'");
	if (strlen(text) >= sizeof(copy))
		return refuse(err, text, "is too long", "a name has at most 255 characters");
	if (strstr(text, "://"))
		return refuse(err, text, "begins like a web address",
			"leave out everything up to '://', as in 'ghcr.io/owner/name:tag'");
	memcpy(copy, text, strlen(text) + 1);
	if (strlen(copy) == 64 && is_hex(copy, 64))
		return refuse(err, text, "is an image id, not a name", "write NAME:TAG");

	if (take_digest(reference, copy, text, err) < 0 || take_tag(reference, copy, text, err) < 0)
		return -1;
	if (!copy[0])
		return refuse(err, text, "has no name", "write NAME:TAG, as in 'busybox:latest'");
	if (strlen(copy) > NAME_MAX_LEN - (sizeof("library/") - 1))
		return refuse(err, text, "is too long", "a name has at most 255 characters");
	if (take_registry(reference, copy, &path, text, err) < 0 || check_path(path, text, err) < 0)
		return -1;

	library = strcmp(reference->registry, DEFAULT_HOST) == 0 && !strchr(path, '/');
	snprintf(reference->repository, sizeof(reference->repository), "%s%s",
		library ? "library/" : "", path);
	return set_familiar(reference, text, err);
}
