/* The databases that a compose file can run beside an application, and what both sides are told. */
#ifndef GENERATE_SERVICES_H
#define GENERATE_SERVICES_H

#include <stddef.h>

struct service {
	const char *name;  /* as detection calls it; also the service's */
	const char *image; /* with its major version */
	const char *port;
	const char *data;     /* folder of the volume */
	const char *command;  /* for a shell; NULL: the image's */
	const char *health;   /* for a shell */
	const char *password; /* name of the variable that holds it */
	/* "NAME=text" with {password}; what the image is told. */
	const char *settings[5];
	const char *user;
	const char *url;      /* with {user}, {password}, {host}, {port}, {database} */
	const char *url_name; /* variable that applications look for */
};

const struct service *service_find(const char *database); /* NULL: not one of them */

#endif
