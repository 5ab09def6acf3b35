/* Folders of a person's own: what is kept there may tell what nobody else is to know. */
#ifndef BASE_PRIVATE_FOLDER_H
#define BASE_PRIVATE_FOLDER_H

#include <berth/error.h>

/* Make the folders above the file of that path that are missing, for their owner alone (0700). 0,
 * or -1 with errno. */
int private_folder_make(const char *file);

/* $XDG_STATE_HOME/berth/NAME, or ~/.local/state/berth/NAME, in malloc'd memory; NULL if neither
 * variable names a folder, or without memory. */
char *state_path(const char *name, struct berth_error *err);

#endif
