/* Layers, origins, the form of values, and the request they make. */
#include "unit/home.h"

#include <sys/wait.h>

#include <berth/settings.h>

static struct berth_settings *settings_new(void)
{
	struct berth_settings *settings = berth_settings_new();
	assert_non_null(settings);
	return settings;
}

static void load(struct berth_settings *settings)
{
	struct berth_error err = {0};
	if (berth_settings_load(settings, &err) < 0)
		fail_msg("%s", err.message);
}

static void add(struct berth_settings *settings, enum berth_field_id field, const char *value)
{
	struct berth_error err = {0};
	if (berth_settings_add(settings, field, value, &err) < 0)
		fail_msg("%s", err.message);
}

static struct berth_deployment *resolve(const struct berth_settings *settings)
{
	struct berth_error err = {0};
	struct berth_deployment *deployment = berth_settings_resolve(settings, NULL, &err);
	if (!deployment)
		fail_msg("%s", err.message);
	return deployment;
}

static void refuse(
	const struct berth_settings *settings, enum berth_field_id field, const char *part)
{
	struct berth_error err = {0};
	enum berth_field_id wrong = BERTH_FIELD_COUNT;
	assert_null(berth_settings_resolve(settings, &wrong, &err));
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_contains(err.message, part);
	assert_int_equal(wrong, field);
	assert_int_equal(berth_settings_check(settings, field, &err), -1);
	assert_contains(err.message, part);
}

static void assert_value(const struct berth_settings *settings, enum berth_field_id field,
	const char *value, const char *origin)
{
	assert_string_equal(berth_settings_get(settings, field), value);
	assert_string_equal(berth_settings_origin(settings, field), origin);
}

static void fields_have_names_and_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		const struct berth_field *field = &berth_fields[i];
		assert_int_equal(field->id, i);
		assert_ptr_equal(berth_field_find(field->name), field);
		assert_non_null(field->label);
		assert_non_null(field->help);
		assert_int_equal(field->metavar == NULL, field->kind == BERTH_KIND_FLAG);
		assert_int_equal(strncmp(field->variable, "BERTH_", 6), 0);
	}
	assert_null(berth_field_find("prot"));
}

static void each_layer_covers_those_below(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	char project[128];
	snprintf(project, sizeof project, "%s/berth.json", home.work);
	assert_value(settings, BERTH_FIELD_PULL, "missing", "default");

	tree_text(&home.tree, "xdg/berth/presets/mine.json", "{\"pull\": \"never\"}");
	add(settings, BERTH_FIELD_PRESET, "mine");
	load(settings);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_PULL), "never");
	assert_contains(berth_settings_origin(settings, BERTH_FIELD_PULL), "preset 'mine'");

	home_config("{\"pull\": \"always\"}");
	load(settings);
	assert_value(settings, BERTH_FIELD_PULL, "always", home.config);

	home_project("{\"pull\": \"missing\"}");
	load(settings);
	assert_value(settings, BERTH_FIELD_PULL, "missing", project);

	setenv("BERTH_PULL", "never", 1);
	load(settings);
	assert_value(settings, BERTH_FIELD_PULL, "never", "environment BERTH_PULL");

	add(settings, BERTH_FIELD_PULL, "always");
	assert_value(settings, BERTH_FIELD_PULL, "always", "option --pull");
	load(settings);
	assert_value(settings, BERTH_FIELD_PULL, "always", "option --pull");

	struct berth_error err;
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_PULL, NULL, 0, &err), 0);
	assert_value(settings, BERTH_FIELD_PULL, "never", "environment BERTH_PULL");
	berth_settings_free(settings);
}

static void a_list_is_replaced_whole(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_EXCLUDE), 5);
	assert_string_equal(berth_settings_at(settings, BERTH_FIELD_EXCLUDE, 0), ".git");
	assert_string_equal(berth_settings_at(settings, BERTH_FIELD_EXCLUDE, 4), ".DS_Store");
	assert_null(berth_settings_at(settings, BERTH_FIELD_EXCLUDE, 5));

	home_config("{\"port\": [\"1:1\", \"2:2\", \"3:3\"]}");
	setenv("BERTH_EXCLUDE", "*.o *.a", 1);
	setenv("BERTH_ENV", "A=one two\nB=3", 1);
	load(settings);
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_PORT), 3);
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_EXCLUDE), 2);
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_ENV), 2);
	assert_string_equal(berth_settings_at(settings, BERTH_FIELD_ENV, 0), "A=one two");

	home_project("{\"port\": []}");
	load(settings);
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_PORT), 0);
	add(settings, BERTH_FIELD_PORT, "8:8");
	add(settings, BERTH_FIELD_PORT, "9:9");
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_PORT), 2);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_PORT), "9:9");
	berth_settings_free(settings);
}

