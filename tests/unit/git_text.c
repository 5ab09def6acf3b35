/* What stands behind --git, what git lists and what git prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "git/git_command.h"
#include "git/git_refs.h"
#include "git/git_url.h"
#include "git/git_words.h"

static void is(const char *text, const char *url, const char *ref, const char *name)
{
	struct git_url parsed;
	struct berth_error err = {0};

	if (git_url_parse(&parsed, text, &err) == -1)
		fail_msg("'%s': %s", text, err.message);
	assert_string_equal(parsed.url, url);
	assert_string_equal(parsed.ref != NULL ? parsed.ref : "", ref);
	assert_string_equal(parsed.name, name);
	git_url_release(&parsed);
}

static void addresses(void **state)
{
	(void)state;
	is("https://git.example.com/team/web.git", "https://git.example.com/team/web.git", "",
		"web");
	is("https://git.example.com/team/web/#v1.2", "https://git.example.com/team/web/", "v1.2",
		"web");
	is("https://ada:s3cret%2F@git.example.com:8443/web.git#feature/x",
		"https://git.example.com:8443/web.git", "feature/x", "web");
	is("git@git.example.com:team/web.git#0123abc", "git@git.example.com:team/web.git",
		"0123abc", "web");
	is("ssh://git@git.example.com:2222/~/web", "ssh://git@git.example.com:2222/~/web", "",
		"web");
	is("host:web", "host:web", "", "web");
	is("/srv/git/web.git", "/srv/git/web.git", "", "web");
	is("file:///srv/git/web/.git#main", "file:///srv/git/web/.git", "main", "web");
}

static void credentials_stand_apart(void **state)
{
	struct git_url url;
	struct git_command command;
	bool told = false;

	(void)state;
	assert_int_equal(git_url_parse(&url, "https://ada:s3cr%40t@h.example/web", NULL), 0);
	assert_string_equal(url.user, "ada");
	assert_string_equal(url.password, "s3cr%40t");
	assert_int_equal(git_command_init(&command, &url, "/cache/repo.git"), 0);
	for (size_t i = 0; i < command.words; i++) {
		assert_null(strstr(command.argv[i], "s3cr"));
		assert_null(strstr(command.argv[i], "ada"));
	}
	for (size_t i = 0; i < command.variables; i++)
		told = told || strcmp(command.env[i], "BERTH_GIT_PASSWORD=s3cr@t") == 0;
	assert_true(told);
	git_command_release(&command);
	git_url_release(&url);
}

static void refused(void **state)
{
	static const char *const wrong[] = {"", "#main", "-u./x", "--upload-pack=touch /tmp/x",
		"ext::sh -c id", "fd::7", "ftp://host/x", "https://", "https:///x",
		"https://-oProxyCommand=x/y", "https://a:b@-x/y", "file://host/x", "ssh://", "web",
		"ssh://git:s3cr3t@h/x", "./web", "host:", "a@-oProxyCommand=x:y",
		"ssh://-oProxyCommand=x/y", "https://h.example/a b", "https://h.example/x#",
		"https://h.example/x#-b", "https://h.example/x#a..b", "https://h.example/x#a b",
		"https://h.example/x#a:b", "https://h.example/x#+a^", "/",
		"https://h.example/x#a\nb"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct git_url url;
		struct berth_error err = {0};

		if (git_url_parse(&url, wrong[i], &err) != -1)
			fail_msg("'%s' is taken", wrong[i]);
		assert_int_equal(err.code, BERTH_E_USAGE);
		assert_null(url.url);
	}
}

#define HASH_1 "1111111111111111111111111111111111111111"
#define HASH_2 "2222222222222222222222222222222222222222"

static void choose(
	const struct git_refs *refs, const char *wanted, enum git_ref_kind kind, const char *name)
{
	struct git_choice choice;
	struct berth_error err = {0};

	if (git_refs_choose(refs, wanted, &choice, &err) == -1)
		fail_msg("'%s': %s", wanted, err.message);
	assert_int_equal(choice.kind, kind);
	assert_string_equal(choice.name, name);
}

static void refs_are_chosen(void **state)
{
	static const char *const lines[] = {"ref: refs/heads/main\tHEAD", HASH_1 "\tHEAD",
		HASH_1 "\trefs/heads/main", HASH_2 "\trefs/heads/both", HASH_1 "\trefs/tags/both",
		HASH_2 "\trefs/tags/v1", HASH_1 "\trefs/tags/v1^{}", HASH_1 "\trefs/pull/7/head",
		"warning: something else", "\t", ""};
	struct git_refs refs;
	struct git_choice choice;
	struct berth_error err = {0};

	(void)state;
	git_refs_init(&refs);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		git_refs_line(&refs, lines[i]);
	choose(&refs, NULL, GIT_REF_BRANCH, "refs/heads/main");
	choose(&refs, "both", GIT_REF_BRANCH, "refs/heads/both");
	choose(&refs, "refs/tags/both", GIT_REF_TAG, "refs/tags/both");
	choose(&refs, "v1", GIT_REF_TAG, "refs/tags/v1");
	choose(&refs, "1111111", GIT_REF_BRANCH, "refs/heads/main");
	choose(&refs, "abcdef0", GIT_REF_COMMIT, "abcdef0");
	assert_int_equal(git_refs_choose(&refs, "mian", &choice, &err), -1);
	assert_non_null(strstr(err.hint, "'main'"));
	assert_int_equal(git_refs_choose(&refs, "zzzzzzzzzz", &choice, &err), -1);
	assert_non_null(strstr(err.hint, "main, both"));
	git_refs_release(&refs);
	assert_int_equal(git_refs_choose(&refs, NULL, &choice, &err), -1);
	assert_non_null(strstr(err.message, "empty"));
}

static void progress_is_read(void **state)
{
	double fraction = -1;

	(void)state;
	assert_true(git_words_progress(
		"Receiving objects:  50% (5/10), 1.20 MiB | 300.00 KiB/s", &fraction));
	assert_true(fraction > 0.39 && fraction < 0.41);
	assert_true(git_words_progress("remote: Counting objects: 100% (10/10), done.", &fraction));
	assert_true(fraction > 0.04 && fraction < 0.06);
	assert_false(git_words_progress("remote: Enumerating objects: 10, done.", &fraction));
	assert_false(git_words_progress("Receiving objects: 1000% (5/10)", &fraction));
	assert_false(git_words_progress("Receiving objects:", &fraction));
	assert_false(git_words_is_progress("fatal: repository not found"));
	assert_true(git_words_is_progress("   "));
}

static void reason(const char *line, enum berth_code code, const char *hint)
{
	struct git_words words = {.count = 0};
	struct berth_error err = {0};

	git_words_note(&words, line);
	git_words_note(&words, "fatal: Could not read from remote repository.");
	git_words_note(&words, "Please make sure you have the correct access rights");
	git_words_error(&words, 128, "get 'x'", &err);
	if (err.code != code)
		fail_msg("'%s' is %s", line, berth_code_name(err.code));
	assert_non_null(strstr(err.message, "cannot get 'x': git says: "));
	if (strstr(err.hint, hint) == NULL)
		fail_msg("'%s' is not in '%s'", hint, err.hint);
}

static void reasons_are_told(void **state)
{
	struct git_words words = {.count = 0};
	struct berth_error err = {0};

	(void)state;
	reason("ERROR: Repository not found.", BERTH_E_NOT_FOUND, "private");
	reason("git@h.example: Permission denied (publickey).", BERTH_E_DENIED, "agent");
	reason("Host key verification failed.", BERTH_E_DENIED, "compare the key");
	reason("fatal: Authentication failed for 'https://h.example/'", BERTH_E_DENIED, "helper");
	reason("fatal: could not read Username for 'https://h.example': terminal prompts disabled",
		BERTH_E_DENIED, "private");
	reason("fatal: unable to access 'https://h/': Could not resolve host: h",
		BERTH_E_UNREACHABLE, "name");
	reason("ssh: connect to host h port 22: Connection refused", BERTH_E_UNREACHABLE, "");
	reason("error: file write error: No space left on device", BERTH_E_IO, "berth/git");
	reason("fatal: transport 'ext' not allowed", BERTH_E_USAGE, "https");
	git_words_error(&words, 128, "get 'x'", &err);
	assert_non_null(strstr(err.message, "128"));
	for (int i = 0; i < 100; i++)
		git_words_note(&words, "fatal: something that nobody knows");
	git_words_error(&words, 128, "get 'x'", &err);
	assert_non_null(strstr(err.message, "something that nobody knows"));
	assert_int_equal(err.code, BERTH_E_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(credentials_stand_apart),
		cmocka_unit_test(refused),
		cmocka_unit_test(refs_are_chosen),
		cmocka_unit_test(progress_is_read),
		cmocka_unit_test(reasons_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
