/*
 * Certificates made on the spot and a TLS server that shows them, both by the openssl program. The
 * server takes what a client sends and answers once with what it is told.
 */
#ifndef SUPPORT_TLS_SERVER_H
#define SUPPORT_TLS_SERVER_H

#include "support/process.h"

struct tls_files {
	char folder[64];
};

/* An authority, "ca" and "other"; and signed by "ca": "good" (localhost, deploy.example,
 * 127.0.0.1), "wrong" (another name), "expired", "client"; "self" is signed by itself. 0 or -1. */
int tls_files_make(struct tls_files *files);
void tls_files_remove(struct tls_files *files);
/* malloc'd path of "NAME.pem" or "NAME.key". */
char *tls_file(const struct tls_files *files, const char *name);

struct tls_server {
	struct process process;
	int answer; /* what is written here goes to the client */
	int port;
	char fifo[128];
};

/* With the certificate NAME; with `client_ca`, a client has to show one by that authority. 0 or -1.
 */
int tls_server_start(struct tls_server *server, const struct tls_files *files, const char *name,
	const char *client_ca);
/* Whether the client has sent this yet. Never waits. */
bool tls_server_got(struct tls_server *server, const char *text);
int tls_server_say(struct tls_server *server, const char *text);
void tls_server_stop(struct tls_server *server);

#endif
