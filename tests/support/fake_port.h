/*
 * A published port of the fake engine's containers: a real listener on 127.0.0.1, on a thread of
 * its own, that answers every request the same way.
 */
#ifndef SUPPORT_FAKE_PORT_H
#define SUPPORT_FAKE_PORT_H

enum fake_answer {
	FAKE_ANSWERS,  /* with a status */
	FAKE_SILENT,   /* takes the connection and says nothing */
	FAKE_DROPS,    /* takes a request and hangs up */
	FAKE_HANGS_UP, /* at once, as a proxy with nobody behind it does */
	FAKE_DEAF,     /* nobody listens */
};

struct fake_port;

/* NULL with errno if the port can't be had. */
struct fake_port *fake_port_open(int number, enum fake_answer answer, int status);
void fake_port_close(struct fake_port *port); /* NULL is allowed */

#endif
