/*
 * How bad a line of output is, from what it says itself.
 *
 * Only where programs write a level is looked for one: never is it the mere word, since "0 errors",
 * "GET /error" and "error handling enabled" are none. Colours are ignored. In this order:
 *
 * records  {"level":"error"} (also lvl, severity, log.level, levelname, @l; pino's and bunyan's
 *          numbers; MongoDB's "s":"E"), level=error and the like among key=value pairs from the
 *          start of the line. A record without a level has none, whatever its message says.
 * heads    at the start of the line, behind what loggers put there (a time, process numbers,
 *          [...] (...) {...} groups, "#5 0.345" of BuildKit, "name - " and "-", "|", ":"):
 *          - a level in brackets, any case: [error] [WARN ] <error>, with a time or a module before
 *            it: [12:34:56 ERR], [core:error], or a word or a process behind it
 *          - an upper case level: ERROR ..., ERROR: ..., ERROR:root:..., WARN[0001], app.ERROR:
 *          - any case with a colon: error: ..., warning: ..., or a code: error[E0412]:,
 *            error TS2322:; these also behind "program:" and "file:line:" of compilers
 *          - klog and glog (E1120 12:34:56), Ruby (E, [...]), apt (E: ...), syslog (<3>)
 *          - a mark: U+274C, U+26A0
 * signs    of a crash, at the same place: Traceback (most recent call last), panic:, npm ERR!,
 *          Exception in thread, SomethingError: and SomethingWarning:, thread '...' panicked ...
 *
 * A level with nothing but a number behind it is a count ("ERROR: 0") and none.
 */
#ifndef BASE_LEVEL_H
#define BASE_LEVEL_H

#include <stddef.h>

#include <berth/event.h>

/* Not more than so many bytes of a line are looked at. */
enum { LEVEL_LOOK_MAX = 200 };

/* The level of one line without its newline, any bytes; `otherwise` if it says none. */
enum berth_level level_of_text(const char *line, size_t len, enum berth_level otherwise);

/* By a mark at the start alone: U+274C is an error, U+26A0 a warning. */
enum berth_level level_of_mark(const char *line, size_t len, enum berth_level otherwise);

#endif
