/* A host port that is to be chosen. */
#ifndef BASE_PORT_WISH_H
#define BASE_PORT_WISH_H

#include <stdbool.h>
#include <stddef.h>

struct port_wish {
	int container; /* port inside */
	bool udp;
	int from, to; /* where it is looked for */
	int above;    /* ports up to this were lost to somebody else; 0: none */
	int port;     /* chosen; 0: none is free */
};

struct port_number {
	int port;
	bool udp;
};

#endif
