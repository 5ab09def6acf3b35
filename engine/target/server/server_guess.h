/* Finding out which kind of deploy server answers at an address. */
#ifndef TARGET_SERVER_GUESS_H
#define TARGET_SERVER_GUESS_H

#include <berth/error.h>

struct server_examine;
struct server_examine_setup;

/* An examination whose findings are the routes that were asked for and the kind they make. */
struct server_examine *server_guess(
	const struct server_examine_setup *setup, struct berth_error *err);

#endif
