#include "term/guard.h"

#include "term/announce.h"

#include <curses.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static const int deadly[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { DEADLY = sizeof deadly / sizeof deadly[0] };

/* A handler reaches nothing but globals. */
static struct termios modes;
static bool modes_known;
static volatile sig_atomic_t armed, resting;
static struct sigaction before[DEADLY];
static char farewell[256];
static size_t farewell_len;
static char stack[1 << 16];

static int collect(int c)
{
	if (farewell_len < sizeof farewell)
		farewell[farewell_len++] = (char)c;
	return c;
}

static void collect_text(const char *text)
{
	for (; *text != '\0'; text++)
		collect(*text);
}

static void collect_capability(const char *name)
{
	const char *text = tigetstr(name);
	if (text != NULL && text != (const char *)-1)
		tputs(text, 1, collect);
}

/* As curses does it: where terminfo does not say how, all that speak of a mouse mean the same. */
static void collect_mouse_off(void)
{
	char *mode = tigetstr("XM");
	if (mode != NULL && mode != (char *)-1)
		tputs(tparm(mode, 0L), 1, collect);
	else
		collect_text("\033[?1006;1000l");
}

static void on_death(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (armed && !resting) {
		armed = 0;
		ssize_t written = write(STDOUT_FILENO, farewell, farewell_len);
		(void)written;
		if (modes_known)
			tcsetattr(STDIN_FILENO, TCSANOW, &modes);
	}
	for (size_t i = 0; i < DEADLY; i++)
		sigaction(deadly[i], &before[i], NULL);
	/* A fault comes again by itself when the handler returns; a signal that was sent does not.
	 */
	if (info->si_code <= 0)
		raise(number);
}

void guard_remember(void)
{
	modes_known = tcgetattr(STDIN_FILENO, &modes) == 0;
}

void guard_arm(bool mouse)
{
	farewell_len = 0;
	if (mouse)
		collect_mouse_off();
	collect_text("\033[?2004l");
	collect_capability("sgr0");
	collect_capability("rmkx");
	collect_capability("cnorm");
	collect_capability("rmcup");

	struct sigaction action = {.sa_sigaction = on_death, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigemptyset(&action.sa_mask);
	stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
	stack_t other;
	if (sigaltstack(NULL, &other) == 0 && (other.ss_flags & SS_DISABLE))
		sigaltstack(&own, NULL);
	for (size_t i = 0; i < DEADLY; i++)
		sigaction(deadly[i], &action, &before[i]);
	armed = 1;
}

void guard_title(void)
{
	collect_text(ANNOUNCE_TITLE_BACK);
}

void guard_rest(bool rest)
{
	resting = rest;
}

void guard_disarm(void)
{
	if (!armed)
		return;
	armed = 0;
	for (size_t i = 0; i < DEADLY; i++)
		sigaction(deadly[i], &before[i], NULL);
}
