/* Lines as real programs write them, and what level they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/level.h"
#include "noise.h"

/* What a line gets that says nothing. */
enum { NONE = -1 };

struct line {
	int level;
	const char *text;
};

static const struct line levels[] = {
	/* JSON: zap, logrus, slog, winston, ECS, Google, MongoDB, pino, bunyan, Serilog */
	{BERTH_ERROR, "{\"level\":\"error\",\"ts\":1704164645.1,\"msg\":\"no route\"}"},
	{BERTH_WARN, "{\"time\":\"2024-01-02T03:04:05Z\",\"level\":\"WARN\",\"msg\":\"slow\"}"},
	{BERTH_INFO, "{\"level\":\"info\",\"msg\":\"{\\\"level\\\":\\\"error\\\"}\"}"},
	{BERTH_ERROR, "{\"msg\":\"a \\\"level\\\":\\\"info\\\" b\",\"level\":\"fatal\"}"},
	{BERTH_ERROR,
		"{\"@timestamp\":\"2024-01-02\", \"log.level\":\"ERROR\", \"message\":\"x\"}"},
	{BERTH_ERROR, "{\"severity\":\"CRITICAL\",\"message\":\"x\"}"},
	{BERTH_WARN, "{\"t\":{\"$date\":\"2024-01-02\"},\"s\":\"W\",  \"c\":\"NETWORK\"}"},
	{BERTH_INFO, "{\"t\":{\"$date\":\"2024-01-02\"},\"s\":\"I\",  \"c\":\"NETWORK\"}"},
	{BERTH_DEBUG, "{\"t\":{\"$date\":\"2024-01-02\"},\"s\":\"D2\", \"c\":\"NETWORK\"}"},
	{BERTH_ERROR, "{\"level\":50,\"time\":1704164645123,\"pid\":7,\"msg\":\"boom\"}"},
	{BERTH_DEBUG, "{\"name\":\"app\",\"level\":20,\"msg\":\"x\",\"v\":0}"},
	{BERTH_WARN, "{\"@t\":\"2024-01-02\",\"@mt\":\"x\",\"@l\":\"Warning\"}"},
	{NONE, "{\"msg\":\"ERROR: all is well\",\"status\":\"error\"}"},
	{NONE, "{\"request\":{\"level\":\"error\"},\"msg\":\"x\"}"},
	{NONE, "{\"level\":\"errors\"}"},
	{NONE, "{\"level\":5}"},
	{NONE, "{error: 1}"},

	/* logfmt: logrus, slog, Prometheus, Grafana, Traefik */
	{BERTH_WARN, "time=\"2024-01-02T03:04:05Z\" level=warning msg=\"a level=error b\""},
	{BERTH_ERROR, "level=error ts=2024-01-02T03:04:05.678Z caller=main.go:1 err=\"x\""},
	{BERTH_INFO, "logger=migrator t=2024-01-02T03:04:05Z level=info msg=\"error handling on\""},
	{BERTH_ERROR, "ts=2024-01-02 lvl=eror msg=x"},
	{BERTH_DEBUG, "2024-01-02T03:04:05Z level=debug msg=x"},
	{NONE, "ts=2024-01-02 msg=\"ERROR: x\" status=error"},
	{NONE, "set level=error to see more"},
	{NONE, "errors=0 warnings=3"},

	/* A level alone, with a colon, in brackets */
	{BERTH_ERROR, "ERROR: failed to solve: process \"/bin/sh -c make\" did not complete"},
	{BERTH_ERROR, "ERROR failed"},
	{BERTH_ERROR, "  ERROR  in column"},
	{BERTH_ERROR, "ERROR in ./src/index.js 12:3"},
	{BERTH_WARN, "WARNING: Running pip as the 'root' user can result in broken permissions"},
	{BERTH_INFO, "INFO:     Started server process [1]"},
	{BERTH_ERROR, "ERROR:    [Errno 98] error while attempting to bind on address"},
	{BERTH_ERROR, "ERROR:django.request:Internal Server Error: /"},
	{BERTH_DEBUG, "DEBUG 12 rows"},
	{BERTH_ERROR, "error: could not compile `app` due to 2 previous errors"},
	{BERTH_ERROR, "error[E0412]: cannot find type `Foo` in this scope"},
	{BERTH_WARN, "warning: unused variable: `x`"},
	{BERTH_ERROR, "Error: Cannot find module 'express'"},
	{BERTH_ERROR, "fatal: not a git repository (or any of the parent directories): .git"},
	{BERTH_ERROR, "SEVERE: Exception starting filter"},
	{BERTH_ERROR, "FATAL ERROR: Reached heap limit Allocation failed"},
	{BERTH_ERROR, "fail: Microsoft.AspNetCore.Server.Kestrel[13]"},
	{BERTH_WARN, "warn: Microsoft.AspNetCore.DataProtection[35]"},
	{BERTH_DEBUG, "dbug: Microsoft.Extensions.Hosting[1]"},
	{BERTH_ERROR, "[ERROR] COMPILATION ERROR :"},
	{BERTH_WARN, "[WARN ] low"},
	{BERTH_ERROR, "[error] what"},
	{BERTH_ERROR, "[ALERT]    (1) : config : no listener"},
	{BERTH_WARN, "[ warn ] spaced"},
	{BERTH_WARN, "WARN[0001] no daemon.json"},
	{BERTH_ERROR, "FATA[0000] cannot start"},
	{BERTH_ERROR, "ERROR (7): boom"},
	{NONE, "ERROR: 0"},
	{NONE, "Error: 0, Warning: 0"},
	{NONE, "ERROR 0 | WARN 0"},
	{NONE, "0 errors"},
	{NONE, "0 errors, 3 warnings"},
	{NONE, "3 ERROR lines were found"},
	{NONE, "no error"},
	{NONE, "error handling enabled"},
	{NONE, "Error handling enabled"},
	{NONE, "Warning signs were put up"},
	{NONE, "Errors: 0, Failures: 0"},
	{NONE, "error_log is /dev/stderr"},
	{NONE, "ERROR_LOG=/dev/stderr"},
	{NONE, "ERRORS were found"},
	{NONE, "ERROR-free"},
	{NONE, "Error::new was called"},
	{NONE, "Loading [error] pages"},
	{NONE, "[errors] 3"},
	{NONE, "[error handling] on"},
	{NONE, "[12%] Building error.o"},
	{NONE, "compiling error.c"},
	{NONE, "Listening on port 8080"},
	{NONE, "LOG:  database system is ready to accept connections"},
	{NONE, "status: error"},
	{NONE, "result: ERROR"},
	{NONE, "the server said ERROR: twice"},
	{NONE, "* Debug mode: off"},

	/* Behind a time and what loggers put before */
	{BERTH_ERROR, "2024-01-02T03:04:05.678Z ERROR app::db: pool timed out"},
	{BERTH_ERROR,
		"2024-01-02T03:04:05.678Z  ERROR 1 --- [main] o.s.boot.SpringApplication : x"},
	{BERTH_WARN, "2024-01-02 03:04:05.678  WARN 1 --- [nio-8080-exec-1] c.e.Demo : x"},
	{BERTH_ERROR, "12:34:56.789 [main] ERROR c.f.Bar - nope"},
	{BERTH_INFO, "12:34:56.789 [main] INFO  c.f.Bar - ERROR: not this"},
	{BERTH_ERROR, "2024-01-02 03:04:05,678 - my.module - ERROR - it broke"},
	{BERTH_DEBUG, "2024-01-02 03:04:05,678 - root - DEBUG - x"},
	{BERTH_ERROR, "2024-01-02 03:04:05.678 | ERROR    | app:run:12 - x"},
	{BERTH_WARN, "2024-01-02 03:04:05,678 [myid:1] - WARN  [main:QuorumPeer@136] - x"},
	{BERTH_ERROR, "2024/01/02 03:04:05 [error] 7#7: *1 open() \"/x\" failed (2: No such file)"},
	{BERTH_INFO, "2024/01/02 03:04:05 [notice] 1#1: nginx/1.25.3"},
	{BERTH_ERROR, "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address in use)"},
	{BERTH_ERROR, "2024-01-02 03:04:05.678 UTC [1] FATAL:  role \"root\" does not exist"},
	{BERTH_ERROR, "2024-01-02 03:04:05.678 UTC [72] ERROR:  relation \"x\" does not exist"},
	{NONE, "2024-01-02 03:04:05.678 UTC [1] LOG:  listening on IPv4 address"},
	{BERTH_ERROR, "2024-01-02T03:04:05.123456Z 0 [ERROR] [MY-010457] [Server] --initialize"},
	{BERTH_WARN, "2024-01-02  3:04:05 0 [Warning] You need to use --log-bin"},
	{BERTH_ERROR, "[Tue Jan 02 03:04:05.678901 2024] [core:error] [pid 7] AH00124: x"},
	{BERTH_INFO, "[Tue Jan 02 03:04:05.678901 2024] [mpm_event:notice] [pid 1:tid 2] x"},
	{BERTH_ERROR, "[2024-01-02 03:04:05 +0000] [7] [ERROR] Exception in worker process"},
	{BERTH_ERROR, "[2024-01-02 03:04:05,678: ERROR/MainProcess] Task failed"},
	{BERTH_WARN, "[2024-01-02 03:04:05,678: WARNING/ForkPoolWorker-1] x"},
	{BERTH_ERROR, "[12:34:56 ERR] Unhandled"},
	{BERTH_INFO, "[12:34:56 INF] Ready"},
	{BERTH_ERROR, "12:34PM ERR no such thing error=x"},
	{BERTH_ERROR, "[2024-01-02T03:04:05Z ERROR my_crate::db] x"},
	{BERTH_WARN, "[2024-01-02T03:04:05,678][WARN ][o.e.b.BootstrapChecks] [node] x"},
	{BERTH_ERROR, "[2024-01-02 03:04:05,678] ERROR [KafkaServer id=1] x"},
	{BERTH_ERROR, "2024-01-02 03:04:05.678901+00:00 [error] <0.123.0> x"},
	{BERTH_ERROR, "[1] 2024/01/02 03:04:05.678901 [ERR] Error parsing"},
	{BERTH_ERROR, "[2024-01-02T03:04:05.678+0000] {taskinstance.py:1851} ERROR - Task failed"},
	{BERTH_ERROR, "[2024-01-02 03:04:05] production.ERROR: no key {\"a\":1}"},
	{BERTH_ERROR, "[2024-01-02T03:04:05.678901+00:00] request.CRITICAL: Uncaught"},
	{BERTH_ERROR, "[2024-01-02 03:04:05.678][1][critical][main] [source/server.cc:1] x"},
	{BERTH_ERROR, "[Nest] 1  - 01/02/2024, 3:04:05 AM   ERROR [ExceptionsHandler] x"},
	{BERTH_WARN, "[03:04:05] [Server thread/WARN]: Can't keep up!"},
	{BERTH_ERROR, "2024-01-02T03:04:05.678Z\terror\tserver/main.go:12\tx"},
	{BERTH_ERROR, "2024-01-02T03:04:05.678Z\tERROR\tserver/main.go:12\tx"},
	{BERTH_ERROR, "2024-01-02 03:04:05,678 CRIT Supervisor is running as root"},
	{BERTH_WARN, "[02-Jan-2024 03:04:05] WARNING: [pool www] child 7 said into stderr"},
	{NONE, "2024/01/02 03:04:05 error rate is 0"},
	{NONE, "2024-01-02T03:04:05Z no errors"},
	{NONE, "127.0.0.1 - - [02/Jan/2024:03:04:05 +0000] \"GET /error HTTP/1.1\" 200 12"},
	{NONE, "172.17.0.1 - - [02/Jan/2024:03:04:05 +0000] \"GET /ERROR HTTP/1.1\" 500 12"},
	{NONE, "2024-01-02 03:04:05 worker finished with 0 ERROR"},

	/* klog, glog, Ruby, apt, syslog */
	{BERTH_ERROR, "E1120 12:34:56.789012       1 reflector.go:147] failed to list"},
	{BERTH_WARN, "W1120 12:34:56.789012       1 client.go:1] x"},
	{BERTH_INFO, "I1120 12:34:56.789012       1 main.go:1] error: none"},
	{BERTH_ERROR, "F20241120 12:34:56.789012 7 file.cc:1] Check failed"},
	{BERTH_ERROR, "E, [2024-01-02T03:04:05.678 #7] ERROR -- : boom"},
	{BERTH_DEBUG, "D, [2024-01-02T03:04:05.678 #7] DEBUG -- : x"},
	{BERTH_ERROR, "E: Unable to locate package foo"},
	{BERTH_WARN, "W: GPG error: http://deb.example.org"},
	{BERTH_ERROR, "<3>disk on fire"},
	{BERTH_WARN, "<4>hot"},
	{NONE, "<html>"},
	{NONE, "E0412 is a code of the compiler"},
	{NONE, "E2024 is a model"},
	{NONE, "I am ready"},

	/* Compilers and tools */
	{BERTH_ERROR, "main.c:3:5: error: expected ';' before '}' token"},
	{BERTH_ERROR, "main.c:1:10: fatal error: x.h: No such file or directory"},
	{BERTH_WARN, "src/a.c:12: warning: unused"},
	{NONE, "main.c:3:5: note: declared here"},
	{BERTH_ERROR, "Foo.java:3: error: ';' expected"},
	{BERTH_ERROR, "src/a.ts(3,5): error TS2322: Type 'x' is not assignable"},
	{BERTH_ERROR, "src/app.ts:3:5 - error TS2322: Type 'x' is not assignable"},
	{BERTH_WARN, "Program.cs(5,1): warning CS0168: The variable 'e' is declared"},
	{BERTH_ERROR, "collect2: error: ld returned 1 exit status"},
	{BERTH_ERROR, "make[2]: *** [Makefile:2: all] Error 1"},
	{BERTH_ERROR, "make: *** [Makefile:2: all] Error 1"},
	{NONE, "make: Nothing to be done for 'all'."},
	{BERTH_ERROR, "npm ERR! code ENOENT"},
	{BERTH_ERROR, "npm error code ENOENT"},
	{BERTH_WARN, "npm WARN deprecated request@2.88.2: no longer supported"},
	{BERTH_WARN, "npm warn deprecated x"},
	{NONE, "npm notice"},
	{BERTH_ERROR, "#5 ERROR: process \"/bin/sh -c false\" did not complete successfully"},
	{BERTH_ERROR, "#12 0.345 npm ERR! code E404"},
	{BERTH_WARN, "#12 12.3 WARNING: x"},
	{NONE, "#5 DONE 0.1s"},
	{BERTH_ERROR, "docker: Error response from daemon: Conflict."},
	{BERTH_ERROR, "Error response from daemon: No such image: x"},

	/* Crashes */
	{BERTH_ERROR, "Traceback (most recent call last):"},
	{NONE, "  File \"/app/main.py\", line 3, in <module>"},
	{BERTH_ERROR, "ValueError: invalid literal for int() with base 10: 'x'"},
	{BERTH_ERROR, "django.db.utils.OperationalError: could not connect to server"},
	{BERTH_ERROR, "KeyError"},
	{BERTH_WARN, "/app/x.py:12: DeprecationWarning: use y"},
	{BERTH_ERROR, "panic: runtime error: index out of range [3] with length 3"},
	{BERTH_ERROR, "2024/01/02 03:04:05 http: panic serving 127.0.0.1:1: x"},
	{BERTH_ERROR, "fatal error: all goroutines are asleep - deadlock!"},
	{NONE, "goroutine 1 [running]:"},
	{BERTH_ERROR, "thread 'main' panicked at src/main.rs:2:5:"},
	{NONE, "thread 'main' started"},
	{BERTH_ERROR, "Exception in thread \"main\" java.lang.NullPointerException"},
	{BERTH_ERROR, "java.lang.IllegalStateException: no"},
	{BERTH_ERROR, "Caused by: java.net.ConnectException: refused"},
	{NONE, "\tat com.example.Main.main(Main.java:3)"},
	{BERTH_ERROR, "TypeError: Cannot read properties of undefined (reading 'x')"},
	{BERTH_WARN, "(node:1) [DEP0005] DeprecationWarning: Buffer() is deprecated"},
	{BERTH_WARN, "(node:1) Warning: x"},
	{BERTH_ERROR, "PHP Fatal error:  Uncaught Error: x in /app/x.php:3"},
	{BERTH_WARN, "[02-Jan-2024 03:04:05 UTC] PHP Warning:  Undefined variable"},
	{BERTH_ERROR, "Segmentation fault (core dumped)"},
	{NONE, "MeanSquaredError: 0.123"},
	{NONE, "lastError: none"},
	{NONE, "Registered ValidationError: handler"},
	{NONE, "panicked users were calmed"},

	/* Marks and colours */
	{BERTH_ERROR, "\u274c Build failed"},
	{BERTH_WARN, "  \u26a0\ufe0f  Port is busy"},
	{NONE, "all good, no \u274c today"},
	{BERTH_ERROR, "\033[31mERROR\033[0m it broke"},
	{BERTH_ERROR, "\033[2m2024-01-02T03:04:05.678Z\033[0m \033[31mERROR\033[0m app: x"},
	{BERTH_ERROR, "\033[1m\033[38;5;9merror\033[0m\033[1m: could not compile\033[0m"},
	{BERTH_WARN, "[\033[33mwarn\033[39m] x"},
	{NONE, "\033[31mred alert\033[0m"},
	{NONE, "\033]0;ERROR: x\007fine"},

	{NONE, ""},
	{NONE, " "},
	{NONE, "-"},
	{NONE, "[ERROR"},
	{NONE, "{\"level\":\"error"},
};

