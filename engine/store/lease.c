#include "store/lease.h"

#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "store/db.h"

enum { PORTS = 65536, ROWS_MAX = 100000 };

/* Which ports are not to be had because of what is written, one bit a port. */
struct reserved {
	unsigned char bits[PORTS / 8];
};

/* A container is made within seconds of its lease: one as young as this may yet come. */
static const int64_t young_ms = 5 * 60 * 1000;

static const char *protocol(bool udp)
{
	return udp ? "udp" : "tcp";
}

static int finish(sqlite3_stmt *statement, const struct berth_error *cause, struct berth_error *err)
{
	sqlite3_finalize(statement);
	if (cause->code == BERTH_E_OK)
		return 0;
	if (err != NULL)
		*err = *cause;
	return -1;
}

static int read_reserved(struct db *db, const struct lease_request *request,
	const struct port_wish *wish, struct reserved *reserved, struct berth_error *err)
{
	sqlite3_stmt *read = db_prepare(db,
		"SELECT port, engine, container, leased_ms FROM leases WHERE host = ?1"
		" AND protocol = ?2 AND port BETWEEN ?3 AND ?4 AND released_ms IS NULL",
		err);
	int64_t now = clock_unix_ms();
	struct berth_error cause = {0};

	if (read == NULL)
		return -1;
	db_bind_text(read, 1, request->host);
	db_bind_text(read, 2, protocol(wish->udp));
	sqlite3_bind_int(read, 3, wish->from);
	sqlite3_bind_int(read, 4, wish->to);
	while (db_step(db, read, &cause)) {
		int port = sqlite3_column_int(read, 0);
		const char *engine = (const char *)sqlite3_column_text(read, 1);
		const char *container = (const char *)sqlite3_column_text(read, 2);
		bool same_engine = engine != NULL && strcmp(engine, request->engine) == 0;
		bool gone = same_engine && container != NULL &&
			    now - db_number(read, 3) > young_ms &&
			    request->is_gone(request->context, container);

		if (port >= 0 && port < PORTS && !gone)
			reserved->bits[port / 8] |= (unsigned char)(1u << port % 8);
	}
	return finish(read, &cause, err);
}

/* The one it had before; 0: none. */
static int read_own(struct db *db, const struct lease_request *request,
	const struct port_wish *wish, int *port, struct berth_error *err)
{
	sqlite3_stmt *read = db_prepare(db,
		"SELECT port FROM leases WHERE host = ?1 AND engine = ?2 AND container = ?3"
		" AND container_port = ?4 AND protocol = ?5 ORDER BY leased_ms DESC LIMIT 1",
		err);
	struct berth_error cause = {0};

	*port = 0;
	if (read == NULL)
		return -1;
	db_bind_text(read, 1, request->host);
	db_bind_text(read, 2, request->engine);
	db_bind_text(read, 3, request->container);
	sqlite3_bind_int(read, 4, wish->container);
	db_bind_text(read, 5, protocol(wish->udp));
	if (db_step(db, read, &cause))
		*port = sqlite3_column_int(read, 0);
	return finish(read, &cause, err);
}

static bool chosen_already(
	const struct lease_request *request, const struct port_wish *wish, int port)
{
	for (const struct port_wish *other = request->wishes; other < wish; other++)
		if (other->port == port && other->udp == wish->udp)
			return true;
	return false;
}

static bool can_have(const struct lease_request *request, const struct port_wish *wish, int port)
{
	return port >= wish->from && port <= wish->to && port > wish->above &&
	       !chosen_already(request, wish, port) &&
	       request->is_free(request->context, port, wish->udp);
}

/* From the lowest number on: what the kernel gives to outgoing connections is further up. */
static int search(const struct lease_request *request, const struct port_wish *wish,
	const struct reserved *reserved)
{
	for (int port = wish->from; port <= wish->to && port < PORTS; port++)
		if ((reserved->bits[port / 8] >> port % 8 & 1) == 0 &&
			can_have(request, wish, port))
			return port;
	return 0;
}

static int forget_own(struct db *db, const struct lease_request *request,
	const struct port_wish *wish, struct berth_error *err)
{
	sqlite3_stmt *forget = db_prepare(db,
		"DELETE FROM leases WHERE host = ?1 AND engine = ?2 AND container = ?3"
		" AND container_port = ?4 AND protocol = ?5",
		err);

	if (forget == NULL)
		return -1;
	db_bind_text(forget, 1, request->host);
	db_bind_text(forget, 2, request->engine);
	db_bind_text(forget, 3, request->container);
	sqlite3_bind_int(forget, 4, wish->container);
	db_bind_text(forget, 5, protocol(wish->udp));
	return db_finish(db, forget, err);
}

