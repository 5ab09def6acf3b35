/* `berth detect`, as a person and as a script use it. */
#include "unit/home.h"

#include <stdbool.h>

#include <berth/text.h>

#include "support/process.h"

enum { COMMAND_MS = 60 * 1000 };

static struct tree tree;

static int setup(void **state)
{
	int status = home_setup(state);

	tree_init(&tree);
	return status;
}

static int teardown(void **state)
{
	tree_release(&tree);
	return home_teardown(state);
}

/* Run in the tree's own folder. */
static struct process run(const char *const words[], int status)
{
	struct process process = {0};
	const char *argv[16] = {BERTH_PROGRAM};

	for (size_t i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	const struct process_options options = {
		.env = WORDS("LC_ALL=C.UTF-8"), .folder = tree.path};
	assert_int_equal(process_start(&process, argv, &options), 0);
	assert_int_equal(process_wait(&process, COMMAND_MS), 0);
	if (process.status != status)
		fail_msg("%d: %s%s", process.status, process.out.text ? process.out.text : "",
			process.err.text ? process.err.text : "");
	return process;
}

#define RUN(status, ...) run(WORDS(__VA_ARGS__), status)

static void says(const char *const words[], int status, const char *part)
{
	struct process process = run(words, status);

	assert_contains(status > 1 ? process.err.text : process.out.text, part);
	process_release(&process);
}

#define SAYS(status, part, ...) says(WORDS(__VA_ARGS__), status, part)

static void a_shop(const char *folder)
{
	char path[64];

	snprintf(path, sizeof path, "%s/package.json", folder);
	tree_text(&tree, path,
		"{\"dependencies\": {\"express\": \"^4.18.2\", \"pg\": \"8\"}, \"scripts\": "
		"{\"start\": \"node server.js\"}}\n");
	snprintf(path, sizeof path, "%s/server.js", folder);
	tree_text(&tree, path, "require('express')().listen(4000);\n");
	snprintf(path, sizeof path, "%s/index.html", folder);
	tree_text(&tree, path, "<h1>hi</h1>\n");
}

static void json_is_one_exact_object(void **state)
{
	(void)state;
	a_shop("a");
	struct process process = RUN(0, "detect", "a", "--output", "json");
	assert_string_equal(process.out.text,
		"{\"stack\":\"node\",\"confidence_score\":90,\"framework\":\"Express\","
		"\"detected_files\":[\"package.json\"],\"requires_db\":true,"
		"\"internal_port\":4000,\"build_command\":\"npm install\","
		"\"run_command\":\"npm run start\",\"evidence\":["
		"{\"points\":40,\"file\":\"package.json\",\"text\":\"a Node.js project\"},"
		"{\"points\":15,\"file\":\"package.json\",\"text\":\"scripts.start: node "
		"server.js\"},"
		"{\"points\":10,\"file\":null,\"text\":\"source files: 1\"},"
		"{\"points\":25,\"file\":\"package.json\",\"text\":\"Express: express "
		"^4.18.2\"}],"
		"\"runner_up\":{\"stack\":\"static\",\"confidence_score\":45,\"framework\":null,"
		"\"folder\":\"\",\"evidence\":[{\"points\":45,\"file\":\"index.html\",\"text\":\"a "
		"page to start from\"}]},"
		"\"folder\":\"\",\"detected_by\":\"files\",\"build_file\":null,"
		"\"runtime_version\":null,\"package_manager\":\"npm\",\"health_path\":\"/\","
		"\"environment\":{\"NODE_ENV\":\"production\",\"PORT\":\"4000\"},"
		"\"exclude\":[\".git\",\"node_modules\",\"npm-debug.log\",\"coverage\",\".env\"],"
		"\"databases\":[\"postgresql\"],\"origins\":{\"package_manager\":\"package.json\","
		"\"internal_port\":\"server.js\",\"build_command\":\"package.json\","
		"\"run_command\":\"package.json\",\"health_path\":\"template\"},"
		"\"looked_at\":3,\"complete\":true}\n");
	assert_string_equal(process.err.text ? process.err.text : "", "");
	process_release(&process);
}

static void plain_shows_why_and_what_came_second(void **state)
{
	(void)state;
	a_shop("a");
	struct process process = RUN(0, "detect", "a");
	assert_string_equal(process.out.text,
		"Express (Node.js), confidence 90\n"
		"  packages by  npm  (package.json)\n"
		"  port         4000  (server.js)\n"
		"  build        npm install  (package.json)\n"
		"  run          npm run start  (package.json)\n"
		"  health       /  (template)\n"
		"  databases    PostgreSQL  (package.json)\n"
		"  environment  NODE_ENV=production PORT=4000\n"
		"  left out     .git node_modules npm-debug.log coverage .env\n"
		"\n"
		"Why:\n"
		"   +40  package.json            a Node.js project\n"
		"   +15  package.json            scripts.start: node server.js\n"
		"   +10                          source files: 1\n"
		"   +25  package.json            Express: express ^4.18.2\n"
		"\n"
		"Second: Static site, confidence 45\n"
		"   +45  index.html              a page to start from\n");
	process_release(&process);
}

static void plain_fits_80_columns(void **state)
{
	(void)state;
	struct dirent **names;
	int count = scandir(BERTH_SOURCE_DIR "/tests/detect/corpus", &names, NULL, alphasort);
	unsigned lines = 0;

	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];
		snprintf(path, sizeof path, BERTH_SOURCE_DIR "/tests/detect/corpus/%s/source",
			names[i]->d_name);
		if (names[i]->d_name[0] != '.') {
			const char *words[] = {"detect", path, NULL};
			bool unknown = strstr(path, "/unknown-") != NULL;
			struct process process = run(words, unknown ? 1 : 0);
			for (char *line = process.out.text; *line; lines++) {
				size_t len = strcspn(line, "\n");
				if (berth_text_width(line, len) > 80)
					fail_msg("%s: %.*s", names[i]->d_name, (int)len, line);
				line += len + (line[len] == '\n');
			}
			process_release(&process);
		}
		free(names[i]);
	}
	free(names);
	assert_true(lines > 500);
}

