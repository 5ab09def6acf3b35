/* The files: every mistake is found where it is, and nothing of a secret is repeated. */
#include "unit/home.h"

#include <berth/settings.h>

static int load(struct berth_error *err)
{
	struct berth_settings *settings = berth_settings_new();
	assert_non_null(settings);
	*err = (struct berth_error){0};
	int status = berth_settings_load(settings, err);
	berth_settings_free(settings);
	return status;
}

static void load_well(void)
{
	struct berth_error err;
	if (load(&err) < 0)
		fail_msg("%s", err.message);
}

/* The message begins with `path` and holds the place and the parts. */
static void refuse(const char *path, const char *place, const char *part, const char *other)
{
	struct berth_error err;
	char head[160];
	assert_int_equal(load(&err), -1);
	assert_int_equal(err.code, BERTH_E_USAGE);
	snprintf(head, sizeof head, "%s:%s: ", path, place);
	if (strncmp(err.message, head, strlen(head)) != 0)
		fail_msg("'%s' does not begin with '%s'", err.message, head);
	assert_contains(err.message, part);
	assert_contains(err.message, other);
	assert_lacks(err.message, "s3cret");
	assert_lacks(err.hint, "s3cret");
}

static void mistakes_in_the_user_file_are_found(void **state)
{
	(void)state;
	static const struct {
		const char *text, *place, *part, *other;
	} cases[] = {
		{"{\n  \"default_traget\": \"local\"\n}", "2:3", "unknown key 'default_traget'",
			"did you mean 'default_target'?"},
		{"{\"target\": \"local\"}", "1:2", "unknown key 'target'", "'targets'"},
		{"{\"xyzzy\": 1}", "1:2", "unknown key 'xyzzy'", "expected one of: default_target"},
		{"[]", "1:1", "a list", "expected an object"},
		{"", "1:1", "not JSON", ""},
		{"{\"mouse\": true,}", "1:", "not JSON", ""},
		{"{\"mouse\": true \"x\"}", "1:", "not JSON", ""},
		{"{\"mouse\": 1, \"mouse\": 2}", "1:", "not JSON", "duplicate"},
		{"{\"mouse\": \"yes\"}", "1:11", "'mouse' is a text", "expected true or false"},
		{"{\"clipboard\": true}", "1:15", "'clipboard' is", "expected a text"},
		{"{\"clipboard\": \"tmxu\"}", "1:15", "clipboard 'tmxu'", "did you mean 'tmux'?"},
		{"{\"theme\": 1}", "1:11", "'theme' is a number", "expected a text"},
		{"{\"keys\": {\"a\": 1}}", "1:16", "'a' is a number", "expected a text"},
		{"{\"keys\": {\"a\": [\"q\", 1]}}", "1:22", "'a' is a number", "or a list of them"},
		{"{\"keys\": [\"a\"]}", "1:10", "'keys' is a list", "an object"},
		{"{\"hooks\": {\"on_sucess\": []}}", "1:12", "unknown key 'on_sucess'",
			"'on_success'"},
		{"{\"hooks\": {\"on_success\": [\"notify-send\"]}}", "1:27",
			"'on_success' is a text", "a list of lists of texts"},
		{"{\"hooks\": {\"webhook\": []}}", "1:23", "'webhook' is a list", "an address"},
		{"{\"hooks\": {\"webhook\": \"hooks.example.com\"}}", "1:23", "webhook (not shown)",
			"https://"},
		{"{\"hooks\": {\"webhook\": \"https://a:s3cret@x/y\"}}", "1:23",
			"webhook (not shown)", "'webhook_key_env'"},
		{"{\"hooks\": {\"webhook_key_env\": \"s3cret!\"}}", "1:31",
			"'webhook_key_env' (not shown)", "a variable's name"},
		{"{\"hooks\": {\"webhook_key_env\": \"KEY\"}}", "1:11", "there is a key",
			"'webhook'"},
		{"{\"hooks\": {\"timeout\": 0}}", "1:23", "timeout can't be 0", "from 1 to 3600"},
		{"{\"history\": 500}", "1:13", "'history' is a number", "an object"},
		{"{\"history\": {\"run\": 5}}", "1:14", "unknown key 'run'", "'runs'"},
		{"{\"history\": {\"runs\": 0}}", "1:22", "runs can't be 0", "from 1 to 1000000"},
		{"{\"history\": {\"days\": \"30\"}}", "1:22", "'days' is a text",
			"from 0 to 36500"},
		{"{\"history\": {\"log_mb\": -1}}", "1:24", "log_mb can't be -1", "no bound"},
		{"{\"default_target\": \"edge\"}", "1:20", "default_target 'edge'",
			"local or demo"},
		{"{\"default_target\": \"edgy\",\n\"targets\": {\"edge\": {\"kind\": \"docker\", "
		 "\"host\": \"tcp://x\"}}}",
			"1:20", "default_target 'edgy'", "did you mean 'edge'?"},
		{"{\"targets\": {\n\t\"p\u00e4\": 1}}", "2:2", "target 'p\u00e4'",
			"letters, digits"},
		{"{\"targets\": {\"\u00e4\u00e4\": 1, \"local\": {}}}", "1:14", "target", ""},
		{"{\"theme\": \"\u00e4\u00f6\u00fc\", \"x\": 1}", "1:18", "unknown key 'x'", ""},
		{"{\"targets\": {\"local\": {}}}", "1:14", "target 'local' is built in",
			"another name"},
		{"{\"targets\": {\"prod\": 5}}", "1:22", "'prod' is a number", "an object"},
		{"{\"targets\": {\"prod\": {}}}", "1:22", "has no 'kind'", "docker, mist"},
		{"{\"targets\": {\"prod\": {\"kind\": \"dokcer\"}}}", "1:31", "kind 'dokcer'",
			"did you mean 'docker'?"},
		{"{\"targets\": {\"prod\": {\"kind\": \"docker\"}}}", "1:22", "'prod'",
			"has no 'host'"},
		{"{\"targets\": {\"prod\": {\"kind\": \"docker\", \"hots\": \"x\"}}}", "1:41",
			"unknown key 'hots'", "'host'"},
		{"{\"targets\": {\"prod\": {\"kind\": \"docker\", \"host\": \"x\"}}}", "1:49",
			"host 'x'", "unix:///PATH"},
		{"{\"targets\": {\"prod\": {\"kind\": \"mist\", \"url\": \"\"}}}", "1:46",
			"'url' is a text", "not empty"},
		{"{\"targets\": {\"prod\": {\"kind\": \"mist\", \"url\": \"https://x\", "
		 "\"password_cmd\": \"pass\"}}}",
			"1:75", "'password_cmd' is a text", "a command as a list"},
		{"{\"port\": [\"80:80\", \"8080\"]}", "1:20", "port '8080'", "auto:8080"},
		{"{\"port\": {\"a\": 1}}", "1:10", "'port' is an object", "a list of texts"},
		{"{\"timeout\": 1.5}", "1:13", "'timeout' is a number", "expected a number"},
		{"{\"timeout\": -5}", "1:13", "timeout '-5'", "seconds"},
		{"{\"yes\": 1}", "1:9", "'yes' is a number", "true or false"},
		{"{\"image\": null}", "1:11", "'image' is null", "a text"},
		{"{\"env\": {\"A B\": \"s3cret\"}}", "1:10", "env", "letters, digits"},
		{"{\"env\": {\"A\": [\"s3cret\"]}}", "1:15", "'A' is a list", "a text"},
		{"{\"env\": [\"s3cret\"]}", "1:10", "env value 1 (not shown)", "NAME=VALUE"},
		{"{\"env\": {\"A\": \"x\" \"s3cret\"}}", "1:", "not JSON", ""},
		{"{\"env\": {\"A\": \"s3cret\n\"}}", "1:", "not JSON", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_error err;
		char head[160];
		home_config(cases[i].text);
		if (cases[i].place[strlen(cases[i].place) - 1] != ':') {
			refuse(home.config, cases[i].place, cases[i].part, cases[i].other);
			continue;
		}
		/* The column of a syntax error is Jansson's word. */
		assert_int_equal(load(&err), -1);
		snprintf(head, sizeof head, "%s:%s", home.config, cases[i].place);
		assert_contains(err.message, head);
		assert_contains(err.message, cases[i].part);
		assert_contains(err.message, cases[i].other);
		assert_lacks(err.message, "s3cret");
	}
}

#define SERVER(members) "{\"targets\":{\"s1\": {\"kind\": \"fractalic\", " members "}}}"
#define MIST(members)                                                                              \
	"{\"targets\":{\"s1\": {\"kind\": \"mist\", \"url\": \"https://x\", " members "}}}"
#define SECURE(members) SERVER("\"url\": \"https://x\", " members)
#define HEADER(members) SECURE("\"headers\": {" members "}")

static void mistakes_in_a_server_are_found(void **state)
{
	(void)state;
	static const struct {
		const char *text, *place, *part, *other;
	} cases[] = {
		{SERVER("\"token_env\": \"T\""), "1:19", "target 's1' of kind 'fractalic'",
			"has no 'url'"},
		{SERVER("\"ulr\": \"http://x\""), "1:41", "unknown key 'ulr'",
			"did you mean 'url'?"},
		{SERVER("\"url\": 5"), "1:48", "'url' is a number", "a text"},
		{SERVER("\"url\": \"staging:8000\""), "1:48", "has no scheme", "http://10.1.2.3"},
		{SERVER("\"url\": \"htps://x\""), "1:48", "neither http:// nor https://",
			"did you mean 'https://'?"},
		{SERVER("\"url\": \"unix:///x\""), "1:48", "neither http:// nor https://", ""},
		{SERVER("\"url\": \"http://\""), "1:48", "does not name a host", ""},
		{SERVER("\"url\": \"http://a b\""), "1:48", "does not name a host", ""},
		{SERVER("\"url\": \"http://:80\""), "1:48", "does not name a host", ""},
		{SERVER("\"url\": \"http://x:\""), "1:48", "port that is not 1 to 65535", ""},
		{SERVER("\"url\": \"http://x:0\""), "1:48", "port that is not 1 to 65535", ""},
		{SERVER("\"url\": \"http://x:65536\""), "1:48", "port that is not 1 to 65535", ""},
		{SERVER("\"url\": \"http://x:8a\""), "1:48", "port that is no number", ""},
		{SERVER("\"url\": \"http://x/p?q\""), "1:48", "more than a path", ""},
		{SERVER("\"url\": \"http://x/a b\""), "1:48", "must be written as %XX", ""},
		{SERVER("\"url\": \"http://me:s3cret@x\""), "1:48", "user or password in it",
			"'password_env'"},
		{SECURE("\"token_env\": \"s3cret!\""), "1:74", "'token_env' (not shown)",
			"variable's name"},
		{SECURE("\"token_cmd\": \"pass\""), "1:74", "'token_cmd' is a text", "a command"},
		{SECURE("\"token_file\": \"\""), "1:75", "'token_file' is a text", "not empty"},
		{SECURE("\"token_env\": \"A\", \"token_file\": \"b\""), "1:79",
			"'token_env' and 'token_file' name the token twice", ""},
		{SECURE("\"user\": \"ops\""), "1:61", "'user' has no password", "'password_cmd'"},
		{SECURE("\"user\": \"o:ps\""), "1:69", "'user' has a ':'", "the name alone"},
		{SECURE("\"password_env\": \"P\""), "1:19", "no 'user'", "both"},
		{SECURE("\"user\": \"ops\", \"password_env\": \"P\", \"token_env\": \"T\""), "1:61",
			"a token and a 'user'", "one of them"},
		{SECURE("\"insecure\": \"yes\""), "1:73", "'insecure' is a text", "true or false"},
		{SECURE("\"insecure\": true, \"ca_file\": \"ca.pem\""), "1:61", "'insecure'",
			"'ca_file'"},
		{SECURE("\"key_file\": \"k.pem\""), "1:61", "'key_file' has no certificate",
			"'cert_file'"},
		{SERVER("\"url\": \"http://x\", \"insecure\": true"), "1:60",
			"'insecure' has no meaning for 'http://'", "'https://'"},
		{SERVER("\"url\": \"http://x\", \"ca_file\": \"c\""), "1:60",
			"'ca_file' has no meaning", ""},
		{SECURE("\"docker_host\": \"edge\""), "1:76", "host 'edge'", "unix:///PATH"},
		{SECURE("\"headers\": []"), "1:72", "'headers' is a list", "an object"},
		{HEADER("\"X Key\": {\"env\": \"A\"}"), "1:73", "header 'X Key' is no name", ""},
		{HEADER("\"content-type\": {\"env\": \"A\"}"), "1:73", "header 'content-type'",
			"set by berth itself"},
		{HEADER("\"X-Key\": 5"), "1:82", "'X-Key' is a number", "{\"env\": \"NAME\"}"},
		{HEADER("\"X-Key\": {}"), "1:82", "'X-Key' is an object", "one of"},
		{HEADER("\"X-Key\": {\"evn\": \"A\"}"), "1:83", "unknown key 'evn'", "'env'"},
		{HEADER("\"X-Key\": {\"env\": \"s3cret!\"}"), "1:90", "(not shown)", "name"},
		{HEADER("\"X-Key\": {\"cmd\": [5]}"), "1:90", "'cmd' is a list", "a command"},
		{SECURE("\"token_env\": \"T\", \"headers\": {\"authorization\": {\"env\": \"A\"}}"),
			"1:79", "'headers' has an Authorization", "one of them"},
		{MIST("\"email\": \"a@b\""), "1:56", "'email' has no password", "'password_cmd'"},
		{MIST("\"password_env\": \"P\""), "1:19", "no 'email'", "a token"},
		{MIST("\"email\": \"a@b\", \"password_env\": \"P\", \"token_env\": \"T\""), "1:56",
			"a token and an 'email'", "one of them"},
		{MIST("\"user\": \"ops\""), "1:56", "unknown key 'user'", ""},
		{MIST("\"headers\": {\"cookie\": {\"env\": \"A\"}}"), "1:56",
			"'headers' has a Cookie", "'email'"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		home_config(cases[i].text);
		refuse(home.config, cases[i].place, cases[i].part, cases[i].other);
	}
}

static void the_clipboards_way_is_read(void **state)
{
	(void)state;
	struct berth_settings *settings = berth_settings_new();
	assert_null(berth_settings_clipboard(settings));
	assert_int_equal(berth_settings_load(settings, NULL), 0);
	assert_null(berth_settings_clipboard(settings));
	home_config("{\"clipboard\": \"off\"}");
	assert_int_equal(berth_settings_load(settings, NULL), 0);
	assert_string_equal(berth_settings_clipboard(settings), "off");
	berth_settings_free(settings);
}

static void a_literal_header_must_be_private(void **state)
{
	(void)state;
	static const char text[] = HEADER("\"X-Key\": \"s3cret\"");
	home_config(text);
	tree_mode(&home.tree, "xdg/berth/config.json", 0644);
	refuse(home.config, "1:73", "'X-Key' is written out in a file that others can read",
		"{\"env\": ...}");
	tree_mode(&home.tree, "xdg/berth/config.json", 0600);
	load_well();
	home_config(HEADER("\"X-Key\": \"s3cret\\n\""));
	tree_mode(&home.tree, "xdg/berth/config.json", 0600);
	refuse(home.config, "1:82", "'X-Key' has control characters", "one line");
}

static const char whole[] =
	"\xEF\xBB\xBF{\n"
	"  \"default_target\": \"edge\",\n"
	"  \"targets\": {\n"
	"    \"prod\": {\"kind\": \"mist\", \"url\": \"https://x\", \"email\": \"a@b\",\n"
	"      \"password_cmd\": [\"pass\", \"mist\"]},\n"
	"    \"staging\": {\"kind\": \"fractalic\", \"url\": \"http://x\", \"token_env\": \"T\"},\n"
	"    \"edgy\": {\"kind\": \"fractalic\", \"url\": \"https://x/y\", \"user\": \"u\",\n"
	"      \"password_file\": \"p\", \"headers\": {\"X-A\": {\"cmd\": [\"a\"]}}, \"ca_file\": "
	"\"c\",\n"
	"      \"cert_file\": \"d\", \"key_file\": \"k\", \"docker_host\": \"tcp://x:2375\"},\n"
	"    \"repos\": {\"kind\": \"deployer\", \"url\": \"http://x\", \"token_file\": \"/t\"},\n"
	"    \"edge\": {\"kind\": \"docker\", \"host\": \"ssh://ops@edge-1\"},\n"
	"    \"fly\": {\"kind\": \"plugin\", \"command\": \"berth-target-fly\"}\n"
	"  },\n"
	"  \"hooks\": {\"on_success\": [[\"a\", \"b\"]], \"webhook\": \"https://x\"},\n"
	"  \"theme\": \"default\", \"keys\": {}, \"mouse\": true,\n"
	"  \"port\": [\"auto:80\"], \"timeout\": 60, \"yes\": false, \"env\": {\"N\": 1, \"B\": "
	"true}\n"
	"}";

static void a_whole_file_is_read(void **state)
{
	(void)state;
	home_config(whole);
	load_well();
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	(void)state;
	struct berth_error err;
	for (size_t len = 0; len < sizeof whole - 1; len++) {
		tree_file(&home.tree, "xdg/berth/config.json", whole, len);
		assert_int_equal(load(&err), -1);
		assert_int_equal(err.code, BERTH_E_USAGE);
		assert_contains(err.message, home.config);
	}
}

static void a_literal_secret_must_be_private(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"{\"targets\": {\"prod\": {\"kind\": \"mist\", \"url\": \"https://x\", "
		"\"password\": "
		"\"s3cret\", \"email\": \"a@b\"}}}",
		"{\"targets\": {\"prod\": {\"kind\": \"mist\", \"url\": \"https://x\", \"token\": "
		"\"s3cret\"}}}",
	};
	static const mode_t open_modes[] = {0644, 0640, 0604};
	for (size_t i = 0; i < 2; i++) {
		home_config(texts[i]);
		for (size_t j = 0; j < 3; j++) {
			tree_mode(&home.tree, "xdg/berth/config.json", open_modes[j]);
			refuse(home.config, "1:59", "is written out in a file that others can read",
				i == 0 ? "'password_env'" : "'token_cmd'");
		}
		tree_mode(&home.tree, "xdg/berth/config.json", 0600);
		load_well();
	}
}

static void mistakes_in_the_project_file_are_found(void **state)
{
	(void)state;
	char path[128];
	snprintf(path, sizeof path, "%s/berth.json", home.work);
	home_project("{\n\t\"image\": \"nginx\",\n\t\"prot\": [\"80:80\"]\n}\n");
	refuse(path, "3:2", "unknown key 'prot'", "did you mean 'port'?");
	home_project("{\"config_file\": []}");
	refuse(path, "1:2", "unknown key 'config_file'", "did you mean 'config-file'?");
	home_project("{\"targets\": {}}");
	refuse(path, "1:2", "unknown key 'targets'", "did you mean 'target'?");
	home_project("{\"health\": [\"/ok\",\n  \"nope\"]}");
	refuse(path, "2:3", "health 'nope'", "starts with '/'");
	home_project("{\"image\": \"Nginx\"}");
	refuse(path, "1:11", "'Nginx'", "upper-case");
	tree_mode(&home.tree, "source/berth.json", 0644);
	home_project("{\"env\": {\"K\": \"V\"}, \"port\": \"80:80\"}");
	load_well();
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	struct berth_error err;
	tree_node(&home.tree, "source/berth.json", S_IFIFO);
	assert_int_equal(load(&err), -1);
	assert_contains(err.message, "berth.json' is not a regular file");
	tree_folder(&home.tree, "xdg");
	tree_folder(&home.tree, "xdg/berth");
	tree_folder(&home.tree, "xdg/berth/config.json");
	assert_int_equal(load(&err), -1);
	assert_contains(err.message, "config.json' is not a regular file");
}

static void ones_own_preset_wins(void **state)
{
	(void)state;
	struct berth_settings *settings = berth_settings_new();
	struct berth_error err;
	char path[128];
	tree_text(&home.tree, "xdg/berth/presets/generic.json",
		"{\"description\": \"mine\", \"image\": \"own/image\", \"container\": "
		"\"own-{name}\","
		" \"root-marker\": \"Makefile\", \"health-timeout\": 7,"
		" \"card\": [[\"S\", \"L\", \"{url:web}\"]]}");
	tree_text(&home.tree, "xdg/berth/presets/site.json", "{}");
	tree_text(&home.tree, "xdg/berth/presets/not a name.json", "{}");
	tree_text(&home.tree, "xdg/berth/presets/notes.txt", "");
	assert_int_equal(berth_settings_load(settings, &err), 0);
	const char *const *names = berth_settings_presets(settings);
	assert_string_equal(names[0], "fractalic");
	assert_string_equal(names[1], "generic");
	assert_string_equal(names[2], "site");
	assert_null(names[3]);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_IMAGE), "own/image");
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_CONTAINER), "own-image");
	snprintf(path, sizeof path, "preset 'generic' (%s/xdg/berth/presets/generic.json)",
		home.tree.path);
	assert_string_equal(berth_settings_origin(settings, BERTH_FIELD_IMAGE), path);
	struct berth_deployment *deployment = berth_settings_resolve(settings, NULL, &err);
	assert_non_null(deployment);
	assert_string_equal(deployment->root_marker, "Makefile");
	assert_int_equal(deployment->health_s, 7);
	assert_int_equal(deployment->card_count, 1);
	assert_string_equal(deployment->card_value[0], "{url:web}");
	berth_deployment_free(deployment);
	berth_settings_free(settings);
}

