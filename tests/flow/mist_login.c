/* Who is let in by a Mist server, and which app is meant. */
#include "support/mist_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_DONE MS_ROWS(MS_DONE_ROW)

static const struct ms_step posted[] = {{MS_REPLY, MS_ROW("pending", "pending", 0), 200}, {MS_END}};
static const struct ms_step listed[] = {{MS_REPLY, ROWS_DONE, 200}, {MS_END}};
static const struct ms_step logged[] = {
	{MS_REPLY, MS_LOG(MS_DONE_ROW, "Step 1/1 : FROM x\\n"), 200}, {MS_END}};

#define GOES_WELL [MS_DEPLOY] = {posted}, [MS_LIST] = {listed}, [MS_LOGS] = {logged}

static const struct peer_request *last_request(const struct mist_scene *scene)
{
	return peer_request_at(scene->server.peer, peer_request_count(scene->server.peer) - 1);
}

static void assert_cookie(const struct peer_request *request, const char *wanted)
{
	char value[256] = "";

	peer_request_header(request, "Cookie", value, sizeof(value));
	assert_string_equal(value, wanted);
	assert_false(peer_request_header(request, "Authorization", value, sizeof(value)));
}

/* --- login --- */

static void the_login_gives_a_cookie_that_goes_along(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){.answers = {GOES_WELL}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGIN), 1);
	assert_string_equal(mist_server_body(&scene.server, "/api/auth/login"),
		"{\"email\":\"ops@example.com\",\"password\":\"s3cret-pw\"}");
	for (int i = 1; peer_request_at(scene.server.peer, i); i++)
		assert_cookie(peer_request_at(scene.server.peer, i), "mist_token=jwt-1");
	mist_close(&scene);
}

static void the_password_comes_from_a_command(void **state)
{
	char *argv[] = {(char *)"printf", (char *)"s3cret-pw\\nsecond line", NULL};
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){.answers = {GOES_WELL}});
	scene.entry.password = (struct berth_secret){.from = BERTH_SECRET_COMMAND, .argv = argv};
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	mist_close(&scene);
}

static void the_password_comes_from_a_variable(void **state)
{
	struct mist_scene scene;

	setenv("MIST_PASSWORD", "s3cret-pw", 1);
	mist_open(&scene, *state, &(struct ms_plan){.answers = {GOES_WELL}});
	scene.entry.password = (struct berth_secret){
		.from = BERTH_SECRET_VARIABLE, .source = (char *)"MIST_PASSWORD"};
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	mist_close(&scene);
	unsetenv("MIST_PASSWORD");
}

static void a_token_is_the_cookie_and_needs_no_login(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {GOES_WELL}, .token = "eyJ.s3cret-token.x"});
	scene.entry.email = NULL;
	scene.entry.password = (struct berth_secret){0};
	scene.entry.token = (struct berth_secret){
		.from = BERTH_SECRET_TEXT, .source = (char *)"eyJ.s3cret-token.x"};
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGIN), 0);
	assert_cookie(last_request(&scene), "mist_token=eyJ.s3cret-token.x");
	mist_close(&scene);
}

static void a_token_that_is_not_taken_is_said(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){0});
	scene.entry.email = NULL;
	scene.entry.password = (struct berth_secret){0};
	scene.entry.token = (struct berth_secret){
		.from = BERTH_SECRET_TEXT, .source = (char *)"s3cret-old"};
	mist_run(&scene, "api");
	assert_story(scene.record, &scene.request,
		MIST_HEAD("api") "error pending engine the server said 401: Authentication "
				 "required: No token provided\n"
				 "link closed\n"
				 "result unreached 3 the server said 401: Authentication required: "
				 "No token provided\n"
				 "error denied at pending\n"
				 "hint the token is not valid, or not any more: log in for "
				 "another, or give the target an 'email' and a password\n");
	mist_close(&scene);
}

static void a_token_that_is_no_cookie_is_not_sent(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){0});
	scene.entry.email = NULL;
	scene.entry.password = (struct berth_secret){0};
	scene.entry.token = (struct berth_secret){
		.from = BERTH_SECRET_TEXT, .source = (char *)"s3cret; Path=/"};
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_int_equal(peer_request_count(scene.server.peer), 0);
	mist_close(&scene);
}

static void no_credentials_at_all(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){0});
	scene.entry.email = NULL;
	scene.entry.password = (struct berth_secret){0};
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_string_equal(scene.record->result->failure->hint,
		"give the target an 'email' and a password, or a token");
	mist_close(&scene);
}

