#include "loop/xfer_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void format_time(char *text, size_t size, int milliseconds)
{
	if (milliseconds % 1000)
		snprintf(text, size, "%d ms", milliseconds);
	else
		snprintf(text, size, "%d s", milliseconds / 1000);
}

static const char *reason(const struct xfer *xfer, CURLcode result)
{
	return xfer->curl_text[0] ? xfer->curl_text : curl_easy_strerror(result);
}

/* curl names whom it tried: "Failed to connect to HOST port N after ...". That is a proxy of the
 * environment's if it is not the peer. */
static bool tried_proxy(const struct xfer *xfer, char *proxy, size_t size)
{
	char host[256];
	int port;

	if (xfer->unix_socket ||
		sscanf(xfer->curl_text, "Failed to connect to %255s port %d", host, &port) != 2)
		return false;
	snprintf(proxy, size, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
	return strcasecmp(proxy, xfer->peer) != 0;
}

static void connect_failed(const struct xfer *xfer, CURLcode result, struct berth_error *verdict)
{
	char proxy[288];
	long number = 0;

	curl_easy_getinfo(xfer->member.easy, CURLINFO_OS_ERRNO, &number);
	if (!number) {
		berth_error_set(verdict, BERTH_E_UNREACHABLE, 0, "cannot connect to '%s': %s",
			xfer->peer, reason(xfer, result));
		return;
	}
	if (tried_proxy(xfer, proxy, sizeof(proxy))) {
		berth_error_set(verdict, BERTH_E_UNREACHABLE, (int)number,
			"cannot connect to '%s' through the proxy '%s': %s", xfer->peer, proxy,
			strerror((int)number));
		return;
	}
	if (!xfer->unix_socket || (number != EACCES && number != EPERM)) {
		berth_error_set(verdict, BERTH_E_UNREACHABLE, (int)number,
			"cannot connect to '%s': %s", xfer->peer, strerror((int)number));
		return;
	}
	berth_error_set(verdict, BERTH_E_DENIED, (int)number, "cannot connect to '%s': %s",
		xfer->peer, strerror((int)number));
	berth_error_hint(verdict, "join the group that owns the socket: sudo usermod -aG docker "
				  "\"$USER\", then log in again");
}

static void timed_out(const struct xfer *xfer, struct berth_error *verdict)
{
	int limit = xfer->total_timeout_ms;
	char time[32];

	if (!xfer->connected && (limit == 0 || limit > xfer->connect_timeout_ms))
		limit = xfer->connect_timeout_ms;
	format_time(time, sizeof(time), limit);
	berth_error_set(verdict, BERTH_E_TIMEOUT, 0,
		xfer->connected ? "'%s' did not finish its answer within %s"
				: "no connection to '%s' within %s",
		xfer->peer, time);
}

static bool upload_incomplete(const struct xfer *xfer)
{
	if (xfer->read && xfer->upload_size < 0)
		return !xfer->upload_ended;
	if (xfer->read)
		return xfer_sent(xfer) < xfer->upload_size;
	return xfer->body && xfer_sent(xfer) < (int64_t)xfer->body_len;
}

/* TLS 1.3 tells of a client certificate that is missing or not welcome only after the handshake, in
 * an alert of OpenSSL's words: "...: tlsv1 alert unknown ca, errno 0". */
static bool certificate_refused(
	const struct xfer *xfer, const char *why, struct berth_error *verdict)
{
	static const char mark[] = " alert ";
	const char *alert = strstr(why, mark);
	int len;

	if (!alert)
		return false;
	alert += sizeof(mark) - 1;
	len = (int)strcspn(alert, ",");
	if (!strstr(alert, "certificate") && strncmp(alert, "unknown ca", 10) != 0)
		return false;
	if (strncmp(alert, "certificate required", 20) == 0)
		berth_error_set(
			verdict, BERTH_E_DENIED, 0, "'%s' wants a client certificate", xfer->peer);
	else
		berth_error_set(verdict, BERTH_E_DENIED, 0,
			"'%s' refused the client certificate: %.*s", xfer->peer, len, alert);
	return true;
}

/* To the wish for a tunnel; the server has seen nothing of it. */
static bool proxy_refused(const struct xfer *xfer, struct berth_error *verdict)
{
	long status = 0;

	curl_easy_getinfo(xfer->member.easy, CURLINFO_HTTP_CONNECTCODE, &status);
	if (xfer->connected || status < 300)
		return false;
	if (status == 407) {
		berth_error_set(verdict, BERTH_E_DENIED, (int)status,
			"cannot connect to '%s': the proxy wants credentials (407)", xfer->peer);
		berth_error_hint(verdict, "give them in the environment: "
					  "https_proxy=http://USER:PASSWORD@HOST:PORT");
	} else if (status == 403) {
		berth_error_set(verdict, BERTH_E_DENIED, (int)status,
			"cannot connect to '%s': the proxy does not allow it (403)", xfer->peer);
		berth_error_hint(verdict, "a host that needs no proxy belongs into NO_PROXY");
	} else {
		berth_error_set(verdict, BERTH_E_UNREACHABLE, (int)status,
			"cannot connect to '%s': the proxy said %ld", xfer->peer, status);
	}
	return true;
}

static void broke(const struct xfer *xfer, CURLcode result, struct berth_error *verdict)
{
	const char *why = reason(xfer, result);

	/* Who answers before having read everything, and closes, has answered: that the rest of the
	 * upload found nobody is no news. */
	if (xfer->head_done && xfer->status >= 300 &&
		(result == CURLE_SEND_ERROR || upload_incomplete(xfer))) {
		berth_error_clear(verdict);
		return;
	}
	if (proxy_refused(xfer, verdict) || certificate_refused(xfer, why, verdict))
		return;
	if (strstr(why, "chunked-encoding"))
		berth_error_set(verdict, BERTH_E_PROTOCOL, 0,
			"'%s' gave an answer that is not HTTP: %s", xfer->peer, why);
	else if (!xfer->connected)
		berth_error_set(verdict, BERTH_E_UNREACHABLE, 0, "cannot connect to '%s': %s",
			xfer->peer, why);
	else
		berth_error_set(verdict, BERTH_E_BROKEN, 0, "the connection to '%s' broke: %s",
			xfer->peer, why);
}

/* What OpenSSL says of a certificate, by its numbers, which do not change. */
static const struct {
	long number;
	const char *what, *hint;
} certificate_faults[] = {
	{9, "its certificate is not valid yet", "compare the clocks of both machines"},
	{10, "its certificate has expired", "it has to be renewed on the server"},
	{18, "its certificate is signed by itself",
		"if it is the right one, name it as the authority to trust"},
	{19, "its certificate is signed by an authority that is not known here",
		"name the file with the authority's certificate"},
	{20, "its certificate is signed by an authority that is not known here",
		"name the file with the authority's certificate"},
	{21, "its certificate is signed by an authority that is not known here",
		"name the file with the authority's certificate"},
	{23, "its certificate was revoked", "ask whoever runs the server"},
};

static void tls_failed(const struct xfer *xfer, CURLcode result, struct berth_error *verdict)
{
	enum berth_code code = result == CURLE_SSL_CONNECT_ERROR ? BERTH_E_UNREACHABLE
								 : BERTH_E_DENIED;
	const char *what = reason(xfer, result), *hint = NULL;
	long number = 0;
	ptrdiff_t len;

	if (result == CURLE_PEER_FAILED_VERIFICATION)
		curl_easy_getinfo(xfer->member.easy, CURLINFO_SSL_VERIFYRESULT, &number);
	for (size_t i = 0; i < sizeof(certificate_faults) / sizeof(certificate_faults[0]); i++)
		if (number != 0 && certificate_faults[i].number == number) {
			what = certificate_faults[i].what;
			hint = certificate_faults[i].hint;
		}
	if (strstr(what, "subject name") || strstr(what, "subjectAltName")) {
		what = "its certificate is for another name";
		hint = "use the name that the certificate was made for";
	}
	/* What follows is for who links against OpenSSL. */
	len = strstr(what, ", OpenSSL error") ? strstr(what, ", OpenSSL error") - what
					      : (ptrdiff_t)strlen(what);
	berth_error_set(verdict, code, 0, "cannot make a TLS connection to '%s': %.*s", xfer->peer,
		(int)len, what);
	if (hint)
		berth_error_hint(verdict, "%s", hint);
}

static void not_found(const struct xfer *xfer, CURLcode result, struct berth_error *verdict)
{
	static const char proxy[] = "Could not resolve proxy: ";
	const char *why = reason(xfer, result);

	if (!strncmp(why, proxy, sizeof(proxy) - 1)) {
		berth_error_set(verdict, BERTH_E_UNREACHABLE, 0,
			"cannot connect to '%s': the proxy's name '%s' is not known (DNS)",
			xfer->peer, why + sizeof(proxy) - 1);
		return;
	}
	if (result == CURLE_COULDNT_RESOLVE_HOST && !strncmp(why, "Could not resolve host", 22))
		why = "this name is not known (DNS)";
	berth_error_set(
		verdict, BERTH_E_UNREACHABLE, 0, "cannot connect to '%s': %s", xfer->peer, why);
}

void xfer_verdict(const struct xfer *xfer, CURLcode result, struct berth_error *verdict)
{
	berth_error_clear(verdict);
	if (xfer->member.cancelled) {
		berth_error_set(verdict, BERTH_E_CANCELLED, 0, "cancelled");
		return;
	}
	if (xfer->failure.code != BERTH_E_OK) {
		*verdict = xfer->failure;
		return;
	}
	switch (result) {
	case CURLE_OK:
		/* curl takes an end in the middle of the head for an empty answer. */
		if (!xfer->head_done)
			berth_error_set(verdict, BERTH_E_BROKEN, 0,
				"the connection to '%s' broke before the answer", xfer->peer);
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_PROXY:
		not_found(xfer, result, verdict);
		break;
	case CURLE_COULDNT_CONNECT:
		connect_failed(xfer, result, verdict);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		timed_out(xfer, verdict);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_CLIENTCERT:
		tls_failed(xfer, result, verdict);
		break;
	case CURLE_OUT_OF_MEMORY:
		/* curl 7.88 says this also of a header line over 100 KiB. */
		if (xfer->connected && !xfer->head_done)
			berth_error_set(verdict, BERTH_E_LIMIT, 0,
				"the head of the answer of '%s' does not fit into memory",
				xfer->peer);
		else
			berth_error_set(verdict, BERTH_E_MEMORY, 0, "out of memory");
		break;
	case CURLE_UNSUPPORTED_PROTOCOL: /* an answer without a status line */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		berth_error_set(verdict, BERTH_E_PROTOCOL, 0,
			"'%s' gave an answer that is not HTTP: %s", xfer->peer,
			reason(xfer, result));
		break;
	default:
		broke(xfer, result, verdict);
		break;
	}
}
