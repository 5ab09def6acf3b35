/* The form of the database, in numbered steps; each is one transaction, done once. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include <berth/error.h>

struct db;

/* 0; LIMIT if a newer berth made it, which has steps that are not known here. */
int migrate(struct db *db, struct berth_error *err);

#endif
