/*
 * What a source folder is: which stack and framework, how sure that is and why, what came second,
 * and what follows for a deployment (port, commands, variables, databases).
 *
 * Every stack is scored by what the project's own files say; each piece of evidence has points, and
 * the confidence is their sum, between 0 and 100. What a person wrote down wins over what is found:
 * "detect" in berth.json, then a compose file that builds or runs an application, then a
 * Dockerfile.
 *
 * What is known of stacks is data: stacks/NAME.json, in the program and in the user's
 * $XDG_CONFIG_HOME/berth/stacks.
 */
#ifndef BERTH_DETECT_H
#define BERTH_DETECT_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

struct uv_loop_s;

struct berth_evidence {
	int points; /* of the confidence; 0: it says something else */
	char *file; /* below the folder; "" for none in particular */
	char *text; /* one line */
};

/* One thing it may be. */
struct berth_candidate {
	char *stack;     /* "node", "python", ...; "unknown" */
	char *label;     /* "Node.js" */
	char *framework; /* "Next.js"; NULL if none is known */
	char *folder;    /* where in the source it is: "" for the top, "apps/web" */
	int confidence;  /* 0 to 100 */
	struct berth_evidence *evidence;
	size_t evidence_count;
};

/* A value and where it came from. */
struct berth_found {
	char *value; /* NULL if there is none */
	char *from;  /* a file, or "template" */
};

struct berth_found_pair {
	char *name;
	char *value;
};

/* How it is built. */
enum berth_detected_by {
	BERTH_DETECTED_FILES, /* by its stack's own tools */
	BERTH_DETECTED_DOCKERFILE,
	BERTH_DETECTED_COMPOSE,
	BERTH_DETECTED_PIN, /* as "detect" in berth.json says */
};

struct berth_detection {
	struct berth_candidate best;
	struct berth_candidate second; /* stack NULL if nothing came second */
	enum berth_detected_by by;
	struct berth_found build_file; /* the Dockerfile or compose file; path from the top */
	struct berth_found version;    /* of the runtime, as the project writes it: ">=3.11" */
	struct berth_found manager;    /* of packages: "pnpm" */
	struct berth_found port;       /* what it listens on, "8080" */
	struct berth_found build;      /* commands are run in best.folder */
	struct berth_found run;
	struct berth_found health; /* path */
	struct berth_found_pair *environment;
	size_t environment_count;
	char **exclude; /* patterns of what stays out of an image */
	size_t exclude_count;
	/* "postgresql", "mysql", "mongodb", "redis", ...; value is the file that says so */
	struct berth_found_pair *databases;
	size_t database_count;
	char **files; /* detected_files: all that evidence names, sorted by where it stands */
	size_t file_count;
	size_t looked_at; /* names of files and folders */
	bool cut;         /* there is more than was looked at */
};

struct berth_detect;

/* `detection` is NULL and `err` says why if it failed: NOT_FOUND or IO for the folder, USAGE for a
 * pin or a stack file that is wrong, CANCELLED. The callee owns the detection. */
typedef void berth_detect_done_fn(
	void *context, struct berth_detection *detection, const struct berth_error *err);

/* Look at an absolute folder on a worker. If this fails `done` never fires; otherwise exactly once,
 * from the loop, also when cancelled. */
struct berth_detect *berth_detect_start(struct uv_loop_s *loop, const char *folder,
	berth_detect_done_fn *done, void *context, struct berth_error *err);
/* Until `done`. */
void berth_detect_cancel(struct berth_detect *detect);

void berth_detection_free(struct berth_detection *detection); /* NULL is allowed */

/* One JSON object with the names of `berth detect --output json`, malloc'd. NULL without memory. */
char *berth_detection_to_json(const struct berth_detection *detection);

/* "PostgreSQL" for "postgresql"; what is not known is called as it is. Borrowed. */
const char *berth_database_label(const char *database);

#endif
