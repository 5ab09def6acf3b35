#include "generate/variables.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/secret.h"
#include "config/write_file.h"
#include "generate/services.h"

enum { PASSWORD = 32, MAX_NAME = 128, MAX_VALUE = 512 };

struct writer {
	struct buf *out;
	const char *there;    /* "" if nothing is */
	struct strings names; /* written already */
	struct berth_error *err;
};

/* What stands for {name} in a text. */
struct word {
	const char *name, *value;
};

/* The line's value, and its length; NULL if there is no such line. */
static const char *find_value(const char *text, const char *name, size_t name_len, size_t *len)
{
	*len = 0;
	while (*text) {
		size_t line = strcspn(text, "\n");
		if (line > name_len && strncmp(text, name, name_len) == 0 &&
			text[name_len] == '=') {
			*len = line - name_len - 1;
			*len -= *len > 0 && text[line - 1] == '\r';
			return text + name_len + 1;
		}
		text += line + (text[line] == '\n');
	}
	return NULL;
}

/* Letters and digits: nothing that a URL, a shell or a file of variables takes for more. */
static int make_password(char password[PASSWORD + 1], struct berth_error *err)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	enum { COUNT = sizeof letters - 1, FAIR = 256 / COUNT * COUNT };
	unsigned char byte;

	for (size_t i = 0; i < PASSWORD;) {
		ssize_t got = getrandom(&byte, 1, 0);
		if (got < 0 && errno != EINTR)
			return berth_error_errno(err, errno, "make", "a password");
		if (got == 1 && byte < FAIR)
			password[i++] = letters[byte % COUNT];
	}
	password[PASSWORD] = '\0';
	return 0;
}

static int keep_or_make(const struct writer *writer, const char *name, char value[MAX_VALUE],
	struct berth_error *err)
{
	size_t len;
	const char *known = find_value(writer->there, name, strlen(name), &len);

	if (!known || len == 0 || len >= MAX_VALUE)
		return make_password(value, err);
	memcpy(value, known, len);
	value[len] = '\0';
	return 0;
}

/* A password that a person chose may have anything in it. Three bytes for each of its are enough.
 */
static void encode(char *to, size_t cap, const char *value)
{
	size_t used = 0;

	for (; *value && used + 4 < cap; value++) {
		bool plain = isalnum((unsigned char)*value) || strchr("-._~", *value);
		used += (size_t)snprintf(
			to + used, cap - used, plain ? "%c" : "%%%02X", (unsigned char)*value);
	}
	to[used] = '\0';
}

static int expand(
	struct buf *out, const char *text, const struct word *words, struct berth_error *err)
{
	while (*text) {
		size_t len = strcspn(text, "{");
		const struct word *word = words;
		if (buf_add(out, text, len, err) < 0)
			return -1;
		text += len;
		if (!*text)
			break;
		for (; word->name; word++) {
			size_t name = strlen(word->name);
			if (strncmp(text + 1, word->name, name) == 0 && text[name + 1] == '}')
				break;
		}
		if (!word->name) {
			if (buf_add(out, text++, 1, err) < 0)
				return -1;
			continue;
		}
		if (buf_adds(out, word->value, err) < 0)
			return -1;
		text += strlen(word->name) + 2;
	}
	return 0;
}

/* "NAME=text"; a name that was written already stays as it is. */
static int write_pair(struct writer *writer, const char *pair, const struct word *words)
{
	char name[MAX_NAME];
	const char *equals = strchr(pair, '=');

	snprintf(name, sizeof name, "%.*s", (int)(equals - pair), pair);
	if (strings_has(&writer->names, name))
		return 0;
	if (strings_add(&writer->names, name, writer->err) < 0 ||
		buf_addf(writer->out, writer->err, "%s=", name) < 0 ||
		expand(writer->out, equals + 1, words, writer->err) < 0)
		return -1;
	return buf_adds(writer->out, "\n", writer->err);
}

/* The first database's address is the one applications look for; a second one that has the same
 * name is told apart: MYSQL_URL. */
static int write_url(struct writer *writer, const struct service *service, const char *url)
{
	char pair[MAX_NAME], upper[MAX_NAME];
	const struct word words[] = {{"url", url}, {NULL, NULL}};
	size_t i;

	snprintf(pair, sizeof pair, "%s={url}", service->url_name);
	if (strings_has(&writer->names, service->url_name)) {
		for (i = 0; service->name[i]; i++)
			upper[i] = (char)toupper((unsigned char)service->name[i]);
		upper[i] = '\0';
		snprintf(pair, sizeof pair, "%s_URL={url}", upper);
	}
	return write_pair(writer, pair, words);
}

