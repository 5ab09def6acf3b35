/* One session without a screen does to a real engine whatever the screen can. */
#include "support/linear_session.h"

#include <stdio.h>

#include "support/docker_rig.h"
#include "support/images.h"

static char image[64]; /* of the registry: one that can be gone back to */

static struct session open_session(void)
{
	char home[96], host[128], config[128], state[128];

	snprintf(home, sizeof(home), "HOME=%s", rig.home);
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", rig.host);
	snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s/.config", rig.home);
	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s/linear", rig.home);
	return session_start(WORDS(BERTH_PROGRAM, "--linear", "--port", "web=auto:8080"),
		WORDS(home, host, config, state, "LC_ALL=C.UTF-8", "TERM=dumb", "DOCKER_CONTEXT",
			"DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "BERTH_TARGET", "BERTH_HOST"),
		rig.home);
}

static void deploys(struct session *s)
{
	char line[96];

	snprintf(line, sizeof(line), "set image %s\n", image);
	type(s, line);
	type(s, "set name shop\nset env WORD=first\nform\ndeploy\nwait\n");
	until(s, "3. Name: shop\n");
	until(s, "Env: WORD=***\n");
	until(s, "Deployment 1, 'shop' on local: queued.\n");
	until(s, "\ndeployed after ");
	containers_are("shop");
}

static void looks_at_it(struct session *s)
{
	type(s, "list\n1\ndetails\n");
	until(s, "1. 'shop' on local: deployed");
	until(s, "state  up ");
	until(s, "image  127.0.0.1:");
	type(s, "back\nlog\nfind Container\n");
	until(s, "In the log.\n");
	until(s, "Container 'shop'");
}

static void acts_on_it(struct session *s)
{
	type(s, "stop\n");
	until(s, "Stop container 'shop'?");
	type(s, "yes\n");
	until(s, "'shop' is stopped.\n");
	docker_is("false", WORDS("inspect", "-f", "{{.State.Running}}", "shop"));
	type(s, "restart\n");
	until(s, "'shop' was started.\n");
	docker_is("true", WORDS("inspect", "-f", "{{.State.Running}}", "shop"));
	type(s, "restart\nno\n");
	until(s, "Restart container 'shop'?");
}

static void goes_back(struct session *s)
{
	type(s, "set image checked:1\ndeploy\nwait\n");
	until(s, "Deployment 2, 'shop' on local");
	until(s, "\ndeployed after ");
	docker_is("checked:1", WORDS("inspect", "-f", "{{.Config.Image}}", "shop"));
	type(s, "rollback\n");
	until(s, "The form is as run 1 was, its image by digest.\n");
	type(s, "form\ndeploy\nwait\n");
	until(s, "back@sha256:");
	until(s, "Deployment 3, 'shop' on local");
	until(s, "\ndeployed after ");
}

static void reads_the_past(struct session *s)
{
	type(s, "history\n");
	until(s, "3. 'shop' on local: deployed");
	until(s, "1. 'shop' on local: deployed");
	type(s, "history 1 2\n");
	until(s, "checked:1");
	type(s, "replay 1\nwait\nresult\n");
	until(s, "Container 'shop' started");
	until(s, "\ndeployed after ");
	type(s, "delete 2\n");
	until(s, "Delete run 2 (shop)");
	type(s, "yes\n");
	/* One of this session is not. */
	until(s, "cannot delete run 2: ");
	until(s, "is still written to by a console\n");
}

static void removes_it(struct session *s)
{
	type(s, "list\n3\nremove\n");
	until(s, "Remove container 'shop'");
	type(s, "yes\n");
	until(s, "'shop' is removed");
	containers_are("");
	type(s, "recover\n");
	/* It asks a person, and there is none at a pipe. */
	until(s, "needs a terminal.\n");
}

static void a_session_does_what_the_screen_can(void **state)
{
	struct session s;

	(void)state;
	snprintf(image, sizeof(image), "127.0.0.1:%d/back:1", rig.registry_port);
	assert_int_equal(images_push(&rig, "back", 1, 4096), 0);
	s = open_session();
	until(&s, "Docker ");
	deploys(&s);
	looks_at_it(&s);
	acts_on_it(&s);
	goes_back(&s);
	reads_the_past(&s);
	removes_it(&s);
	type(&s, "quit\n");
	finish(&s, 0);
	lacks(&s, "WORD=first");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_session_does_what_the_screen_can),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
