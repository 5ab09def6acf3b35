#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/nearest.h>

#include "base/cleanup.h"
#include "config/server.h"
#include "config/strings.h"

struct address {
	bool tls;
	const char *host; /* with brackets */
	size_t host_len;
	int port; /* 0: the scheme's */
	const char *path;
	size_t path_len; /* without slashes at the end */
};

static int bad_url(struct berth_error *err, const char *text, const char *why)
{
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"url '%s' %s, expected for example https://deploy.example.com or "
		"http://10.1.2.3:8000",
		text, why);
}

static int parse_scheme(
	struct address *address, const char **rest, const char *text, struct berth_error *err)
{
	static const char *const schemes[] = {"http", "https", NULL};
	const char *end = strstr(text, "://");
	char word[16] = "";
	if (!end)
		return bad_url(err, text, "has no scheme");
	for (size_t i = 0; i < sizeof word - 1 && text + i < end; i++)
		word[i] = (char)tolower((unsigned char)text[i]);
	address->tls = strcmp(word, "https") == 0;
	*rest = end + 3;
	if (address->tls || strcmp(word, "http") == 0)
		return 0;
	const char *nearest = berth_nearest(word, schemes);
	return nearest ? berth_error_set(err, BERTH_E_USAGE, 0,
				 "url '%s' is neither http:// nor https://, did you mean '%s://'?",
				 text, nearest)
		       : bad_url(err, text, "is neither http:// nor https://");
}

static int parse_port_of(struct address *address, const char *digits, size_t len, const char *text,
	struct berth_error *err)
{
	for (size_t i = 0; i < len && address->port <= 65535; i++) {
		if (!isdigit((unsigned char)digits[i]))
			return bad_url(err, text, "has a port that is no number");
		address->port = address->port * 10 + (digits[i] - '0');
	}
	if (len == 0 || address->port < 1 || address->port > 65535)
		return bad_url(err, text, "has a port that is not 1 to 65535");
	if (address->port == (address->tls ? 443 : 80))
		address->port = 0;
	return 0;
}

static bool is_host(const char *host, size_t len)
{
	bool bracketed = len > 2 && host[0] == '[' && host[len - 1] == ']';
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)host[i];
		/* Names in other scripts go to the resolver as they are. */
		bool good = isalnum(byte) || byte >= 0x80 || strchr("-._", byte) ||
			    (bracketed && strchr("[]:%", byte));
		if (!good)
			return false;
	}
	return len > 0;
}

static int parse_authority(struct address *address, const char *authority, size_t len,
	const char *text, struct berth_error *err)
{
	/* What is before '@' may be a password: the address is not repeated. */
	if (memchr(authority, '@', len))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"url (not shown) has a user or password in it, expected 'user' and "
			"'password_env', "
			"'password_file' or 'password_cmd'");
	const char *bracket = memchr(authority, ']', len);
	const char *from = bracket ? bracket : authority;
	const char *colon = memchr(from, ':', len - (size_t)(from - authority));
	address->host = authority;
	address->host_len = colon ? (size_t)(colon - authority) : len;
	if (!is_host(address->host, address->host_len))
		return bad_url(err, text, "does not name a host");
	if (!colon)
		return 0;
	return parse_port_of(address, colon + 1, len - address->host_len - 1, text, err);
}

static int parse_path(struct address *address, const char *text, struct berth_error *err)
{
	for (const char *p = address->path; *p; p++) {
		if (*p == '?' || *p == '#')
			return bad_url(err, text, "has more than a path");
		if (!isgraph((unsigned char)*p))
			return bad_url(err, text, "has characters that must be written as %XX");
	}
	address->path_len = strlen(address->path);
	while (address->path_len > 0 && address->path[address->path_len - 1] == '/')
		address->path_len--;
	return 0;
}

char *server_url(const char *text, struct berth_error *err)
{
	struct address address = {0};
	const char *authority = NULL;
	char *url, port[8] = "";
	if (parse_scheme(&address, &authority, text, err) < 0 || !authority)
		return NULL;
	size_t len = strcspn(authority, "/?#");
	address.path = authority + len;
	if (parse_authority(&address, authority, len, text, err) < 0 ||
		parse_path(&address, text, err) < 0 || !address.host)
		return NULL;
	cleanup_free char *host = strndup(address.host, address.host_len);
	for (char *p = host; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (address.port)
		snprintf(port, sizeof port, ":%d", address.port);
	if (!host || asprintf(&url, "http%s://%s%s%.*s", address.tls ? "s" : "", host, port,
			     (int)address.path_len, address.path) < 0) {
		string_no_memory(err);
		return NULL;
	}
	return url;
}