static void a_wrong_password_is_said_and_not_tried_again(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){0});
	scene.entry.password.source = (char *)"s3cret-wrong";
	mist_run(&scene, "api");
	assert_story(scene.record, &scene.request,
		MIST_HEAD("api") "error pending engine the server said 401 to the login of "
				 "'ops@example.com': Invalid email or password\n"
				 "link closed\n"
				 "result unreached 3 the server said 401 to the login of "
				 "'ops@example.com': Invalid email or password\n"
				 "error denied at pending\n"
				 "hint check the target's 'email' and password\n");
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGIN), 1);
	mist_close(&scene);
}

static void a_login_that_ran_out_is_renewed_in_every_question(void **state)
{
	/* 1 projects, 2 to 4 apps, 5 deploy, 6 list, 7 log, 8 preview. */
	for (int nth = 1; nth <= 8; nth++) {
		struct flow *flow = *state;
		struct mist_scene scene;

		mist_open(
			&scene, flow, &(struct ms_plan){.answers = {GOES_WELL}, .forget_at = nth});
		mist_run(&scene, "api");
		assert_outcome(scene.record, BERTH_DEPLOYED);
		assert_int_equal(mist_server_asked(&scene.server, MS_LOGIN), 2);
		assert_int_equal(mist_server_asked(&scene.server, MS_DEPLOY), 1);
		assert_non_null(record_log(scene.record, BERTH_DEBUG, "login has run out"));
		mist_close(&scene);
	}
}

/* The cookie is given and never taken. */
static void it_is_renewed_once_and_no_more(void **state)
{
	static const struct ms_step useless[] = {{MS_HEADER, "Set-Cookie: mist_token=x"},
		{MS_REPLY, "{\"success\":true}", 200}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){.answers = {[MS_LOGIN] = {useless}}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_string_equal(scene.record->result->failure->hint,
		"it does not take the cookie of its own login");
	assert_int_equal(mist_server_asked(&scene.server, MS_LOGIN), 2);
	mist_close(&scene);
}

static void a_login_without_a_cookie(void **state)
{
	static const struct ms_step none[] = {{MS_REPLY, "{\"success\":true}", 200}, {MS_END}};
	static const struct ms_step other[] = {{MS_HEADER, "Set-Cookie: mist_token_old=x"},
		{MS_HEADER, "Set-Cookie: mist_token=; Max-Age=0"},
		{MS_REPLY, "{\"success\":true}", 200}, {MS_END}};
	const struct ms_step *const cases[] = {none, other};

	for (size_t i = 0; i < 2; i++) {
		struct mist_scene scene;

		mist_open(&scene, *state, &(struct ms_plan){.answers = {[MS_LOGIN] = {cases[i]}}});
		mist_run(&scene, "api");
		assert_outcome(scene.record, BERTH_UNREACHED);
		assert_non_null(
			strstr(scene.record->result->message, "gave no cookie 'mist_token'"));
		mist_close(&scene);
	}
}

static void what_is_no_mist_server_is_said(void **state)
{
	static const struct ms_step page[] = {{MS_PAGE}, {MS_END}};
	static const struct ms_step absent[] = {
		{MS_REPLY, "{\"detail\":\"Not Found\"}", 404}, {MS_END}};
	const struct ms_step *const cases[] = {page, absent};

	for (size_t i = 0; i < 2; i++) {
		struct mist_scene scene;

		mist_open(&scene, *state, &(struct ms_plan){.answers = {[MS_LOGIN] = {cases[i]}}});
		mist_run(&scene, "api");
		assert_outcome(scene.record, BERTH_UNREACHED);
		assert_non_null(strstr(scene.record->result->message,
			"is not a Mist server: there is no login at /api/auth/login"));
		assert_string_equal(
			scene.record->result->failure->hint, "check the target's url and kind");
		mist_close(&scene);
	}
}

static void a_login_follows_only_its_own_server(void **state)
{
	static const struct ms_step away[] = {
		{MS_HEADER, "Location: http://elsewhere.invalid/api/auth/login"},
		{MS_REPLY, "{}", 307}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){.answers = {[MS_LOGIN] = {away}}});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_non_null(strstr(scene.record->result->message, "redirects to"));
	mist_close(&scene);
}

