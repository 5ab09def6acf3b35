/* How a deploy server is reached and entered, read from a target's entry in the configuration. */
#ifndef CONFIG_SERVER_H
#define CONFIG_SERVER_H

#include <berth/deployment.h>
#include <berth/error.h>

struct json_file;
struct json_t;

/* `value` is the entry, whose members have been judged one by one and whose place has been entered;
 * what does not go together is refused here. Paths become absolute below `folder`. */
int server_read(struct berth_server **server, struct json_file *file, const struct json_t *value,
	const char *folder, struct berth_error *err);

/* NULL stays NULL and is no error. */
int server_copy(
	struct berth_server **copy, const struct berth_server *server, struct berth_error *err);
void server_free(struct berth_server *server);

/* The secret `what` of an object, named by "what", "what_env", "what_file" or "what_cmd", whose
 * values have been judged one by one (secret_key_check() in target_keys.h). None is no error. */
int secret_read(struct berth_secret *secret, struct json_file *file, const struct json_t *value,
	const char *what, const char *folder, struct berth_error *err);
int secret_copy(
	struct berth_secret *copy, const struct berth_secret *secret, struct berth_error *err);
void secret_release(struct berth_secret *secret);

/* The address in the one form it is compared in, malloc'd: scheme and host in lower case, without
 * the scheme's own port and slashes at the end. NULL with USAGE, naming what would be right. */
char *server_url(const char *text, struct berth_error *err);

#endif
