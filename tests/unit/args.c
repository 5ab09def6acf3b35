/* The command line: commands, options, and what is said about wrong ones. */
#include "unit/home.h"

#include <berth/settings.h>

#include "args.h"

#define WORDS 12

static int parse(struct args *args, struct berth_settings *settings, const char *const *words,
	struct berth_error *err)
{
	const char *argv[WORDS + 2] = {"berth"};
	int argc = 1;
	for (; argc <= WORDS && words[argc - 1]; argc++)
		argv[argc] = words[argc - 1];
	*err = (struct berth_error){0};
	return args_parse(args, settings, argc, argv, err);
}

static struct args accept(struct berth_settings *settings, const char *const *words)
{
	struct args args;
	struct berth_error err;
	if (parse(&args, settings, words, &err) < 0)
		fail_msg("%s", err.message);
	return args;
}

#define ACCEPT(settings, ...) accept(settings, (const char *const[WORDS + 1]){__VA_ARGS__})

static void commands_and_switches_are_understood(void **state)
{
	(void)state;
	struct berth_settings *settings = berth_settings_new();
	struct args args = ACCEPT(settings, NULL);
	assert_int_equal(args.command, COMMAND_CONSOLE);
	assert_string_equal(args.console.color, "auto");
	assert_int_equal(args.console.mouse, MOUSE_AS_CONFIGURED);
	assert_null(args.console.theme);
	assert_false(args.console.ascii);
	assert_null(args.console.clipboard);
	args = ACCEPT(settings, "--clipboard", "tmux");
	assert_string_equal(args.console.clipboard, "tmux");
	args = ACCEPT(settings, "--ascii", "--color=16", "--no-mouse");
	assert_int_equal(args.command, COMMAND_CONSOLE);
	assert_string_equal(args.console.color, "16");
	assert_true(args.console.ascii);
	assert_int_equal(args.console.mouse, MOUSE_LEFT);
	assert_false(args.console.read_only);
	assert_true(ACCEPT(settings, "--read-only").console.read_only);
	assert_true(ACCEPT(settings, "--linear").console.linear);
	args = ACCEPT(settings, "--mouse", "--theme", "light");
	assert_int_equal(args.console.mouse, MOUSE_TAKEN);
	assert_string_equal(args.console.theme, "light");
	args = ACCEPT(settings, "deploy", "--output", "json", "--explain");
	assert_int_equal(args.command, COMMAND_DEPLOY);
	assert_true(args.json);
	assert_true(args.explain);
	args = ACCEPT(settings, "deploy", "--output=plain");
	assert_false(args.json);
	assert_int_equal(ACCEPT(settings, "doctor").command, COMMAND_DOCTOR);
	assert_int_equal(ACCEPT(settings, "--version").command, COMMAND_VERSION);
	args = ACCEPT(settings, "completion", "bash");
	assert_int_equal(args.command, COMMAND_COMPLETION);
	assert_string_equal(args.topic, "bash");
	berth_settings_free(settings);
}

static void help_has_a_topic(void **state)
{
	(void)state;
	struct berth_settings *settings = berth_settings_new();
	static const struct {
		const char *words[4];
		const char *topic;
	} cases[] = {
		{{"--help"}, NULL},
		{{"-h"}, NULL},
		{{"help"}, NULL},
		{{"help", "demo"}, "demo"},
		{{"help", "--", "demo"}, "demo"},
		{{"deploy", "--help"}, "deploy"},
		{{"deploy", "-h", "--nonsense"}, "deploy"},
		{{"doctor", "--help"}, "doctor"},
		{{"help", "--help"}, "help"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *words[WORDS + 1] = {0};
		for (size_t j = 0; j < 4; j++)
			words[j] = cases[i].words[j];
		struct args args = accept(settings, words);
		assert_int_equal(args.command, COMMAND_HELP);
		if (cases[i].topic)
			assert_string_equal(args.topic, cases[i].topic);
		else
			assert_null(args.topic);
	}
	berth_settings_free(settings);
}

static void watching_takes_a_target_and_an_id(void **state)
{
	(void)state;
	static const char *const words[] = {
		"watch", "staging", "--output", "json", "0b9d-42", NULL};
	struct berth_settings *settings = berth_settings_new();
	struct berth_error err;
	struct args args;
	assert_int_equal(parse(&args, settings, words, &err), 0);
	assert_int_equal(args.command, COMMAND_WATCH);
	assert_string_equal(args.topic, "staging");
	assert_string_equal(args.id, "0b9d-42");
	assert_true(args.json);
	berth_settings_free(settings);
}

static void acting_takes_one_word(void **state)
{
	(void)state;
	struct berth_settings *settings = berth_settings_new();
	struct args args = ACCEPT(
		settings, "remove", "web", "--keep-volumes", "--host", "unix:///x");
	assert_int_equal(args.command, COMMAND_REMOVE);
	assert_string_equal(args.topic, "web");
	assert_true(args.keep_volumes);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_HOST), "unix:///x");
	args = ACCEPT(settings, "logs", "-f", "web", "--output=json");
	assert_int_equal(args.command, COMMAND_LOGS);
	assert_string_equal(args.topic, "web");
	assert_true(args.follow && args.json);
	args = ACCEPT(settings, "logs", "--follow");
	assert_true(args.follow);
	assert_null(args.topic);
	berth_settings_free(settings);
}