static void a_failed_load_changes_nothing(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	struct berth_error err;
	home_config("{\"image\": \"one\"}");
	add(settings, BERTH_FIELD_NAME, "web");
	load(settings);
	home_config("{\"image\": \"two\"}");
	home_project("{\"port\": [8080]}");
	assert_int_equal(berth_settings_load(settings, &err), -1);
	assert_contains(err.message, "berth.json:1:11: port '8080'");
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_IMAGE), "one");
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_NAME), "web");
	setenv("BERTH_TIMEOUT", "soon", 1);
	home_project("{}");
	assert_int_equal(berth_settings_load(settings, &err), -1);
	assert_contains(err.message, "BERTH_TIMEOUT: timeout 'soon'");
	berth_settings_free(settings);
}

static void the_project_file_lies_beside_the_source(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	char expected[128];
	home_project("{\"image\": \"here\"}");
	tree_text(&home.tree, "source/site/berth.json",
		"{\"image\": \"there\", \"env-file\": [\"web.env\"]}");
	load(settings);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_IMAGE), "here");
	add(settings, BERTH_FIELD_FOLDER, "site");
	load(settings);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_IMAGE), "there");
	snprintf(expected, sizeof expected, "%s/site/web.env", home.work);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_ENV_FILE), expected);
	berth_settings_free(settings);
}

