/*
 * A deployment request, checked: what `settings.h` resolves to and what targets take.
 *
 * Plain data, made by berth_settings_resolve() (or a test), never changed afterwards, freed with
 * berth_deployment_free(). Numbers are in range, names are well-formed and paths are absolute;
 * whether the folder, the image or the port really can be had is for the target to find out.
 */
#ifndef BERTH_DEPLOYMENT_H
#define BERTH_DEPLOYMENT_H

#include <stdbool.h>
#include <stddef.h>

enum berth_probe { BERTH_PROBE_AUTO, BERTH_PROBE_HTTP, BERTH_PROBE_TCP, BERTH_PROBE_NONE };
enum berth_pull { BERTH_PULL_MISSING, BERTH_PULL_ALWAYS, BERTH_PULL_NEVER };

struct berth_port {
	char *name;     /* "web"; the container port as text if none was given */
	int container;  /* 1 to 65535 */
	bool published; /* false: ":5859", reachable inside the container only, probed through exec
			 */
	bool automatic; /* "auto:80": take the next free one from `host` upward */
	int host;       /* 1 to 65535; for automatic ones where the search starts */
	int last;       /* automatic ones: where the search ends; 0: 1000 ports are enough */
	bool udp;
	enum berth_probe
		probe;     /* AUTO: HTTP "/" once the port answers, any answer below 500 counts */
	char *health_path; /* HTTP only; starts with '/' */
};

struct berth_variable {
	char *name;
	char *value; /* secret: never printed, wiped by berth_deployment_free() */
};

struct berth_config_file {
	char *file;          /* a name looked for in the project root */
	char **destinations; /* absolute folders or paths in the container; a trailing '/' means
				folder */
	size_t destination_count;
};

/* A secret is named and asked for when it is needed; only one that a private file spells out is
 * held. */
enum berth_secret_from {
	BERTH_SECRET_NONE,
	BERTH_SECRET_VARIABLE, /* of the environment */
	BERTH_SECRET_FILE,     /* its first line */
	BERTH_SECRET_COMMAND,  /* the first line of its output */
	BERTH_SECRET_TEXT,     /* written out in a file that only its owner can read */
};

struct berth_secret {
	enum berth_secret_from from;
	char *source; /* variable, file or text; wiped when freed */
	char **argv;  /* command, NULL-terminated; never a shell */
};

struct berth_header {
	char *name;
	struct berth_secret value;
};

/* How to reach and enter a deploy server, from the target's entry in the configuration. */
struct berth_server {
	char *url;     /* "https://deploy.example.com:8443", without a slash at the end */
	char *ca_file; /* PEM; NULL: the system's */
	char *cert_file, *key_file; /* client certificate; NULL if none */
	bool insecure; /* certificates are not checked: said wherever the target is named */
	struct berth_secret token; /* Authorization: Bearer; of a Mist server its login's cookie */
	char *user;                /* Authorization: Basic, with password */
	char *email;               /* who logs in, with password (Mist) */
	struct berth_secret password;
	struct berth_header *headers; /* own ones */
	size_t header_count;
	char *docker_host; /* engine of that host, where a container is looked up after a broken
			      stream; NULL if not named */
};

struct berth_deployment {
	char *target;                /* name: "local", "demo" or one from the configuration */
	char *kind;                  /* "docker", "demo", ... */
	bool is_protected;           /* a person confirms each deployment there */
	struct berth_server *server; /* deploy servers; NULL for docker and demo */
	char *host;                  /* Docker endpoint, NULL: find it */
	char **command;              /* of a plugin, NULL-terminated; NULL for other kinds */
	struct berth_variable *own;  /* what a plugin's own fields are to be; the last of a name */
	size_t own_count;
	char *action; /* of a plugin, on what it has deployed already; NULL: it is to deploy */
	char *preset;
	char *name;
	char *folder; /* absolute; NULL: nothing is sent */
	bool build;   /* the image is made from the folder, which is not sent then */
	char *git;   /* URL[#REF] of what is built in place of a folder, without a password; NULL */
	char *image; /* for a build: its name without a tag */
	char *container; /* container name */
	char *platform;  /* "linux/amd64"; NULL: the engine's */
	char *dest;    /* where the folder goes in the container, absolute; NULL without a folder */
	char *restart; /* "no" "always" "on-failure" "unless-stopped" */
	enum berth_pull pull;
	struct berth_port *ports;
	size_t port_count;
	struct berth_variable *env;
	size_t env_count;
	char **include;
	size_t include_count;
	char **exclude;
	size_t exclude_count;
	struct berth_config_file *config_files;
	size_t config_file_count;
	char *root_marker; /* file that marks the project root ("fractalic.py"); NULL if none */
	int timeout_s;     /* 0: none */
	int health_s;      /* how long health may take */
	bool rollback;
	bool replace; /* --yes: replace a container that berth did not make */
	/* Lines of the result card, with {url:NAME} {name} {container} {dest} {file} {folder} still
	 * in them. */
	char **card_section, **card_label, **card_value;
	size_t card_count;
};

struct berth_deployment *berth_deployment_copy(const struct berth_deployment *deployment);
void berth_deployment_free(struct berth_deployment *deployment);

#endif
