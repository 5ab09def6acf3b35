#include <berth/error.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const code_names[] = {
#define X(name, text) [BERTH_E_##name] = text,
	BERTH_CODES(X)
#undef X
};

static const char dots[] = "...";

/* vsnprintf() that says that it cut: at the start of a character, followed by dots. */
static void print(char *dst, size_t cap, const char *format, va_list args)
{
	int len = vsnprintf(dst, cap, format, args);

	if (len < 0)
		dst[0] = '\0';
	if (len < 0 || (size_t)len < cap)
		return;
	size_t end = cap - sizeof dots;
	while (end > 0 && ((unsigned char)dst[end] & 0xc0) == 0x80)
		end--;
	memcpy(dst + end, dots, sizeof dots);
}

int berth_error_set(
	struct berth_error *err, enum berth_code code, int number, const char *format, ...)
{
	struct berth_error made = {.code = code, .number = number};
	va_list args;

	if (!err)
		return -1;
	/* The arguments may be the old error's own texts. */
	va_start(args, format);
	print(made.message, sizeof made.message, format, args);
	va_end(args);
	*err = made;
	return -1;
}

int berth_error_hint(struct berth_error *err, const char *format, ...)
{
	char hint[sizeof err->hint];
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	print(hint, sizeof hint, format, args);
	va_end(args);
	memcpy(err->hint, hint, sizeof hint);
	return -1;
}

static void join(char *dst, size_t cap, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void join(char *dst, size_t cap, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(dst, cap, format, args);
	va_end(args);
}

int berth_error_wrap(struct berth_error *err, const char *format, ...)
{
	char context[sizeof err->message];
	char message[sizeof err->message];
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	print(context, sizeof context, format, args);
	va_end(args);
	join(message, sizeof message, "%s: %s", context, err->message);
	memcpy(err->message, message, sizeof message);
	return -1;
}

int berth_error_errno(struct berth_error *err, int errnum, const char *verb, const char *name)
{
	return berth_error_set(
		err, BERTH_E_IO, errnum, "cannot %s '%s': %s", verb, name, strerror(errnum));
}

void berth_error_clear(struct berth_error *err)
{
	if (err)
		*err = (struct berth_error){.code = BERTH_E_OK};
}

const char *berth_code_name(enum berth_code code)
{
	if ((size_t)code >= sizeof code_names / sizeof code_names[0])
		return code_names[BERTH_E_INTERNAL];
	return code_names[code];
}