static void a_wrong_value_is_refused_in_words(void **state)
{
	(void)state;
	static const struct {
		enum berth_field_id field;
		const char *value, *name, *right;
	} cases[] = {
		{BERTH_FIELD_PORT, "8080", "port '8080'", "'8080:8080' or 'auto:8080'"},
		{BERTH_FIELD_PORT, "web=53/udp", "port 'web=53/udp'", "'web=53:53/udp'"},
		{BERTH_FIELD_PORT, "0", "port '0'", "HOST:CONTAINER"},
		{BERTH_FIELD_PORT, "", "port is empty", "HOST:CONTAINER"},
		{BERTH_FIELD_PORT, "a:80", "port 'a:80': the host's part", "auto:80"},
		{BERTH_FIELD_PORT, "80:", "port '80:': the container's part", "1 to 65535"},
		{BERTH_FIELD_PORT, "80:65536", "port '80:65536'", "1 to 65535"},
		{BERTH_FIELD_PORT, "99999999999:80", "port '9", "1 to 65535"},
		{BERTH_FIELD_PORT, "-1:80", "port '-1:80'", "1 to 65535"},
		{BERTH_FIELD_PORT, "127.0.0.1:80:80", "more than one ':'", "HOST:CONTAINER"},
		{BERTH_FIELD_PORT, "80:80/sctp", "'80:80/sctp'", "udp nor tcp"},
		{BERTH_FIELD_PORT, "=80:80", "port '=80:80'", "NAME="},
		{BERTH_FIELD_PORT, "a b=80:80", "port 'a b=80:80'", "letters, digits"},
		{BERTH_FIELD_HEALTH, "healthz", "health 'healthz'", "starts with '/'"},
		{BERTH_FIELD_HEALTH, "web=", "health 'web='", "[NAME=]PATH"},
		{BERTH_FIELD_HEALTH, "/a b", "health '/a b'", "%20"},
		{BERTH_FIELD_HEALTH, "=/x", "health '=/x'", "[NAME=]PATH"},
		{BERTH_FIELD_NAME, "  ", "name '  '", "not a line of text"},
		{BERTH_FIELD_NAME, "a\nb", "name has control characters", "one line"},
		{BERTH_FIELD_CONTAINER, "web-{nam}", "container 'web-{nam}'", "letters, digits"},
		{BERTH_FIELD_PLATFORM, "amd64", "platform 'amd64'", "linux/amd64"},
		{BERTH_FIELD_PLATFORM, "linux/", "platform 'linux/'", "OS/ARCH"},
		{BERTH_FIELD_PLATFORM, "Linux/amd64", "platform 'Linux/amd64'", "linux/amd64"},
		{BERTH_FIELD_PLATFORM, "a/b/c/d", "platform 'a/b/c/d'", "OS/ARCH"},
		{BERTH_FIELD_IMAGE, "Web", "'Web'", "upper-case"},
		{BERTH_FIELD_HOST, "localhost:2375", "host 'localhost:2375'", "tcp://HOST:PORT"},
		{BERTH_FIELD_HOST, "unix://", "host 'unix://'", "unix:///PATH"},
		{BERTH_FIELD_DEST, "app", "dest 'app'", "'/app'"},
		{BERTH_FIELD_DEST, "/app/../etc", "dest '/app/../etc'", "'..'"},
		{BERTH_FIELD_CONFIG_FILE, "/etc/passwd", "config-file '/etc/passwd'", "FILE[:DEST"},
		{BERTH_FIELD_CONFIG_FILE, "../x:/a", "config-file '../x:/a'", "FILE[:DEST"},
		{BERTH_FIELD_CONFIG_FILE, "x:a", "config-file destination 'a'", "'/a'"},
		{BERTH_FIELD_CONFIG_FILE, "x:/a,", "config-file destination ''", "absolute"},
		{BERTH_FIELD_RESTART, "allways", "restart 'allways'", "did you mean 'always'?"},
		{BERTH_FIELD_PULL, "x", "pull 'x'", "missing, always or never"},
		{BERTH_FIELD_GIT, "web", "git 'web'", "https://HOST/PATH"},
		{BERTH_FIELD_GIT, "ext::sh -c id", "git 'ext::sh -c id'", "https://HOST/PATH"},
		{BERTH_FIELD_GIT, "https://a:b@h.example/x", "git: ", "expected none"},
		{BERTH_FIELD_GIT, "https://h.example/x#-x", "git 'https", "a branch, a tag"},
		{BERTH_FIELD_TIMEOUT, "5m", "timeout '5m'", "0 to 604800"},
		{BERTH_FIELD_TIMEOUT, "-1", "timeout '-1'", "seconds"},
		{BERTH_FIELD_TIMEOUT, "99999999999999999999", "timeout '9", "seconds"},
		{BERTH_FIELD_HEALTH_TIMEOUT, "0", "health-timeout '0'", "1 to"},
		{BERTH_FIELD_YES, "maybe", "yes 'maybe'", "true or false"},
		{BERTH_FIELD_ENV, "=x", "env value 1", "NAME=VALUE"},
		{BERTH_FIELD_ENV_FILE, "", "env-file is empty", "FILE"},
	};
	struct berth_settings *settings = settings_new();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_error err = {0};
		assert_int_equal(
			berth_settings_add(settings, cases[i].field, cases[i].value, &err), -1);
		assert_int_equal(err.code, BERTH_E_USAGE);
		assert_contains(err.message, cases[i].name);
		assert_contains(err.message, cases[i].right);
	}
	berth_settings_free(settings);
}

static struct berth_settings *web(void)
{
	struct berth_settings *settings = settings_new();
	add(settings, BERTH_FIELD_IMAGE, "nginx:alpine");
	add(settings, BERTH_FIELD_NAME, "web");
	load(settings);
	return settings;
}

static void a_repository_is_built_and_gives_the_name(void **state)
{
	struct berth_settings *settings = settings_new();
	struct berth_deployment *deployment;
	struct berth_error err = {0};
	(void)state;
	add(settings, BERTH_FIELD_GIT, "https://git.example.com/team/shop.git#v2");
	load(settings);
	assert_false(berth_settings_requires(settings, BERTH_FIELD_FOLDER));
	assert_false(berth_settings_applies(settings, BERTH_FIELD_FOLDER));
	deployment = berth_settings_resolve(settings, NULL, &err);
	if (!deployment)
		fail_msg("%s", err.message);
	assert_true(deployment->build);
	assert_string_equal(deployment->name, "shop");
	assert_string_equal(deployment->git, "https://git.example.com/team/shop.git#v2");
	assert_null(deployment->folder);
	berth_deployment_free(deployment);
	berth_settings_free(settings);
}

