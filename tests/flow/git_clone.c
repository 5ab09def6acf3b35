/* Repositories got by the real git: over a path, and over HTTP by git's own http-backend. */
#include <dirent.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/git_cache.h"
#include "git/git_clone.h"
#include "support/loop_wait.h"
#include "support/process.h"

static char home[64], source[96];

struct got {
	uv_loop_t loop;
	struct git_url url;
	struct git_clone *clone;
	struct git_tree *tree;
	struct berth_error error;
	char said[4096];
	double fraction;
	int done;
};

static void git(const char *const words[])
{
	const struct process_options options = {.folder = source};

	if (process_run(words, &options, 20000, NULL) != 0)
		fail_msg("git %s failed", words[1]);
}

#define GIT(...)                                                                                   \
	git(WORDS("git", "-c", "user.name=Ada L", "-c", "user.email=a@b", "-c",                    \
		"commit.gpgsign=false", "-c", "protocol.file.allow=always", __VA_ARGS__))

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", source, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void commit(const char *text)
{
	write_file("file", text);
	GIT("add", "-A");
	GIT("commit", "-q", "-m", text);
}

static char *head_of(const char *ref)
{
	const struct process_options options = {.folder = source};
	char *out = NULL;

	assert_int_equal(process_run(WORDS("git", "rev-parse", ref), &options, 20000, &out), 0);
	out[strcspn(out, "\n")] = '\0';
	return out;
}

static int setup_home(void **state)
{
	(void)state;
	snprintf(home, sizeof(home), "/tmp/berth-git-XXXXXX");
	assert_non_null(mkdtemp(home));
	snprintf(source, sizeof(source), "%s/web.git", home);
	mkdir(source, 0700);
	setenv("HOME", home, 1);
	unsetenv("XDG_CACHE_HOME");
	GIT("init", "-q", "-b", "main");
	commit("first words");
	GIT("tag", "-a", "v1", "-m", "one");
	commit("second words");
	GIT("checkout", "-q", "-b", "feature/login");
	commit("login");
	GIT("checkout", "-q", "main");
	return 0;
}

static int remove_home(void **state)
{
	(void)state;
	return process_run(WORDS("rm", "-rf", home), NULL, 20000, NULL);
}

static void on_progress(void *context, double fraction)
{
	struct got *got = context;

	assert_true(fraction > got->fraction && fraction <= 1.0);
	got->fraction = fraction;
}

static void on_say(void *context, enum berth_level level, const char *text)
{
	struct got *got = context;
	size_t len = strlen(got->said);

	(void)level;
	snprintf(got->said + len, sizeof(got->said) - len, "%s\n", text);
}

static void on_done(void *context, struct git_tree *tree, const struct berth_error *err)
{
	struct got *got = context;

	assert_int_equal(got->done, 0);
	got->done++;
	got->tree = tree;
	assert_true((tree == NULL) == (err != NULL));
	if (err != NULL)
		got->error = *err;
}

static void begin(struct got *got, const char *address, const char *id)
{
	struct berth_error err = {0};

	*got = (struct got){.done = 0};
	assert_int_equal(uv_loop_init(&got->loop), 0);
	assert_int_equal(git_url_parse(&got->url, address, &err), 0);
	got->clone = git_clone_start(&(struct git_clone_setup){.loop = &got->loop,
					     .url = &got->url,
					     .id = id,
					     .progress = on_progress,
					     .say = on_say,
					     .done = on_done,
					     .context = got},
		&err);
	assert_non_null(got->clone);
}

static void get(struct got *got, const char *address, const char *id)
{
	begin(got, address, id);
	LOOP_UNTIL(&got->loop, got->done);
}

static void on_dropped(void *context)
{
	*(bool *)context = true;
}

static void end(struct got *got)
{
	bool dropped = got->tree == NULL;

	if (!dropped) {
		assert_int_equal(
			git_tree_drop(got->tree, &got->loop, on_dropped, &dropped, NULL), 0);
		LOOP_UNTIL(&got->loop, dropped);
	}
	git_url_release(&got->url);
	LOOP_CLOSE(&got->loop);
}

static const char *at(const char *ref)
{
	static char address[200];

	snprintf(address, sizeof(address), "%s%s%s", source, ref != NULL ? "#" : "",
		ref != NULL ? ref : "");
	return address;
}

