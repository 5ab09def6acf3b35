#include "support/vt_filter.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vt_filter_init(struct vt_filter *filter,
	void (*put)(void *context, const char *bytes, size_t len), void *context)
{
	*filter = (struct vt_filter){.put = put, .context = context};
}

static void pass_sequence(struct vt_filter *filter)
{
	filter->put(filter->context, filter->sequence, filter->sequence_len);
}

/* Parameters of a colour ("38;5;2") are no attributes: skip says how many still belong to one. */
static int colour_arguments(const char *parameter, size_t len, const char *rest)
{
	bool colour = len == 2 &&
		      (memcmp(parameter, "38", 2) == 0 || memcmp(parameter, "48", 2) == 0);

	if (!colour)
		return 0;
	return strncmp(rest, ";5", 2) == 0 ? 2 : strncmp(rest, ";2", 2) == 0 ? 4 : 0;
}

static void write_attributes(struct vt_filter *filter)
{
	char out[4 * sizeof(filter->sequence)] = "\033[";
	size_t used = 2;
	const char *at = filter->sequence + 2;
	int skip = 0;

	filter->sequence[filter->sequence_len] = '\0';
	for (;;) {
		size_t len = strcspn(at, ";m");
		const char *instead = NULL;

		if (skip > 0)
			skip--;
		else if (len == 1 && at[0] == '2')
			instead = "19";
		else if (len == 2 && memcmp(at, "22", 2) == 0)
			instead = "22;10";
		else
			skip = colour_arguments(at, len, at + len);
		used += (size_t)snprintf(out + used, sizeof(out) - used, "%.*s",
			instead ? 8 : (int)len, instead ? instead : at);
		out[used++] = at[len];
		if (at[len] == 'm')
			break;
		at += len + 1;
	}
	filter->put(filter->context, out, used);
}

static void write_repeated(struct vt_filter *filter)
{
	long times = strtol(filter->sequence + 2, NULL, 10);

	for (long i = 0; i < (times > 0 ? times : 1); i++)
		filter->put(filter->context, filter->last, filter->last_len);
}

static void end_sequence(struct vt_filter *filter, char final)
{
	bool plain = filter->sequence_len > 2 && filter->sequence[2] < '<';

	if (final == 'b' && plain)
		write_repeated(filter);
	else if (final == 'm' && plain)
		write_attributes(filter);
	else
		pass_sequence(filter);
	filter->sequence[filter->sequence_len] = '\0';
	if (strncmp(filter->sequence, "\033[?25", 5) == 0)
		filter->cursor_hidden = final == 'l';
	filter->sequence_len = 0;
}

static void add_to_sequence(struct vt_filter *filter, char c)
{
	filter->sequence[filter->sequence_len++] = c;
	if (filter->sequence_len == 2 && c != '[') {
		pass_sequence(filter);
		filter->sequence_len = 0;
	} else if (filter->sequence_len > 2 && c >= 0x40) {
		end_sequence(filter, c);
	} else if (filter->sequence_len == sizeof(filter->sequence) - 1) {
		pass_sequence(filter);
		filter->sequence_len = 0;
	}
}

static void remember(struct vt_filter *filter, char c)
{
	unsigned char byte = (unsigned char)c;

	if (byte < 0x20)
		return;
	if (byte < 0x80 || byte >= 0xc0) {
		filter->last_len = 0;
		filter->last_need = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
	}
	if (filter->last_len < filter->last_need)
		filter->last[filter->last_len++] = c;
}

void vt_filter_write(struct vt_filter *filter, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (filter->sequence_len > 0) {
			add_to_sequence(filter, bytes[i]);
		} else if (bytes[i] == '\033') {
			filter->sequence[filter->sequence_len++] = bytes[i];
		} else {
			remember(filter, bytes[i]);
			filter->put(filter->context, &bytes[i], 1);
		}
	}
}