/* Here the server is another machine, behind a proxy that is this one. */
static void a_secure_cookie_does_not_go_in_the_clear(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){
			.answers = {GOES_WELL}, .attributes = "Path=/; Secure; HttpOnly"});
	scene.entry.url = (char *)"http://mist.example";
	setenv("http_proxy", peer_url(scene.server.peer), 1);
	mist_run(&scene, "api");
	unsetenv("http_proxy");
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_string_equal(scene.record->result->message,
		"the server took the login of 'ops@example.com', but marks its cookie 'Secure', "
		"and "
		"so it may not be sent to an http:// address");
	assert_non_null(strstr(scene.record->result->failure->hint, "https:// url"));
	assert_int_equal(peer_request_count(scene.server.peer), 1);
	mist_close(&scene);
	/* On this machine it crosses no network: a tunnel ends here. */
	mist_open(&scene, *state,
		&(struct ms_plan){
			.answers = {GOES_WELL}, .attributes = "Path=/; Secure; HttpOnly"});
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	mist_close(&scene);
}

/* Whatever the server does with them. */
static void secrets_are_in_no_event(void **state)
{
	static const struct ms_step echo[] = {
		{MS_REPLY, MS_NO("no access for s3cret-pw", "cookie was jwt-1"), 500}, {MS_END}};
	struct mist_scene scene;
	char *json;

	mist_open(&scene, *state, &(struct ms_plan){.answers = {[MS_PROJECTS] = {echo}}});
	mist_run(&scene, "api");
	json = record_json(scene.record);
	assert_null(strstr(json, "s3cret"));
	assert_null(strstr(json, "jwt-1"));
	assert_non_null(strstr(json, "no access for"));
	free(json);
	mist_close(&scene);
}

/* --- which app --- */

static void an_app_is_found_by_name_id_or_both(void **state)
{
	static const struct {
		const char *name, *body;
	} cases[] = {
		{"api", "{\"appId\":9}"},
		{"7", "{\"appId\":7}"},
		{"12", "{\"appId\":12}"},
		{"shop/web", "{\"appId\":7}"},
		{"lab/web", "{\"appId\":12}"},
		{"2/web", "{\"appId\":12}"},
		{"shop/9", "{\"appId\":9}"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mist_scene scene;

		mist_open(&scene, *state, &(struct ms_plan){.answers = {GOES_WELL}});
		mist_run(&scene, cases[i].name);
		assert_outcome(scene.record, BERTH_DEPLOYED);
		assert_string_equal(
			mist_server_body(&scene.server, "POST /api/deployments "), cases[i].body);
		mist_close(&scene);
	}
}

static void a_name_of_two_apps_is_refused_with_both(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){0});
	mist_run(&scene, "web");
	assert_story(scene.record, &scene.request,
		MIST_HEAD("web") "error pending engine 'web' is the name of 2 apps: shop/web (7), "
				 "lab/web (12)\n"
				 "link closed\n"
				 "result rejected 2 'web' is the name of 2 apps: shop/web (7), "
				 "lab/web (12)\n"
				 "error conflict at pending\n"
				 "hint give one of them as PROJECT/APP, or its id: --name 12\n");
	assert_int_equal(mist_server_asked(&scene.server, MS_DEPLOY), 0);
	mist_close(&scene);
}

static void an_unknown_name_is_refused_with_those_there_are(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){0});
	mist_run(&scene, "apo");
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_string_equal(scene.record->result->message,
		"there is no app 'apo' on the server; it has shop/web (7), shop/api (9), lab/web "
		"(12)");
	assert_string_equal(scene.record->result->failure->hint, "did you mean 'api'?");
	mist_close(&scene);
}

static void a_server_without_apps(void **state)
{
	static const struct ms_step none[] = {{MS_REPLY, MS_ROWS(""), 200}, {MS_END}};
	static const struct ms_step null[] = {
		{MS_REPLY, "{\"success\":true,\"data\":null,\"message\":\"\"}", 200}, {MS_END}};
	const struct ms_step *const cases[] = {none, null};

	for (size_t i = 0; i < 2; i++) {
		struct mist_scene scene;

		mist_open(
			&scene, *state, &(struct ms_plan){.answers = {[MS_PROJECTS] = {cases[i]}}});
		mist_run(&scene, "api");
		assert_outcome(scene.record, BERTH_REJECTED);
		assert_non_null(strstr(scene.record->result->message, "lists none"));
		mist_close(&scene);
	}
}

static void a_project_one_may_not_look_into_is_left_out(void **state)
{
	static const struct ms_step no[] = {
		{MS_REPLY, MS_NO("You do not have permission", "Forbidden"), 403}, {MS_END}};
	static const struct ms_step web[] = {
		{MS_REPLY, MS_ROWS("{\"id\":9,\"name\":\"api\"}"), 200}, {MS_END}};
	struct mist_scene scene;

	mist_open(&scene, *state,
		&(struct ms_plan){.answers = {GOES_WELL, [MS_APPS] = {no, web, no}}});
	mist_run(&scene, "lab/api");
	assert_outcome(scene.record, BERTH_DEPLOYED);
	mist_close(&scene);
}

