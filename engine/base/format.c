#include <berth/text.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

char *berth_format_bytes(char dst[16], int64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
	size_t unit = 0;

	if (bytes < 0) {
		snprintf(dst, 16, "?");
		return dst;
	}
	if (bytes < 1000) {
		snprintf(dst, 16, "%d B", (int)bytes);
		return dst;
	}
	double value = (double)bytes / 1000;
	/* Not 1000: 999.95 would be printed as "1000.0". */
	while (value >= 999.95 && unit + 1 < sizeof units / sizeof units[0]) {
		value /= 1000;
		unit++;
	}
	snprintf(dst, 16, "%.1f %s", value, units[unit]);
	return dst;
}

char *berth_format_clock(char dst[16], int64_t milliseconds)
{
	/* More than five digits of hours is a broken clock. */
	const int64_t longest = 99999 * 3600 + 3599;
	int64_t seconds = milliseconds > 0 ? milliseconds / 1000 : 0;

	if (seconds > longest)
		seconds = longest;
	int hours = (int)(seconds / 3600), minutes = (int)(seconds / 60 % 60);
	if (hours > 0)
		snprintf(dst, 16, "%d:%02d:%02d", hours, minutes, (int)(seconds % 60));
	else
		snprintf(dst, 16, "%d:%02d", minutes, (int)(seconds % 60));
	return dst;
}

char *berth_format_duration(char dst[16], int64_t milliseconds)
{
	if (milliseconds < 0 || milliseconds >= 10000)
		return berth_format_clock(dst, milliseconds);
	snprintf(dst, 16, "%d.%d s", (int)(milliseconds / 1000), (int)(milliseconds / 100 % 10));
	return dst;
}

char *berth_format_timestamp(char dst[32], int64_t unix_ms)
{
	/* Four digits of a year, and no deployment before there was a clock. */
	const int64_t last = INT64_C(253402300799999);
	/* Events come by the thousand in a second: its text is kept. */
	static _Thread_local time_t kept = -1;
	static _Thread_local char text[24];

	if (unix_ms < 0)
		unix_ms = 0;
	if (unix_ms > last)
		unix_ms = last;
	time_t seconds = (time_t)(unix_ms / 1000);
	int rest = (int)(unix_ms % 1000);
	if (seconds != kept) {
		struct tm tm = {0};

		if (!gmtime_r(&seconds, &tm) ||
			strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
			kept = -1;
			snprintf(dst, 32, "1970-01-01T00:00:00.000Z");
			return dst;
		}
		kept = seconds;
	}
	size_t len = strlen(text);
	memcpy(dst, text, len);
	dst[len++] = '.';
	dst[len++] = (char)('0' + rest / 100);
	dst[len++] = (char)('0' + rest / 10 % 10);
	dst[len++] = (char)('0' + rest % 10);
	dst[len++] = 'Z';
	dst[len] = '\0';
	return dst;
}
