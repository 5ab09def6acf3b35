/*
 * Where configuration files are found (seed 001, "Project Root Detection"): walk up from the source
 * folder to the marker, else up from the working directory, else the installation's own folder if
 * the marker is there, else the working directory. Blocking (stat); called on a worker.
 */
#ifndef SOURCE_PROJECT_ROOT_H
#define SOURCE_PROJECT_ROOT_H

#include <berth/deployment.h>
#include <berth/error.h>

struct project_root {
	char *path;      /* absolute */
	const char *how; /* "above the folder", "above the working directory", "beside the program",
			    "the working directory", "the folder" (without a marker) */
};

/* marker NULL: the source folder itself if there is one, else the working directory. */
int project_root_find(struct project_root *root, const char *marker, const char *folder,
	const char *cwd, const char *program_folder, struct berth_error *err);
void project_root_release(struct project_root *root);

/* One configuration file that exists. */
struct config_copy {
	char *source; /* absolute path here */
	char *name;   /* full name in the archive, no leading '/' */
};

struct config_copies {
	struct config_copy *items;
	size_t count;
	char **missing; /* files that are not in the root: said in the log, no error */
	size_t missing_count;
};

/* Every existing file times each of its destinations. -1: IO naming a file that is there and cannot
 * be read, or that is no regular file. */
int config_copies_find(struct config_copies *copies, const struct berth_deployment *deployment,
	const char *root, struct berth_error *err);
void config_copies_release(struct config_copies *copies);

#endif