static void file_is(const struct got *got, const char *name, const char *wanted)
{
	char path[512], text[64] = "";
	FILE *file;

	assert_non_null(got->tree);
	snprintf(path, sizeof(path), "%s/%s", git_tree_folder(got->tree), name);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_string_equal(text, wanted);
}

static void commit_is(const struct got *got, const char *ref)
{
	char *hash = head_of(ref);

	assert_non_null(got->tree);
	assert_string_equal(git_tree_commit(got->tree)->hash, hash);
	free(hash);
}

static void holds(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("'%s' is not in '%s'", part, text);
}

static void what_head_is(void **state)
{
	struct got got;

	(void)state;
	get(&got, at(NULL), "run-1");
	commit_is(&got, "main");
	file_is(&got, "file", "second words");
	assert_string_equal(git_tree_commit(got.tree)->subject, "second words");
	assert_string_equal(git_tree_commit(got.tree)->author, "Ada L");
	assert_string_equal(git_tree_commit(got.tree)->branch, "main");
	assert_true(got.fraction == 1.0);
	holds(got.said, "by Ada L: second words");
	end(&got);
}

static void a_branch_a_tag_and_commits(void **state)
{
	struct got got;
	char *hash = head_of("v1^{commit}");

	(void)state;
	get(&got, at("feature/login"), "run-2");
	commit_is(&got, "feature/login");
	assert_string_equal(git_tree_commit(got.tree)->branch, "feature/login");
	end(&got);
	get(&got, at("v1"), "run-2");
	commit_is(&got, "v1^{commit}");
	assert_string_equal(git_tree_commit(got.tree)->branch, "");
	end(&got);
	get(&got, at(hash), "run-2");
	commit_is(&got, "v1^{commit}");
	end(&got);
	hash[9] = '\0';
	get(&got, at(hash), "run-2");
	commit_is(&got, "v1^{commit}");
	file_is(&got, "file", "first words");
	end(&got);
	free(hash);
}

/* A commit no branch is at, of which only the beginning is said. */
static void a_commit_in_between(void **state)
{
	struct got got;
	char *hash;

	(void)state;
	commit("in between");
	hash = head_of("main");
	hash[8] = '\0';
	commit("after it");
	get(&got, at(hash), "run-3");
	file_is(&got, "file", "in between");
	holds(got.said, "whole history");
	end(&got);
	free(hash);
}

static void what_moved_is_got_again(void **state)
{
	struct got got;

	(void)state;
	get(&got, at("main"), "run-4");
	end(&got);
	GIT("commit", "-q", "--amend", "-m", "said otherwise");
	get(&got, at("main"), "run-5");
	commit_is(&got, "main");
	assert_string_equal(git_tree_commit(got.tree)->subject, "said otherwise");
	end(&got);
}

/* A branch 'rel' gave way to 'rel/1', which git can't keep beside what it has of the first. */
static void a_branch_gave_way_to_a_folder(void **state)
{
	struct got got;

	(void)state;
	GIT("branch", "rel");
	get(&got, at("rel"), "run-way-1");
	end(&got);
	GIT("branch", "-D", "rel");
	GIT("branch", "rel/1");
	get(&got, at("rel/1"), "run-way-2");
	file_is(&got, "file", "after it");
	end(&got);
}

static void unknown_ones_are_named(void **state)
{
	struct got got;

	(void)state;
	get(&got, at("feature/logn"), "run-6");
	assert_null(got.tree);
	assert_int_equal(got.error.code, BERTH_E_NOT_FOUND);
	holds(got.error.message, "'feature/logn'");
	holds(got.error.hint, "'feature/login'");
	end(&got);
	get(&got, at("0123456789012345678901234567890123456789"), "run-6");
	assert_null(got.tree);
	assert_int_equal(got.error.code, BERTH_E_NOT_FOUND);
	end(&got);
	get(&got, "/tmp/there/is/no/such/repository", "run-6");
	assert_int_equal(got.error.code, BERTH_E_NOT_FOUND);
	holds(got.error.message, "'/tmp/there/is/no/such/repository'");
	end(&got);
	get(&got, "http://127.0.0.1:1/x.git", "run-6");
	assert_int_equal(got.error.code, BERTH_E_UNREACHABLE);
	end(&got);
}

