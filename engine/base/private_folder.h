/* Folders of a person's own: what is kept there may tell what nobody else is to know. */
#ifndef BASE_PRIVATE_FOLDER_H
#define BASE_PRIVATE_FOLDER_H

#include <berth/error.h>

/* Make the folders above the file of that path that are missing, for their owner alone (0700). 0,
 * or -1 with errno. */
int private_folder_make(const char *file);

/* "$VARIABLE/berth/NAME", else "~/FALLBACK/berth/NAME", malloc'd; what is no absolute path counts
 * as unset. Without either: 0, and NULL in *path. */
int own_path(char **path, const char *variable, const char *fallback, const char *name,
	struct berth_error *err);

/* The same of $XDG_STATE_HOME and ~/.local/state. */
int state_path_if(char **path, const char *name, struct berth_error *err);
/* ... where it is needed: NULL and an error if there is no such folder. */
char *state_path(const char *name, struct berth_error *err);

#endif