static int write_connections(struct writer *writer, const struct service *service,
	const struct recipe *recipe, const struct word *words)
{
	size_t len = strlen(service->name);

	for (size_t i = 0; i < recipe->connections.count; i++) {
		const char *item = recipe->connections.items[i];
		if (strncmp(item, service->name, len) == 0 && item[len] == ' ' &&
			write_pair(writer, item + len + 1, words) < 0)
			return -1;
	}
	return 0;
}

static int write_service(
	struct writer *writer, const struct service *service, const struct recipe *recipe)
{
	char password[MAX_VALUE] = "", encoded[3 * MAX_VALUE];
	struct buf url;
	int status = keep_or_make(writer, service->password, password, writer->err);

	if (status < 0)
		return -1;
	encode(encoded, sizeof encoded, password);
	const struct word in_url[] = {{"user", service->user}, {"password", encoded},
		{"host", service->name}, {"port", service->port}, {"database", "app"},
		{NULL, NULL}};
	buf_init(&url, sizeof encoded + MAX_VALUE);
	status = expand(&url, service->url, in_url, writer->err);
	const struct word words[] = {{"user", service->user}, {"password", password},
		{"host", service->name}, {"port", service->port}, {"database", "app"},
		{"url", url.data}, {NULL, NULL}};
	for (size_t i = 0; status == 0 && service->settings[i]; i++)
		status = write_pair(writer, service->settings[i], words);
	if (status == 0)
		status = write_url(writer, service, url.data);
	if (status == 0)
		status = write_connections(writer, service, recipe, words);
	explicit_bzero(password, sizeof password);
	explicit_bzero(encoded, sizeof encoded);
	explicit_bzero(url.data, url.len);
	buf_release(&url);
	return status;
}

/* Kept as a whole: what its text puts around the secret is part of it. */
static int write_secret(struct writer *writer, const char *pair)
{
	char name[MAX_NAME], secret[PASSWORD + 1], whole[MAX_VALUE];
	const char *equals = strchr(pair, '=');
	size_t len;
	int status;

	snprintf(name, sizeof name, "%.*s", (int)(equals - pair), pair);
	const char *known = find_value(writer->there, name, strlen(name), &len);
	if (known && len > 0 && len < sizeof whole) {
		snprintf(whole, sizeof whole, "%s={kept}", name);
		char kept[MAX_VALUE];
		snprintf(kept, sizeof kept, "%.*s", (int)len, known);
		status = write_pair(
			writer, whole, (const struct word[]){{"kept", kept}, {NULL, NULL}});
		explicit_bzero(kept, sizeof kept);
		return status;
	}
	if (make_password(secret, writer->err) < 0)
		return -1;
	status = write_pair(writer, pair, (const struct word[]){{"secret", secret}, {NULL, NULL}});
	explicit_bzero(secret, sizeof secret);
	return status;
}

int variables_write(struct buf *out, const struct berth_detection *detection,
	const struct recipe *recipe, const char *there, struct berth_error *err)
{
	struct writer writer = {.out = out, .there = there ? there : "", .err = err};
	int status = 0;

	for (size_t i = 0; i < detection->database_count && status == 0; i++) {
		const struct service *service = service_find(detection->databases[i].name);
		if (service)
			status = write_service(&writer, service, recipe);
	}
	for (size_t i = 0; i < recipe->secrets.count && status == 0; i++)
		status = write_secret(&writer, recipe->secrets.items[i]);
	strings_release(&writer.names);
	return status;
}

bool variables_has_all(const char *there, const char *text)
{
	while (*text) {
		size_t line = strcspn(text, "\n"), name = strcspn(text, "=\n"), len;
		if (*text != '#' && name < line && !find_value(there, text, name, &len))
			return false;
		text += line + (text[line] == '\n');
	}
	return true;
}

int variables_keep(const char *path, const char *text, struct berth_error *err)
{
	return write_file(path, text, strlen(text), err);
}

int variables_hide(struct buf *out, const char *text, struct berth_error *err)
{
	while (*text) {
		size_t line = strcspn(text, "\n"), name = strcspn(text, "=\n");
		bool hidden = *text != '#' && name < line;
		if (buf_add(out, text, hidden ? name : line, err) < 0 ||
			buf_adds(out, hidden ? "=" SECRET_MARK "\n" : "\n", err) < 0)
			return -1;
		text += line + (text[line] == '\n');
	}
	return 0;
}
