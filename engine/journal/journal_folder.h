/* The folder of the journals: its lock, and who is in which place. Blocks: for workers. */
#ifndef JOURNAL_JOURNAL_FOLDER_H
#define JOURNAL_JOURNAL_FOLDER_H

#include <berth/error.h>

/* A descriptor that holds the lock until it is closed, or -1. The lock is never held for long; one
 * that is not free within two seconds is an error. NOT_FOUND: there is no such folder. */
int journal_folder_lock(const char *folder, struct berth_error *err);

/* 0 if nobody is in the place, else -1: CONFLICT names who is or was. With the lock. */
int journal_folder_check(int folder_fd, const char *place, struct berth_error *err);

/* The journal's file of that name, without links. -1 with errno. */
int journal_folder_open(int folder_fd, const char *name, int flags);

#endif
