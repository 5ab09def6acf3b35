#include "complain.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <berth/text.h>

int locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void print(const char *label, const char *text)
{
	char clean[4096];
	unsigned flags = BERTH_CLEAN_LINE | (locale_is_utf8() ? 0 : BERTH_CLEAN_ASCII);
	berth_text_clean(clean, sizeof clean, text, strlen(text), flags);
	fprintf(stderr, "%s: %s\n", label, clean);
}

void complain(const struct berth_error *err)
{
	print("berth", err->message);
	if (err->hint[0])
		print("hint", err->hint);
}

void complain_text(const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	print("berth", text);
}

int finish_stdout(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	if (errno != EPIPE)
		complain_text("cannot write to standard output: %s", strerror(errno));
	return 1;
}