static void ports_become_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name;
		int host, container;
		bool published, automatic, udp;
	} cases[] = {
		{"8081:81", "81", 8081, 81, true, false, false},
		{"web=8082:82/tcp", "web", 8082, 82, true, false, false},
		{"auto:80", "80", 8080, 80, true, true, false},
		{"auto:443", "443", 8443, 443, true, true, false},
		{"auto:1024", "1024", 1024, 1024, true, true, false},
		{"inside=:5859", "inside", 0, 5859, false, false, false},
		{"53:53", "53", 53, 53, true, false, false},
		{"53:53/udp", "53/udp", 53, 53, true, false, true},
	};
	const size_t count = sizeof cases / sizeof *cases;
	struct berth_settings *settings = web();
	for (size_t i = 0; i < count; i++)
		add(settings, BERTH_FIELD_PORT, cases[i].text);
	struct berth_deployment *deployment = resolve(settings);
	assert_int_equal(deployment->port_count, count);
	for (size_t i = 0; i < count; i++) {
		const struct berth_port *port = &deployment->ports[i];
		assert_string_equal(port->name, cases[i].name);
		assert_int_equal(port->host, cases[i].host);
		assert_int_equal(port->container, cases[i].container);
		assert_int_equal(port->published, cases[i].published);
		assert_int_equal(port->automatic, cases[i].automatic);
		assert_int_equal(port->udp, cases[i].udp);
		assert_int_equal(port->probe, cases[i].udp ? BERTH_PROBE_NONE : BERTH_PROBE_AUTO);
		assert_null(port->health_path);
	}
	berth_deployment_free(deployment);
	berth_settings_free(settings);
}

static void a_port_used_twice_is_refused(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
		{"8080:80", "8080:81", "host port 8080 is used twice"},
		{"8080:80", "8081:80", "container port 80 is used twice"},
		{"8080:80", ":80", "container port 80 is used twice"},
		{"a=8080:80", "a=8081:81", "the name 'a' is used twice"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_settings *settings = web();
		add(settings, BERTH_FIELD_PORT, cases[i][0]);
		add(settings, BERTH_FIELD_PORT, cases[i][1]);
		refuse(settings, BERTH_FIELD_PORT, cases[i][2]);
		berth_settings_free(settings);
	}
}

static void health_finds_its_ports(void **state)
{
	(void)state;
	struct berth_settings *settings = web();
	struct berth_error err;
	add(settings, BERTH_FIELD_PORT, "web=8080:80");
	add(settings, BERTH_FIELD_PORT, "db=:5432");
	add(settings, BERTH_FIELD_PORT, "9000:9000");
	add(settings, BERTH_FIELD_PORT, "dns=53:53/udp");
	add(settings, BERTH_FIELD_HEALTH, "/healthz?a=b");
	add(settings, BERTH_FIELD_HEALTH, "db=tcp");
	add(settings, BERTH_FIELD_HEALTH, "9000=none");
	struct berth_deployment *deployment = resolve(settings);
	assert_int_equal(deployment->ports[0].probe, BERTH_PROBE_HTTP);
	assert_string_equal(deployment->ports[0].health_path, "/healthz?a=b");
	assert_int_equal(deployment->ports[1].probe, BERTH_PROBE_TCP);
	assert_int_equal(deployment->ports[2].probe, BERTH_PROBE_NONE);
	assert_int_equal(deployment->ports[3].probe, BERTH_PROBE_NONE);
	assert_null(deployment->ports[3].health_path);
	berth_deployment_free(deployment);

	static const char *const wrong[][2] = {
		{"wbe=/x", "no port is called 'wbe', expected one of 'web', 'db'"},
		{"dns=tcp", "UDP"},
		{"db=none", "has a check already"},
		{"/other", "a check for all ports already"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct berth_settings *copy = berth_settings_copy(settings);
		add(copy, BERTH_FIELD_HEALTH, wrong[i][0]);
		refuse(copy, BERTH_FIELD_HEALTH, wrong[i][1]);
		berth_settings_free(copy);
	}
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_PORT, NULL, 0, &err), 0);
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_HEALTH,
				 (const char *const[]){"/x"}, 1, &err),
		0);
	refuse(settings, BERTH_FIELD_HEALTH, "there is no port to check");
	berth_settings_free(settings);
}

