#include "support/hostile_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <berth/text.h>

/* An ESC, its C1 as UTF-8, and as a byte of its own. */
#define CSI "\033[", "\xc2\x9b", "\x9b"
static const char *const csi[] = {CSI};
static const char *const strings[] = {"\033]", "\xc2\x9d", "\x9d", "\033P", "\xc2\x90", "\x90",
	"\033X", "\xc2\x98", "\x98", "\033^", "\xc2\x9e", "\x9e", "\033_", "\xc2\x9f", "\x9f"};
static const char *const string_ends[] = {
	"\007", "\033\\", "\xc2\x9c", "\x9c", "\030", "\032", "\r", "\033", ""};

static const char *const attacks[] = {
	"\033]0;title\007",
	"\033]2;title\033\\",
	"\033]52;c;YmVydGg=\007",
	"\033]8;;http://example.invalid\033\\link\033]8;;\033\\",
	"\033]4;1;rgb:ff/ff/ff\007",
	"\033]10;?\007",
	"\033]50;#1\007",
	"\033]1337;File=inline=1:YmVydGg=\007",
	"\033]777;notify;a;b\007",
	"\033[?1000h",
	"\033[?1002;1003;1006h",
	"\033[?1049l",
	"\033[?1049h",
	"\033[?47l",
	"\033[?25h",
	"\033[?2004l",
	"\033[200~q\033[201~",
	"\033[201~rm -rf\r",
	"\033[?2026h",
	"\033[?3h",
	"\033[?5h",
	"\033[?6h",
	"\033[?7l",
	"\033[?1h\033=",
	"\033[4h",
	"\033[20h",
	"\033[2J\033[H",
	"\033[3J",
	"\033[1;1H",
	"\033[500;500H",
	"\033[2;5r",
	"\033[99b",
	"\033[10L\033[10M",
	"\033[5S\033[5T",
	"\033[6n",
	"\033[?6n",
	"\033[c",
	"\033[>c",
	"\033[=c",
	"\033[x",
	"\033[14t",
	"\033[21t",
	"\033[8;1;1t",
	"\033[>4;2m",
	"\033[?1;2c",
	"\033[5i",
	"\033[!p",
	"\033[8mhidden\033[5mblinks",
	"\033[0;1;4;5;7;8;30;40m",
	"\033[38;5;1;48;2;1;2;3;58;5;9m",
	"\033P$q\"p\033\\",
	"\033P$qr\033\\",
	"\033P+q544e\033\\",
	"\033P1;1|17/q\033\\",
	"\033Pq#0;2;0;0;0~~\033\\",
	"\033Ptmux;\033\033]0;t\007\033\\",
	"\033_Ga=T,f=100;YmVydGg=\033\\",
	"\033^private\033\\",
	"\033Xstart\033\\",
	"\033kname\033\\",
	"\033]0;a\033]0;b\007\007",
	"\033]0;a\033[31mb\007",
	"\033[3\033[31m1m",
	"\033[31\033]0;t\007m",
	"\033\033[31m",
	"\033[1\0301m",
	"\033c",
	"\0337\0338",
	"\033#8",
	"\033#6",
	"\033D\033M\033E",
	"\033H\033[3g",
	"\033N\033O",
	"\033n\033o\033|\033}\033~",
	"\033=\033>",
	"\033(0lqk\033(B",
	"\033)0\016lqk\017",
	"\016lqk\017",
	"\033%@\033%G",
	"\033 F\033 G",
	"\033[?38h\033\f",
	"\005",
	"\007\007",
	"\b\b\b\b\b\b\b\b",
	"\v\f",
	"\t",
	"\177",
	"10%\r20%",
	"\xc2\x9b"
	"5n",
	"\xc2\x9d"
	"0;t\xc2\x9c",
	"\x9b"
	"5n",
	"\x9d"
	"0;t\x9c",
	"\xc0\x9b"
	"31m",
	"\xc1\x9b",
	"\xe0\x82\x9b"
	"31m",
	"\xf0\x80\x82\x9b",
	"\xc0\x80",
	"\xc0\xaf",
	"\xe0\x80\x9b[31m",
	"\xed\xa0\x80",
	"\xed\xb2\x9b",
	"\xed\xa0\xbd\xed\xb8\x80",
	"\xf4\x90\x80\x80",
	"\xf8\x88\x80\x80\x80",
	"\xfc\x84\x80\x80\x80\x80",
	"\xfe\xff",
	"\xe4\xb8",
	"\xf0\x9f\x91",
	"\xe4\033[31m\xb8",
	"\xc2\033[31m",
	"\xe2\x80\xae"
	"esrever\xe2\x80\xac",
	"\xe2\x81\xa6"
	"isolate\xe2\x81\xa9",
	"\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f",
	"\xe2\x80\x8b\xe2\x81\xa0\xef\xbb\xbf",
	"\xe2\x80\xa8\xe2\x80\xa9\xc2\x85",
	"\xf3\xa0\x80\x81\xf3\xa0\x81\xbf",
	"\xef\xbf\xb9\xef\xbf\xbb",
	"\xe4\xb8\xad\xcc\x81\xe2\x80\x8d\xef\xb8\x8f",
	"\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86",
};

