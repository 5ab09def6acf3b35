/*
 * Every call of a deployment goes wrong in every way, once. What the run says it did must be what
 * the engine has afterwards.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/deploy_flow.h"

enum { DEADLINE_MS = 15 * 1000, ROWS_MAX = 20 };

static const char page[] = "<!DOCTYPE html><html><body>Bad Gateway</body></html>";

/* `cancel`: a person loses patience once it hangs. */
static const struct way {
	const char *name;
	struct fake_fault fault;
	bool cancel;
} ways[] = {
	{"400", {.what = FAKE_REPLY,
			.status = 400,
			.type = "application/json",
			.body = "{\"message\":\"I do not understand\"}"}},
	{"500", {.what = FAKE_REPLY, .status = 500, .type = "text/plain", .body = "no idea\n"}},
	{"page", {.what = FAKE_REPLY, .status = 500, .type = "text/html", .body = page}},
	{"empty", {.what = FAKE_REPLY, .status = 503, .body = ""}},
	{"cut", {.what = FAKE_CLOSE, .after = true, .answer = 30}},
	{"reset", {.what = FAKE_RESET}},
	{"close", {.what = FAKE_CLOSE}},
	{"junk", {.what = FAKE_JUNK}},
	{"lost", {.what = FAKE_CLOSE, .after = true}},
	{"late 500", {.what = FAKE_REPLY,
			     .after = true,
			     .status = 500,
			     .type = "text/plain",
			     .body = "done, but something else broke"}},
	{"stall", {.what = FAKE_STALL}, true},
	{"done+stall", {.what = FAKE_STALL, .after = true}, true},
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/*
 * What comes of each: D deployed, d deployed with something left behind, F failed, R rejected,
 * U unreached, C cancelled, L left behind; in the order of the ways. A question that was only lost
 * on a kept connection is asked again by the transfer: u is U or D, f is F or D.
 */
struct call {
	const char *at;
	int nth;
	const char *wanted;
	bool optional; /* the deployment does without its answer: nobody loses patience */
};

struct matrix {
	const char *title;
	const struct call *calls;
	int rows;
	bool replace;
	bool start_fails; /* so that it is the putting back that goes wrong */
	int times;        /* 0: once; -1: whenever it is called */
	int ways;         /* only the first of them; 0: all */
};

struct cell {
	const struct call *call;
	const struct way *way;
	struct fake_engine *fake;
	struct record *record;
	struct berth_port port;
	char *before;
	bool cancelled;
	char letter;
};

static char folder[64];

static void make_folder(void)
{
	char path[128];
	FILE *file;

	snprintf(folder, sizeof(folder), "/tmp/berth-files-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/web.md", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("text\n", file);
	fclose(file);
}

static void remove_folder(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/web.md", folder);
	unlink(path);
	rmdir(folder);
}

static void begin(struct flow *flow, struct cell *cell, const struct matrix *matrix, int row, int w)
{
	const struct call *call = &matrix->calls[row];
	const struct way *way = &ways[w];
	static const struct fake_image image = {.name = "demo/web:1.0"};
	struct fake_fault fault = way->fault;
	struct berth_deployment request;

	*cell = (struct cell){.call = call, .way = way, .fake = fake_engine_start()};
	cell->port = flow_web(flow_port(), false);
	fake_engine_image(cell->fake, &image);
	fake_engine_container(cell->fake,
		&(struct fake_container){.tag = "other", .name = "other", .running = true});
	if (matrix->replace)
		fake_engine_container(cell->fake, &(struct fake_container){.tag = "old",
							  .name = "web",
							  .deployment = "an-earlier-one",
							  .running = true,
							  .port = cell->port.host});
	fault.at = call->at;
	fault.nth = call->nth;
	fault.times = matrix->times;
	fake_engine_fault(cell->fake, &fault);
	if (matrix->start_fails)
		fake_engine_fault(
			cell->fake, &(struct fake_fault){.at = "POST /containers/<new>/start",
					    .what = FAKE_REPLY,
					    .status = 500,
					    .body = "no such file: serve"});
	cell->before = fake_engine_containers(cell->fake);
	request = flow_request(cell->fake);
	request.ports = &cell->port;
	request.port_count = 1;
	request.folder = folder;
	request.dest = (char *)"/app";
	cell->record = flow_start(flow, &request, false);
}

static void lose_patience(struct flow *flow, struct cell *cell)
{
	if (cell->way->cancel && !cell->call->optional && !cell->cancelled &&
		!cell->record->result && fake_engine_faults(cell->fake) > 0) {
		cell->cancelled = true;
		flow_cancel(flow, cell->record);
	}
}

static bool all_ended(struct flow *flow, struct cell *cells, int count)
{
	bool all = true;

	for (int i = 0; i < count; i++) {
		lose_patience(flow, &cells[i]);
		all = all && cells[i].record->result;
	}
	return all;
}

static char letter_of(const struct berth_result *result)
{
	static const char letters[] = {
		[BERTH_DEPLOYED] = 'D',
		[BERTH_FAILED] = 'F',
		[BERTH_REJECTED] = 'R',
		[BERTH_UNREACHED] = 'U',
		[BERTH_UNKNOWN] = '?',
		[BERTH_LEFT_BEHIND] = 'L',
		[BERTH_CANCELED] = 'C',
	};

	if (result->outcome == BERTH_DEPLOYED && result->left_behind_count > 0)
		return 'd';
	return letters[result->outcome];
}

static bool is_wanted(char got, char wanted)
{
	switch (wanted) {
	case 'u':
		return got == 'U' || got == 'D';
	case 'f':
		return got == 'F' || got == 'D';
	default:
		return got == wanted;
	}
}

static bool is_named(const struct berth_result *result, const char *name)
{
	for (size_t i = 0; i < result->left_behind_count; i++)
		if (strstr(result->left_behind[i], name))
			return true;
	return false;
}

/* NULL, or what the record says that is not so. */
static const char *lie(const struct cell *cell)
{
	const struct berth_result *result = cell->record->result;
	char *after = fake_engine_containers(cell->fake);
	bool same = strcmp(after, cell->before) == 0;
	const char *why = NULL;

	switch (result->outcome) {
	case BERTH_DEPLOYED:
		if (strncmp(fake_engine_who(cell->fake, "web"), "new", 3) != 0 ||
			!fake_engine_runs(cell->fake, fake_engine_who(cell->fake, "web")))
			why = "deployed, but it does not run";
		else if (strstr(after, " old ") && result->left_behind_count == 0)
			why = "the old one is still there";
		else if (!strstr(after, " old ") && result->left_behind_count > 0)
			why = "nothing was left behind";
		else if (strstr(after, "-before-") && !is_named(result, "-before-"))
			why = "what is left is not named";
		break;
	case BERTH_LEFT_BEHIND:
		if (same)
			why = "nothing was left behind";
		else if (!is_named(result, "web"))
			why = "what was left is not named";
		break;
	case BERTH_REJECTED:
	case BERTH_UNREACHED:
		if (fake_engine_count(cell->fake, "> POST") +
				fake_engine_count(cell->fake, "> DELETE") >
			0)
			why = "something was touched";
		break;
	case BERTH_FAILED:
	case BERTH_CANCELED:
		if (!same)
			why = "the containers are not as they were";
		break;
	case BERTH_UNKNOWN:
		why = "this can be known";
		break;
	}
	if (why) {
		char *journal = fake_engine_journal(cell->fake);

		fprintf(stderr, "%s, %s: %s\nbefore:\n%safter:\n%s%s", cell->call->at,
			cell->way->name, why, cell->before, after, journal);
		free(journal);
		record_print(cell->record);
	}
	free(after);
	return why;
}

static void finish(struct cell *cell, char *letter, int *lies)
{
	*letter = letter_of(cell->record->result);
	if (fake_engine_faults(cell->fake) == 0) {
		fprintf(stderr, "%s: there was no such call\n", cell->call->at);
		++*lies;
	}
	*lies += lie(cell) != NULL;
	if (!is_wanted(*letter, cell->call->wanted[cell->way - ways]))
		fprintf(stderr, "%s, %s: %s\n", cell->call->at, cell->way->name,
			cell->record->result->message);
	free(cell->before);
	if (fake_engine_stop(cell->fake))
		fail_msg("a thread of the fake engine did not end");
}

/* A few cells at once: each has an engine of its own, all are on one loop. */
static void run_some(struct flow *flow, struct cell *cells, int count)
{
	uint64_t deadline = uv_hrtime() + (uint64_t)DEADLINE_MS * 1000000;

	while (flow_drain(flow) && !all_ended(flow, cells, count)) {
		if (uv_hrtime() > deadline) {
			for (int i = 0; i < count; i++)
				if (!cells[i].record->result) {
					fprintf(stderr, "%s, %s\n", cells[i].call->at,
						cells[i].way->name);
					record_print(cells[i].record);
				}
			fail_msg("not ended within %d ms", DEADLINE_MS);
		}
		loop_turn(&flow->loop);
	}
}

/* The ways from `from` to before `to`, all at once. */
static void run_ways(struct flow *flow, const struct matrix *matrix, int from, int to,
	char got[ROWS_MAX][WAYS + 1], int *wrong)
{
	struct cell *cells = calloc((size_t)(matrix->rows * WAYS), sizeof(*cells));
	int count = 0;

	assert_non_null(cells);
	for (int w = from; w < to; w++)
		for (int r = 0; r < matrix->rows; r++)
			begin(flow, &cells[count++], matrix, r, w);
	run_some(flow, cells, count);
	count = 0;
	for (int w = from; w < to; w++)
		for (int r = 0; r < matrix->rows; r++)
			finish(&cells[count++], &got[r][w], wrong);
	free(cells);
}

/* Prints what came of each; a '!' marks what should have been something else. */
static int print_table(const struct matrix *matrix, int count, char got[ROWS_MAX][WAYS + 1])
{
	int wrong = 0;

	printf("\n%-36s", matrix->title);
	for (int w = 0; w < count; w++)
		printf(" %s", ways[w].name);
	printf("\n");
	for (int r = 0; r < matrix->rows; r++) {
		const struct call *call = &matrix->calls[r];

		printf("%-33s %d ", call->at, call->nth);
		for (int w = 0; w < count; w++) {
			bool as_wanted = is_wanted(got[r][w], call->wanted[w]);

			printf(" %*c%c", (int)strlen(ways[w].name) - 1, got[r][w],
				as_wanted ? ' ' : '!');
			wrong += !as_wanted;
		}
		printf("\n");
	}
	return wrong;
}

static void run_matrix(struct flow *flow, const struct matrix *matrix)
{
	char got[ROWS_MAX][WAYS + 1];
	int count = matrix->ways ? matrix->ways : WAYS;
	int wrong = 0, w = 0;

	memset(got, 0, sizeof(got));
	make_folder();
	for (; w < count && !ways[w].cancel; w++)
		run_ways(flow, matrix, w, w + 1, got, &wrong);
	/* These all wait for the same time. */
	run_ways(flow, matrix, w, count, got, &wrong);
	remove_folder();
	wrong += print_table(matrix, count, got);
	assert_int_equal(wrong, 0);
}

static void test_fresh(void **state)
{
	static const struct call calls[] = {
		{"HEAD /_ping", 1, "DDDDDDDDDDCC"},
		{"GET /version", 1, "RFUFUuuUuFCC"},
		{"GET /containers/web/json", 1, "RFUFUuuUuFCC"},
		{"GET /images/demo/web:1.0/json", 1, "RFUFUuuUuFCC"},
		{"GET /containers/json", 1, "RFUFUuuUuFCC"},
		{"POST /images/create", 1, "FFFDDDDFDFCC"},
		{"GET /images/demo/web:1.0/json", 2, "FFFFFffFfFCC"},
		{"POST /containers/create", 1, "FFFFFFFFFFCC"},
		{"PUT /containers/<new>/archive", 1, "FFFFFFFFFFCC"},
		{"POST /containers/<new>/start", 1, "FFFFFFFFFFCC"},
		{"GET /events", 1, "DDDDDDDDDDDD", true},
		{"GET /containers/<new>/logs", 1, "DDDDDDDDDDDD", true},
		{"GET /containers/<new>/json", 1, "FFFFFffFfFCC"},
	};

	run_matrix(*state, &(struct matrix){.title = "fresh",
				   .calls = calls,
				   .rows = sizeof(calls) / sizeof(calls[0])});
}

static void test_replacing(void **state)
{
	static const struct call calls[] = {
		{"GET /containers/web/json", 1, "RFUFUuuUuFCC"},
		{"POST /images/create", 1, "FFFDDDDFDFCC"},
		{"POST /containers/<old>/rename", 1, "FFFFFFFFFFCC"},
		{"POST /containers/create", 1, "FFFFFFFFFFCC"},
		{"PUT /containers/<new>/archive", 1, "FFFFFFFFFFCC"},
		{"POST /containers/<old>/stop", 1, "FFFFFFFFFFCC"},
		{"POST /containers/<new>/start", 1, "FFFFFFFFFFCC"},
		{"GET /events", 1, "DDDDDDDDDDDD", true},
		{"GET /containers/<new>/logs", 1, "DDDDDDDDDDDD", true},
		{"GET /containers/<new>/json", 1, "FFFFFffFfFCC"},
		{"DELETE /containers/<old>", 1, "DDDDDDDDDDDD"},
	};

	run_matrix(*state, &(struct matrix){.title = "replacing",
				   .calls = calls,
				   .rows = sizeof(calls) / sizeof(calls[0]),
				   .replace = true});
}

/* The new one does not start, and then putting things back goes wrong once: it is tried again. */
static void test_putting_back(void **state)
{
	static const struct call calls[] = {
		{"DELETE /containers/<new>", 1, "FFFFFFFFFF"},
		{"GET /containers/<old>/json", 1, "FFFFFFFFFF"},
		{"POST /containers/<old>/rename", 2, "FFFFFFFFFF"},
		{"POST /containers/<old>/start", 1, "FFFFFFFFFF"},
	};

	run_matrix(*state, &(struct matrix){.title = "putting back",
				   .calls = calls,
				   .rows = sizeof(calls) / sizeof(calls[0]),
				   .replace = true,
				   .start_fails = true,
				   .ways = 10});
}

/* It goes wrong for good: what is left is named. */
static void test_not_put_back(void **state)
{
	static const struct call calls[] = {
		{"DELETE /containers/<new>", 1, "LLLL"},
		{"GET /containers/<old>/json", 1, "LLLL"},
		{"POST /containers/<old>/rename", 2, "LLLL"},
		{"POST /containers/<old>/start", 1, "LLLL"},
	};

	run_matrix(*state, &(struct matrix){.title = "not put back",
				   .calls = calls,
				   .rows = sizeof(calls) / sizeof(calls[0]),
				   .replace = true,
				   .start_fails = true,
				   .times = -1,
				   .ways = 4});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fresh, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(test_replacing, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(test_putting_back, flow_setup, flow_teardown),
		cmocka_unit_test_setup_teardown(test_not_put_back, flow_setup, flow_teardown),
	};

	flow_home();
	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
