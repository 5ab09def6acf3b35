#include "docker/kept_request.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "docker/config_file.h"

/* Into memory of exactly the right size: a growing buffer would leave copies behind. */
static int dump(struct kept_request *kept, const json_t *json)
{
	size_t len = json_dumpb(json, NULL, 0, JSON_COMPACT);

	kept->body = len > 0 ? malloc(len + 1) : NULL;
	if (!kept->body)
		return -1;
	kept->body_len = json_dumpb(json, kept->body, len, JSON_COMPACT);
	kept->body[len] = '\0';
	return kept->body_len == len ? 0 : -1;
}

static int copy_headers(struct kept_request *kept, const struct docker_request *request)
{
	const char *type = request->json   ? "Content-Type: application/json"
			   : request->read ? "Content-Type: application/x-tar"
					   : NULL;
	size_t count = 0, used = 0;

	while (request->headers && request->headers[count])
		count++;
	kept->headers = calloc(count + 2, sizeof(*kept->headers));
	if (!kept->headers)
		return -1;
	for (size_t i = 0; i < count; i++) {
		kept->headers[used] = strdup(request->headers[i]);
		if (!kept->headers[used++])
			return -1;
	}
	if (type && !(kept->headers[used] = strdup(type)))
		return -1;
	return 0;
}

int kept_request_init(
	struct kept_request *kept, const struct docker_request *request, struct berth_error *err)
{
	int status;

	memset(kept, 0, sizeof(*kept));
	kept->request = *request;
	kept->request.json = NULL;
	kept->request.headers = NULL;
	kept->method = strdup(request->method);
	kept->path = strdup(request->path);
	kept->request.method = kept->method;
	kept->request.path = kept->path;
	status = kept->method && kept->path ? copy_headers(kept, request) : -1;
	if (status == 0 && request->json)
		status = dump(kept, request->json);
	if (request->secret_body)
		config_file_wipe(request->json);
	else
		json_decref(request->json);
	return status < 0 ? berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory") : 0;
}

void kept_request_release(struct kept_request *kept)
{
	if (kept->body) {
		if (kept->request.secret_body)
			explicit_bzero(kept->body, kept->body_len);
		free(kept->body);
	}
	/* X-Registry-Auth is one of them. */
	for (char **header = kept->headers; header && *header; header++) {
		explicit_bzero(*header, strlen(*header));
		free(*header);
	}
	free(kept->headers);
	free(kept->method);
	free(kept->path);
	memset(kept, 0, sizeof(*kept));
}
