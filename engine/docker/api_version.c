#include "docker/api_version.h"

#include <stdio.h>
#include <string.h>

/* The number of characters of NUMBER.NUMBER at the start of text, 0 if there is none. */
static size_t version_span(const char *text)
{
	static const char digits[] = "0123456789";
	size_t major = strspn(text, digits), minor;

	if (major == 0 || major > 4 || text[major] != '.')
		return 0;
	minor = strspn(text + major + 1, digits);
	return minor == 0 || minor > 4 ? 0 : major + 1 + minor;
}

bool api_version_ok(const char *text)
{
	size_t len = version_span(text);

	return len > 0 && text[len] == '\0';
}

int api_version_compare(const char *a, const char *b)
{
	int a_major = 0, a_minor = 0, b_major = 0, b_minor = 0;

	sscanf(a, "%4d.%4d", &a_major, &a_minor);
	sscanf(b, "%4d.%4d", &b_major, &b_minor);
	return a_major != b_major ? a_major - b_major : a_minor - b_minor;
}

int api_version_choose(char chosen[API_VERSION_SIZE], const char *server, const char *minimum,
	struct berth_error *err)
{
	const char *version = API_FLOOR;

	if (api_version_ok(minimum) && api_version_compare(minimum, API_CEILING) > 0) {
		berth_error_set(err, BERTH_E_REFUSED, 0,
			"the engine speaks API %s and newer, berth at most " API_CEILING, minimum);
		return berth_error_hint(err, "a newer berth may know it");
	}
	if (api_version_ok(server)) {
		if (api_version_compare(server, API_FLOOR) < 0) {
			berth_error_set(err, BERTH_E_REFUSED, 0,
				"the engine speaks API %s, berth at least " API_FLOOR, server);
			return berth_error_hint(err, "upgrade the engine");
		}
		version = api_version_compare(server, API_CEILING) < 0 ? server : API_CEILING;
	}
	if (api_version_ok(minimum) && api_version_compare(minimum, version) > 0)
		version = minimum;
	snprintf(chosen, API_VERSION_SIZE, "%s", version);
	return 0;
}

bool api_version_from_refusal(char wanted[API_VERSION_SIZE], const char *message)
{
	static const char minimum[] = "minimum supported api version is ";
	static const char maximum[] = "maximum supported api version is ";
	const char *at;
	char version[API_VERSION_SIZE];
	size_t len;

	if (!strcasestr(message, "too old") && !strcasestr(message, "too new"))
		return false;
	at = strcasestr(message, minimum);
	if (!at)
		at = strcasestr(message, maximum);
	if (!at)
		return false;
	at += sizeof(minimum) - 1;
	len = version_span(at);
	if (len == 0)
		return false;
	memcpy(version, at, len);
	version[len] = '\0';
	if (api_version_compare(version, API_FLOOR) < 0 ||
		api_version_compare(version, API_CEILING) > 0)
		return false;
	memcpy(wanted, version, len + 1);
	return true;
}
