#include "term/lend.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include <berth/settings.h>

#include "form/words.h"

extern char **environ;

enum { WORDS_MAX = 64 };

/* What a key makes of both, and only the program is to obey. */
static const int keyed[] = {SIGINT, SIGQUIT};
enum { KEYED = sizeof keyed / sizeof *keyed };

struct lend {
	uv_process_t process;
	struct sigaction before[KEYED];
	void (*back)(void *context, int status);
	void *context;
};

static void free_words(char **words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		free(words[i]);
	free(words);
}

void lend_order_release(struct lend_order *order)
{
	free_words(order->argv);
	free_words(order->environment);
	*order = (struct lend_order){0};
}

static char *unquoted(const char *text, struct word word)
{
	size_t len = word.end - word.start;
	char *value = malloc(len + 1);
	if (value != NULL)
		words_unquote(value, len + 1, text + word.start, len);
	return value;
}

char **lend_words(const char *text, size_t more, struct berth_error *err)
{
	char **words = calloc(WORDS_MAX + more + 1, sizeof *words);
	size_t count = 0, at = 0, len = strlen(text);
	struct word word;
	while (words != NULL && words_next(text, len, false, &at, &word)) {
		if (count == WORDS_MAX) {
			free_words(words);
			berth_error_set(err, BERTH_E_LIMIT, 0, "more than %d words", WORDS_MAX);
			return NULL;
		}
		words[count] = unquoted(text, word);
		if (words[count] == NULL) {
			free_words(words);
			words = NULL;
		}
		count++;
	}
	if (words == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	} else if (count == 0) {
		free_words(words);
		words = NULL;
		berth_error_set(err, BERTH_E_USAGE, 0, "no program is named");
	}
	return words;
}

static bool finds_in(const char *folders, const char *program)
{
	char path[4096];
	for (const char *p = folders;; p++) {
		int len = (int)strcspn(p, ":");
		int used = snprintf(
			path, sizeof path, "%.*s%s%s", len, p, len > 0 ? "/" : "", program);
		if (used > 0 && (size_t)used < sizeof path && access(path, X_OK) == 0)
			return true;
		p += len;
		if (*p == '\0')
			return false;
	}
}

bool lend_finds(const char *program)
{
	const char *folders = getenv("PATH");
	if (strchr(program, '/') != NULL)
		return access(program, X_OK) == 0;
	return finds_in(folders != NULL ? folders : "/bin:/usr/bin", program);
}

bool lend_withholds(const char *entry)
{
	for (int i = 0; i < BERTH_FIELD_COUNT; i++) {
		const char *name = berth_fields[i].variable;
		size_t len = name != NULL ? strlen(name) : 0;
		if (berth_fields[i].kind == BERTH_KIND_SECRET_LIST && len > 0 &&
			strncmp(entry, name, len) == 0 && entry[len] == '=')
			return true;
	}
	return false;
}

/* Ours without what is withheld; the entries are borrowed, the array is malloc'd. */
static char **lent_environment(void)
{
	size_t count = 0, kept = 0;
	while (environ[count] != NULL)
		count++;
	char **lent = calloc(count + 1, sizeof *lent);
	for (size_t i = 0; lent != NULL && i < count; i++) {
		if (!lend_withholds(environ[i]))
			lent[kept++] = environ[i];
	}
	return lent;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/* Ignored is better than passed over: one that came just before the end would be seen after it. */
static void ignore_keys(struct lend *lend)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigemptyset(&ignore.sa_mask);
	for (size_t i = 0; i < KEYED; i++)
		sigaction(keyed[i], &ignore, &lend->before[i]);
}

static void heed_keys(const struct lend *lend)
{
	for (size_t i = 0; i < KEYED; i++)
		sigaction(keyed[i], &lend->before[i], NULL);
}

static void on_end(uv_process_t *process, int64_t status, int number)
{
	struct lend *lend = process->data;
	uv_close((uv_handle_t *)process, on_closed);
	heed_keys(lend);
	lend->back(lend->context, number != 0 ? 128 + number : (int)status);
}

struct lend *lend_start(struct uv_loop_s *loop, const struct lend_order *order,
	void (*back)(void *context, int status), void *context, struct berth_error *err)
{
	uv_stdio_container_t inherited[] = {
		{.flags = UV_INHERIT_FD, .data.fd = STDIN_FILENO},
		{.flags = UV_INHERIT_FD, .data.fd = STDOUT_FILENO},
		{.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
	};
	char **own = order->environment == NULL ? lent_environment() : NULL;
	uv_process_options_t options = {.file = order->argv[0],
		.args = order->argv,
		.env = own != NULL ? own : order->environment,
		.exit_cb = on_end,
		.stdio = inherited,
		.stdio_count = 3};
	struct lend *lend = options.env != NULL ? malloc(sizeof *lend) : NULL;
	if (lend == NULL) {
		free(own);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	*lend = (struct lend){.process.data = lend, .back = back, .context = context};
	/* libuv gives the program every signal back. */
	ignore_keys(lend);
	int status = uv_spawn(loop, &lend->process, &options);
	free(own);
	if (status != 0) {
		heed_keys(lend);
		berth_error_errno(err, -status, "run", order->argv[0]);
		uv_close((uv_handle_t *)&lend->process, on_closed);
		return NULL;
	}
	return lend;
}

void lend_signal(struct lend *lend, int number)
{
	uv_process_kill(&lend->process, number);
}

void lend_abandon(struct lend *lend)
{
	heed_keys(lend);
	uv_close((uv_handle_t *)&lend->process, on_closed);
}
