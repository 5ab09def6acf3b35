/* Where files of ours are, and paths made absolute. Results are malloc'd; NULL without memory. */
#ifndef CONFIG_PATHS_H
#define CONFIG_PATHS_H

/* "$XDG_CONFIG_HOME/berth/NAME", else "~/.config/berth/NAME"; a relative XDG_CONFIG_HOME counts as
 * unset, as its specification says. Without a home too: NULL in *path and 0. */
struct berth_error;
int path_of_config(char **path, const char *name, struct berth_error *err);

/* Absolute, "~/" as the home folder, "." and empty parts gone, ".." resolved through the file
 * system where that is possible (a link may stand before it). base NULL: the working directory. */
int path_absolute(char **path, const char *base, const char *text, struct berth_error *err);

/* The folder part of an absolute path. */
int path_folder(char **folder, const char *path, struct berth_error *err);

#endif
