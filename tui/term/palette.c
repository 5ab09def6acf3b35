#include "term/palette.h"

#include <stdlib.h>

enum {
	CUBE = 16,
	GREYS = 232,
	BRIGHT_BLACK = 8,
	GREY = 244, /* looks like bright black, and is never the background of a palette */
	/* How far two colours must be apart in at least one channel. */
	APART = 0x30,
	/* Darker or brighter than this it may be the terminal's own background. */
	DARK = 0x20,
	BRIGHT = 0xdf,
};

struct rgb {
	int channels[3];
};

static const struct rgb first_16[] = {
	{{0x00, 0x00, 0x00}},
	{{0xcd, 0x00, 0x00}},
	{{0x00, 0xcd, 0x00}},
	{{0xcd, 0xcd, 0x00}},
	{{0x00, 0x00, 0xee}},
	{{0xcd, 0x00, 0xcd}},
	{{0x00, 0xcd, 0xcd}},
	{{0xe5, 0xe5, 0xe5}},
	{{0x7f, 0x7f, 0x7f}},
	{{0xff, 0x00, 0x00}},
	{{0x00, 0xff, 0x00}},
	{{0xff, 0xff, 0x00}},
	{{0x5c, 0x5c, 0xff}},
	{{0xff, 0x00, 0xff}},
	{{0x00, 0xff, 0xff}},
	{{0xff, 0xff, 0xff}},
};

static const int steps[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};

static struct rgb rgb_of(int index)
{
	struct rgb rgb;

	if (index < CUBE)
		return first_16[index];
	for (int i = 0; i < 3; i++)
		rgb.channels[i] = 8 + 10 * (index - GREYS);
	if (index < GREYS) {
		rgb.channels[0] = steps[(index - CUBE) / 36];
		rgb.channels[1] = steps[(index - CUBE) / 6 % 6];
		rgb.channels[2] = steps[(index - CUBE) % 6];
	}
	return rgb;
}

static int distance(struct rgb a, struct rgb b)
{
	int sum = 0;

	for (int i = 0; i < 3; i++)
		sum += (a.channels[i] - b.channels[i]) * (a.channels[i] - b.channels[i]);
	return sum;
}

static int nearest_of_16(struct rgb rgb)
{
	int best = 0;

	for (int i = 1; i < CUBE; i++)
		if (distance(rgb, first_16[i]) < distance(rgb, first_16[best]))
			best = i;
	return best;
}

static int nearest_step(int channel)
{
	int best = 0;

	for (int i = 1; i < 6; i++)
		if (abs(channel - steps[i]) < abs(channel - steps[best]))
			best = i;
	return best;
}

/* In the cube or among the greys: what the first 16 are nobody knows. */
static int nearest_of_256(struct rgb rgb)
{
	int mean = (rgb.channels[0] + rgb.channels[1] + rgb.channels[2]) / 3;
	int grey = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 8 + 5) / 10;
	int cube = CUBE + 36 * nearest_step(rgb.channels[0]) + 6 * nearest_step(rgb.channels[1]) +
		   nearest_step(rgb.channels[2]);

	return distance(rgb, rgb_of(GREYS + grey)) < distance(rgb, rgb_of(cube)) ? GREYS + grey
										 : cube;
}

static int nearest(struct berth_color color, int depth)
{
	struct rgb rgb = {{color.red, color.green, color.blue}};

	if (color.kind == BERTH_COLOR_DEFAULT)
		return PALETTE_OWN;
	if (color.kind == BERTH_COLOR_INDEX) {
		if (depth >= 256 || color.index < CUBE)
			return color.index;
		rgb = rgb_of(color.index);
	}
	return depth >= 256 ? nearest_of_256(rgb) : nearest_of_16(rgb);
}

static bool is_black_or_white(int index)
{
	struct rgb rgb = rgb_of(index);
	bool black = true, white = true;

	for (int i = 0; i < 3; i++) {
		black = black && rgb.channels[i] < DARK;
		white = white && rgb.channels[i] > BRIGHT;
	}
	return black || white;
}

static bool is_readable(int fg, int bg)
{
	if (fg == PALETTE_OWN || bg == PALETTE_OWN)
		return fg == bg || !is_black_or_white(fg == PALETTE_OWN ? bg : fg);
	struct rgb letters = rgb_of(fg), ground = rgb_of(bg);
	for (int i = 0; i < 3; i++)
		if (abs(letters.channels[i] - ground.channels[i]) >= APART)
			return true;
	return false;
}

struct palette_choice palette_choose(const struct berth_style *style, int fg, int depth)
{
	struct palette_choice choice = {
		.fg = nearest(style->fg, depth), .bg = nearest(style->bg, depth)};

	/* Bright black is the background in some palettes. */
	if (choice.fg == BRIGHT_BLACK) {
		choice.fg = depth >= 256 ? GREY : PALETTE_OWN;
		choice.dim = depth < 256;
	} else if (choice.fg == PALETTE_OWN) {
		choice.fg = fg;
	}
	if (depth < 16) {
		choice.bold = choice.fg >= 8;
		choice.fg = choice.fg >= 8 ? choice.fg - 8 : choice.fg;
		choice.bg = choice.bg >= 8 ? choice.bg - 8 : choice.bg;
	}
	if (!is_readable(choice.fg, choice.bg))
		return (struct palette_choice){.fg = fg, .bg = PALETTE_OWN};
	return choice;
}