static void a_presets_checks_may_outlive_its_ports(void **state)
{
	(void)state;
	struct berth_settings *settings = web();
	add(settings, BERTH_FIELD_PRESET, "fractalic");
	load(settings);
	struct berth_deployment *deployment = resolve(settings);
	assert_int_equal(deployment->port_count, 3);
	assert_string_equal(deployment->container, "fractalic-web");
	berth_deployment_free(deployment);
	add(settings, BERTH_FIELD_PORT, "8080:80");
	deployment = resolve(settings);
	assert_int_equal(deployment->port_count, 1);
	assert_int_equal(deployment->ports[0].probe, BERTH_PROBE_AUTO);
	berth_deployment_free(deployment);
	berth_settings_free(settings);
}

static void what_nobody_says_is_derived(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	char folder[128];
	tree_folder(&home.tree, "source/My Site!");
	add(settings, BERTH_FIELD_IMAGE, "ghcr.io/acme/api:1");
	load(settings);
	assert_null(berth_settings_get(settings, BERTH_FIELD_NAME));
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_NAME), "api");
	add(settings, BERTH_FIELD_FOLDER, "./My Site!/");
	load(settings);
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_NAME), "My-Site");
	assert_string_equal(berth_settings_origin(settings, BERTH_FIELD_NAME), "the folder's name");
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_CONTAINER), "My-Site");
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_DEST), "/app");
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_HOST), "");
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_PULL), "missing");

	struct berth_deployment *deployment = resolve(settings);
	snprintf(folder, sizeof folder, "%s/My Site!", home.work);
	assert_string_equal(deployment->folder, folder);
	assert_string_equal(deployment->name, "My-Site");
	assert_string_equal(deployment->kind, "docker");
	assert_string_equal(deployment->dest, "/app");
	assert_null(deployment->host);
	assert_null(deployment->platform);
	assert_true(deployment->rollback);
	assert_false(deployment->replace);
	assert_int_equal(deployment->timeout_s, 0);
	assert_int_equal(deployment->health_s, 60);
	assert_int_equal(deployment->exclude_count, 5);
	assert_true(deployment->card_count > 0);
	berth_deployment_free(deployment);

	add(settings, BERTH_FIELD_CONTAINER, "c-{name}");
	add(settings, BERTH_FIELD_DEST, "/srv/{name}/");
	add(settings, BERTH_FIELD_CONFIG_FILE, "a.toml");
	add(settings, BERTH_FIELD_CONFIG_FILE, "b.toml:/x/,/");
	deployment = resolve(settings);
	assert_string_equal(deployment->container, "c-My-Site");
	assert_string_equal(deployment->dest, "/srv/My-Site");
	assert_string_equal(deployment->config_files[0].destinations[0], "/srv/My-Site/");
	assert_int_equal(deployment->config_files[1].destination_count, 2);
	assert_string_equal(deployment->config_files[1].destinations[1], "/");
	berth_deployment_free(deployment);
	berth_settings_free(settings);
}

static void what_is_needed_is_asked_for(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	load(settings);
	refuse(settings, BERTH_FIELD_IMAGE, "an image is needed: give --image REF or a preset");
	add(settings, BERTH_FIELD_FOLDER, "nowhere");
	refuse(settings, BERTH_FIELD_FOLDER, "/nowhere' does not exist");
	tree_text(&home.tree, "source/file", "");
	add(settings, BERTH_FIELD_FOLDER, "file");
	refuse(settings, BERTH_FIELD_FOLDER, "/file' is not a folder");
	add(settings, BERTH_FIELD_FOLDER, "/");
	add(settings, BERTH_FIELD_IMAGE, "nginx");
	refuse(settings, BERTH_FIELD_NAME, "a name is needed and the folder '/' gives none");
	add(settings, BERTH_FIELD_NAME, "web");
	add(settings, BERTH_FIELD_DEST, "/");
	refuse(settings, BERTH_FIELD_DEST, "the whole container");
	berth_settings_free(settings);
}

static void one_field_is_judged_alone(void **state)
{
	(void)state;
	static const char *const ports[] = {"8080"};
	struct berth_settings *settings = settings_new();
	struct berth_error err;
	load(settings);
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_PORT, ports, 1, &err), 0);
	assert_int_equal(berth_settings_check(settings, BERTH_FIELD_PORT, &err), -1);
	assert_contains(err.message, "auto:8080");
	assert_int_equal(berth_settings_check(settings, BERTH_FIELD_HEALTH, &err), 0);
	assert_int_equal(berth_settings_check(settings, BERTH_FIELD_IMAGE, &err), -1);
	assert_int_equal(berth_settings_check(settings, BERTH_FIELD_CONTAINER, &err), 0);
	berth_settings_free(settings);
}

