/*
 * What is told: one moment of one deployment, as a document and as variables. Made of texts from
 * which secrets have been taken out.
 */
#ifndef NOTIFY_NOTICE_H
#define NOTIFY_NOTICE_H

#include <berth/deployment.h>
#include <berth/error.h>
#include <berth/event.h>
#include <berth/hooks.h>

struct secrets;

struct notice {
	enum berth_moment moment;
	const char *deployment_id;
	const struct berth_deployment *request; /* redacted */
	const struct berth_event *end;          /* the result, redacted; NULL: it has begun */
	const struct secrets *secrets;
	const struct berth_secret *key; /* of the webhook; the notifier's */
};

/* The event record of the result with "moment", "name" and "target" beside it; of a beginning just
 * these with the id and the time. malloc'd; NULL without memory. */
char *notice_json(const struct notice *notice);

/*
 * Changes of the environment of a command: BERTH_HOOK, BERTH_NAME, BERTH_RESULT, ... "NAME=value",
 * and "NAME" for each inherited variable that is berth's own or the webhook's key, or holds a
 * secret of the deployment.
 * A NULL-terminated array in malloc'd memory; NULL without memory.
 */
char **notice_environment(const struct notice *notice);
void notice_environment_free(char **environment); /* NULL is allowed */

#endif
