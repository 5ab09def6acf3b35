#include "docker/base64.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char url_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789-_";

char *base64_url_encode(const void *data, size_t len)
{
	const unsigned char *in = data;
	char *text = malloc((len + 2) / 3 * 4 + 1), *out = text;

	if (!text)
		return NULL;
	for (; len > 0; in += 3) {
		size_t have = len < 3 ? len : 3;
		uint32_t bits = (uint32_t)in[0] << 16 | (have > 1 ? (uint32_t)in[1] << 8 : 0) |
				(have > 2 ? in[2] : 0);

		*out++ = url_alphabet[bits >> 18];
		*out++ = url_alphabet[bits >> 12 & 63];
		*out++ = have > 1 ? url_alphabet[bits >> 6 & 63] : '=';
		*out++ = have > 2 ? url_alphabet[bits & 63] : '=';
		len -= have;
	}
	*out = '\0';
	return text;
}

static int digit(char c)
{
	const char *at;

	if (c == '+')
		c = '-';
	else if (c == '/')
		c = '_';
	at = c ? strchr(url_alphabet, c) : NULL;
	return at ? (int)(at - url_alphabet) : -1;
}

char *base64_decode(const char *text, size_t *len)
{
	size_t digits = strcspn(text, "="), padding = strlen(text + digits);
	char *data, *out;
	uint32_t bits = 0;
	unsigned count = 0;

	if (digits % 4 == 1 || padding > 2 || strspn(text + digits, "=") != padding)
		return NULL;
	data = out = malloc(digits / 4 * 3 + 3);
	if (!data)
		return NULL;
	for (size_t i = 0; i < digits; i++) {
		int value = digit(text[i]);

		if (value < 0) {
			explicit_bzero(data, (size_t)(out - data));
			free(data);
			return NULL;
		}
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count >= 8) {
			count -= 8;
			*out++ = (char)(bits >> count);
		}
	}
	*out = '\0';
	*len = (size_t)(out - data);
	return data;
}