static void every_field_is_an_option(void **state)
{
	(void)state;
	static const char *const values[BERTH_FIELD_COUNT] = {
		[BERTH_FIELD_TARGET] = "demo",
		[BERTH_FIELD_HOST] = "tcp://h:1",
		[BERTH_FIELD_PRESET] = "generic",
		[BERTH_FIELD_PROFILE] = "web",
		[BERTH_FIELD_NAME] = "web",
		[BERTH_FIELD_FOLDER] = "./x",
		[BERTH_FIELD_GIT] = "https://example.com/shop.git#main",
		[BERTH_FIELD_REPO_ID] = "7",
		[BERTH_FIELD_IMAGE] = "nginx",
		[BERTH_FIELD_CONTAINER] = "web",
		[BERTH_FIELD_PLATFORM] = "linux/amd64",
		[BERTH_FIELD_PORT] = "auto:80",
		[BERTH_FIELD_ENV] = "A=b=c",
		[BERTH_FIELD_ENV_FILE] = "f",
		[BERTH_FIELD_HEALTH] = "web=/x",
		[BERTH_FIELD_INCLUDE] = "-x",
		[BERTH_FIELD_EXCLUDE] = "*",
		[BERTH_FIELD_CONFIG_FILE] = "f:/a",
		[BERTH_FIELD_DEST] = "/a",
		[BERTH_FIELD_SET] = "REGION=west",
		[BERTH_FIELD_RESTART] = "no",
		[BERTH_FIELD_PULL] = "never",
		[BERTH_FIELD_TIMEOUT] = "5",
		[BERTH_FIELD_HEALTH_TIMEOUT] = "5",
	};
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		struct berth_settings *settings = berth_settings_new();
		char option[64], joined[128];
		snprintf(option, sizeof option, "--%s", berth_fields[i].name);
		if (berth_fields[i].kind == BERTH_KIND_FLAG) {
			ACCEPT(settings, "deploy", option);
			assert_string_equal(
				berth_settings_get(settings, (enum berth_field_id)i), "true");
		} else {
			const char *value = values[i];
			assert_non_null(value);
			snprintf(joined, sizeof joined, "%s=%s", option, value);
			ACCEPT(settings, "deploy", option, value, joined);
			assert_string_equal(
				berth_settings_get(settings, (enum berth_field_id)i), value);
			bool list = berth_fields[i].kind == BERTH_KIND_LIST ||
				    berth_fields[i].kind == BERTH_KIND_SECRET_LIST;
			assert_int_equal(berth_settings_count(settings, (enum berth_field_id)i),
				list ? 2 : 1);
		}
		assert_contains(berth_settings_origin(settings, (enum berth_field_id)i), option);
		berth_settings_free(settings);
	}
}

