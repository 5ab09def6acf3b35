#include "loop/xfer_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

/* Keeps the first failure; options do not fail except for memory and a curl built without them. */
#define SET(option, value)                                                                         \
	do {                                                                                       \
		if (rc == CURLE_OK)                                                                \
			rc = curl_easy_setopt(easy, option, value);                                \
	} while (0)

static int option_error(CURLcode rc, struct berth_error *err)
{
	if (rc == CURLE_OK)
		return 0;
	if (rc == CURLE_OUT_OF_MEMORY)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return berth_error_set(
		err, BERTH_E_INTERNAL, 0, "cannot prepare a request: %s", curl_easy_strerror(rc));
}

static void cleanup_curl(char **text)
{
	curl_free(*text);
}

static void cleanup_url(CURLU **url)
{
	curl_url_cleanup(*url);
}

/* Whom messages name; also says whether it is this machine, which no proxy can reach for us. */
static int name_peer(
	struct xfer *xfer, const struct xfer_request *request, bool *here, struct berth_error *err)
{
	__attribute__((cleanup(cleanup_url))) CURLU *url = curl_url();
	__attribute__((cleanup(cleanup_curl))) char *host = NULL;
	__attribute__((cleanup(cleanup_curl))) char *port = NULL;
	CURLUcode rc;

	if (!url)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	rc = curl_url_set(url, CURLUPART_URL, request->url, 0);
	if (rc == CURLUE_OK)
		rc = curl_url_get(url, CURLUPART_HOST, &host, 0);
	if (rc == CURLUE_OK)
		rc = curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
	/* The address itself stays out of the message: it may hold a password. */
	if (rc != CURLUE_OK)
		return berth_error_set(
			err, BERTH_E_USAGE, 0, "invalid address: %s", curl_url_strerror(rc));
	if (request->unix_socket)
		snprintf(xfer->peer, sizeof(xfer->peer), "%s", request->unix_socket);
	else
		snprintf(xfer->peer, sizeof(xfer->peer), "%s:%s", host, port);
	*here = request->unix_socket || xfer_is_here(host);
	return 0;
}

static int add_header(struct xfer *xfer, const char *line, struct berth_error *err)
{
	struct curl_slist *list;

	if (strpbrk(line, "\r\n"))
		return berth_error_set(
			err, BERTH_E_USAGE, 0, "a request header must not hold a line break");
	list = curl_slist_append(xfer->headers, line);
	if (!list)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	xfer->headers = list;
	return 0;
}

static int set_headers(
	struct xfer *xfer, const struct xfer_request *request, struct berth_error *err)
{
	const char *const *header;
	bool typed = false;

	for (header = request->headers; header && *header; header++) {
		typed = typed || !strncasecmp(*header, "content-type:", 13);
		if (add_header(xfer, *header, err))
			return -1;
	}
	/* curl would wait up to a second for a "100 Continue" that most engines never send. */
	if (add_header(xfer, "Expect:", err))
		return -1;
	/* curl would call any body without a type a web form. */
	if (!typed && add_header(xfer, "Content-Type:", err))
		return -1;
	return option_error(
		curl_easy_setopt(xfer->member.easy, CURLOPT_HTTPHEADER, xfer->headers), err);
}

static const char *named_by(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value ? value : NULL;
}

/* An authority of the request's own stands alone. Else those of the system, which are where libcurl
 * was built to look, unless the variables of OpenSSL, which libcurl leaves alone, lead elsewhere.
 */
static CURLcode set_authorities(CURL *easy, const char *ca_file)
{
	const char *file = ca_file ? ca_file : named_by("SSL_CERT_FILE");
	const char *folder = ca_file ? NULL : named_by("SSL_CERT_DIR");
	CURLcode rc = CURLE_OK;

	if (file)
		SET(CURLOPT_CAINFO, file);
	if (ca_file || folder)
		SET(CURLOPT_CAPATH, folder);
	return rc;
}