static void lines_say_their_level(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		size_t len = strlen(levels[i].text);

		/* Whatever the line would get otherwise. */
		for (int other = BERTH_DEBUG; other <= BERTH_ERROR; other++) {
			int wanted = levels[i].level == NONE ? other : levels[i].level;
			int got = (int)level_of_text(levels[i].text, len, (enum berth_level)other);

			if (got != wanted)
				fail_msg("'%s' is %s and should be %s", levels[i].text,
					berth_level_name((enum berth_level)got),
					berth_level_name((enum berth_level)wanted));
		}
	}
}

static void looks_at_the_start_only(void **state)
{
	char line[4096];

	(void)state;
	memset(line, ' ', sizeof line);
	memcpy(line + LEVEL_LOOK_MAX - 10, "ERROR: x", 8);
	assert_int_equal(level_of_text(line, sizeof line, BERTH_INFO), BERTH_ERROR);
	memset(line, ' ', sizeof line);
	memcpy(line + LEVEL_LOOK_MAX, "ERROR: x", 8);
	assert_int_equal(level_of_text(line, sizeof line, BERTH_INFO), BERTH_INFO);
}

static void marks_alone(void **state)
{
	(void)state;
	assert_int_equal(level_of_mark("\u274c x", 5, BERTH_INFO), BERTH_ERROR);
	assert_int_equal(level_of_mark(" \u26a0", 4, BERTH_INFO), BERTH_WARN);
	assert_int_equal(level_of_mark("ERROR: x", 8, BERTH_INFO), BERTH_INFO);
	assert_int_equal(level_of_mark(NULL, 0, BERTH_WARN), BERTH_WARN);
}

