#include "base/rfc3339.h"

#include <stdio.h>
#include <time.h>

/* ".123456789", of which milliseconds are kept; *at is moved behind it. */
static int read_fraction(const char **at)
{
	int milliseconds = 0, weight = 100;

	if (**at != '.')
		return 0;
	for (++*at; **at >= '0' && **at <= '9'; ++*at, weight /= 10)
		milliseconds += (**at - '0') * weight;
	return milliseconds;
}

int64_t rfc3339_ms(const char *text)
{
	const char *at = text;
	struct tm tm = {0};
	int year, month, len = 0, milliseconds, hours = 0, minutes = 0;
	int64_t seconds;

	if (sscanf(at, "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &tm.tm_mday, &tm.tm_hour,
		    &tm.tm_min, &tm.tm_sec, &len) != 6 ||
		len == 0)
		return 0;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	at += len;
	milliseconds = read_fraction(&at);
	if (*at != 'Z' && (sscanf(at, "%3d:%2d", &hours, &minutes) != 2 || minutes < 0))
		return 0;
	seconds = (int64_t)timegm(&tm) - hours * 3600 - (*at == '-' ? -60 : 60) * minutes;
	return seconds > 0 ? seconds * 1000 + milliseconds : 0;
}