static CURLcode set_connection(struct xfer *xfer, const struct xfer_request *request, bool here)
{
	CURL *easy = xfer->member.easy;
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_URL, request->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_USERAGENT, "berth/" BERTH_VERSION);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* Without it ending a transfer waits for its name look-up, which may take seconds. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)xfer->connect_timeout_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)xfer->total_timeout_ms);
	if (here)
		SET(CURLOPT_NOPROXY, "*");
	if (request->unix_socket) {
		SET(CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
	} else {
		SET(CURLOPT_TCP_KEEPALIVE, 1L);
		SET(CURLOPT_TCP_KEEPIDLE, 30L);
		SET(CURLOPT_TCP_KEEPINTVL, 15L);
	}
	if (rc == CURLE_OK)
		rc = set_authorities(easy, request->ca_file);
	if (request->cert_file)
		SET(CURLOPT_SSLCERT, request->cert_file);
	if (request->key_file)
		SET(CURLOPT_SSLKEY, request->key_file);
	if (request->insecure) {
		SET(CURLOPT_SSL_VERIFYPEER, 0L);
		SET(CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (request->buffer_size > 0)
		SET(CURLOPT_BUFFERSIZE, (long)request->buffer_size);
	return rc;
}

static CURLcode set_method(struct xfer *xfer, const struct xfer_request *request)
{
	const char *method = request->method ? request->method : "GET";
	CURL *easy = xfer->member.easy;
	CURLcode rc = CURLE_OK;

	if (request->read) {
		SET(CURLOPT_UPLOAD, 1L);
		SET(CURLOPT_INFILESIZE_LARGE,
			(curl_off_t)(request->upload_size < 0 ? -1 : request->upload_size));
	} else if (xfer->body || !strcmp(method, "POST") || !strcmp(method, "PUT")) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)xfer->body_len);
		SET(CURLOPT_POSTFIELDS, xfer->body ? xfer->body : "");
	} else if (!strcmp(method, "HEAD")) {
		SET(CURLOPT_NOBODY, 1L);
	}
	if (strcmp(method, "HEAD") != 0)
		SET(CURLOPT_CUSTOMREQUEST, method);
	/* curl sends a request again when a kept connection turns out to be dead. A stream cannot
	 * be read twice, and what a POST does must not be done twice. */
	if (request->read || !strcmp(method, "POST"))
		SET(CURLOPT_FRESH_CONNECT, 1L);
	return rc;
}

static CURLcode set_callbacks(struct xfer *xfer)
{
	CURL *easy = xfer->member.easy;
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_PRIVATE, (void *)&xfer->member);
	SET(CURLOPT_ERRORBUFFER, xfer->curl_text);
	SET(CURLOPT_HEADERFUNCTION, xfer_take_header);
	SET(CURLOPT_HEADERDATA, (void *)xfer);
	SET(CURLOPT_WRITEFUNCTION, xfer_take_body);
	SET(CURLOPT_WRITEDATA, (void *)xfer);
	SET(CURLOPT_READFUNCTION, xfer_give_body);
	SET(CURLOPT_READDATA, (void *)xfer);
	SET(CURLOPT_PREREQFUNCTION, xfer_connected);
	SET(CURLOPT_PREREQDATA, (void *)xfer);
	return rc;
}

int xfer_setup(struct xfer *xfer, const struct xfer_request *request, struct berth_error *err)
{
	enum { path_max = sizeof(((struct sockaddr_un *)0)->sun_path) - 1 };
	bool here = false;

	if (request->unix_socket && strlen(request->unix_socket) > path_max)
		return berth_error_set(err, BERTH_E_LIMIT, 0,
			"the socket path '%s' is longer than %d bytes", request->unix_socket,
			(int)path_max);
	if (name_peer(xfer, request, &here, err))
		return -1;
	if (request->body) {
		/* One byte more, so that an empty body is not a failed allocation. */
		xfer->body = malloc(request->body_len + 1);
		if (!xfer->body)
			return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		memcpy(xfer->body, request->body, request->body_len);
		xfer->body_len = request->body_len;
	}
	if (set_headers(xfer, request, err))
		return -1;
	if (option_error(set_connection(xfer, request, here), err))
		return -1;
	if (option_error(set_method(xfer, request), err))
		return -1;
	return option_error(set_callbacks(xfer), err);
}