/* However many, the message has room, and says how many it leaves out. */
static void many_apps_fit_into_the_message(void **state)
{
	char *rows = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&rows, &len);
	struct mist_scene scene;

	fprintf(out, "{\"success\":true,\"data\":[");
	for (int i = 0; i < 500; i++)
		fprintf(out, "%s{\"id\":%d,\"name\":\"service-%d\"}", i ? "," : "", i + 100, i);
	fprintf(out, "],\"message\":\"\"}");
	fclose(out);
	{
		const struct ms_step many[] = {{MS_REPLY, rows, 200}, {MS_END}};

		mist_open(&scene, *state, &(struct ms_plan){.answers = {[MS_APPS] = {many}}});
		mist_run(&scene, "nothing-like-it");
	}
	assert_outcome(scene.record, BERTH_REJECTED);
	assert_non_null(strstr(scene.record->result->message, "shop/service-0 (100), "));
	assert_non_null(strstr(scene.record->result->message, " and 14"));
	assert_non_null(strstr(scene.record->result->message, " more"));
	free(rows);
	mist_close(&scene);
}

static void lists_that_cannot_be_had(void **state)
{
	static const struct ms_step page[] = {{MS_PAGE}, {MS_END}};
	static const struct ms_step text[] = {
		{MS_HEADER, "X: y"}, {MS_REPLY, "soon", 200}, {MS_END}};
	static const struct ms_step fault[] = {
		{MS_REPLY, MS_NO("Failed to retrieve user", "record not found"), 500}, {MS_END}};
	static const struct ms_step reset[] = {{MS_RESET}, {MS_END}};
	static const struct {
		const struct ms_step *answer;
		const char *part;
	} cases[] = {
		{page, "has no such route: /api/projects/getAll"},
		{text, "can't be read"},
		{fault, "the server said 500: Failed to retrieve user: record not found"},
		{reset, "broke"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mist_scene scene;

		mist_open(&scene, *state,
			&(struct ms_plan){.answers = {[MS_PROJECTS] = {cases[i].answer}}});
		mist_run(&scene, "api");
		assert_outcome(scene.record, BERTH_UNREACHED);
		if (!strstr(scene.record->result->message, cases[i].part))
			fail_msg("'%s' is not in '%s'", cases[i].part,
				scene.record->result->message);
		mist_close(&scene);
	}
}

static void nobody_there(void **state)
{
	struct mist_scene scene;

	mist_open(&scene, *state, &(struct ms_plan){0});
	mist_server_stop(&scene.server);
	scene.entry.url = (char *)"http://127.0.0.1:9";
	mist_run(&scene, "api");
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_int_equal(scene.record->result->failure->code, BERTH_E_UNREACHABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MIST_TEST(the_login_gives_a_cookie_that_goes_along),
		MIST_TEST(the_password_comes_from_a_command),
		MIST_TEST(the_password_comes_from_a_variable),
		MIST_TEST(a_token_is_the_cookie_and_needs_no_login),
		MIST_TEST(a_token_that_is_not_taken_is_said),
		MIST_TEST(a_token_that_is_no_cookie_is_not_sent),
		MIST_TEST(no_credentials_at_all),
		MIST_TEST(a_wrong_password_is_said_and_not_tried_again),
		MIST_TEST(a_login_that_ran_out_is_renewed_in_every_question),
		MIST_TEST(it_is_renewed_once_and_no_more),
		MIST_TEST(a_login_without_a_cookie),
		MIST_TEST(what_is_no_mist_server_is_said),
		MIST_TEST(a_login_follows_only_its_own_server),
		MIST_TEST(a_secure_cookie_does_not_go_in_the_clear),
		MIST_TEST(secrets_are_in_no_event),
		MIST_TEST(an_app_is_found_by_name_id_or_both),
		MIST_TEST(a_name_of_two_apps_is_refused_with_both),
		MIST_TEST(an_unknown_name_is_refused_with_those_there_are),
		MIST_TEST(a_server_without_apps),
		MIST_TEST(a_project_one_may_not_look_into_is_left_out),
		MIST_TEST(many_apps_fit_into_the_message),
		MIST_TEST(lists_that_cannot_be_had),
		MIST_TEST(nobody_there),
	};

	flow_home();
	mist_hurry();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
