/*
 * The values that must never appear: what was given as `--env`, passwords and tokens. What a
 * deployment says goes through secrets_redact() before an event is made of it.
 *
 * Values of SECRET_ANYWHERE bytes and more are found wherever they stand, also base64-encoded: in
 * the standard and the URL alphabet, padded or not, alone or inside a longer encoded text (as
 * "user:password" is), and of a value of several lines each longer line on its own, because output
 * comes in lines. Shorter ones, port numbers and words like "true" would take half of every text
 * with them; they are found only as NAME=value.
 *
 * A long text may have been cut: the beginning of a value at its very end counts as well.
 *
 * Everything kept here is wiped when released. Give it the bytes as they came, before anything
 * repairs their UTF-8.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

#include "base/buf.h"

#define SECRET_ANYWHERE 4
#define SECRET_STARTS   4096
#define SECRET_MARK     "\u2022\u2022\u2022"

struct secret_needle;

struct secrets {
	struct secret_needle *needles;
	size_t count;
	/* A bit for what the first two bytes of a needle come to; half a kibibyte, as there is one
	 * of these a deployment. */
	unsigned char starts[SECRET_STARTS / 8];
};

void secrets_init(struct secrets *secrets);
void secrets_release(struct secrets *secrets); /* init again before further use */

/* name may be NULL; both are copied. An empty value is ignored. */
int secrets_add(
	struct secrets *secrets, const char *name, const char *value, struct berth_error *err);

/* With *changed, `out` holds the text with every secret replaced by SECRET_MARK, and nothing of
 * what was in it before. Without, there was none in it, nothing was allocated and `out` is as it
 * was. */
int secrets_redact(const struct secrets *secrets, const char *text, size_t len, struct buf *out,
	bool *changed, struct berth_error *err);

#endif