static void names_of_files_are_cleaned(void **state)
{
	(void)state;
	tree_text(&tree, "a/x\033[31m\n/package.json", "{\"main\": \"\\u001b]0;t\\u0007.js\"}");
	struct process process = RUN(0, "detect", "a");
	assert_null(strchr(process.out.text, '\033'));
	assert_null(strchr(process.out.text, '\a'));
	process_release(&process);
	process = RUN(0, "detect", "a", "--output", "json");
	assert_null(strchr(process.out.text, '\033'));
	process_release(&process);
}

static void exit_statuses_are_kept(void **state)
{
	(void)state;
	tree_text(&tree, "empty/README", "x\n");
	tree_text(&tree, "file", "");
	SAYS(1, "Not known", "detect", "empty");
	SAYS(1, "\"stack\":\"unknown\",\"confidence_score\":0", "detect", "empty", "--output=json");
	SAYS(2, "folder 'nowhere' does not exist", "detect", "nowhere");
	SAYS(2, "is not a folder", "detect", "file");
	SAYS(2, "a folder is needed", "detect");
	SAYS(2, "argument 'b' is not expected", "detect", "a", "b");
	SAYS(2, "did you mean 'detect'?", "detct", "a");
	SAYS(0, "berth detect DIR", "help", "detect");
	SAYS(0, "berth detect DIR", "detect", "--help");
}

static void shells_complete_folders(void **state)
{
	(void)state;
	SAYS(0, "COMPREPLY=($(compgen -d -- \"$cur\"))", "completion", "bash");
	SAYS(0, "'1:folder:_files -/'", "completion", "zsh");
	SAYS(0, "__fish_seen_subcommand_from detect' -a '(__fish_complete_directories)'",
		"completion", "fish");
	tree_folder(&tree, "some folder");
	char *out = NULL;
	const struct process_options options = {.folder = tree.path};
	int status = process_run(
		WORDS("bash", "-c",
			"eval \"$(" BERTH_PROGRAM
			" completion bash)\"; COMP_WORDS=(berth detect so); "
			"COMP_CWORD=2; compopt() { :; }; _berth; echo \"${COMPREPLY[*]}\""),
		&options, COMMAND_MS, &out);
	assert_int_equal(status, 0);
	assert_string_equal(out, "some folder\n");
	free(out);
}

static void a_pin_wins(void **state)
{
	(void)state;
	a_shop("a");
	tree_text(&tree, "a/Dockerfile", "FROM node:20\nEXPOSE 80\n");
	tree_text(&tree, "a/berth.json",
		"{\"detect\": {\"stack\": \"ruby\", \"internal_port\": 9000, \"run_command\": "
		"\"ruby x.rb -p 1\", \"databases\": [\"redis\"]}}\n");
	struct process process = RUN(0, "detect", "a", "--output", "json");
	assert_contains(process.out.text, "{\"stack\":\"ruby\",\"confidence_score\":100,");
	assert_contains(process.out.text, "\"detected_by\":\"pin\"");
	assert_contains(process.out.text, "\"internal_port\":9000");
	assert_contains(process.out.text, "\"run_command\":\"ruby x.rb -p 1\"");
	assert_contains(process.out.text, "\"databases\":[\"redis\"]");
	assert_contains(process.out.text, "\"runner_up\":{\"stack\":\"node\"");
	process_release(&process);
	/* Without a stack in it, it changes values only. */
	tree_text(&tree, "a/berth.json", "{\"detect\": {\"internal_port\": 9000}}\n");
	process = RUN(0, "detect", "a", "--output", "json");
	assert_contains(process.out.text, "\"detected_by\":\"dockerfile\"");
	assert_contains(process.out.text, "\"internal_port\":9000");
	assert_contains(process.out.text, "\"internal_port\":\"berth.json\"");
	process_release(&process);
	/* A framework says its stack. */
	tree_text(&tree, "a/berth.json", "{\"detect\": {\"framework\": \"Sinatra\"}}\n");
	process = RUN(0, "detect", "a", "--output", "json");
	assert_contains(process.out.text,
		"{\"stack\":\"ruby\",\"confidence_score\":100,\"framework\":\"Sinatra\"");
	process_release(&process);
	/* And the other commands know that it is not theirs. */
	SAYS(0, "option --folder", "deploy", "--folder", "a", "--image", "x:1", "--explain");
}

