#include "loop/xfer_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct address {
	CURLU *url;
	char *scheme, *host, *port;
};

static void address_release(struct address *address)
{
	curl_free(address->scheme);
	curl_free(address->host);
	curl_free(address->port);
	curl_url_cleanup(address->url);
}

/* With `location`, what it means beside `url`. */
static int address_read(struct address *address, const char *url, const char *location)
{
	*address = (struct address){.url = curl_url()};
	if (!address->url || curl_url_set(address->url, CURLUPART_URL, url, 0) != CURLUE_OK)
		return -1;
	if (location && curl_url_set(address->url, CURLUPART_URL, location, 0) != CURLUE_OK)
		return -1;
	if (curl_url_get(address->url, CURLUPART_SCHEME, &address->scheme, 0) != CURLUE_OK ||
		curl_url_get(address->url, CURLUPART_HOST, &address->host, 0) != CURLUE_OK ||
		curl_url_get(address->url, CURLUPART_PORT, &address->port, CURLU_DEFAULT_PORT) !=
			CURLUE_OK)
		return -1;
	return strcmp(address->scheme, "http") == 0 || strcmp(address->scheme, "https") == 0 ? 0
											     : -1;
}

static enum xfer_kin kin_of(const struct address *from, const struct address *to)
{
	if (strcasecmp(from->host, to->host) != 0)
		return XFER_ELSEWHERE;
	if (strcmp(from->scheme, to->scheme) == 0)
		return strcmp(from->port, to->port) == 0 ? XFER_SAME_SERVER : XFER_ELSEWHERE;
	return strcmp(to->scheme, "https") == 0 ? XFER_SAME_HOST : XFER_ELSEWHERE;
}

char *xfer_follow(
	const char *url, const char *location, enum xfer_kin *kin, struct berth_error *err)
{
	struct address from, to = {0};
	char *whole = NULL, *copy = NULL;

	if (address_read(&from, url, NULL) == 0 && address_read(&to, url, location) == 0) {
		*kin = kin_of(&from, &to);
		/* Not part of what a server is asked for, and a name in it is not for it. */
		curl_url_set(to.url, CURLUPART_FRAGMENT, NULL, 0);
		curl_url_set(to.url, CURLUPART_USER, NULL, 0);
		curl_url_set(to.url, CURLUPART_PASSWORD, NULL, 0);
		if (curl_url_get(to.url, CURLUPART_URL, &whole, 0) == CURLUE_OK)
			copy = strdup(whole);
	}
	if (!copy && whole)
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	else if (!copy)
		berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"a redirect leads to '%.200s', which is no http address", location);
	curl_free(whole);
	address_release(&from);
	address_release(&to);
	return copy;
}

int xfer_url_host(const char *url, char *host, size_t cap)
{
	struct address address;
	int rc = address_read(&address, url, NULL);

	if (rc == 0 && strlen(address.host) < cap)
		snprintf(host, cap, "%s", address.host);
	else
		rc = -1;
	address_release(&address);
	return rc;
}

bool xfer_is_here(const char *host)
{
	return strcasecmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
	       strcmp(host, "[::1]") == 0;
}