static void a_rehearsal_needs_nothing(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	add(settings, BERTH_FIELD_TARGET, "demo");
	load(settings);
	assert_true(berth_settings_applies(settings, BERTH_FIELD_NAME));
	assert_false(berth_settings_applies(settings, BERTH_FIELD_IMAGE));
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_NAME), "rehearsal");
	struct berth_deployment *deployment = resolve(settings);
	assert_string_equal(deployment->kind, "demo");
	assert_string_equal(deployment->name, "rehearsal");
	assert_null(deployment->image);
	berth_deployment_free(deployment);
	/* What it does not take can't be wrong. */
	add(settings, BERTH_FIELD_FOLDER, "/srv/of/another/machine");
	assert_int_equal(berth_settings_check(settings, BERTH_FIELD_FOLDER, NULL), 0);
	berth_deployment_free(resolve(settings));
	berth_settings_free(settings);
}

/* Which names there can be is the target's; of a container's there are rules. */
static void a_wrong_name_is_refused_in_words(void **state)
{
	static const struct {
		const char *name, *right;
	} cases[] = {{"a", "2 to 128 letters"}, {"-web", "start with a letter"},
		{"my web", "letters, digits"}, {"shop/web", "letters, digits"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_settings *settings = settings_new();
		add(settings, BERTH_FIELD_IMAGE, "nginx");
		add(settings, BERTH_FIELD_NAME, cases[i].name);
		load(settings);
		refuse(settings, BERTH_FIELD_NAME, cases[i].right);
		berth_settings_free(settings);
	}
}

static void targets_come_from_the_configuration(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	home_config("{\"default_target\": \"edge\", \"targets\": {"
		    "\"edge\": {\"kind\": \"docker\", \"host\": \"tcp://edge-1:2375\"},"
		    "\"prod\": {\"kind\": \"deployer\", \"url\": \"https://x\"}}}");
	add(settings, BERTH_FIELD_IMAGE, "nginx");
	load(settings);
	const char *const *names = berth_settings_targets(settings);
	assert_string_equal(names[0], "local");
	assert_string_equal(names[1], "demo");
	assert_string_equal(names[2], "edge");
	assert_string_equal(names[3], "prod");
	assert_null(names[4]);
	assert_value(settings, BERTH_FIELD_TARGET, "edge", home.config);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_HOST), "tcp://edge-1:2375");
	assert_contains(berth_settings_origin(settings, BERTH_FIELD_HOST), "target 'edge'");
	struct berth_deployment *deployment = resolve(settings);
	assert_string_equal(deployment->target, "edge");
	assert_string_equal(deployment->kind, "docker");
	assert_string_equal(deployment->host, "tcp://edge-1:2375");
	berth_deployment_free(deployment);

	add(settings, BERTH_FIELD_TARGET, "prod");
	load(settings);
	assert_null(berth_settings_get(settings, BERTH_FIELD_HOST));
	refuse(settings, BERTH_FIELD_FOLDER, "folder");
	add(settings, BERTH_FIELD_TARGET, "eddge");
	load(settings);
	refuse(settings, BERTH_FIELD_TARGET, "did you mean 'edge'?");
	berth_settings_free(settings);
}

static void assert_variable(
	const struct berth_deployment *deployment, const char *name, const char *value)
{
	for (size_t i = 0; i < deployment->env_count; i++) {
		if (strcmp(deployment->env[i].name, name) == 0) {
			assert_string_equal(deployment->env[i].value, value);
			return;
		}
	}
	fail_msg("no variable '%s'", name);
}

