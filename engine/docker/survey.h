/*
 * A look before a deployment: is the image on the engine, and what container would step aside?
 * Nothing is changed. One look at a time; a new one takes the place of the old.
 */
#ifndef DOCKER_SURVEY_H
#define DOCKER_SURVEY_H

#include <berth/engine.h>

struct net;
struct survey;

/* `changed` is called from the loop whenever survey_result() says something new. */
struct survey *survey_new(
	struct net *net, void (*changed)(void *context), void *context, struct berth_error *err);
/* `container` may be NULL: none would step aside. */
int survey_begin(struct survey *survey, const char *host, const char *image, const char *container,
	struct berth_error *err);
const struct berth_survey *survey_result(const struct survey *survey);
void survey_close(struct survey *survey, void (*closed)(void *context), void *context);

#endif
