/*
 * What stands behind --git: URL[#REF]. URLs are those that git knows (https, http, ssh, git, file,
 * [USER@]HOST:PATH, a path of this machine); never a transport that runs a command ("ext::"), and
 * nothing that git would take for an option.
 */
#ifndef GIT_GIT_URL_H
#define GIT_GIT_URL_H

#include <stdbool.h>

#include <berth/error.h>

#define GIT_URL_MAX 2048
#define GIT_REF_MAX 256

struct git_url {
	char *url;      /* without user and password where those came with http: can be shown */
	char *ref;      /* branch, tag or commit; NULL: the one that the repository proposes */
	char *user;     /* NULL if the URL has none */
	char *password; /* secret, wiped when released; NULL if the URL has none */
	char *name;     /* last part of the path without ".git": what a person calls it */
	bool is_local;  /* file:// or a path */
};

/* 0, or USAGE: names what is wrong, without the password, and what would be right. */
int git_url_parse(struct git_url *url, const char *text, struct berth_error *err);
void git_url_release(struct git_url *url);

/* All hexadecimal digits: a commit, or the beginning of one (7 to 64). */
bool git_ref_is_commit(const char *ref);

#endif