static void two_at_once(void **state)
{
	struct got one, two;

	(void)state;
	begin(&one, at("main"), "run-7");
	begin(&two, at("v1"), "run-8");
	for (int i = 0; i < 20000 && !(one.done && two.done); i++) {
		uv_run(&one.loop, UV_RUN_NOWAIT);
		uv_run(&two.loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	commit_is(&one, "main");
	commit_is(&two, "v1^{commit}");
	end(&two);
	file_is(&one, "file", "after it");
	end(&one);
}

static void cache_of(struct git_cache *cache, const struct git_url *url)
{
	assert_int_equal(git_cache_init(cache, url, "x", NULL), 0);
}

static void damage_is_got_over(void **state)
{
	struct got got;
	struct git_cache cache;
	char path[512];

	(void)state;
	get(&got, at("main"), "run-9");
	cache_of(&cache, &got.url);
	end(&got);
	snprintf(path, sizeof(path), "%s/objects", cache.repository);
	assert_int_equal(process_run(WORDS("rm", "-rf", path), NULL, 20000, NULL), 0);
	mkdir(path, 0700);
	git_cache_release(&cache);
	get(&got, at("main"), "run-9");
	commit_is(&got, "main");
	end(&got);
}

static void what_was_killed_is_swept(void **state)
{
	struct got got;
	struct git_cache cache;
	char path[600];
	struct stat info;

	(void)state;
	get(&got, at("main"), "left");
	cache_of(&cache, &got.url);
	git_tree_abandon(got.tree);
	got.tree = NULL;
	end(&got);
	snprintf(path, sizeof(path), "%s/trees/left", cache.folder);
	assert_int_equal(stat(path, &info), 0);
	get(&got, at("main"), "run-10");
	assert_int_equal(stat(path, &info), -1);
	end(&got);
	git_cache_release(&cache);
}

static void submodules_come_along(void **state)
{
	struct got got;

	(void)state;
	GIT("checkout", "-q", "-b", "with-module");
	GIT("submodule", "--quiet", "add", source, "lib");
	GIT("commit", "-q", "-m", "with a module");
	GIT("checkout", "-q", "main");
	get(&got, at("with-module"), "run-11");
	file_is(&got, "lib/file", "after it");
	end(&got);
}

/* git hangs on a server that never answers; nothing of it is left. */
static void cancelled(void **state)
{
	struct got got;
	struct git_cache cache;
	struct stat info;
	int port, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	char text[64];

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	port = ntohs(address.sin_port);
	snprintf(text, sizeof(text), "http://127.0.0.1:%d/hang.git", port);
	begin(&got, text, "run-12");
	cache_of(&cache, &got.url);
	LOOP_UNTIL(&got.loop, stat(cache.repository, &info) == 0);
	git_clone_cancel(got.clone);
	LOOP_UNTIL(&got.loop, got.done);
	assert_int_equal(got.error.code, BERTH_E_CANCELLED);
	assert_int_equal(stat(cache.repository, &info), -1);
	git_cache_release(&cache);
	end(&got);
	close(fd);
}

static void there_is_no_git(void **state)
{
	struct got got;
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s", getenv("PATH"));
	begin(&got, at("main"), "run-13");
	setenv("PATH", "/nowhere", 1);
	LOOP_UNTIL(&got.loop, got.done);
	setenv("PATH", path, 1);
	assert_int_equal(got.error.code, BERTH_E_NOT_FOUND);
	holds(got.error.hint, "apt-get install git");
	end(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_head_is),
		cmocka_unit_test(a_branch_a_tag_and_commits),
		cmocka_unit_test(a_commit_in_between),
		cmocka_unit_test(what_moved_is_got_again),
		cmocka_unit_test(a_branch_gave_way_to_a_folder),
		cmocka_unit_test(unknown_ones_are_named),
		cmocka_unit_test(two_at_once),
		cmocka_unit_test(damage_is_got_over),
		cmocka_unit_test(what_was_killed_is_swept),
		cmocka_unit_test(submodules_come_along),
		cmocka_unit_test(cancelled),
		cmocka_unit_test(there_is_no_git),
	};

	return cmocka_run_group_tests(tests, setup_home, remove_home);
}
