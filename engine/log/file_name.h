/* Names of files that hold a log. */
#ifndef LOG_FILE_NAME_H
#define LOG_FILE_NAME_H

#include <stdint.h>

#define FILE_NAME_PART_MAX 64

/* A deployment's name as every file system and every shell takes it; "deployment" for NULL. */
void file_name_part(char dst[FILE_NAME_PART_MAX + 1], const char *name);

/* "20261120-103000", in UTC: sorted by name is sorted by time. */
void file_name_time(char dst[32], int64_t unix_ms);

#endif
