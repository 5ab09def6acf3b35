/* The journal of a deployment in flight: who has a place, what was written, what is left of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "journal/journal.h"
#include "journal/journal_run.h"
#include "support/loop_wait.h"
#include "target/docker/docker_look.h"
#include "unit/tree.h"

struct fixture {
	uv_loop_t loop;
	struct tree tree;
	char folder[96];
	bool answered;
	struct berth_error error;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	uv_loop_init(&f->loop);
	tree_init(&f->tree);
	snprintf(f->folder, sizeof(f->folder), "%s/state/runs", f->tree.path);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	LOOP_CLOSE(&f->loop);
	tree_release(&f->tree);
	free(f);
	return 0;
}

static void answered(void *context, const struct berth_error *err)
{
	struct fixture *f = context;

	f->answered = true;
	f->error = err != NULL ? *err : (struct berth_error){0};
}

#define TEXT(text) ((char[]){text})

static struct berth_port port = {.name = TEXT("web"),
	.container = 80,
	.host = 8080,
	.published = true,
	.probe = BERTH_PROBE_HTTP,
	.health_path = TEXT("/up")};
static struct berth_variable variable = {.name = TEXT("TOKEN"), .value = TEXT("sentinel-5f21")};
static const struct berth_deployment request = {.target = TEXT("local"),
	.kind = TEXT("docker"),
	.name = TEXT("web"),
	.container = TEXT("web"),
	.image = TEXT("web:1"),
	.health_s = 30,
	.rollback = true,
	.ports = &port,
	.port_count = 1,
	.env = &variable,
	.env_count = 1};

static struct journal *try_open(struct fixture *f, const char *id, const char *place)
{
	struct journal *journal;

	f->answered = false;
	journal = journal_open(&(struct journal_setup){.loop = &f->loop,
				       .folder = f->folder,
				       .id = id,
				       .place = place,
				       .request = &request},
		answered, f, NULL);
	assert_non_null(journal);
	assert_false(f->answered);
	LOOP_UNTIL(&f->loop, f->answered);
	return journal;
}

static struct journal *open_one(struct fixture *f, const char *id)
{
	struct journal *journal = try_open(f, id, "unix:///x web");

	assert_int_equal(f->error.code, BERTH_E_OK);
	return journal;
}

static void refused(struct fixture *f, const char *part)
{
	struct journal *journal = try_open(f, "other", "unix:///x web");

	assert_int_equal(f->error.code, BERTH_E_CONFLICT);
	assert_non_null(strstr(f->error.message, part));
	assert_non_null(strstr(f->error.hint, "berth recover"));
	journal_free(journal);
}

static void forget(struct fixture *f, struct journal *journal)
{
	f->answered = false;
	assert_int_equal(journal_forget(journal, answered, f, NULL), 0);
	LOOP_UNTIL(&f->loop, f->answered);
	assert_int_equal(f->error.code, BERTH_E_OK);
}

static size_t count_runs(const struct fixture *f)
{
	struct journal_run *runs;
	size_t count;

	assert_int_equal(journal_runs(f->folder, &runs, &count, NULL), 0);
	journal_runs_free(runs, count);
	return count;
}

static void note(struct journal *journal, enum journal_deed deed, bool done, const char *id)
{
	assert_int_equal(
		journal_note(journal, &(struct journal_note){.deed = deed, .done = done, .id = id},
			NULL),
		0);
}

static void one_has_the_place(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f, "first"), *elsewhere;
	char pid[32];

	snprintf(pid, sizeof(pid), "pid %d", getpid());
	refused(f, pid);
	elsewhere = try_open(f, "elsewhere", "unix:///x other");
	assert_int_equal(f->error.code, BERTH_E_OK);
	assert_int_equal(count_runs(f), 2);
	forget(f, elsewhere);
	forget(f, journal);
	assert_int_equal(count_runs(f), 0);
	forget(f, open_one(f, "second"));
}

/* What was cut off before it did anything is in nobody's way. */
static void a_deed_keeps_the_place(void **state)
{
	struct fixture *f = *state;
	struct journal *journal;

	journal_free(open_one(f, "idle"));
	assert_int_equal(count_runs(f), 1);
	journal = open_one(f, "busy");
	assert_int_equal(count_runs(f), 1);
	note(journal, JOURNAL_CREATE, false, NULL);
	journal_free(journal);
	refused(f, "cut off");
}

