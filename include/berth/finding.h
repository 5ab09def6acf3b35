/*
 * What was found where a deployment would go, one thing at a time, before there is one.
 */
#ifndef BERTH_FINDING_H
#define BERTH_FINDING_H

#include <berth/error.h>

enum berth_verdict {
	BERTH_FINE,
	BERTH_LACKING,  /* a deployment works without it, and what that costs is said */
	BERTH_WRONG,    /* no deployment works */
	BERTH_UNTRIED,  /* only a deployment shows it */
	BERTH_VERDICTS, /* how many there are */
};

struct berth_finding {
	enum berth_verdict verdict;
	const char *what;         /* "server", "credentials", ...: one or two words */
	struct berth_error words; /* the message, maybe a hint; the code of what is wrong */
};

/* The finding lives until it returns. NULL: that was all. */
typedef void berth_finding_fn(void *context, const struct berth_finding *finding);

#endif
