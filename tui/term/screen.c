#include "term/screen.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "keys/keys.h"
#include "term/announce.h"
#include "term/guard.h"
#include "term/mouse_report.h"
#include "term/outlet.h"
#include "term/terminal.h"

/* Keys that terminfo has no portable name for. */
enum {
	CODE_FIRST = KEY_MAX + 1,
	CODE_PASTE_BEGIN = CODE_FIRST,
	CODE_PASTE_END,
	CODE_WORD_LEFT,
	CODE_WORD_RIGHT,
	CODE_MOUSE,
	CODE_ALT
};

static const struct {
	const char *sequence;
	int code;
} extra_keys[] = {
	{"\033[200~", CODE_PASTE_BEGIN},
	{"\033[201~", CODE_PASTE_END},
	{"\033[1;5D", CODE_WORD_LEFT},
	{"\033[1;5C", CODE_WORD_RIGHT},
	{"\033[1;3D", CODE_WORD_LEFT},
	{"\033[1;3C", CODE_WORD_RIGHT},
	{"\033Od", CODE_WORD_LEFT},
	{"\033Oc", CODE_WORD_RIGHT},
};

/* Reading through a pad keeps curses from refreshing the screen behind our back. */
static WINDOW *input;
static SCREEN *screen;
static struct mouse_report report;
static bool titled;
/* What the theme depends on besides its name. */
static struct {
	const char *color;
	bool ascii;
} style;

static void paste_mode(bool on)
{
	/* A terminal that does not know it ignores it, but old hardware may print it. */
	if (tigetstr("rmcup") == NULL || tigetstr("rmcup") == (char *)-1)
		return;
	putp(on ? "\033[?2004h" : "\033[?2004l");
	fflush(stdout);
}

static bool wants_ascii(const struct console_options *options)
{
	const char *term = getenv("TERM");
	return options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0 ||
	       (term != NULL && strcmp(term, "linux") == 0);
}

/* Esc and a character, for those that mean something. */
static void define_alt_keys(const struct keymap *keys)
{
	for (size_t i = 0; i < keys->count; i++) {
		for (size_t k = 0; k < KEYS_PER_BINDING && keys->rows[i].keys[k] != 0; k++) {
			uint32_t key = keys->rows[i].keys[k];
			const char sequence[] = {K_ESC, (char)(key & 0x7f), '\0'};
			if (key > K_ALT(0) && key <= K_ALT(0x7f))
				define_key(sequence, CODE_ALT + (int)(key & 0x7f));
		}
	}
}

static void take_keyboard(const struct keymap *keys)
{
	raw();
	noecho();
	nonl();
	nodelay(input, TRUE);
	keypad(input, TRUE);
	set_escdelay(25);
	for (size_t i = 0; i < sizeof extra_keys / sizeof extra_keys[0]; i++)
		define_key(extra_keys[i].sequence, extra_keys[i].code);
	define_alt_keys(keys);
}

static void take_mouse(bool take)
{
	mousemask(take ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	mouseinterval(0);
	/* Curses reads a report in one go or not at all. */
	define_key(MOUSE_REPORT_BEGIN, CODE_MOUSE);
}

int screen_open(const struct console_options *options, const struct preferences *preferences,
	struct theme *theme, struct berth_error *err)
{
	const char *term = getenv("TERM");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"the console needs a terminal for its input and its output");
	setlocale(LC_CTYPE, "");
	guard_remember();
	screen = terminal_can_draw() ? newterm(NULL, stdout, stdin) : NULL;
	if (screen == NULL) {
		berth_error_set(err, BERTH_E_USAGE, 0, "cannot draw on a terminal of type '%s'",
			term != NULL ? term : "");
		return berth_error_hint(
			err, "set TERM to what your terminal is, or use 'berth deploy'");
	}
	terminal_keep_colors();
	terminal_spare_bytes();
	input = newpad(1, 1);
	if (input == NULL) {
		screen_close();
		return berth_error_set(err, BERTH_E_MEMORY, 0, "cannot make the screen");
	}
	/* ncurses 6.4 writes after every movement of the cursor until the screen has been left
	 * once; a frame must be one write. The first frame takes the screen again. */
	endwin();
	guard_arm(preferences->mouse);
	style.color = options->color;
	style.ascii = wants_ascii(options);
	theme_init(theme, preferences->theme, style.color, style.ascii);
	take_keyboard(&preferences->keys);
	if (preferences->mouse)
		take_mouse(true);
	idlok(stdscr, TRUE);
	terminal_leave_line_drawing();
	paste_mode(true);
	return 0;
}

/* A terminal without a second screen keeps what was painted: the shell's line starts on a clean
 * one. */
static void leave(void)
{
	const char *back = tigetstr("rmcup"), *clear_line = tigetstr("el");

	if (outlet_drop())
		putp("\030"); /* ends a sequence wherever it is */
	if (titled)
		putp(ANNOUNCE_TITLE_BACK);
	titled = false;
	paste_mode(false);
	endwin();
	if ((back == NULL || back == (char *)-1) && clear_line != NULL &&
		clear_line != (char *)-1) {
		putp(clear_line);
		fflush(stdout);
	}
}

void screen_close(void)
{
	if (screen == NULL)
		return;
	if (!isendwin())
		leave();
	guard_disarm();
	outlet_close();
	if (input != NULL)
		delwin(input);
	delscreen(screen);
	input = NULL;
	screen = NULL;
}

