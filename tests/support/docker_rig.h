/*
 * What the tests of the Docker target share: an engine and a registry of their own for the whole
 * program, nothing left of one test for the next.
 */
#ifndef SUPPORT_DOCKER_RIG_H
#define SUPPORT_DOCKER_RIG_H

#include "support/dockerd.h"
#include "support/run_berth.h"

extern struct dockerd rig;

/* For cmocka_run_group_tests(): engine, registry and images; and their end. */
int rig_setup(void **state);
int rig_teardown(void **state);
/* For each test: it starts and ends without containers. */
int rig_clean(void **state);

#define RIG_TEST(function) cmocka_unit_test_setup_teardown(function, rig_clean, rig_clean)

/* Start berth on this engine, with its home and without settings of the person who runs this. */
void rig_start(struct run *run, const char *const options[]);
/* Finish it, with that exit status. */
void rig_finish(struct run *run, int status);
/* `berth recover --yes`, which ends with that status. */
void rig_recover(int status);
/* Start and finish. */
void rig_deploy(struct run *run, int status, const char *const options[]);
/* The same, with more environment ("NAME=value"). */
void rig_deploy_with(
	struct run *run, int status, const char *const env[], const char *const options[]);

/* What the docker command line says; fails the test if it fails. Malloc'd. */
char *docker_say(const char *const words[]);
/* ... and it is that. */
void docker_is(const char *expected, const char *const words[]);
void docker_do(const char *const words[]);
/* `docker ps -a`, names sorted, with a space between them. */
void containers_are(const char *names);

/* What a GET of http://127.0.0.1:PORT/PATH brings. */
void page_is(int port, const char *path, const char *expected);

/* "NAME=PORT:8080" and the like, in one of a few static buffers. */
const char *text_of_port(const char *format, int port) __attribute__((format(printf, 1, 0)));

#endif
