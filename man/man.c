/*
 * berth_man PAGE DATE: a man page on standard output, in the macros of man(7). Runs while building;
 * what it says is the manual's, so that it is what `berth help` says.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "keys/keymap.h"
#include "manual/manual.h"

/* What a typesetter would take as its own, or turn into something that can't be copied into a
 * shell. */
static void put_char(FILE *out, char c)
{
	static const char *const escapes[] = {['\\'] = "\\e",
		['-'] = "\\-",
		['\''] = "\\(aq",
		['`'] = "\\(ga",
		['^'] = "\\(ha",
		['~'] = "\\(ti",
		['"'] = "\\(dq"};
	const unsigned char at = (unsigned char)c;
	if (at < sizeof escapes / sizeof *escapes && escapes[at])
		fputs(escapes[at], out);
	else
		putc(c, out);
}

/* One line of input: a text may begin with what would be a request. */
static void put_text(FILE *out, const char *text, size_t len)
{
	if (len > 0 && text[0] == '.')
		fputs("\\&", out);
	for (size_t i = 0; i < len; i++)
		put_char(out, text[i]);
}

static void put_bold(FILE *out, const char *text, size_t len)
{
	fputs("\\fB", out);
	put_text(out, text, len);
	fputs("\\fR", out);
}

static void put_italic(FILE *out, const char *text)
{
	fputs("\\fI", out);
	put_text(out, text, strlen(text));
	fputs("\\fR", out);
}

static void heading(struct manual_writer *writer, const char *text)
{
	fputs(".PP\n", writer->out);
	put_bold(writer->out, text, strlen(text));
	putc('\n', writer->out);
	writer->last = MANUAL_HEADING;
}

static void text(struct manual_writer *writer, const char *text)
{
	/* Directly under .SH or .SS it is a paragraph already. */
	if (writer->last != MANUAL_NOTHING)
		fputs(".PP\n", writer->out);
	put_text(writer->out, text, strlen(text));
	putc('\n', writer->out);
	writer->last = MANUAL_TEXT;
}

/* "--port HOST:CONTAINER", "port: HOST:CONTAINER": what is typed, and what stands for something. */
static void row(struct manual_writer *writer, const char *term, const char *text, int width)
{
	const char *value = term[0] == '-' ? strchr(term, ' ') : strstr(term, ": ");
	size_t len = value ? (size_t)(value - term) + (*value == ':') : strlen(term);
	fprintf(writer->out, ".TP\n");
	(void)width;
	put_bold(writer->out, term, len);
	if (term[len]) {
		putc(' ', writer->out);
		put_italic(writer->out, term + len + 1);
	}
	putc('\n', writer->out);
	put_text(writer->out, text, strlen(text));
	putc('\n', writer->out);
	writer->last = MANUAL_ROW;
}

static void lines(struct manual_writer *writer, const char *text)
{
	fputs(".PP\n.nf\n.RS\n", writer->out);
	for (const char *end; *text && (end = strchr(text, '\n')); text = end + 1) {
		put_text(writer->out, text, (size_t)(end - text));
		putc('\n', writer->out);
	}
	fputs(".RE\n.fi\n", writer->out);
	writer->last = MANUAL_LINES;
}

static void section(struct manual_writer *writer, const char *title)
{
	fputs(".SH ", writer->out);
	for (; *title; title++)
		put_char(writer->out, (char)toupper((unsigned char)*title));
	putc('\n', writer->out);
	writer->last = MANUAL_NOTHING;
}

static void begin_page(struct manual_writer *writer, const char *name, char number,
	const char *date, const char *what)
{
	fprintf(writer->out, ".\\\" Made while building, from the tables of the program.\n.TH ");
	for (const char *p = name; *p; p++)
		put_char(writer->out, (char)toupper((unsigned char)*p));
	fprintf(writer->out, " %c \"%s\" \"berth %s\"\n", number, date, BERTH_VERSION);
	section(writer, "Name");
	put_text(writer->out, name, strlen(name));
	fprintf(writer->out, " \\- %s\n", what);
}

static void synopsis(struct manual_writer *writer)
{
	char usage[128];
	section(writer, "Synopsis");
	for (size_t i = 0; i < args_command_count; i++) {
		if (i > 0)
			fputs(".br\n", writer->out);
		fputs("\\fBberth\\fR ", writer->out);
		manual_usage(usage, &args_commands[i]);
		put_text(writer->out, usage[0] ? usage : "[options]",
			strlen(usage[0] ? usage : "[options]"));
		putc('\n', writer->out);
	}
}

static void command(struct manual_writer *writer, const struct manual_topic *topic)
{
	char usage[128];
	fputs(".SS ", writer->out);
	put_text(writer->out, "berth ", topic->row->name ? 6 : 5);
	manual_usage(usage, topic->row);
	put_text(writer->out, usage, strlen(usage));
	fputs("\n", writer->out);
	put_char(writer->out, (char)toupper((unsigned char)topic->row->help[0]));
	put_text(writer->out, topic->row->help + 1, strlen(topic->row->help) - 1);
	fputs(".\n", writer->out);
	writer->last = MANUAL_TEXT;
	manual_write(writer, topic);
}

static void topics(struct manual_writer *writer, bool config)
{
	for (size_t i = 0; i < manual_topic_count(); i++) {
		const struct manual_topic topic = manual_topic_at(i);
		if (topic.row || (strcmp(topic.name, "config") == 0) != config)
			continue;
		section(writer, config ? "Description" : topic.title);
		manual_write(writer, &topic);
	}
}

static void see_also(struct manual_writer *writer, const char *name, char number)
{
	section(writer, "See also");
	put_bold(writer->out, name, strlen(name));
	fprintf(writer->out, "(%c)\n", number);
}

static void program_page(struct manual_writer *writer, const char *date)
{
	begin_page(writer, "berth", '1', date, "a terminal deployment console");
	synopsis(writer);
	section(writer, "Description");
	text(writer, "Starts and watches deployments, on a screen or for a script. It says only "
		     "what is true, and puts back what it touched.");
	section(writer, "Commands");
	for (size_t i = 0; i < manual_topic_count(); i++) {
		const struct manual_topic topic = manual_topic_at(i);
		if (topic.row)
			command(writer, &topic);
	}
	topics(writer, false);
	see_also(writer, "berth-config", '5');
}

static void config_page(struct manual_writer *writer, const char *date)
{
	begin_page(writer, "berth-config", '5', date, "configuration of berth");
	topics(writer, true);
	see_also(writer, "berth", '1');
}

int main(int argc, char **argv)
{
	struct keymap keys;
	struct manual_writer writer = {.heading = heading,
		.text = text,
		.row = row,
		.lines = lines,
		.out = stdout,
		.keys = &keys};
	keymap_init(&keys);
	if (argc == 3 && strcmp(argv[1], "berth.1") == 0)
		program_page(&writer, argv[2]);
	else if (argc == 3 && strcmp(argv[1], "berth-config.5") == 0)
		config_page(&writer, argv[2]);
	else
		return fputs("usage: berth_man berth.1|berth-config.5 DATE\n", stderr), 2;
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