static void variables_come_from_files_and_options(void **state)
{
	(void)state;
	struct berth_settings *settings = web();
	tree_text(&home.tree, "source/web.env",
		"\xEF\xBB\xBF# a comment\r\n\n  \t\nA=file\r\nB = no\n");
	add(settings, BERTH_FIELD_ENV_FILE, "web.env");
	struct berth_error err;
	enum berth_field_id field;
	assert_null(berth_settings_resolve(settings, &field, &err));
	assert_int_equal(field, BERTH_FIELD_ENV_FILE);
	assert_contains(err.message, "web.env:5: the line (not shown)");
	/* A form does not read the file while one types. */
	assert_int_equal(berth_settings_check(settings, BERTH_FIELD_ENV_FILE, &err), 0);

	setenv("SETTINGS_TEST_OWN", "own value", 1);
	tree_text(&home.tree, "source/web.env",
		"A=file\nB=a=b # kept\nSETTINGS_TEST_OWN\nSETTINGS_TEST_NONE\nC=\nA=again");
	add(settings, BERTH_FIELD_ENV, "B=option");
	add(settings, BERTH_FIELD_ENV, "D=one\ntwo");
	struct berth_deployment *deployment = resolve(settings);
	assert_int_equal(deployment->env_count, 5);
	assert_variable(deployment, "A", "again");
	assert_variable(deployment, "B", "option");
	assert_variable(deployment, "C", "");
	assert_variable(deployment, "D", "one\ntwo");
	assert_variable(deployment, "SETTINGS_TEST_OWN", "own value");

	struct berth_deployment *copy = berth_deployment_copy(deployment);
	assert_non_null(copy);
	berth_deployment_free(deployment);
	assert_variable(copy, "D", "one\ntwo");
	assert_string_equal(copy->image, "nginx:alpine");
	assert_int_equal(copy->exclude_count, 5);
	assert_string_equal(copy->exclude[4], ".DS_Store");
	berth_deployment_free(copy);
	berth_settings_free(settings);

	settings = web();
	add(settings, BERTH_FIELD_ENV, "SETTINGS_TEST_OWN");
	deployment = resolve(settings);
	assert_variable(deployment, "SETTINGS_TEST_OWN", "own value");
	berth_deployment_free(deployment);
	add(settings, BERTH_FIELD_ENV_FILE, "nowhere.env");
	refuse(settings, BERTH_FIELD_ENV_FILE, "nowhere.env' can't be found");
	berth_settings_free(settings);
	unsetenv("SETTINGS_TEST_OWN");
}

static void secrets_are_never_repeated(void **state)
{
	(void)state;
	static const char secret[] = "hunter2-very-secret";
	static const char *const given[] = {"hunter2-very-secret", "hunter2_very_secret",
		"1X=hunter2-very-secret", "=hunter2-very-secret", "a b=hunter2-very-secret"};
	struct berth_settings *settings = web();
	struct berth_error err;
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		assert_int_equal(berth_settings_add(settings, BERTH_FIELD_ENV, given[i], &err), -1);
		assert_lacks(err.message, "hunter2");
		assert_lacks(err.hint, "hunter2");
		assert_contains(err.message, "env value 1");
	}
	add(settings, BERTH_FIELD_ENV, "TOKEN=hunter2-very-secret");
	char *text = berth_settings_explain(settings);
	assert_contains(text, "TOKEN=\u2022\u2022\u2022");
	assert_lacks(text, secret);
	free(text);
	text = berth_settings_command_line(settings, " ");
	assert_contains(text, " --env TOKEN");
	assert_lacks(text, secret);
	free(text);
	/* What a form was given without a check; it may look like a name and be none. */
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_ENV, given + 1, 1, &err), 0);
	text = berth_settings_explain(settings);
	assert_lacks(text, given[1]);
	free(text);
	text = berth_settings_command_line(settings, " ");
	assert_lacks(text, given[1]);
	free(text);
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_ENV, given, 1, &err), 0);
	refuse(settings, BERTH_FIELD_ENV, "env value 1 (not shown)");
	text = berth_settings_explain(settings);
	assert_lacks(text, secret);
	free(text);
	text = berth_settings_command_line(settings, " ");
	assert_lacks(text, secret);
	free(text);
	berth_settings_free(settings);
}

static void explain_says_where_each_value_is_from(void **state)
{
	(void)state;
	struct berth_settings *settings = web();
	add(settings, BERTH_FIELD_FOLDER, "a\x1b[31mb");
	char *text = berth_settings_explain(settings);
	size_t lines = 0;
	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	/* All but what only a plugin and only one kind of server take. */
	assert_int_equal(lines, BERTH_FIELD_COUNT - 2);
	assert_contains(text, "image           nginx:alpine                      option --image\n");
	assert_contains(text, "target          local                             default\n");
	assert_contains(text, "preset 'generic'\n");
	assert_contains(text, "host            (none)                            not set\n");
	assert_lacks(text, "\x1b");
	free(text);
	berth_settings_free(settings);
}

