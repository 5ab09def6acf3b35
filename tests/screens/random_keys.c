/*
 * Random keys, started from every mode there is: no crash, nothing that Esc does not lead out of,
 * nothing written where it does not belong.
 *
 * Two keys are left out. Ctrl-Z stops the program, and Ctrl-\ is for the terminal while the
 * terminal is not in raw mode: what is sent to a program that is stopped is not a key of it.
 */
#include "support/console_term.h"

#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/random.h"

#include "keys/inputline.h"
#include "keys/keys.h"
#include "keys/prompt.h"

enum { KEYS = 10000, CHUNK = 16, TOKEN_MAX = 48, STARTS_MAX = 200 };

/* Nobody is at home there, and nobody is asked before its name is typed. */
#define PROTECTED                                                                                  \
	"{\"targets\": {\"vault\": {\"kind\": \"docker\", \"host\": \"unix:///nobody\", "          \
	"\"protected\": true}}}"

/* Endless, slow, and not much of it: whatever starts others like it has an end with the test. */
#define DEMO                                                                                       \
	"--name", "web", "--image", "web:1", "--mouse", "--env", "DEMO_SECONDS=600", "--env",      \
		"DEMO_RATE=20", "--env", "DEMO_LINES=2000"

struct step {
	const char *keys, *until; /* what is on the screen when they are done */
};

#define RUN                                                                                        \
	{                                                                                          \
		KEY_SEQ_F5, "(line 2)"                                                             \
	}
#define LOG                                                                                        \
	{                                                                                          \
		"\0334", "▸Log"                                                                  \
	}
#define CANCEL                                                                                     \
	{                                                                                          \
		"c", "Cancel 'web'?"                                                               \
	}
#define ENDED                                                                                      \
	{                                                                                          \
		"y", "⊘ Rehearsal cancelled"                                                     \
	}

#define PAST                                                                                       \
	{                                                                                          \
		"\0334h", "demo      20"                                                           \
	}

#define WAIT_OR_CANCEL "[w] wait"

enum { STEPS_MAX = 6 };

static const struct mode {
	const char *name;
	enum question question; /* that it is; QUESTION_NONE: none */
	enum input input;       /* the same of a line that is asked for */
	const char *context;    /* the same, as keys_context_name() says it; NULL: see the others */
	struct step steps[STEPS_MAX];
	const char *target; /* NULL: demo */
} modes[] = {
	{"choice", 0, 0, "in a choice", {{"", "▸Target"}}},
	{"text", 0, 0, "in a text field", {{KEY_SEQ_DOWN, "▸Name"}}},
	{"list", 0, 0, "in the list of deployments", {RUN, {"\0331", "▸Deployments"}}},
	{"result", 0, 0, "in the result", {RUN, CANCEL, ENDED, {"\0333", "▸"}}},
	{"log", 0, 0, "in the log", {RUN, LOG}},
	{"selecting", 0, 0, NULL, {RUN, LOG, {"V", "selecting"}}},
	{"help", 0, 0, "in the help", {{"\033OP", "▸Help"}}},
	{"page", 0, 0, "in a page", {{"\033OR", "▸Where each value comes from"}}},
	{"command", 0, INPUT_COMMAND, NULL, {{"\033x", "▸Commands"}}},
	{"saving", 0, INPUT_PROFILE_SAVE, NULL, {{"\033[17~", "Save the form"}}},
	/* From the second start on it asks whether to replace that profile. */
	{"loading", 0, INPUT_PROFILE_LOAD, NULL,
		{{"\033[17~\025mine\r", "'mine'"}, {"y", "▸Deploy"}, {"\033[18~", "Load profile"}}},
	{"listing", 0, INPUT_LIST, NULL, {RUN, {"\0331/", "List names with:"}}},
	{"confirming", 0, INPUT_CONFIRM, NULL, {{KEY_SEQ_F5, "Type 'vault'"}}, "vault"},
	{"search", 0, INPUT_SEARCH, "in the line that is asked for", {RUN, LOG, {"/", "Search:"}}},
	{"filter", 0, INPUT_FILTER, NULL, {RUN, LOG, {"&", "Show only"}}},
	{"export", 0, INPUT_EXPORT, NULL, {RUN, LOG, {"e", "Export to:"}}},
	{"cancelling", QUESTION_CANCEL, 0, NULL, {RUN, CANCEL}},
	{"quitting", QUESTION_QUIT, 0, NULL, {RUN, LOG, {"q", WAIT_OR_CANCEL}}},
	{"overwriting", QUESTION_OVERWRITE, 0, NULL,
		{RUN, LOG, {"e\025log\r", "Exported"}, {"e\025log\r", "Replace it?"}}},
	{"history", 0, 0, "in the history", {RUN, CANCEL, ENDED, PAST}},
	{"replaying", 0, 0, "in a replay", {RUN, CANCEL, ENDED, PAST, {"r", "replay 0:"}}},
	{"finding", 0, INPUT_HISTORY, NULL, {RUN, CANCEL, ENDED, PAST, {"/", "Runs with:"}}},
	{"searching", 0, INPUT_HISTORY_LOGS, NULL, {RUN, CANCEL, ENDED, PAST, {"&", "Logs with:"}}},
	{"deleting", QUESTION_DELETE, 0, NULL, {RUN, CANCEL, ENDED, PAST, {"x", "Delete run"}}},
};
enum { MODES = sizeof(modes) / sizeof(modes[0]) };

