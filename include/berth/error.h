/*
 * One error type for the whole program.
 *
 * Every fallible function returns 0 (or a pointer) on success and -1 (or NULL) on failure, and
 * takes a `struct berth_error *` last. The error is caller's storage, needs no allocation and no
 * release, and is set once, where the cause is known; callers on the way up wrap it with context
 * and never drop the cause. A NULL error is allowed everywhere and means "the caller only wants to
 * know that".
 *
 * Messages are lower case, without a full stop, with names in single quotes:
 * "cannot pull 'web:1.4': registry said 401". The hint is the next thing a person would try.
 */
#ifndef BERTH_ERROR_H
#define BERTH_ERROR_H

/* What a program decides on. The names are part of the event record (`error.code`). */
#define BERTH_CODES(X)                                                                             \
	X(OK, "ok")                                                                                \
	X(USAGE, "usage")             /* the request is wrong: exit 2 */                           \
	X(UNREACHABLE, "unreachable") /* no connection to the target: exit 3 */                    \
	X(DENIED, "denied")           /* credentials or permissions refused: exit 3 */             \
	X(NOT_FOUND, "not_found")     /* the named thing does not exist */                         \
	X(CONFLICT, "conflict")       /* name or port is taken */                                  \
	X(REFUSED, "refused")         /* the other side understood and said no */                  \
	X(BROKEN, "broken")           /* the connection broke in the middle: may be retried */     \
	X(TIMEOUT, "timeout")         /* a deadline of ours passed */                              \
	X(CANCELLED, "cancelled")     /* a person or a signal asked for it */                      \
	X(IO, "io")                   /* a local file, folder or process */                        \
	X(LIMIT, "limit")             /* a bound of ours was exceeded */                           \
	X(PROTOCOL, "protocol")       /* an answer that does not parse */                          \
	X(EXITED, "exited")           /* the container's process ended */                          \
	X(UNHEALTHY, "unhealthy")     /* it runs but does not answer as it should */               \
	X(MEMORY, "memory")           /* allocation failed */                                      \
	X(INTERNAL, "internal")       /* a bug of ours */

enum berth_code {
#define X(name, text) BERTH_E_##name,
	BERTH_CODES(X)
#undef X
};

struct berth_error {
	enum berth_code code;
	int number; /* errno or HTTP status where there is one, else 0 */
	char message[768];
	char hint[384]; /* empty when there is no better advice than the message */
};

/* Fill `err` (replacing what was there) and return -1, so that a caller can `return
 * berth_error_set(...)`. Longer texts are cut at a character boundary and end in "...". */
int berth_error_set(struct berth_error *err, enum berth_code code, int number, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/* Add or replace the hint of an error already set. Returns -1. */
int berth_error_hint(struct berth_error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Put context in front: "message" becomes "context: message". Returns -1. */
int berth_error_wrap(struct berth_error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "cannot VERB 'NAME': STRERROR" with code IO and number errnum. Returns -1. */
int berth_error_errno(struct berth_error *err, int errnum, const char *verb, const char *name);

void berth_error_clear(struct berth_error *err);

/* The name used in the event record, e.g. "not_found". Never NULL. */
const char *berth_code_name(enum berth_code code);

#endif
