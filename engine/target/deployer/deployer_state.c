/* A record of the server: {"id", "repository_id", "repo_name", "stack", "assigned_port", "status",
 * "container_id", "error_message", "log_tail", "created_at", "started_at", ...}. */
#include <stdio.h>
#include <string.h>

#include "base/rfc3339.h"
#include "loop/xfer.h"
#include "target/deployer/deployer.h"

const struct berth_stage deployer_stages[DEPLOYER_STAGES] = {
	[DEPLOYER_DETECTING] = {"detecting", "detect", "finding out what it is", 0, 10},
	[DEPLOYER_CREATING] = {"creating", "create", "making its record", 10, 20},
	[DEPLOYER_BUILDING] = {"building", "build", "building and starting", 20, 100},
	[DEPLOYER_RUNNING] = {"running", "run", "running", 100, 100},
};

static const struct {
	const char *status;
	enum deployer_state state;
} states[] = {
	{"pending", DEPLOYER_PENDING},
	{"running", DEPLOYER_RUNS},
	{"stopped", DEPLOYER_STOPPED},
	{"error", DEPLOYER_FAILED},
};

static void copy_text(char *dst, size_t size, const json_t *object, const char *key)
{
	const char *text = server_text_at(object, key);

	snprintf(dst, size, "%s", text != NULL ? text : "");
}

static int64_t time_at(const json_t *object, const char *key)
{
	const char *text = server_text_at(object, key);

	return text != NULL ? rfc3339_ms(text) : 0;
}

bool deployer_row_read(struct deployer_row *row, const json_t *object)
{
	int64_t port = server_number_at(object, "assigned_port", 0);

	*row = (struct deployer_row){
		.id = server_number_at(object, "id", -1),
		.repo_id = server_number_at(object, "repository_id", -1),
		.state = DEPLOYER_OTHER,
		.port = port > 0 && port < 65536 ? (int)port : 0,
		.created_ms = time_at(object, "created_at"),
		.started_ms = time_at(object, "started_at"),
	};
	copy_text(row->status, sizeof(row->status), object, "status");
	copy_text(row->name, sizeof(row->name), object, "repo_name");
	copy_text(row->stack, sizeof(row->stack), object, "stack");
	copy_text(row->container, sizeof(row->container), object, "container_id");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].status, row->status) == 0)
			row->state = states[i].state;
	if (row->state == DEPLOYER_RUNS && row->container[0] == '\0')
		row->state = DEPLOYER_BUILDS;
	return row->id >= 0 && row->status[0] != '\0';
}

char *deployer_address(const struct deployer_row *row, const char *server_url)
{
	char host[256], *address = NULL;

	if (row->port == 0 || xfer_url_host(server_url, host, sizeof(host)) < 0 ||
		asprintf(&address, "http://%s:%d", host, row->port) < 0)
		return NULL;
	return address;
}
