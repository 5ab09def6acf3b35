/*
 * What may stand in the configuration, beside the fields of a deployment: for the manual and for
 * whoever completes. The same rows check the files, so what is told here is what is taken.
 */
#ifndef BERTH_CONFIG_KEYS_H
#define BERTH_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/settings.h>

struct berth_config_key {
	const char *name;
	const char *value; /* what it is: "FILE", "true|false" */
	const char *help;  /* one line */
};

/* Keys of config.json and of a preset that are no fields; a row without a name ends them. */
extern const struct berth_config_key berth_config_keys[];
extern const struct berth_config_key berth_preset_keys[];

struct berth_target_kind {
	const char *name; /* "fractalic"; NULL in the row that ends them */
	const char *help;
	const char *required; /* key that an entry must have */
	bool server;          /* it has a struct berth_server */
	bool available;       /* in this version; the others are checked only */
	const char *keys[20]; /* of an entry; NULL ends them */
};

extern const struct berth_target_kind berth_target_kinds[];

/* A key of an entry of "targets"; NULL if no kind has it. */
const struct berth_config_key *berth_target_key(const char *name);

/* Does a preset take this field? */
bool berth_preset_takes(enum berth_field_id field);

#endif
