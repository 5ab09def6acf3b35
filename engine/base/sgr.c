#include "base/sgr.h"

#include <stdbool.h>
#include <string.h>

/* "38:2::255:128:0" is one field of six values. */
enum { VALUES_MAX = 6, VALUE_MAX = 9999 };

struct field {
	int values[VALUES_MAX]; /* what is empty counts 0 */
	int count;              /* those behind the sixth are not kept */
};

struct reader {
	const char *p, *end;
	bool more; /* also behind a last ';', where one more field is empty */
};

static struct field next_field(struct reader *in)
{
	struct field field = {.count = 1};
	int value = 0;

	in->more = false;
	for (; in->p < in->end; in->p++) {
		char c = *in->p;

		if (c >= '0' && c <= '9') {
			value = value * 10 + (c - '0');
			value = value < VALUE_MAX ? value : VALUE_MAX;
			if (field.count <= VALUES_MAX)
				field.values[field.count - 1] = value;
		} else if (c == ':') {
			value = 0;
			if (field.count <= VALUES_MAX)
				field.count++;
		} else {
			in->p++;
			in->more = true;
			break;
		}
	}
	if (field.count > VALUES_MAX)
		field.count = VALUES_MAX;
	return field;
}

static void set_index(struct berth_color *color, int n)
{
	if (n <= 255)
		*color = (struct berth_color){
			.kind = BERTH_COLOR_INDEX, .index = (uint8_t)(unsigned)n};
}

static void set_rgb(struct berth_color *color, const int rgb[3])
{
	if (rgb[0] <= 255 && rgb[1] <= 255 && rgb[2] <= 255)
		*color = (struct berth_color){
			.kind = BERTH_COLOR_RGB,
			.red = (uint8_t)rgb[0],
			.green = (uint8_t)rgb[1],
			.blue = (uint8_t)rgb[2],
		};
}

/* With colons it is all in one field. */
static bool extended_in_field(struct berth_color *color, const struct field *field)
{
	if (field->values[1] == 5 && field->count >= 3)
		set_index(color, field->values[2]);
	else if (field->values[1] == 2 && field->count == 5)
		set_rgb(color, field->values + 2);
	else if (field->values[1] == 2 && field->count == 6)
		set_rgb(color, field->values + 3); /* behind the name of a colour space */
	return true;
}

/* 38, 48, 58; false if nobody knows where it ends. */
static bool extended(struct berth_color *color, const struct field *field, struct reader *in)
{
	int rgb[3];

	if (field->count > 1)
		return extended_in_field(color, field);
	if (!in->more)
		return false;
	int kind = next_field(in).values[0];
	if (kind == 5 && in->more) {
		set_index(color, next_field(in).values[0]);
		return true;
	}
	if (kind != 2)
		return false;
	for (int i = 0; i < 3; i++) {
		if (!in->more)
			return false;
		rgb[i] = next_field(in).values[0];
	}
	set_rgb(color, rgb);
	return true;
}

static void set_attribute(struct berth_style *style, unsigned attribute, bool on)
{
	if (on)
		style->attributes |= (uint8_t)attribute;
	else
		style->attributes &= (uint8_t)~attribute;
}

static void attribute(struct berth_style *style, int code)
{
	switch (code) {
	case 0:
		memset(style, 0, sizeof *style);
		break;
	case 1:
		set_attribute(style, BERTH_BOLD, true);
		break;
	case 2:
		set_attribute(style, BERTH_DIM, true);
		break;
	case 3:
		set_attribute(style, BERTH_ITALIC, true);
		break;
	case 4:
	case 21:
		set_attribute(style, BERTH_UNDERLINE, true);
		break;
	case 7:
		set_attribute(style, BERTH_REVERSE, true);
		break;
	case 22:
		set_attribute(style, BERTH_BOLD | BERTH_DIM, false);
		break;
	case 23:
		set_attribute(style, BERTH_ITALIC, false);
		break;
	case 24:
		set_attribute(style, BERTH_UNDERLINE, false);
		break;
	case 27:
		set_attribute(style, BERTH_REVERSE, false);
		break;
	default:
		break;
	}
}

static void plain_color(struct berth_style *style, int code)
{
	if (code >= 30 && code <= 37)
		set_index(&style->fg, code - 30);
	else if (code >= 40 && code <= 47)
		set_index(&style->bg, code - 40);
	else if (code >= 90 && code <= 97)
		set_index(&style->fg, code - 90 + 8);
	else if (code >= 100 && code <= 107)
		set_index(&style->bg, code - 100 + 8);
	else if (code == 39)
		style->fg = (struct berth_color){0};
	else if (code == 49)
		style->bg = (struct berth_color){0};
}

void sgr_apply(struct berth_style *style, const char *parameters, size_t len)
{
	struct reader in = {.p = parameters, .end = parameters + len, .more = true};
	struct berth_color line_color = {0}; /* of underlines, which no terminal library has */

	while (in.more) {
		struct field field = next_field(&in);
		int code = field.values[0];

		if (code == 38 || code == 48 || code == 58) {
			struct berth_color *color = code == 38   ? &style->fg
						    : code == 48 ? &style->bg
								 : &line_color;
			if (!extended(color, &field, &in))
				return;
		} else if (code == 4 && field.count > 1) {
			set_attribute(style, BERTH_UNDERLINE, field.values[1] != 0);
		} else if (field.count == 1 && code < 30) {
			attribute(style, code);
		} else if (field.count == 1) {
			plain_color(style, code);
		}
	}
}