static void mistakes_in_a_preset_are_found(void **state)
{
	(void)state;
	static const struct {
		const char *text, *place, *part, *other;
	} cases[] = {
		{"{\"contianer\": \"x\"}", "1:2", "unknown key 'contianer'", "'container'"},
		{"{\"folder\": \"x\"}", "1:2", "unknown key 'folder'", ""},
		{"{\"container\": \"{nam}\"}", "1:15", "container '{nam}'", "letters"},
		{"{\"card\": [[\"a\", \"b\"]]}", "1:11", "'card' is a list", "section"},
		{"{\"card\": [[\"a\", \"b\", \"c\"], [\"a\", \"b\", 1]]}", "1:28", "'card'",
			"section"},
		{"{\"dest\": \"app\"}", "1:10", "dest 'app'", "'/app'"},
	};
	char path[128];
	snprintf(path, sizeof path, "%s/xdg/berth/presets/mine.json", home.tree.path);
	setenv("BERTH_PRESET", "mine", 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		tree_text(&home.tree, "xdg/berth/presets/mine.json", cases[i].text);
		refuse(path, cases[i].place, cases[i].part, cases[i].other);
	}
	struct berth_error err;
	setenv("BERTH_PRESET", "genric", 1);
	assert_int_equal(load(&err), -1);
	assert_contains(err.message, "preset 'genric' is not one of fractalic, generic or mine");
	assert_contains(err.message, "did you mean 'generic'?");
	setenv("BERTH_PRESET", "../config", 1);
	assert_int_equal(load(&err), -1);
	assert_contains(err.message, "preset '../config'");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

static struct berth_history_rules history_rules(void)
{
	struct berth_settings *settings = berth_settings_new();
	struct berth_history_rules rules;
	struct berth_error err;
	assert_non_null(settings);
	if (berth_settings_load(settings, &err) < 0)
		fail_msg("%s", err.message);
	rules = berth_settings_history(settings);
	berth_settings_free(settings);
	return rules;
}

static void how_long_runs_are_kept_can_be_said(void **state)
{
	(void)state;
	struct berth_history_rules rules = history_rules();
	assert_int_equal(rules.runs, 500);
	assert_int_equal(rules.days, 30);
	assert_int_equal(rules.log_bytes, (uint64_t)2 << 30);
	home_config("{\"history\": {\"runs\": 20, \"log_mb\": 0}}");
	rules = history_rules();
	assert_int_equal(rules.runs, 20);
	assert_int_equal(rules.days, 30);
	assert_int_equal(rules.log_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			how_long_runs_are_kept_can_be_said, home_setup, home_teardown),
		TEST(mistakes_in_the_user_file_are_found),
		TEST(mistakes_in_a_server_are_found),
		TEST(the_clipboards_way_is_read),
		TEST(a_literal_header_must_be_private),
		TEST(a_whole_file_is_read),
		TEST(a_file_cut_anywhere_is_refused),
		TEST(a_literal_secret_must_be_private),
		TEST(mistakes_in_the_project_file_are_found),
		TEST(what_is_no_file_is_refused),
		TEST(ones_own_preset_wins),
		TEST(mistakes_in_a_preset_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
