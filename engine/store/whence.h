/* Who started this program, and from where. */
#ifndef STORE_WHENCE_H
#define STORE_WHENCE_H

struct whence {
	char who[128];      /* "root (ops by sudo)" */
	char host[256];     /* this machine */
	char terminal[128]; /* "/dev/pts/3"; empty without one */
	char client[128];   /* address of the other end of ssh; empty if it is not known */
};

/* Asks the user database, which may take long: on a worker. */
void whence_find(struct whence *whence);

#endif