static void it_is_taken_over_by_one(void **state)
{
	struct fixture *f = *state;
	struct journal_setup setup = {.loop = &f->loop, .folder = f->folder, .id = "run"};
	struct journal *journal = open_one(f, "run"), *again;

	note(journal, JOURNAL_CREATE, true, "new1");
	again = journal_adopt(&setup, answered, f, NULL);
	f->answered = false;
	LOOP_UNTIL(&f->loop, f->answered);
	assert_int_equal(f->error.code, BERTH_E_CONFLICT);
	journal_free(again);
	journal_free(journal);
	again = journal_adopt(&setup, answered, f, NULL);
	f->answered = false;
	LOOP_UNTIL(&f->loop, f->answered);
	assert_int_equal(f->error.code, BERTH_E_OK);
	forget(f, again);
	again = journal_adopt(&setup, answered, f, NULL);
	f->answered = false;
	LOOP_UNTIL(&f->loop, f->answered);
	assert_int_equal(f->error.code, BERTH_E_NOT_FOUND);
	journal_free(again);
}

static void what_it_tells(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f, "run");
	struct journal_run *runs;
	size_t count;
	char path[160];
	struct stat info;

	journal_note(journal,
		&(struct journal_note){.deed = JOURNAL_ASIDE,
			.id = "old1",
			.name = "web",
			.to = "web-before-1",
			.running = true},
		NULL);
	note(journal, JOURNAL_CREATE, true, "new1");
	note(journal, JOURNAL_START, false, "new1");
	assert_int_equal(journal_runs(f->folder, &runs, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_true(runs->held && runs->touched && runs->has_old && runs->old_running);
	assert_true(runs->complete && !runs->retiring && !runs->undoing);
	assert_string_equal(runs->old_aside, "web-before-1");
	assert_string_equal(runs->new_id, "new1");
	assert_int_equal(runs->pid, getpid());
	assert_string_equal(runs->request->ports[0].health_path, "/up");
	assert_int_equal(runs->request->ports[0].probe, BERTH_PROBE_HTTP);
	assert_int_equal(runs->request->env_count, 0);
	journal_runs_free(runs, count);
	snprintf(path, sizeof(path), "%s/run.journal", f->folder);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	forget(f, journal);
}

/* At whatever byte the writing ended: what stands before counts, and nothing else. */
static void a_torn_file_is_read_as_far_as_it_goes(void **state)
{
	static const char text[] =
		"{\"v\":1,\"id\":\"run\",\"place\":\"p\",\"request\":{\"target\":\"local\","
		"\"kind\":"
		"\"docker\",\"name\":\"web\",\"ports\":[]}}\n{\"do\":\"create\",\"name\":\"web\"}\n"
		"{\"did\":\"create\",\"id\":\"new1\"}\n{\"do\":\"start\"}\n";
	struct fixture *f = *state;
	char path[160];

	journal_free(open_one(f, "run"));
	snprintf(path, sizeof(path), "%s/run.journal", f->folder);
	for (size_t len = 0; len <= sizeof(text) - 1; len++) {
		struct journal_run *runs;
		size_t count, lines = 0;
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		assert_int_equal(fwrite(text, 1, len, file), len);
		fclose(file);
		/* A line without its newline may be whole. */
		for (size_t i = 0; i <= len && i < sizeof(text) - 1; i++)
			lines += text[i] == '\n' ? 1 : 0;
		assert_int_equal(journal_runs(f->folder, &runs, &count, NULL), 0);
		assert_int_equal(count, lines > 0 ? 1 : 0);
		if (count > 0) {
			assert_int_equal(runs->touched, lines > 1);
			assert_string_equal(runs->new_id, lines > 2 ? "new1" : "");
			assert_int_equal(runs->complete, lines > 3);
		}
		journal_runs_free(runs, count);
	}
}

static void no_secret_is_in_it(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f, "run");
	char path[160], text[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/run.journal", f->folder);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_non_null(strstr(text, "web:1"));
	assert_null(strstr(text, variable.value));
	forget(f, journal);
}

/* A file that may not grow is what a full disk looks like. */
static void a_full_disk_is_told_once_and_leaves_whole_lines(void **state)
{
	struct fixture *f = *state;
	struct journal *journal = open_one(f, "run");
	struct journal_note long_note = {.deed = JOURNAL_CREATE, .done = true, .id = "new1"};
	struct berth_error err = {0};
	struct rlimit before, full;
	struct journal_run *runs;
	struct stat info;
	size_t count;
	char path[160];

	snprintf(path, sizeof(path), "%s/run.journal", f->folder);
	assert_int_equal(stat(path, &info), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	full = before;
	full.rlim_cur = (rlim_t)info.st_size + 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	assert_int_equal(journal_note(journal, &long_note, &err), -1);
	assert_non_null(strstr(err.message, "run.journal"));
	assert_int_equal(journal_note(journal, &long_note, &err), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	note(journal, JOURNAL_CREATE, true, "new2");
	assert_int_equal(journal_runs(f->folder, &runs, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_string_equal(runs->new_id, "new2");
	journal_runs_free(runs, count);
	forget(f, journal);
}

/* --- what can be done --- */

#define F (1u << BERTH_FINISH)
#define P (1u << BERTH_PUT_BACK)
#define L (1u << BERTH_LEAVE)

static void what_can_be_done(void **state)
{
	static const struct {
		struct journal_run run;
		bool has_new, new_runs, has_old;
		unsigned can;
		enum berth_recovery safe;
	} cases[] = {
		{{.touched = false}, false, false, false, P | L, BERTH_PUT_BACK},
		/* fresh: nothing came of it; created; complete; started */
		{{.touched = true}, false, false, false, P | L, BERTH_PUT_BACK},
		{{.touched = true}, true, false, false, P | L, BERTH_PUT_BACK},
		{{.touched = true, .complete = true}, true, false, false, F | P | L,
			BERTH_PUT_BACK},
		{{.touched = true, .complete = true}, true, true, false, F | P | L, BERTH_FINISH},
		/* replacing */
		{{.touched = true, .has_old = true}, false, false, true, P | L, BERTH_PUT_BACK},
		{{.touched = true, .has_old = true, .complete = true}, true, true, true, F | P | L,
			BERTH_FINISH},
		/* it was healthy, and the old one may be gone */
		{{.touched = true, .has_old = true, .complete = true, .retiring = true}, true,
			false, true, F | P | L, BERTH_FINISH},
		{{.touched = true, .has_old = true, .complete = true, .retiring = true}, true, true,
			false, F | L, BERTH_FINISH},
		{{.touched = true, .has_old = true}, false, false, false, L, BERTH_LEAVE},
		/* it was being put back */
		{{.touched = true, .complete = true, .undoing = true}, true, true, false, F | P | L,
			BERTH_PUT_BACK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct docker_left left = {
			.has_new = cases[i].has_new, .has_old = cases[i].has_old};
		struct recovery recovery;

		left.new_one.running = cases[i].new_runs;
		recovery_decide(&recovery, &cases[i].run, &left);
		if (recovery.can != cases[i].can || recovery.safe != cases[i].safe)
			fail_msg("case %zu: can %u, safe %d", i, recovery.can, recovery.safe);
		assert_true(recovery.found[0] != '\0');
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_has_the_place),
		TEST(a_deed_keeps_the_place),
		TEST(it_is_taken_over_by_one),
		TEST(what_it_tells),
		TEST(a_torn_file_is_read_as_far_as_it_goes),
		TEST(no_secret_is_in_it),
		TEST(a_full_disk_is_told_once_and_leaves_whole_lines),
		cmocka_unit_test(what_can_be_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