static int note(struct db *db, const struct lease_request *request, const struct port_wish *wish,
	struct berth_error *err)
{
	sqlite3_stmt *put;

	if (forget_own(db, request, wish, err) == -1)
		return -1;
	put = db_prepare(db,
		"INSERT OR REPLACE INTO leases(host, port, protocol, engine, name, container,"
		" container_port, deployment_id, leased_ms)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		err);
	if (put == NULL)
		return -1;
	db_bind_text(put, 1, request->host);
	sqlite3_bind_int(put, 2, wish->port);
	db_bind_text(put, 3, protocol(wish->udp));
	db_bind_text(put, 4, request->engine);
	db_bind_text(put, 5, request->name);
	db_bind_text(put, 6, request->container);
	sqlite3_bind_int(put, 7, wish->container);
	db_bind_text(put, 8, request->deployment_id);
	sqlite3_bind_int64(put, 9, clock_unix_ms());
	return db_finish(db, put, err);
}

static int take_one(struct db *db, const struct lease_request *request, struct port_wish *wish,
	struct berth_error *err)
{
	struct reserved reserved = {{0}};
	int own = 0;

	wish->port = 0;
	if (db != NULL && (read_own(db, request, wish, &own, err) == -1 ||
				  read_reserved(db, request, wish, &reserved, err) == -1))
		return -1;
	/* Somebody may have got it since it was let go of: then it is that one's row. */
	if (own != 0 && can_have(request, wish, own))
		wish->port = own;
	else
		wish->port = search(request, wish, &reserved);
	return wish->port != 0 && db != NULL ? note(db, request, wish, err) : 0;
}

int lease_take(struct db *db, const struct lease_request *request, struct berth_error *err)
{
	int status = db != NULL ? db_begin(db, err) : 0;

	if (status == -1)
		return -1;
	for (size_t i = 0; i < request->count && status == 0; i++)
		status = take_one(db, request, &request->wishes[i], err);
	return db != NULL ? db_end(db, status, err) : status;
}

int lease_release(struct db *db, const char *deployment_id, struct berth_error *err)
{
	sqlite3_stmt *release;

	if (db == NULL)
		return 0;
	release = db_prepare(db,
		"UPDATE leases SET released_ms = ?2 WHERE deployment_id = ?1 AND released_ms IS "
		"NULL",
		err);
	if (release == NULL)
		return -1;
	db_bind_text(release, 1, deployment_id);
	sqlite3_bind_int64(release, 2, clock_unix_ms());
	return db_finish(db, release, err);
}

static bool read_row(struct lease_row *row, sqlite3_stmt *read)
{
	const char *word = (const char *)sqlite3_column_text(read, 2);

	*row = (struct lease_row){
		.host = db_text(read, 0),
		.port = sqlite3_column_int(read, 1),
		.udp = word != NULL && strcmp(word, "udp") == 0,
		.engine = db_text(read, 3),
		.name = db_text(read, 4),
		.container = db_text(read, 5),
		.container_port = sqlite3_column_int(read, 6),
		.deployment_id = db_text(read, 7),
		.since_ms = db_number(read, 8),
	};
	return row->host != NULL && row->engine != NULL && row->name != NULL &&
	       row->container != NULL && row->deployment_id != NULL;
}

int lease_list(struct db *db, struct lease_row **rows, size_t *count, struct berth_error *err)
{
	sqlite3_stmt *read = db_prepare(db,
		"SELECT host, port, protocol, engine, name, container, container_port,"
		" deployment_id, leased_ms FROM leases WHERE released_ms IS NULL"
		" ORDER BY host, port, protocol",
		err);
	struct berth_error cause = {0};
	size_t capacity = 0;

	*rows = NULL;
	*count = 0;
	if (read == NULL)
		return -1;
	while (*count < ROWS_MAX && db_step(db, read, &cause)) {
		if (*count == capacity) {
			struct lease_row *grown;

			capacity = capacity > 0 ? 2 * capacity : 32;
			grown = realloc(*rows, capacity * sizeof(*grown));
			if (grown == NULL) {
				berth_error_set(&cause, BERTH_E_MEMORY, 0, "out of memory");
				break;
			}
			*rows = grown;
		}
		if (!read_row(&(*rows)[(*count)++], read)) {
			berth_error_set(&cause, BERTH_E_MEMORY, 0, "out of memory");
			break;
		}
	}
	if (finish(read, &cause, err) == 0)
		return 0;
	lease_rows_free(*rows, *count);
	*rows = NULL;
	*count = 0;
	return -1;
}

void lease_rows_free(struct lease_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(rows[i].host);
		free(rows[i].engine);
		free(rows[i].name);
		free(rows[i].container);
		free(rows[i].deployment_id);
	}
	free(rows);
}
