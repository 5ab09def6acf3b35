/* What follows from what it is: the values of a detection, from the project and its template. */
#ifndef DETECT_FILL_H
#define DETECT_FILL_H

#include "detect/option.h"

struct recipe;

/* Everything but candidates and files. Values that are there already stay. `recipe` may be NULL. */
int fill_template(struct berth_detection *detection, struct documents *documents,
	const struct option *option, struct recipe *recipe, struct berth_error *err);

/* Replace a value; NULL text leaves it. */
int found_set(
	struct berth_found *found, const char *value, const char *from, struct berth_error *err);
int databases_add(struct berth_detection *detection, const char *database, const char *from,
	struct berth_error *err);

/* The port that a command names ("--port 80", "0.0.0.0:80", "PORT=80"); 0 if it names none. */
int port_of_command(const char *command);
/* The same, or the last number in it that could be one: "${PORT:8080}". */
int port_of_text(const char *text);

#endif
