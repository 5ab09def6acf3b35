/* Host ports that are given out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/db.h"
#include "store/lease.h"

struct world {
	char folder[64], path[96];
	struct db db;
	int taken; /* somebody listens there */
	const char *gone;
};

static bool is_free(void *context, int port, bool udp)
{
	const struct world *world = context;

	(void)udp;
	return port != world->taken;
}

static bool is_gone(void *context, const char *container)
{
	const struct world *world = context;

	return world->gone != NULL && strcmp(world->gone, container) == 0;
}

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct berth_error err;

	*state = world;
	snprintf(world->folder, sizeof(world->folder), "/tmp/berth-lease-XXXXXX");
	if (mkdtemp(world->folder) == NULL)
		return -1;
	snprintf(world->path, sizeof(world->path), "%s/history.db", world->folder);
	db_init(&world->db, world->path);
	return db_open(&world->db, true, &err) == DB_OPEN ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	struct world *world = *state;
	char path[128];

	db_release(&world->db);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", world->path, ends[i]);
		unlink(path);
	}
	rmdir(world->folder);
	free(world);
	return 0;
}

/* The port that a container gets for its port 80 in 20000 to 20009; 0: none. */
static int take_above(struct world *world, const char *container, const char *id, int above)
{
	struct port_wish wish = {.container = 80, .from = 20000, .to = 20009, .above = above};
	struct berth_error err = {0};

	if (lease_take(&world->db,
		    &(struct lease_request){.host = "",
			    .engine = "unix:///e",
			    .name = container,
			    .container = container,
			    .deployment_id = id,
			    .wishes = &wish,
			    .count = 1,
			    .is_free = is_free,
			    .is_gone = is_gone,
			    .context = world},
		    &err) == -1)
		fail_msg("%s", err.message);
	return wish.port;
}

static int take(struct world *world, const char *container, const char *id)
{
	return take_above(world, container, id, 0);
}

static void each_gets_its_own(void **state)
{
	struct world *world = *state;

	assert_int_equal(take(world, "a", "1"), 20000);
	assert_int_equal(take(world, "b", "2"), 20001);
	assert_int_equal(take(world, "a", "3"), 20000);
	world->taken = 20002;
	assert_int_equal(take(world, "c", "4"), 20003);
}

static void the_one_it_had_unless_it_is_lost(void **state)
{
	struct world *world = *state;

	take(world, "a", "1");
	assert_int_equal(take(world, "b", "2"), 20001);
	assert_int_equal(lease_release(&world->db, "1", NULL), 0);
	/* Not the lower one that became free. */
	assert_int_equal(take(world, "b", "3"), 20001);
	world->taken = 20001;
	assert_int_equal(take(world, "b", "4"), 20000);
	world->taken = 0;
	assert_int_equal(take_above(world, "b", "4", 20000), 20001);
}

static void what_is_let_go_of_is_kept_until_somebody_needs_it(void **state)
{
	struct world *world = *state;

	take(world, "a", "1");
	lease_release(&world->db, "1", NULL);
	assert_int_equal(take(world, "a", "2"), 20000);
	lease_release(&world->db, "2", NULL);
	assert_int_equal(take(world, "b", "3"), 20000);
	assert_int_equal(take(world, "a", "4"), 20001);
}

static void a_range_has_an_end(void **state)
{
	struct world *world = *state;
	char name[8];

	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		assert_int_equal(take(world, name, name), 20000 + i);
	}
	assert_int_equal(take(world, "late", "late"), 0);
}

static void age(struct world *world)
{
	assert_int_equal(db_run(&world->db, "UPDATE leases SET leased_ms = 1", NULL), 0);
}

static void who_is_gone_keeps_nothing(void **state)
{
	struct world *world = *state;

	take(world, "a", "1");
	world->gone = "a";
	/* Its container may be about to be made. */
	assert_int_equal(take(world, "b", "2"), 20001);
	age(world);
	assert_int_equal(take(world, "c", "3"), 20000);
}

static void they_are_listed(void **state)
{
	struct world *world = *state;
	struct lease_row *rows;
	size_t count;

	take(world, "a", "1");
	take(world, "b", "2");
	lease_release(&world->db, "1", NULL);
	assert_int_equal(lease_list(&world->db, &rows, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].port, 20001);
	assert_int_equal(rows[0].container_port, 80);
	assert_string_equal(rows[0].container, "b");
	assert_string_equal(rows[0].deployment_id, "2");
	assert_true(rows[0].since_ms > 0);
	lease_rows_free(rows, count);
}

static void without_a_record_there_is_still_a_choice(void **state)
{
	struct world *world = *state;
	struct port_wish wishes[2] = {{.container = 80, .from = 20000, .to = 20009},
		{.container = 81, .from = 20000, .to = 20009}};

	world->taken = 20000;
	assert_int_equal(lease_take(NULL,
				 &(struct lease_request){.wishes = wishes,
					 .count = 2,
					 .is_free = is_free,
					 .is_gone = is_gone,
					 .context = world},
				 NULL),
		0);
	assert_int_equal(wishes[0].port, 20001);
	assert_int_equal(wishes[1].port, 20002);
}

enum { CONSOLES = 4, EACH = 25 };

static int choose_many(struct world *world, int console)
{
	int status = 0;
	struct db db;

	db_init(&db, world->path);
	if (db_open(&db, false, NULL) != DB_OPEN)
		return 1;
	for (int i = 0; i < EACH && status == 0; i++) {
		struct port_wish wish = {.container = 80, .from = 20000, .to = 40000};
		char name[32];

		snprintf(name, sizeof(name), "c%d-%d", console, i);
		status = lease_take(&db,
			&(struct lease_request){.host = "",
				.engine = "unix:///e",
				.name = name,
				.container = name,
				.deployment_id = name,
				.wishes = &wish,
				.count = 1,
				.is_free = is_free,
				.is_gone = is_gone,
				.context = world},
			NULL);
	}
	db_release(&db);
	return status == 0 ? 0 : 1;
}

/* No two have the same, and none is left out: each row is a port of its own. */
static void consoles_choose_at_once(void **state)
{
	struct world *world = *state;
	struct lease_row *rows;
	pid_t children[CONSOLES];
	size_t count;

	db_close(&world->db);
	for (int i = 0; i < CONSOLES; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(choose_many(world, i));
	}
	for (int i = 0; i < CONSOLES; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(db_open(&world->db, false, NULL), DB_OPEN);
	assert_int_equal(lease_list(&world->db, &rows, &count, NULL), 0);
	assert_int_equal(count, CONSOLES * EACH);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(rows[i].port, 20000 + (int)i);
	lease_rows_free(rows, count);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_gets_its_own),
		TEST(the_one_it_had_unless_it_is_lost),
		TEST(what_is_let_go_of_is_kept_until_somebody_needs_it),
		TEST(a_range_has_an_end),
		TEST(who_is_gone_keeps_nothing),
		TEST(they_are_listed),
		TEST(without_a_record_there_is_still_a_choice),
		TEST(consoles_choose_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