static void a_wrong_pin_says_where(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"{\n \"detect\": {\"stak\": \"go\"}\n}",
			"berth.json:2:13: unknown key 'stak', did you mean 'stack'?"},
		{"{\"detect\": {\"stack\": \"pythn\"}}",
			"unknown stack 'pythn', did you mean 'python'?"},
		{"{\"detect\": {\"framework\": \"Djago\"}}",
			"unknown framework 'Djago', did you mean 'Django'?"},
		{"{\"detect\": {\"internal_port\": 70000}}",
			"'internal_port' is a port, a number from 1 to 65535"},
		{"{\"detect\": {\"run_command\": 1}}",
			"'run_command' is a number, expected a text"},
		{"{\"detect\": {\"databases\": \"redis\"}}",
			"'databases' is a text, expected a list of texts"},
		{"{\"detect\": {\"folder\": \"nowhere\"}}",
			"folder 'nowhere' is not in the source"},
		{"{\"detect\": []}", "'detect' is a list, expected an object"},
		{"{\"detect\": ", "berth.json:1:"},
	};
	tree_folder(&tree, "a");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		tree_text(&tree, "a/berth.json", cases[i].text);
		SAYS(2, cases[i].says, "detect", "a");
	}
}

/* In the user's folder: a framework and a default more for a stack that is there, and a new stack.
 */
static void stacks_can_be_added_to(void **state)
{
	(void)state;
	a_shop("a");
	tree_text(&home.tree, "xdg/berth/stacks/node.json",
		"{\"frameworks\": [{\"name\": \"Shopware\", \"when\": {\"needs\": \"pg\"}, "
		"\"health\": \"/alive\"}], \"environment\": {\"TZ\": \"UTC\"}}\n");
	tree_text(&home.tree, "xdg/berth/stacks/elixir.json",
		"{\"label\": \"Elixir\", \"evidence\": [{\"points\": 70, \"file\": \"mix.exs\", "
		"\"says\": \"a Mix project\"}], \"port\": \"4000\", \"run\": \"mix "
		"phx.server\"}\n");
	struct process process = RUN(0, "detect", "a");
	assert_contains(process.out.text, "Shopware (Node.js), confidence 90\n");
	assert_contains(process.out.text, "/alive");
	assert_contains(process.out.text, "TZ=UTC");
	process_release(&process);
	tree_text(&tree, "b/mix.exs", "");
	SAYS(0, "Elixir, confidence 70\n", "detect", "b");
}

static void a_wrong_stack_file_says_where(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"{\n \"evidnce\": []\n}",
			"stacks/go.json:2:2: unknown key 'evidnce', did you mean 'evidence'?"},
		{"{\"evidence\": [{\"points\": \"9\"}]}",
			"'points' is a text, expected a whole number"},
		{"{\"evidence\": {}}", "'evidence' is an object, expected a list of objects"},
		{"{\"run\": [{\"is\": \"x\", \"nedes\": \"y\"}]}",
			"unknown key 'nedes', did you mean 'needs'?"},
		{"{\"frameworks\": [{\"when\": {\"at\": \"x\"}}]}",
			"'at' is a text, expected a list of texts"},
		{"{\"environment\": {\"A\": 1}}", "'A' is a number, expected a text"},
		{"[]", "stacks/go.json:1:"},
	};
	tree_folder(&tree, "a");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		tree_text(&home.tree, "xdg/berth/stacks/go.json", cases[i].text);
		SAYS(2, cases[i].says, "detect", "a");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(json_is_one_exact_object),
		TEST(plain_shows_why_and_what_came_second),
		TEST(plain_fits_80_columns),
		TEST(names_of_files_are_cleaned),
		TEST(exit_statuses_are_kept),
		TEST(shells_complete_folders),
		TEST(a_pin_wins),
		TEST(a_wrong_pin_says_where),
		TEST(stacks_can_be_added_to),
		TEST(a_wrong_stack_file_says_where),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