static struct random dice;
static char outside[64], inside[80], configuration[96];
static int starts;

/* --- every mode --- */

static bool is_covered_context(const char *context)
{
	bool covered = false;

	for (size_t i = 0; i < MODES; i++)
		covered = covered || (modes[i].context && strcmp(modes[i].context, context) == 0);
	return covered;
}

static bool is_covered(enum question question, enum input input)
{
	bool covered = false;

	for (size_t i = 0; i < MODES; i++)
		covered = covered || (modes[i].question == question && modes[i].input == input);
	return covered;
}

/* Only an engine that has some brings it up. */
static bool needs_containers(enum question question)
{
	return question == QUESTION_REPLACE || question == QUESTION_STOP ||
	       question == QUESTION_RESTART || question == QUESTION_REMOVE;
}

static void every_mode_is_here(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 32; bit++) {
		const char *context = keys_context_name(1u << bit);

		if (strcmp(context, "there") != 0 && !is_covered_context(context))
			fail_msg("no keys are tried %s", context);
	}
	for (int question = QUESTION_NONE + 1; question < QUESTION_COUNT; question++) {
		if (!needs_containers((enum question)question) &&
			!is_covered((enum question)question, 0))
			fail_msg("no keys are tried at question %d", question);
	}
	for (int input = INPUT_NONE + 1; input < INPUT_COUNT; input++) {
		/* Asked for what is there on an engine, with the use of the line that confirms. */
		if (input != INPUT_CONFIRM_ACT && !is_covered(0, (enum input)input))
			fail_msg("no keys are tried in line %d", input);
	}
}

/* --- keys --- */

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static size_t put(char *dst, const char *text)
{
	size_t len = strlen(text);

	memcpy(dst, text, len);
	return len;
}

static size_t put_printable(char *dst)
{
	static const char *const wide[] = {
		"é", "中", "👩‍💻", "e\xcc\x81", "\xe2\x80\xae", "ß", "🇩🇪"};

	if (random_below(&dice, 8) == 0)
		return put(dst, wide[random_below(&dice, COUNT_OF(wide))]);
	*dst = (char)(' ' + random_below(&dice, 95));
	return 1;
}

static size_t put_control(char *dst)
{
	do
		*dst = (char)(1 + random_below(&dice, 31));
	while (*dst == K_CTRL('Z') || *dst == K_CTRL('\\'));
	return 1;
}

static size_t put_named(char *dst)
{
	static const char *const names[] = {KEY_SEQ_UP, KEY_SEQ_DOWN, KEY_SEQ_LEFT, KEY_SEQ_RIGHT,
		KEY_SEQ_HOME, KEY_SEQ_END, KEY_SEQ_PAGE_UP, KEY_SEQ_PAGE_DOWN, KEY_SEQ_DELETE,
		KEY_SEQ_BACKTAB, "\033[1;5D", "\033[1;5C", "\033[2~", "\t", "\r", "\033", "\177"};

	return put(dst, names[random_below(&dice, COUNT_OF(names))]);
}