/* Every piece of every line, in memory that ends where the piece does. */
static void reads_nothing_beyond_the_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		size_t len = strlen(levels[i].text);

		for (size_t n = 1; n <= len; n++) {
			char *piece = malloc(n);

			assert_non_null(piece);
			memcpy(piece, levels[i].text, n);
			assert_in_range(
				level_of_text(piece, n, BERTH_INFO), BERTH_DEBUG, BERTH_ERROR);
			memcpy(piece, levels[i].text + len - n, n);
			assert_in_range(
				level_of_text(piece, n, BERTH_INFO), BERTH_DEBUG, BERTH_ERROR);
			free(piece);
		}
	}
}

static void survives_noise(void **state)
{
	static const char *const words[] = {"ERROR", "error", ":", " ", "[", "]", "(", ")", "{",
		"}", "\"", "\\", "level", "=", "2024-01-02", "03:04:05", " - ", "7", "\t", "#5 ",
		"\033[31m", "\033]", "\u274c", "E1120 ", "Warning", "make", "*** ", "Jan", "AM",
		"<3>", "/", "|"};
	struct noise noise = {20240102};

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[240], *line;
		size_t len = noise_fill(
			&noise, text, sizeof text, words, sizeof words / sizeof words[0]);

		line = malloc(len + 1);
		assert_non_null(line);
		memcpy(line + 1, text, len);
		assert_in_range(level_of_text(line + 1, len, BERTH_WARN), BERTH_DEBUG, BERTH_ERROR);
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_say_their_level),
		cmocka_unit_test(looks_at_the_start_only),
		cmocka_unit_test(marks_alone),
		cmocka_unit_test(reads_nothing_beyond_the_line),
		cmocka_unit_test(survives_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
