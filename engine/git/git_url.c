#include "git/git_url.h"

#include <stdlib.h>
#include <string.h>

#define EXPECTED "expected https://HOST/PATH, ssh://HOST/PATH, HOST:PATH or a folder, then #REF"

static const char *const schemes[] = {"https", "http", "ssh", "git", "file"};

static int wrong(struct berth_error *err, const char *why)
{
	return berth_error_set(
		err, BERTH_E_USAGE, 0, "the address of the repository %s, %s", why, EXPECTED);
}

static int copy(char **to, const char *from, size_t len, struct berth_error *err)
{
	*to = strndup(from, len);
	return *to != NULL ? 0 : berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static bool is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
			return false;
	return true;
}

/* The rules of git check-ref-format that matter when the name is handed to git. */
static int check_ref(const char *ref, struct berth_error *err)
{
	size_t len = strlen(ref);
	const char *why = NULL;

	if (len == 0)
		why = "is empty";
	else if (len > GIT_REF_MAX)
		why = "is too long";
	else if (ref[0] == '-')
		why = "begins with '-'";
	else if (!is_plain(ref, len) || strpbrk(ref, "~^:?*[\\") != NULL)
		why = "has a character that no branch, tag or commit has";
	else if (strstr(ref, "..") != NULL || strstr(ref, "@{") != NULL ||
		 strstr(ref, "//") != NULL || ref[0] == '/' || ref[len - 1] == '/')
		why = "is no name of a branch, tag or commit";
	if (why == NULL)
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"what is behind '#' in the address of the repository %s, expected a branch, a tag "
		"or a commit",
		why);
}

/* user:password@ of an http address; ssh wants its user where it is. */
static int take_credentials(
	struct git_url *url, const char *text, size_t scheme_len, struct berth_error *err)
{
	const char *host = text + scheme_len + 3;
	const char *at = memrchr(host, '@', strcspn(host, "/"));
	size_t len = (size_t)(at - host);
	const char *colon = memchr(host, ':', len);

	if (copy(&url->user, host, colon != NULL ? (size_t)(colon - host) : len, err) == -1 ||
		(colon != NULL &&
			copy(&url->password, colon + 1, (size_t)(at - colon - 1), err) == -1) ||
		copy(&url->url, text, strlen(text), err) == -1)
		return -1;
	memmove(url->url + scheme_len + 3, at + 1, strlen(at + 1) + 1);
	return 0;
}

static int take_schemed(struct git_url *url, const char *text, size_t len, struct berth_error *err)
{
	const char *host = text + len + 3, *at;
	bool known = false;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		known = known || (strlen(schemes[i]) == len && strncmp(text, schemes[i], len) == 0);
	if (!known)
		return wrong(err, "has a scheme that is not known here");
	url->is_local = len == 4 && strncmp(text, "file", 4) == 0;
	if (url->is_local)
		return host[0] == '/' ? copy(&url->url, text, strlen(text), err)
				      : wrong(err, "has no path from '/' behind file://");
	if (host[0] == '\0' || host[0] == '/')
		return wrong(err, "has no host");
	at = memrchr(host, '@', strcspn(host, "/"));
	if (host[0] == '-' || (at != NULL && at[1] == '-'))
		return wrong(err, "has a host that begins with '-'");
	if (at != NULL && text[0] == 'h')
		return take_credentials(url, text, len, err);
	if (at != NULL && memchr(host, ':', (size_t)(at - host)) != NULL)
		return wrong(err, "has a password in it, which only http takes");
	return copy(&url->url, text, strlen(text), err);
}

static int take_url(struct git_url *url, const char *text, struct berth_error *err)
{
	const char *scheme = strstr(text, "://"), *colon = strchr(text, ':');
	size_t word = strspn(
		text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-.0123456789");

	if (text[0] == '\0')
		return wrong(err, "is empty");
	if (text[0] == '-')
		return wrong(err, "begins with '-'");
	if (strlen(text) > GIT_URL_MAX || !is_plain(text, strlen(text)))
		return wrong(err, "is too long, or has white space in it");
	/* "ext::sh -c ..." runs a command; all such helpers are named this way. */
	if (text[word] == ':' && text[word + 1] == ':')
		return wrong(err, "names a helper of git's, which could run anything");
	if (scheme != NULL && (size_t)(scheme - text) == word)
		return take_schemed(url, text, word, err);
	if (text[0] == '/') {
		url->is_local = true;
		return copy(&url->url, text, strlen(text), err);
	}
	/* HOST:PATH, as scp has it. */
	if (colon == NULL || colon == text || memchr(text, '/', (size_t)(colon - text)) != NULL)
		return wrong(err, "is neither a URL nor a path from '/'");
	if (colon[1] == '\0' || strstr(text, "@-") != NULL)
		return wrong(err, "has no path behind ':'");
	return copy(&url->url, text, strlen(text), err);
}

static int take_name(struct git_url *url, struct berth_error *err)
{
	size_t end = strlen(url->url), begin;

	while (end > 0 && url->url[end - 1] == '/')
		end--;
	if (end > 4 && strncmp(url->url + end - 4, ".git", 4) == 0)
		end -= 4;
	while (end > 0 && url->url[end - 1] == '/')
		end--;
	for (begin = end; begin > 0 && strchr("/:", url->url[begin - 1]) == NULL;)
		begin--;
	if (begin == end)
		return wrong(err, "names no repository");
	return copy(&url->name, url->url + begin, end - begin, err);
}

int git_url_parse(struct git_url *url, const char *text, struct berth_error *err)
{
	const char *hash = strchr(text, '#');
	char *address = hash != NULL ? strndup(text, (size_t)(hash - text)) : strdup(text);
	int status = 0;

	*url = (struct git_url){0};
	if (address == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (hash != NULL)
		status = check_ref(hash + 1, err) == -1
				 ? -1
				 : copy(&url->ref, hash + 1, strlen(hash + 1), err);
	if (status == 0)
		status = take_url(url, address, err);
	if (status == 0)
		status = take_name(url, err);
	explicit_bzero(address, strlen(address));
	free(address);
	if (status == -1)
		git_url_release(url);
	return status;
}

void git_url_release(struct git_url *url)
{
	if (url->password != NULL)
		explicit_bzero(url->password, strlen(url->password));
	free(url->url);
	free(url->ref);
	free(url->user);
	free(url->password);
	free(url->name);
	*url = (struct git_url){0};
}

bool git_ref_is_commit(const char *ref)
{
	size_t len = strspn(ref, "0123456789abcdefABCDEF");

	return ref[len] == '\0' && len >= 7 && len <= 64;
}