static size_t put_function(char *dst)
{
	static const char *const names[] = {KEY_SEQ_F1, KEY_SEQ_F2, "\033OR", "\033OS", KEY_SEQ_F5,
		"\033[17~", "\033[18~", "\033[19~", "\033[20~", "\033[21~", "\033[23~", "\033[24~"};

	return put(dst, names[random_below(&dice, COUNT_OF(names))]);
}

static size_t put_alt(char *dst)
{
	return (size_t)sprintf(dst, "\033%c", (int)('!' + random_below(&dice, 94)));
}

/* Whole, without an end, with half of one, and an end without a beginning. */
static size_t put_paste(char *dst)
{
	static const char *const pastes[] = {KEY_SEQ_PASTE("pasted"),
		KEY_SEQ_PASTE("two\rlines\tand\003more"), "\033[200~cut", "\033[200~half\033[20",
		"\033[201~", "\033[200~\033[200~"};

	return put(dst, pastes[random_below(&dice, COUNT_OF(pastes))]);
}

static size_t put_mouse(char *dst)
{
	static const int buttons[] = {0, 0, 64, 65, 2, 35};

	return (size_t)snprintf(dst, TOKEN_MAX, "\033[<%d;%zu;%zu%c",
		buttons[random_below(&dice, COUNT_OF(buttons))], random_below(&dice, 130),
		random_below(&dice, 45), random_below(&dice, 3) ? 'M' : 'm');
}

static size_t put_broken(char *dst)
{
	static const char *const pieces[] = {"\033[", "\033O", "\033[1;", "\033[20", "\033[<0;1",
		"\033]52;c;", "\033P", "\033[999999999999;9A", "\033[M", "\xff", "\xc3", "\xe2\x82",
		"\xf0\x9f", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\x9b", "\x80"};

	return put(dst, pieces[random_below(&dice, COUNT_OF(pieces))]);
}

static size_t put_key(char *dst)
{
	static const struct {
		size_t weight;
		size_t (*put)(char *dst);
	} kinds[] = {{35, put_printable}, {12, put_control}, {25, put_named}, {5, put_function},
		{6, put_alt}, {5, put_paste}, {5, put_mouse}, {7, put_broken}};
	size_t kind = 0, at = random_below(&dice, 100);

	while (at >= kinds[kind].weight)
		at -= kinds[kind++].weight;
	return kinds[kind].put(dst);
}

/* --- the console --- */

static void open_in_mode(const struct mode *mode)
{
	const char *const arguments[] = {BERTH_PROGRAM, "--target",
		mode->target != NULL ? mode->target : "demo", DEMO, NULL};
	/* A pager that is typed into might do anything. */
	const char *const environment[] = {"PAGER=true", "LESSSECURE=1", configuration, NULL};

	assert_true(++starts < STARTS_MAX);
	term = term_start(&(struct term_setup){.rows = 40,
		.columns = 120,
		.arguments = arguments,
		.environment = environment,
		.folder = inside});
	wait_for("▸Deploy");
	for (size_t i = 0; i < STEPS_MAX && mode->steps[i].keys != NULL; i++) {
		term_send(term, mode->steps[i].keys);
		wait_for(mode->steps[i].until);
	}
}

/* Its folder has nothing but this one in it. */
static void assert_only(const char *folder, const char *const *names)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;

	assert_non_null(entries);
	while ((entry = readdir(entries)) != NULL) {
		bool known = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;

		for (size_t i = 0; names[i] != NULL; i++)
			known = known || strcmp(entry->d_name, names[i]) == 0;
		if (!known)
			fail_msg("'%s' was made in '%s'", entry->d_name, folder);
	}
	closedir(entries);
}

