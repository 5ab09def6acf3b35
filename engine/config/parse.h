/*
 * One value of a field, from text. Every error is USAGE, names field, value and what would be
 * right; except that nothing of a variable is ever repeated, not even its name.
 */
#ifndef CONFIG_PARSE_H
#define CONFIG_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include <berth/deployment.h>
#include <berth/settings.h>

/* "[NAME=]HOST:CONTAINER[/udp]"; *port needs port_release() on success only. */
int parse_port(struct berth_port *port, const char *text, struct berth_error *err);
void port_release(struct berth_port *port);

struct health {
	char *port; /* name of the port; NULL: every port without one of its own */
	enum berth_probe probe;
	const char *path; /* HTTP: points into the text */
};

/* "[NAME=]PATH|tcp|none"; free(health->port) on success. */
int parse_health(struct health *health, const char *text, struct berth_error *err);

/* "FILE[:DEST,...]" */
int parse_config_file(struct berth_config_file *file, const char *text, struct berth_error *err);
void config_file_release(struct berth_config_file *file);

/* Is [text, text+len) a variable's name: [A-Za-z_][A-Za-z0-9_]*? */
bool parse_is_variable(const char *text, size_t len);
/* "K=V", or "K" for the value berth itself has. `number` counts the values from 1. */
int parse_variable(
	struct berth_variable *variable, const char *text, size_t number, struct berth_error *err);
void variable_release(struct berth_variable *variable);

/* Name of a deployment or container; `what` is "name" or "container". */
int parse_name(const char *what, const char *text, struct berth_error *err);
/* One line of text that is not blank, up to 256 bytes: what only a server can judge. */
int parse_line(const char *what, const char *text, struct berth_error *err);
/* Absolute path in a container; `what` names the field. */
int parse_inside(const char *what, const char *text, struct berth_error *err);
/* Seconds of a field of kind NUMBER. */
int parse_seconds(
	int *seconds, enum berth_field_id field, const char *text, struct berth_error *err);
/* A whole number from 1. */
int parse_number(int64_t *number, const char *what, const char *text, struct berth_error *err);
int parse_choice(
	const char *what, const char *text, const char *const *choices, struct berth_error *err);

/* The form of one value of any field. `number` counts the values of a list from 1. */
int parse_check(
	enum berth_field_id field, const char *text, size_t number, struct berth_error *err);

#endif