void screen_suspend(void)
{
	if (screen == NULL || isendwin())
		return;
	leave();
	guard_rest(true);
}

void screen_resume(void)
{
	if (screen == NULL)
		return;
	guard_rest(false);
	/* The shell that had the terminal meanwhile may have left it in any mode. */
	reset_prog_mode();
	terminal_leave_line_drawing();
	paste_mode(true);
	clearok(curscr, TRUE);
	wnoutrefresh(stdscr);
	doupdate();
}

void screen_send(char *bytes, size_t len)
{
	outlet_take(bytes, len);
	outlet_send();
}

bool screen_sent(void)
{
	return outlet_send();
}

void screen_keep_title(void)
{
	if (!titled)
		guard_title();
	titled = true;
}

bool screen_keeps_title(void)
{
	return titled;
}

void screen_restyle(const struct preferences *preferences, struct theme *theme)
{
	theme_init(theme, preferences->theme, style.color, style.ascii);
	/* Pairs have new colours: what stands on the screen in them does not. */
	clearok(curscr, TRUE);
	guard_disarm();
	guard_arm(preferences->mouse);
	if (titled)
		guard_title();
	take_mouse(preferences->mouse);
}

void screen_redraw(void)
{
	terminal_leave_line_drawing();
	clearok(curscr, TRUE);
}

void screen_measure(int *rows, int *columns)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
		(size.ws_row != LINES || size.ws_col != COLS)) {
		resize_term(size.ws_row, size.ws_col);
		/* Terminals differ in what they keep of a screen that changed its size. */
		clearok(curscr, TRUE);
	}
	*rows = LINES;
	*columns = COLS;
}

bool screen_busy(void)
{
	int unsent = 0;
	return ioctl(STDOUT_FILENO, TIOCOUTQ, &unsent) == 0 && unsent > 0;
}

bool screen_gone(void)
{
	struct pollfd terminal = {.fd = STDIN_FILENO, .events = POLLIN};
	int waiting = 0;
	if (poll(&terminal, 1, 0) <= 0)
		return false;
	if (terminal.revents & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting == 0;
}

static const struct {
	int code;
	uint32_t key;
} known_codes[] = {
	{KEY_UP, K_UP},
	{KEY_DOWN, K_DOWN},
	{KEY_LEFT, K_LEFT},
	{KEY_RIGHT, K_RIGHT},
	{KEY_HOME, K_HOME},
	{KEY_FIND, K_HOME},
	{KEY_END, K_END},
	{KEY_SELECT, K_END},
	{KEY_PPAGE, K_PAGE_UP},
	{KEY_NPAGE, K_PAGE_DOWN},
	{KEY_BACKSPACE, K_BACKSPACE},
	{KEY_DC, K_DELETE},
	{KEY_BTAB, K_BACKTAB},
	{KEY_ENTER, K_ENTER},
	{KEY_MOUSE, K_MOUSE},
	{CODE_PASTE_BEGIN, K_PASTE_BEGIN},
	{CODE_PASTE_END, K_PASTE_END},
	{CODE_WORD_LEFT, K_WORD_LEFT},
	{CODE_WORD_RIGHT, K_WORD_RIGHT},
};

static uint32_t key_of_code(int code)
{
	for (size_t i = 0; i < sizeof known_codes / sizeof known_codes[0]; i++) {
		if (known_codes[i].code == code)
			return known_codes[i].key;
	}
	if (code > KEY_F0 && code <= KEY_F(63))
		return K_F(code - KEY_F0);
	if (code > CODE_ALT && code <= CODE_ALT + 0x7f)
		return K_ALT(code - CODE_ALT);
	return K_OTHER;
}

static uint32_t read_mouse(struct screen_mouse *mouse)
{
	MEVENT event;
	if (getmouse(&event) != OK)
		return K_OTHER;
	*mouse = (struct screen_mouse){.y = event.y, .x = event.x};
	if (event.bstate & BUTTON4_PRESSED)
		mouse->wheel = -1;
	else if (event.bstate & BUTTON5_PRESSED)
		mouse->wheel = 1;
	else if (!(event.bstate & BUTTON1_PRESSED))
		return K_OTHER;
	return K_MOUSE;
}

static uint32_t key_of_report(struct screen_mouse *mouse)
{
	bool of_use = mouse_report_read(&report, &mouse->wheel, &mouse->y, &mouse->x);
	return of_use ? K_MOUSE : K_OTHER;
}

static uint32_t key_of_character(wint_t code)
{
	return code == 0x7f || code == K_CTRL('H') ? (uint32_t)K_BACKSPACE : (uint32_t)code;
}

bool screen_key(uint32_t *key, struct screen_mouse *mouse)
{
	wint_t code;
	int kind;
	while ((kind = wget_wch(input, &code)) != ERR) {
		if (kind == KEY_CODE_YES && code == CODE_MOUSE) {
			mouse_report_begin(&report);
			continue;
		}
		bool of_report = report.open && kind == OK && mouse_report_take(&report, code);
		if (of_report && report.open)
			continue;
		report.open = false;
		if (of_report)
			*key = key_of_report(mouse);
		else if (kind == KEY_CODE_YES)
			*key = key_of_code((int)code);
		else
			*key = key_of_character(code);
		if (*key == K_MOUSE && !of_report)
			*key = read_mouse(mouse);
		return true;
	}
	return false;
}
