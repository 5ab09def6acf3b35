/* Files of ours that are replaced as a whole: whoever reads one finds the old or the new text. */
#ifndef CONFIG_WRITE_FILE_H
#define CONFIG_WRITE_FILE_H

#include <stddef.h>

#include <berth/error.h>

/* Write beside `path` (absolute) and rename; mode 0600, missing folders are made with 0700. */
int write_file(const char *path, const char *text, size_t len, struct berth_error *err);

/* Make the folder that `path` is in, and those above it. */
int write_file_folder(const char *path, struct berth_error *err);

#endif
