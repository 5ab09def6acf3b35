#include <berth/ports.h>

#include <stdlib.h>

#include "source/ports.h"
#include "store/lease.h"
#include "store/store.h"

struct port_list {
	struct store_job job;
	struct lease_row *rows;
	struct berth_given_port *ports;
	size_t count;
	berth_ports_fn *done;
	void *context;
};

static int run(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	struct port_list *list = (struct port_list *)job;

	if (db == NULL)
		return 0;
	if (lease_list(db, &list->rows, &list->count, err) == -1)
		return -1;
	list->ports = calloc(list->count + 1, sizeof(*list->ports));
	if (list->ports == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	for (size_t i = 0; i < list->count && !atomic_load(closing); i++) {
		const struct lease_row *row = &list->rows[i];
		bool is_here = row->host[0] == '\0';

		list->ports[i] = (struct berth_given_port){
			.port = row->port,
			.udp = row->udp,
			.is_here = is_here,
			.is_open = is_here && port_is_free(row->port, row->udp, NULL) == 0,
			.container_port = row->container_port,
			.engine = row->engine,
			.name = row->name,
			.container = row->container,
			.deployment_id = row->deployment_id,
			.since_ms = row->since_ms,
		};
	}
	return 0;
}

static void done(struct store_job *job, const struct berth_error *err)
{
	struct port_list *list = (struct port_list *)job;

	list->done(list->context, err == NULL ? list->ports : NULL, err == NULL ? list->count : 0,
		err);
	lease_rows_free(list->rows, list->count);
	free(list->ports);
	free(list);
}

int berth_history_ports(
	struct berth_history *history, berth_ports_fn *tell, void *context, struct berth_error *err)
{
	struct port_list *list = calloc(1, sizeof(*list));

	if (list == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	list->job = (struct store_job){.run = run, .done = done};
	list->done = tell;
	list->context = context;
	if (store_ask(history, &list->job, err) == 0)
		return 0;
	free(list);
	return -1;
}