static struct hostile_text *add(struct hostile_texts *all, const char *bytes, size_t len)
{
	struct hostile_text *text = &all->texts[all->count];

	assert_true(all->count < HOSTILE_MAX && len <= sizeof(text->bytes));
	*text = (struct hostile_text){.len = len};
	memcpy(text->bytes, bytes, len);
	all->count++;
	return text;
}

static void add_text(struct hostile_texts *all, const char *text)
{
	add(all, text, strlen(text));
}

static void add_controls(struct hostile_texts *all)
{
	for (int byte = 0; byte <= 0xff; byte++)
		if (byte != '\n' && (byte < ' ' || byte > '~'))
			add(all, (char[]){(char)byte}, 1);
	for (int byte = 0x80; byte <= 0x9f; byte++)
		add(all, (char[]){'\xc2', (char)byte}, 2);
}

static void add_escapes(struct hostile_texts *all)
{
	char text[8];

	for (int byte = 0x20; byte <= 0x7f; byte++)
		add(all, (char[]){'\033', (char)byte}, 2);
	for (int byte = 0x20; byte <= 0x2f; byte++) {
		snprintf(text, sizeof(text), "\033%c0", byte);
		add_text(all, text);
	}
}

static void add_csis(struct hostile_texts *all)
{
	static const char *const parameters[] = {"", "2", "?1049", "3;4", ">1", "1 ", "2$", "1:2"};
	char text[32];

	for (size_t i = 0; i < sizeof(csi) / sizeof(csi[0]); i++) {
		add_text(all, csi[i]);
		for (int final = 0x40; final <= 0x7e; final++) {
			const char *parameter = parameters[(size_t)(final + (int)i) % 8];

			snprintf(text, sizeof(text), "%s%s%c", csi[i], parameter, final);
			add_text(all, text);
		}
	}
}

static void add_strings(struct hostile_texts *all)
{
	char text[32];

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		for (size_t j = 0; j < sizeof(string_ends) / sizeof(string_ends[0]); j++) {
			snprintf(text, sizeof(text), "%s0;inside%s", strings[i], string_ends[j]);
			add_text(all, text);
		}
}

void hostile_texts_make(struct hostile_texts *all)
{
	all->count = 0;
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
		add(all, attacks[i], strlen(attacks[i]))->attack = true;
	add_controls(all);
	add_escapes(all);
	add_csis(all);
	add_strings(all);
}

size_t hostile_attacks(const struct hostile_texts *all, char *dst, size_t cap, bool utf8)
{
	size_t len = 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct hostile_text *text = &all->texts[i];

		if (!text->attack || memchr(text->bytes, '\r', text->len) ||
			len + text->len + 2 > cap ||
			(utf8 && !berth_utf8_valid(text->bytes, text->len)))
			continue;
		memcpy(dst + len, text->bytes, text->len);
		len += text->len;
		dst[len++] = ' ';
	}
	dst[len] = '\0';
	return len;
}
