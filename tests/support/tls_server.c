#include "support/tls_server.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPENSSL_MS = 20 * 1000 };

#define NEW_KEY "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"

static int run(const struct tls_files *files, const char *const argv[])
{
	return process_run(
		argv, &(struct process_options){.folder = files->folder}, OPENSSL_MS, NULL);
}

static int make_authority(const struct tls_files *files, const char *name)
{
	char key[64], pem[64], subject[64];

	snprintf(key, sizeof(key), "%s.key", name);
	snprintf(pem, sizeof(pem), "%s.pem", name);
	snprintf(subject, sizeof(subject), "/CN=berth test %s", name);
	return run(files, WORDS("openssl", "req", "-x509", NEW_KEY, "-keyout", key, "-out", pem,
				  "-subj", subject, "-days", "2"));
}

static int make_signed(
	const struct tls_files *files, const char *name, const char *names, const char *days)
{
	char key[64], pem[64], csr[64], subject[64], alternative[128];

	snprintf(key, sizeof(key), "%s.key", name);
	snprintf(pem, sizeof(pem), "%s.pem", name);
	snprintf(csr, sizeof(csr), "%s.csr", name);
	snprintf(subject, sizeof(subject), "/CN=berth test %s", name);
	snprintf(alternative, sizeof(alternative), "subjectAltName=%s", names);
	if (run(files, WORDS("openssl", "req", NEW_KEY, "-keyout", key, "-out", csr, "-subj",
			       subject, "-addext", alternative)))
		return -1;
	return run(files,
		WORDS("openssl", "x509", "-req", "-in", csr, "-CA", "ca.pem", "-CAkey", "ca.key",
			"-CAcreateserial", "-copy_extensions", "copy", "-days", days, "-out", pem));
}

int tls_files_make(struct tls_files *files)
{
	static const char here[] = "DNS:localhost,DNS:deploy.example,IP:127.0.0.1";

	snprintf(files->folder, sizeof(files->folder), "/tmp/berth-tls-XXXXXX");
	if (!mkdtemp(files->folder))
		return -1;
	return make_authority(files, "ca") || make_authority(files, "other") ||
			       make_authority(files, "self") ||
			       make_signed(files, "good", here, "2") ||
			       make_signed(files, "wrong", "DNS:elsewhere.example", "2") ||
			       make_signed(files, "expired", here, "-1") ||
			       make_signed(files, "client", "DNS:client", "2")
		       ? -1
		       : 0;
}

void tls_files_remove(struct tls_files *files)
{
	process_run(WORDS("rm", "-rf", files->folder), NULL, OPENSSL_MS, NULL);
}

char *tls_file(const struct tls_files *files, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", files->folder, name) < 0 ? NULL : path;
}

/* "ACCEPT 127.0.0.1:43297": from then on it listens. */
static int wait_for_port(struct tls_server *server)
{
	int64_t deadline = process_clock_ms() + OPENSSL_MS;

	while (process_clock_ms() < deadline) {
		const char *line = server->process.out.text
					   ? strstr(server->process.out.text, "ACCEPT 127.0.0.1:")
					   : NULL;

		if (line && strchr(line, '\n')) {
			server->port = atoi(strchr(line, ':') + 1);
			return 0;
		}
		if (!process_read(&server->process, 100) && process_has_ended(&server->process))
			return -1;
	}
	return -1;
}

int tls_server_start(struct tls_server *server, const struct tls_files *files, const char *name,
	const char *client_ca)
{
	char command[512];

	*server = (struct tls_server){.answer = -1};
	snprintf(server->fifo, sizeof(server->fifo), "%s/answer", files->folder);
	unlink(server->fifo);
	if (mkfifo(server->fifo, 0600))
		return -1;
	server->answer = open(server->fifo, O_RDWR | O_CLOEXEC);
	snprintf(command, sizeof(command),
		"exec openssl s_server -accept 127.0.0.1:0 -cert %s.pem -key %s.key %s%s%s "
		"<answer",
		name, name, client_ca ? "-Verify 2 -verify_return_error -CAfile " : "",
		client_ca ? client_ca : "", client_ca ? ".pem" : "");
	if (server->answer < 0 || process_start(&server->process, WORDS("/bin/sh", "-c", command),
					  &(struct process_options){.folder = files->folder}))
		return -1;
	return wait_for_port(server);
}

bool tls_server_got(struct tls_server *server, const char *text)
{
	process_read(&server->process, 0);
	return server->process.out.text && strstr(server->process.out.text, text);
}

int tls_server_say(struct tls_server *server, const char *text)
{
	return write(server->answer, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -1;
}

void tls_server_stop(struct tls_server *server)
{
	process_stop(&server->process, 2000);
	process_release(&server->process);
	if (server->answer >= 0)
		close(server->answer);
	unlink(server->fifo);
}
