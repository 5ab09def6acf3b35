/* What the files of the scan share. */
#ifndef DETECT_SCAN_INNER_H
#define DETECT_SCAN_INNER_H

/* A descriptor of a regular file, through links that stay below the top, or -1 with errno: EXDEV
 * where a link leads out, ELOOP for too many, EISDIR for what is not a regular file. */
int scan_file_open(int top, const char *path);

/* malloc'd; NULL without memory. */
char *scan_join(const char *folder, const char *name);

/* For qsort() and bsearch() of names. */
int scan_by_bytes(const void *a, const void *b);

#endif
