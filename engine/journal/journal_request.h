/* What a journal keeps of a request: enough to see a deployment to its end, or to take it back. */
#ifndef JOURNAL_JOURNAL_REQUEST_H
#define JOURNAL_JOURNAL_REQUEST_H

#include <berth/deployment.h>

struct json_t;
struct json_writer;

/* One object. */
void journal_request_write(struct json_writer *json, const struct berth_deployment *request);
/* NULL if there is something wrong with it, or without memory. */
struct berth_deployment *journal_request_read(const struct json_t *object);

#endif
