#include "target/docker/docker_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/client.h"
#include "docker/image.h"
#include "journal/journal_run.h"

struct docker_look {
	struct docker *docker;
	const struct journal_run *run;
	struct docker_call *connect;
	struct docker_op *op;
	bool cancelled;
	struct docker_left left;
	docker_looked_fn *done;
	void *context;
};

/* By the settings of now if they lead to the same engine, as those know its certificates. */
struct docker *docker_of_left(
	struct net *net, const struct journal_run *run, struct berth_error *err)
{
	char address[sizeof(run->place)];
	struct docker *docker = docker_new(net, run->request->host, err);

	snprintf(address, sizeof(address), "%.*s", (int)strcspn(run->place, " "), run->place);
	if (docker != NULL && strcmp(docker_endpoint(docker)->address, address) == 0)
		return docker;
	docker_free(docker);
	return docker_new(net, address, err);
}

static void finish(struct docker_look *look, const struct berth_error *err)
{
	struct berth_error cancelled;

	if (look->cancelled) {
		berth_error_set(&cancelled, BERTH_E_CANCELLED, 0, "cancelled");
		err = &cancelled;
	}
	look->done(look->context, err == NULL ? &look->left : NULL, err);
	free(look);
}

/* The next question was asked, or could not be. */
static void asked(struct docker_look *look, struct docker_op *op, const struct berth_error *err)
{
	look->op = op;
	if (op == NULL)
		finish(look, err);
}

static void image_seen(void *context, const struct image_info *info, const struct berth_error *err)
{
	struct docker_look *look = context;

	(void)info;
	look->op = NULL;
	look->left.has_image = err == NULL;
	finish(look, err != NULL && err->code == BERTH_E_NOT_FOUND ? NULL : err);
}

static void look_at_image(struct docker_look *look)
{
	struct berth_error err = {0};

	if (look->run->image[0] != '\0' && !look->cancelled)
		asked(look, image_inspect(look->docker, look->run->image, image_seen, look, &err),
			&err);
	else
		finish(look, NULL);
}

static void old_seen(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_look *look = context;

	look->op = NULL;
	if (err != NULL && err->code != BERTH_E_NOT_FOUND) {
		finish(look, err);
		return;
	}
	look->left.has_old = err == NULL;
	if (err == NULL)
		look->left.old_one = *info;
	look_at_image(look);
}

static void look_at_old(struct docker_look *look)
{
	struct berth_error err = {0};

	if (look->run->has_old && !look->cancelled)
		asked(look,
			container_inspect(look->docker, look->run->old_id, old_seen, look, &err),
			&err);
	else
		look_at_image(look);
}

static void new_seen(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_look *look = context;

	look->op = NULL;
	if (err != NULL && err->code != BERTH_E_NOT_FOUND) {
		finish(look, err);
		return;
	}
	look->left.has_new = err == NULL;
	if (err == NULL)
		look->left.new_one = *info;
	look_at_old(look);
}

static void listed(void *context, const struct container_list *list, const struct berth_error *err)
{
	struct docker_look *look = context;
	const char *id = NULL;
	struct berth_error why = {0};

	look->op = NULL;
	if (err != NULL || look->cancelled) {
		finish(look, err);
		return;
	}
	/* Services that came up with it have its label, too; of a project none stands for the
	 * others. */
	for (size_t i = list->count; i-- > 0;) {
		const struct container_row *row = &list->rows[i];

		look->left.new_running += strcmp(row->state, "running") == 0 ? 1 : 0;
		if (look->run->project[0] != '\0') {
			look->left.new_count++;
		} else if (row->project[0] == '\0' ||
			   strcmp(row->name, look->run->request->container) == 0) {
			id = row->id;
			look->left.new_count++;
		}
	}
	if (id != NULL)
		asked(look, container_inspect(look->docker, id, new_seen, look, &why), &why);
	else
		look_at_old(look);
}

/* By its label: an answer that was lost leaves a container whose id nobody knows. */
static void connected(void *context, const struct docker_info *info, const struct berth_error *err)
{
	struct docker_look *look = context;
	struct berth_error why = {0};
	char label[128];

	(void)info;
	look->connect = NULL;
	if (err != NULL || look->cancelled) {
		finish(look, err);
		return;
	}
	snprintf(label, sizeof(label), CONTAINER_LABEL "=%s", look->run->id);
	asked(look, container_list(look->docker, true, label, listed, look, &why), &why);
}

struct docker_look *docker_look_start(struct docker *docker, const struct journal_run *run,
	docker_looked_fn *done, void *context, struct berth_error *err)
{
	struct docker_look *look = calloc(1, sizeof(*look));

	if (look == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	look->docker = docker;
	look->run = run;
	look->done = done;
	look->context = context;
	look->connect = docker_connect(docker, connected, look, err);
	if (look->connect != NULL)
		return look;
	free(look);
	return NULL;
}

void docker_look_cancel(struct docker_look *look)
{
	look->cancelled = true;
	if (look->connect != NULL)
		docker_cancel(look->connect);
	else if (look->op != NULL)
		docker_op_cancel(look->op);
}