/* What a shell makes of the line, as words with NUL between. */
static size_t shell_words(const char *line, char *words, size_t cap)
{
	char script[4096];
	int ends[2];
	snprintf(script, sizeof script, "berth() { printf '%%s\\0' \"$@\"; }; %s", line);
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		execlp("bash", "bash", "-c", script, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	size_t len = 0;
	ssize_t n;
	while ((n = read(ends[0], words + len, cap - len)) > 0)
		len += (size_t)n;
	close(ends[0]);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return len;
}

static void the_command_line_survives_a_shell(void **state)
{
	(void)state;
	static const char *const globs[] = {"plain", "two words", "it's", "$HOME", "a;b|c&d", "*",
		"-x", "back\\slash", "new\nline", "tab\tand 'quote'", "\x1b[31m", "\xC3\xA4",
		"`id`", "\"", "~", "#", "!"};
	const size_t count = sizeof globs / sizeof *globs;
	struct berth_settings *settings = settings_new();
	struct berth_error err;
	char words[4096];
	setenv("BERTH_PULL", "never", 1);
	home_config("{\"image\": \"from/the/file\"}");
	load(settings);
	add(settings, BERTH_FIELD_YES, "true");
	assert_int_equal(
		berth_settings_replace(settings, BERTH_FIELD_INCLUDE, globs, count, &err), 0);
	char *line = berth_settings_command_line(settings, " ");
	assert_contains(line, "berth deploy --include plain --include 'two words' ");
	assert_contains(line, " --include 'it'\\''s' ");
	assert_contains(line, " --include=-x ");
	assert_contains(line, " --pull never --yes");
	assert_lacks(line, "\n");
	assert_lacks(line, "\x1b");
	assert_lacks(line, "from/the/file");
	size_t len = shell_words(line, words, sizeof words);
	free(line);
	const char *word = words + strlen("deploy") + 1;
	for (size_t i = 0; i < count; i++) {
		if (globs[i][0] == '-') {
			assert_string_equal(word, "--include=-x");
		} else {
			assert_string_equal(word, "--include");
			word += strlen(word) + 1;
			assert_string_equal(word, globs[i]);
		}
		word += strlen(word) + 1;
	}
	assert_string_equal(word, "--pull");
	assert_int_equal(words + len - word, sizeof "--pull" + sizeof "never" + sizeof "--yes");
	berth_settings_free(settings);
}

static void a_copy_stands_alone(void **state)
{
	(void)state;
	struct berth_settings *settings = web();
	struct berth_settings *copy = berth_settings_copy(settings);
	add(settings, BERTH_FIELD_NAME, "other");
	assert_string_equal(berth_settings_get(copy, BERTH_FIELD_NAME), "web");
	berth_settings_free(settings);
	load(copy);
	struct berth_deployment *deployment = resolve(copy);
	assert_string_equal(deployment->name, "web");
	berth_deployment_free(deployment);
	berth_settings_free(copy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fields_have_names_and_are_found),
		TEST(each_layer_covers_those_below),
		TEST(a_list_is_replaced_whole),
		TEST(a_failed_load_changes_nothing),
		TEST(the_project_file_lies_beside_the_source),
		TEST(a_wrong_value_is_refused_in_words),
		TEST(a_wrong_name_is_refused_in_words),
		TEST(a_repository_is_built_and_gives_the_name),
		TEST(ports_become_numbers),
		TEST(a_port_used_twice_is_refused),
		TEST(health_finds_its_ports),
		TEST(a_presets_checks_may_outlive_its_ports),
		TEST(what_nobody_says_is_derived),
		TEST(what_is_needed_is_asked_for),
		TEST(one_field_is_judged_alone),
		TEST(a_rehearsal_needs_nothing),
		TEST(targets_come_from_the_configuration),
		TEST(variables_come_from_files_and_options),
		TEST(secrets_are_never_repeated),
		TEST(explain_says_where_each_value_is_from),
		TEST(the_command_line_survives_a_shell),
		TEST(a_copy_stands_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
