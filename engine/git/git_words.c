#include "git/git_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 24 };

/* Where in the whole a phase of git's begins and how much of it it is. */
static const struct phase {
	const char *name;
	double begin, share;
} phases[] = {
	{"Counting objects:", 0.0, 0.05},
	{"Compressing objects:", 0.05, 0.05},
	{"Receiving objects:", 0.1, 0.6},
	{"Unpacking objects:", 0.1, 0.6},
	{"Resolving deltas:", 0.7, 0.15},
	{"Updating files:", 0.85, 0.15},
	{"Preparing worktree", 0.85, 0.0},
	{"Enumerating objects:", 0.0, 0.0},
};

static const struct phase *phase_of(const char *line, const char **rest)
{
	while (strncmp(line, "remote: ", 8) == 0)
		line += 8;
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		if (strncmp(line, phases[i].name, strlen(phases[i].name)) == 0) {
			*rest = line + strlen(phases[i].name);
			return &phases[i];
		}
	return NULL;
}

bool git_words_progress(const char *line, double *fraction)
{
	const char *rest;
	const struct phase *phase = phase_of(line, &rest);
	char *end;
	long percent;

	if (phase == NULL)
		return false;
	percent = strtol(rest, &end, 10);
	if (end == rest || *end != '%' || percent < 0 || percent > 100)
		return false;
	*fraction = phase->begin + phase->share * (double)percent / 100.0;
	return true;
}

bool git_words_is_progress(const char *line)
{
	const char *rest;

	return line[strspn(line, " ")] == '\0' || phase_of(line, &rest) != NULL ||
	       strncmp(line, "remote: Total ", 14) == 0;
}

void git_words_note(struct git_words *words, const char *line)
{
	snprintf(words->lines[words->count % KEPT], sizeof(words->lines[0]), "%s", line);
	words->count++;
}

static const char *line_at(const struct git_words *words, unsigned back)
{
	return back < words->count && back < KEPT ? words->lines[(words->count - 1 - back) % KEPT]
						  : NULL;
}

static bool has(const struct git_words *words, const char *part)
{
	const char *line;

	for (unsigned i = 0; (line = line_at(words, i)) != NULL; i++)
		if (strcasestr(line, part) != NULL)
			return true;
	return false;
}

/* The first that matches counts: what git says last is often only what follows from it. */
static const struct reason {
	const char *part;
	enum berth_code code;
	int number;
	const char *hint;
} reasons[] = {
	{"No space left on device", BERTH_E_IO, ENOSPC,
		"the clones in ~/.cache/berth/git may be deleted at any time"},
	{"Disk quota exceeded", BERTH_E_IO, EDQUOT,
		"the clones in ~/.cache/berth/git may be deleted at any time"},
	{"Host key verification failed", BERTH_E_DENIED, 0,
		"connect once by hand with ssh, and compare the key of the host"},
	{"Permission denied (", BERTH_E_DENIED, 0,
		"ssh needs a key that the server knows, in an agent if it has a passphrase"},
	{"Authentication failed", BERTH_E_DENIED, 0,
		"git needs a credential helper that knows the password or token; berth does not "
		"ask"},
	{"could not read Username", BERTH_E_DENIED, 0,
		"the repository does not exist or is private: then git needs a credential helper "
		"that knows user and token"},
	{"could not read Password", BERTH_E_DENIED, 0,
		"git needs a credential helper that knows the password or token; berth does not "
		"ask"},
	{"returned error: 403", BERTH_E_DENIED, 0, "the server knows you, and says no"},
	{"returned error: 401", BERTH_E_DENIED, 0, "git needs a credential helper"},
	{"dubious ownership", BERTH_E_DENIED, 0,
		"the repository belongs to somebody else: git config --global --add "
		"safe.directory DIR"},
	{"certificate", BERTH_E_DENIED, 0,
		"git does not trust the server's certificate: http.sslCAInfo names one to trust"},
	{"Could not resolve host", BERTH_E_UNREACHABLE, 0, "is the host's name right?"},
	{"Name or service not known", BERTH_E_UNREACHABLE, 0, "is the host's name right?"},
	{"unable to look up", BERTH_E_UNREACHABLE, 0, "is the host's name right?"},
	{"Connection refused", BERTH_E_UNREACHABLE, 0, NULL},
	{"Failed to connect", BERTH_E_UNREACHABLE, 0, NULL},
	{"Couldn't connect", BERTH_E_UNREACHABLE, 0, NULL},
	{"timed out", BERTH_E_UNREACHABLE, 0, NULL},
	{"unreachable", BERTH_E_UNREACHABLE, 0, NULL},
	{"not allowed", BERTH_E_USAGE, 0,
		"berth lets git use https, http, ssh and git, and files only of this machine's "
		"repositories"},
	{"couldn't find remote ref", BERTH_E_NOT_FOUND, 0, "it was there a moment ago"},
	{"not found", BERTH_E_NOT_FOUND, 0,
		"is the address right? Of a private repository servers say this too"},
	{"does not exist", BERTH_E_NOT_FOUND, 0, "is the address right?"},
	{"does not appear to be a git repository", BERTH_E_NOT_FOUND, 0, "is the address right?"},
	{"early EOF", BERTH_E_BROKEN, 0, "try again"},
	{"hung up unexpectedly", BERTH_E_BROKEN, 0, "try again"},
};

/* What git says is fatal, else its last line. */
static const char *essence(const struct git_words *words)
{
	static const char *const heads[] = {"fatal: ", "ERROR: ", "error: "};
	const char *line;

	for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++)
		for (unsigned i = 0; (line = line_at(words, i)) != NULL; i++) {
			while (strncmp(line, "remote: ", 8) == 0)
				line += 8;
			if (strncmp(line, heads[k], strlen(heads[k])) == 0)
				return line + strlen(heads[k]);
		}
	return line_at(words, 0);
}

void git_words_error(
	const struct git_words *words, int exit_status, const char *doing, struct berth_error *err)
{
	const char *said = essence(words), *line;
	const struct reason *reason = NULL;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]) && reason == NULL; i++)
		if (has(words, reasons[i].part))
			reason = &reasons[i];
	for (unsigned i = 0; reason != NULL && (line = line_at(words, i)) != NULL; i++)
		if (strcasestr(line, reason->part) != NULL) {
			said = strncmp(line, "fatal: ", 7) == 0 ? line + 7 : line;
			break;
		}
	if (said != NULL)
		berth_error_set(err, reason != NULL ? reason->code : BERTH_E_REFUSED,
			reason != NULL ? reason->number : 0, "cannot %s: git says: %s", doing,
			said);
	else
		berth_error_set(err, BERTH_E_REFUSED, 0, "cannot %s: git ended with status %d",
			doing, exit_status);
	if (reason != NULL && reason->hint != NULL)
		berth_error_hint(err, "%s", reason->hint);
}

bool git_words_is_damage(const struct git_words *words)
{
	return has(words, "not a git repository:") || has(words, "loose object") ||
	       has(words, "object file") || has(words, "bad object") || has(words, "corrupt") ||
	       has(words, "unable to read tree") || has(words, "bad config") ||
	       has(words, "shallow file has changed") || has(words, "packfile") ||
	       has(words, "invalid sha1") || has(words, "index file") ||
	       /* A branch 'a' is in the way of 'a/b', which is there in its place now. */
	       has(words, "cannot lock ref");
}

bool git_words_is_unadvertised(const struct git_words *words)
{
	return has(words, "unadvertised object") || has(words, "not our ref") ||
	       has(words, "couldn't find remote ref") || has(words, "no such remote ref") ||
	       has(words, "Direct fetching of that commit failed");
}