static void assert_ended_well(int status)
{
	/* On its way out, with the terminal given back, another Ctrl-C is the terminal's. */
	if (WIFSIGNALED(status))
		assert_int_equal(WTERMSIG(status), SIGINT);
	else
		assert_int_equal(WEXITSTATUS(status), 0);
	assert_false(term_log_has(term, "Sanitizer", 0));
	assert_false(term_log_has(term, "runtime error:", 0));
	term_assert_restored(term);
	assert_only(outside, (const char *const[]){"work", "config", NULL});
	assert_only(term_home(term),
		(const char *const[]){"config", "state", "data", "cache", "run", NULL});
	close_console(NULL);
}

/* True if it is to be started again: a random key has ended it, as keys may. */
static bool has_ended(void)
{
	int status;

	if (!term_reports(term, &status))
		return false;
	if (WIFSTOPPED(status)) {
		term_kill(term, SIGCONT);
		return false;
	}
	assert_ended_well(status);
	return true;
}

static void press_randomly(const struct mode *mode, size_t keys)
{
	char chunk[CHUNK * TOKEN_MAX];

	while (keys > 0) {
		size_t len = 0, count = 1 + random_below(&dice, CHUNK);

		for (count = count < keys ? count : keys; count > 0; count--, keys--)
			len += put_key(chunk + len);
		term_send_bytes(term, chunk, len);
		term_watch(term, (int)random_below(&dice, 4));
		if (has_ended())
			open_in_mode(mode);
	}
}

/* Until the text is there, alone: false. Or until it has ended: true. */
static bool has_ended_before(const char *text, const char *unlike, int *status)
{
	for (int waited = 0; waited < TERM_WAIT_MS; waited += 5) {
		if (term_reports(term, status)) {
			if (!WIFSTOPPED(*status))
				return true;
			term_kill(term, SIGCONT);
		}
		if (term_has(term, text) && !term_has(term, unlike))
			return false;
		term_watch(term, 5);
	}
	wait_for(text);
	wait_gone(unlike);
	return false;
}

/* A terminal ends what it pastes, and Esc leads back from everywhere else. */
static bool has_ended_on_the_way_back(int *status)
{
	term_send(term, "\033[201~");
	for (int i = 0; i < 5; i++) {
		term_send(term, "\033");
		if (has_ended_before("berth", "\001", status))
			return true;
		term_watch(term, 30);
	}
	term_send(term, "\0334");
	return has_ended_before("▸Log", WAIT_OR_CANCEL, status);
}

static void come_back_and_leave(void)
{
	int status;

	if (!has_ended_on_the_way_back(&status)) {
		term_send(term, "q");
		if (!has_ended_before(WAIT_OR_CANCEL, "\001", &status)) {
			term_send(term, "c");
			status = term_wait_exit(term, TERM_WAIT_MS);
		}
	}
	assert_ended_well(status);
}

static void esc_leads_back_from(const struct mode *mode)
{
	open_in_mode(mode);
	press_randomly(mode, KEYS / MODES + 1);
	come_back_and_leave();
}

static void survives_from_every_mode(void **state)
{
	(void)state;
	for (size_t i = 0; i < MODES; i++) {
		dice.state = 0x9e3779b97f4a7c15u + i;
		print_message("from %s\n", modes[i].name);
		esc_leads_back_from(&modes[i]);
	}
}

static int write_configuration(void)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/config", outside);
	if (mkdir(path, 0700) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/config/berth", outside);
	if (mkdir(path, 0700) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/config/berth/config.json", outside);
	file = fopen(path, "w");
	if (file == NULL)
		return -1;
	fputs(PROTECTED, file);
	return fclose(file);
}

static int make_folders(void **state)
{
	(void)state;
	snprintf(outside, sizeof(outside), "/tmp/berth-keys-XXXXXX");
	if (mkdtemp(outside) == NULL)
		return -1;
	snprintf(inside, sizeof(inside), "%s/work", outside);
	snprintf(configuration, sizeof(configuration), "XDG_CONFIG_HOME=%s/config", outside);
	return mkdir(inside, 0700) == 0 && write_configuration() == 0 ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_folders(void **state)
{
	(void)state;
	return nftw(outside, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_is_here),
		console_test(survives_from_every_mode),
	};

	return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