static void mistakes_are_said_in_words(void **state)
{
	(void)state;
	static const struct {
		const char *words[5];
		const char *part, *other;
	} cases[] = {
		{{"deply"}, "unknown command 'deply'", "did you mean 'deploy'?"},
		{{"qqqqqq"}, "unknown command 'qqqqqq'", ""},
		{{"list", "x", "1"}, "argument '1' is not expected", ""},
		{{"stop", "x", "y"}, "argument 'y' is not expected", ""},
		{{"stop", "x", "--keep-volumes"}, "unknown option '--keep-volumes'", ""},
		{{"stop", "-f", "x"}, "unknown option '-f'", ""},
		{{"logs", "x", "--folow"}, "unknown option '--folow'", "did you mean '--follow'?"},
		{{"replay", "1", "--speed", "0"}, "'--speed' can't be '0'", "0.1 to 1000"},
		{{"replay", "1", "--speed", "fast"}, "'--speed' can't be 'fast'", "'max'"},
		{{"recover", "x"}, "argument 'x' is not expected", ""},
		{{"deploy", "--prot", "80:80"}, "unknown option '--prot'",
			"did you mean '--port'?"},
		{{"deploy", "--por", "80:80"}, "unknown option '--por'", "did you mean '--port'?"},
		{{"deploy", "--port"}, "'--port' needs a value", "[NAME=]HOST:CONTAINER[/udp]"},
		{{"deploy", "--name", "--image", "x"}, "'--name' needs a value", "--name=..."},
		{{"deploy", "--yes=true"}, "'--yes' takes no value", ""},
		{{"deploy", "--explain=1"}, "'--explain' takes no value", ""},
		{{"deploy", "--output", "jsn"}, "'--output' can't be 'jsn'",
			"did you mean 'json'?"},
		{{"deploy", "--color=never"}, "unknown option '--color'", ""},
		{{"deploy", "--read-only"}, "unknown option '--read-only'", ""},
		{{"--theme", "lihgt"}, "'--theme' can't be 'lihgt'", "did you mean 'light'?"},
		{{"--output=json"}, "unknown option '--output'", ""},
		{{"doctor", "--port", "80:80"}, "unknown option '--port'", ""},
		{{"deploy", "-x"}, "unknown option '-x'", "two dashes"},
		{{"deploy", "./site"}, "argument './site' is not expected", ""},
		{{"deploy", "--", "--name"}, "argument '--name' is not expected", ""},
		{{"--ascii", "deploy"}, "the command comes first: berth deploy", ""},
		{{"deploy", "--port", "8080"}, "port '8080'", "auto:8080"},
		{{"help", "a", "b"}, "argument 'b' is not expected", ""},
		{{"watch", "staging", "42", "43"}, "argument '43' is not expected", ""},
		{{"watch", "staging", "42", "--name", "x"}, "unknown option '--name'", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_settings *settings = berth_settings_new();
		const char *words[WORDS + 1] = {0};
		struct args args;
		struct berth_error err;
		for (size_t j = 0; j < 5; j++)
			words[j] = cases[i].words[j];
		assert_int_equal(parse(&args, settings, words, &err), -1);
		assert_int_equal(err.code, BERTH_E_USAGE);
		assert_contains(err.message, cases[i].part);
		assert_contains(err.message, cases[i].other);
		berth_settings_free(settings);
	}
}

static void a_slip_does_not_show_a_secret(void **state)
{
	(void)state;
	static const char *const cases[][5] = {
		{"deploy", "--env", "A=two", "s3cret"},
		{"deploy", "--env", "A=two", "-s3cret"},
		{"deploy", "--env=A=two", "s3cret"},
		{"deploy", "A=s3cret"},
		{"deploy", "--enb=A=s3cret"},
		{"deploy", "--env", "s3cret"},
		{"deploy", "--env", "s3cret=="},
		{"deploy", "--env", "s3-cret=="},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_settings *settings = berth_settings_new();
		const char *words[WORDS + 1] = {0};
		struct args args;
		struct berth_error err;
		for (size_t j = 0; j < 5; j++)
			words[j] = cases[i][j];
		if (parse(&args, settings, words, &err) == 0)
			assert_int_equal(i, 6); /* NAME "s3cret", value "=": it can't be told */
		assert_lacks(err.message, "s3");
		assert_lacks(err.hint, "s3");
		berth_settings_free(settings);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(commands_and_switches_are_understood),
		TEST(help_has_a_topic),
		TEST(watching_takes_a_target_and_an_id),
		TEST(acting_takes_one_word),
		TEST(every_field_is_an_option),
		TEST(mistakes_are_said_in_words),
		TEST(a_slip_does_not_show_a_secret),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
