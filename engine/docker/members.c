#include "docker/members.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "base/rfc3339.h"

const struct json_t *member(const struct json_t *object, ...)
{
	const char *name;
	va_list names;

	va_start(names, object);
	while (object && (name = va_arg(names, const char *)))
		object = json_object_get(object, name);
	va_end(names);
	return object;
}

const char *member_text(const struct json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

void member_copy(char *dst, size_t cap, const struct json_t *object, const char *name)
{
	const json_t *text = json_object_get(object, name);

	dst[0] = '\0';
	if (json_is_string(text))
		berth_utf8_copy(dst, cap, json_string_value(text), json_string_length(text));
}

int64_t member_integer(const struct json_t *object, const char *name, int64_t missing)
{
	const json_t *value = json_object_get(object, name);

	return json_is_integer(value) ? json_integer_value(value) : missing;
}

bool member_true(const struct json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

int member_port_number(const char *text)
{
	size_t len = strspn(text, "0123456789");
	long number = len > 0 && len <= 5 && !text[len] ? strtol(text, NULL, 10) : 0;

	return number <= 65535 ? (int)number : 0;
}

int64_t member_time(const struct json_t *object, const char *name)
{
	return rfc3339_ms(member_text(object, name));
}

bool member_port(const char *text, int *number, bool *udp)
{
	char digits[8];
	size_t len = strcspn(text, "/");

	if (len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	*number = member_port_number(digits);
	*udp = strcmp(text + len, "/udp") == 0;
	return *number > 0 && (*udp || !text[len] || strcmp(text + len, "/tcp") == 0);
}
