#include "target/server/server_access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "docker/base64.h"
#include "loop/child.h"
#include "loop/net.h"
#include "loop/timer.h"
#include "loop/work.h"

#define SECRET_MAX    8192
#define COMMAND_MS    10000
#define MAX_REDIRECTS 5
/* Accept, Accept-Encoding, Content-Type, the login's cookie; token and password. */
#define OWN_HEADERS 4
#define OWN_ASKS    2

/* One secret and the header it goes into. */
struct ask {
	const struct berth_secret *from;
	const char *header; /* of its own; NULL: Authorization */
	char *value;
	char *sent; /* the whole header line; NULL: it is sent otherwise */
};

/* What is needed only while secrets are asked for. */
struct asking {
	struct berth_error error;
	char room[SECRET_MAX]; /* of the one that is asked for, wiped */
	int file_error;        /* the worker's */
};

struct server_access {
	const struct berth_server *server;
	struct net *net;
	const char *cookie; /* that a token is sent as */
	server_access_fn *done;
	void *context;
	struct ask *asks;
	size_t count, next; /* of asks; the one that is asked now */
	struct timer *turn;
	struct work *work;
	struct child *child;
	struct asking *asking; /* until all is answered */
	bool cancelled;
	char *basic;        /* of user and password, which a server may echo */
	char *session;      /* line with the login's cookie */
	const char **lines; /* of the last request prepared */
};

static void ask_next(struct server_access *access);

static void wipe_free(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

static void drop_asking(struct asking *asking)
{
	if (asking != NULL)
		explicit_bzero(asking, sizeof(*asking));
	free(asking);
}

void server_access_free(struct server_access *access)
{
	if (access == NULL)
		return;
	for (size_t i = 0; i < access->count; i++) {
		wipe_free(access->asks[i].value);
		wipe_free(access->asks[i].sent);
	}
	drop_asking(access->asking);
	wipe_free(access->basic);
	wipe_free(access->session);
	free(access->asks);
	free(access->lines);
	timer_close(access->turn);
	free(access);
}

static void finish(void *context)
{
	struct server_access *access = context;

	struct asking *asking = access->asking;

	access->asking = NULL;
	if (access->cancelled)
		berth_error_set(&asking->error, BERTH_E_CANCELLED, 0, "cancelled");
	access->done(access->context, asking->error.code != BERTH_E_OK ? &asking->error : NULL);
	drop_asking(asking);
}

/* --- what came --- */

static void keep_first_line(char *text)
{
	text[strcspn(text, "\r\n")] = '\0';
}

/* "token", "value of header 'X-Key'". */
static const char *name_of(const struct server_access *access, const struct ask *ask, char name[96])
{
	if (ask->from == &access->server->token)
		return "token";
	if (ask->from == &access->server->password)
		return "password";
	snprintf(name, 96, "value of header '%.60s'", ask->header);
	return name;
}

static bool can_be_sent(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static int basic_line(struct server_access *access, struct ask *ask, struct berth_error *err)
{
	size_t size = strlen(access->server->user) + strlen(ask->value) + 2;
	char *pair = malloc(size);

	if (pair == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	snprintf(pair, size, "%s:%s", access->server->user, ask->value);
	access->basic = base64_url_encode(pair, size - 1);
	wipe_free(pair);
	if (access->basic == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	/* HTTP has the standard alphabet. */
	for (char *c = access->basic; *c != '\0'; c++)
		*c = (char)(*c == '-' ? '+' : *c == '_' ? '/' : *c);
	if (asprintf(&ask->sent, "Authorization: Basic %s", access->basic) < 0) {
		ask->sent = NULL;
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	return 0;
}

static int make_line(struct server_access *access, struct ask *ask, struct berth_error *err)
{
	int len;

	if (ask->from == &access->server->password)
		return access->server->user != NULL ? basic_line(access, ask, err) : 0;
	if (ask->header != NULL)
		len = asprintf(&ask->sent, "%s: %s", ask->header, ask->value);
	else if (access->cookie != NULL)
		len = asprintf(&ask->sent, "Cookie: %s=%s", access->cookie, ask->value);
	else
		len = asprintf(&ask->sent, "Authorization: Bearer %s", ask->value);
	if (len >= 0)
		return 0;
	ask->sent = NULL;
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

/* The value of the secret that was asked for is in place, or the error is set. */
static void answered(struct server_access *access)
{
	struct ask *ask = &access->asks[access->next];
	char name[96];

	if (access->cancelled || access->asking->error.code != BERTH_E_OK) {
		finish(access);
		return;
	}
	keep_first_line(access->asking->room);
	ask->value = strdup(access->asking->room);
	if (ask->value == NULL)
		berth_error_set(&access->asking->error, BERTH_E_MEMORY, 0, "out of memory");
	else if (ask->value[0] == '\0')
		berth_error_set(&access->asking->error, BERTH_E_DENIED, 0, "the %s is empty",
			name_of(access, ask, name));
	else if (!can_be_sent(ask->value))
		berth_error_set(&access->asking->error, BERTH_E_USAGE, 0,
			"the %s holds a control character", name_of(access, ask, name));
	else if (access->cookie != NULL && ask->from == &access->server->token &&
		 strpbrk(ask->value, "; ,\"\\") != NULL)
		berth_error_set(&access->asking->error, BERTH_E_USAGE, 0,
			"the token is not the value of a cookie: it holds one of ; , \" \\ or a "
			"blank");
	else if (make_line(access, ask, &access->asking->error) == 0)
		access->next++;
	ask_next(access);
}

/* --- asking --- */

/* Longer ones are cut by nobody: a half secret would be refused for the wrong reason. */
static void take_value(struct server_access *access, const char *value)
{
	size_t len = strcspn(value, "\r\n");

	if (len < SECRET_MAX)
		memcpy(access->asking->room, value, len);
	else
		berth_error_set(&access->asking->error, BERTH_E_LIMIT, 0,
			"a secret of more than %d bytes", SECRET_MAX - 1);
	access->asking->room[len < SECRET_MAX ? len : 0] = '\0';
}

static void ask_variable(struct server_access *access, struct ask *ask)
{
	const char *value = getenv(ask->from->source);
	char name[96];

	if (value != NULL)
		take_value(access, value);
	else
		berth_error_set(&access->asking->error, BERTH_E_DENIED, 0,
			"no %s: the variable %s is not set", name_of(access, ask, name),
			ask->from->source);
	answered(access);
}

/* On a worker. */
static void read_file(void *context, const atomic_bool *cancelled)
{
	struct server_access *access = context;
	const struct ask *ask = &access->asks[access->next];
	cleanup_close int fd = open(ask->from->source, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = fd;

	while (n >= 0 && len < SECRET_MAX - 1 && !*cancelled) {
		n = read(fd, access->asking->room + len, SECRET_MAX - 1 - len);
		if (n == 0)
			break;
		if (n > 0)
			len += (size_t)n;
	}
	access->asking->file_error = n < 0 ? errno : 0;
	access->asking->room[len] = '\0';
}

static void file_read(void *context, bool cancelled)
{
	struct server_access *access = context;
	const struct ask *ask = &access->asks[access->next];
	char name[96];

	(void)cancelled;
	access->work = NULL;
	if (access->asking->file_error != 0)
		berth_error_set(&access->asking->error, BERTH_E_DENIED, access->asking->file_error,
			"no %s: cannot read '%s': %s", name_of(access, ask, name),
			ask->from->source, strerror(access->asking->file_error));
	answered(access);
}

static void command_ended(void *context, const struct child_reply *reply)
{
	struct server_access *access = context;
	const struct ask *ask = &access->asks[access->next];
	char name[96];

	access->child = NULL;
	if (reply->error.code != BERTH_E_OK) {
		berth_error_set(&access->asking->error, BERTH_E_DENIED, 0, "no %s: %s",
			name_of(access, ask, name), reply->error.message);
	} else if (reply->exit_status != 0) {
		berth_error_set(&access->asking->error, BERTH_E_DENIED, 0,
			"no %s: '%s' ended with %d", name_of(access, ask, name), ask->from->argv[0],
			reply->exit_status);
		berth_error_hint(&access->asking->error, "run it by hand to see why");
	} else {
		take_value(access, reply->output);
	}
	answered(access);
}

static void could_not_ask(struct server_access *access, const struct ask *ask)
{
	char name[96];

	access->asking->error.code = BERTH_E_DENIED;
	berth_error_wrap(&access->asking->error, "no %s", name_of(access, ask, name));
	finish(access);
}

static void ask_next(struct server_access *access)
{
	struct ask *ask = &access->asks[access->next];

	if (access->asking->error.code != BERTH_E_OK || access->next == access->count) {
		finish(access);
		return;
	}
	switch (ask->from->from) {
	case BERTH_SECRET_FILE:
		access->work = work_start(net_loop(access->net), read_file, file_read, access,
			&access->asking->error);
		if (access->work == NULL)
			could_not_ask(access, ask);
		return;
	case BERTH_SECRET_COMMAND:
		access->child = child_start(net_loop(access->net),
			(const char *const *)ask->from->argv, NULL, 0, COMMAND_MS, command_ended,
			access, &access->asking->error);
		if (access->child == NULL)
			could_not_ask(access, ask);
		return;
	case BERTH_SECRET_VARIABLE:
		ask_variable(access, ask);
		return;
	default:
		take_value(access, ask->from->source);
		answered(access);
		return;
	}
}

static void begin(void *context)
{
	struct server_access *access = context;

	if (access->cancelled)
		finish(access);
	else
		ask_next(access);
}

/* --- start --- */

static void add_ask(
	struct server_access *access, const struct berth_secret *from, const char *header)
{
	if (from->from != BERTH_SECRET_NONE)
		access->asks[access->count++] = (struct ask){.from = from, .header = header};
}

static int list_asks(struct server_access *access, struct berth_error *err)
{
	const struct berth_server *server = access->server;

	access->asks = calloc(server->header_count + OWN_ASKS, sizeof(*access->asks));
	access->lines = calloc(
		server->header_count + OWN_ASKS + OWN_HEADERS + 1, sizeof(*access->lines));
	access->asking = calloc(1, sizeof(*access->asking));
	if (access->asks == NULL || access->lines == NULL || access->asking == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	add_ask(access, &server->token, NULL);
	if (server->user != NULL || server->email != NULL)
		add_ask(access, &server->password, NULL);
	for (size_t i = 0; i < server->header_count; i++)
		add_ask(access, &server->headers[i].value, server->headers[i].name);
	return 0;
}

struct server_access *server_access_start(struct net *net, const struct berth_server *server,
	const char *cookie, server_access_fn *done, void *context, struct berth_error *err)
{
	struct server_access *access = calloc(1, sizeof(*access));

	if (access == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	access->server = server;
	access->net = net;
	access->cookie = cookie;
	access->done = done;
	access->context = context;
	access->turn = timer_new(net_loop(net), begin, access, err);
	if (access->turn == NULL || list_asks(access, err) < 0) {
		server_access_free(access);
		return NULL;
	}
	timer_start(access->turn, 0);
	return access;
}

void server_access_cancel(struct server_access *access)
{
	access->cancelled = true;
	if (access->work != NULL)
		work_cancel(access->work);
	if (access->child != NULL)
		child_cancel(access->child);
}

/* --- use --- */

const char *server_access_secret(const struct server_access *access, size_t index)
{
	if (index < access->next)
		return access->asks[index].value;
	return index == access->next ? access->basic : NULL;
}

const char *server_access_password(const struct server_access *access)
{
	for (size_t i = 0; i < access->next; i++)
		if (access->asks[i].from == &access->server->password)
			return access->asks[i].value;
	return NULL;
}

int server_access_set_cookie(
	struct server_access *access, const char *value, struct berth_error *err)
{
	char *line;

	if (asprintf(&line, "Cookie: %s=%s", access->cookie, value) < 0)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	wipe_free(access->session);
	access->session = line;
	return 0;
}

bool server_has_credentials(const struct berth_server *server)
{
	return server->token.from != BERTH_SECRET_NONE || server->user != NULL ||
	       server->email != NULL || server->header_count > 0;
}

bool server_access_in_the_clear(const struct berth_server *server)
{
	char host[256];

	return server_has_credentials(server) && strncasecmp(server->url, "http:", 5) == 0 &&
	       xfer_url_host(server->url, host, sizeof(host)) == 0 && !xfer_is_here(host);
}

void server_access_prepare(
	struct server_access *access, enum server_accept accept, struct xfer_request *request)
{
	const struct berth_server *server = access->server;
	size_t n = 0;

	if (accept != SERVER_ANYTHING)
		access->lines[n++] = accept == SERVER_EVENTS ? "Accept: text/event-stream"
							     : "Accept: application/json";
	/* A compressing proxy holds a stream back until its buffer is full. */
	access->lines[n++] = "Accept-Encoding: identity";
	if (request->body != NULL)
		access->lines[n++] = "Content-Type: application/json";
	for (size_t i = 0; i < access->next; i++)
		if (access->asks[i].sent != NULL)
			access->lines[n++] = access->asks[i].sent;
	if (access->session != NULL)
		access->lines[n++] = access->session;
	access->lines[n] = NULL;
	request->headers = access->lines;
	request->ca_file = server->ca_file;
	request->cert_file = server->cert_file;
	request->key_file = server->key_file;
	request->insecure = server->insecure;
}

char *server_access_redirect(
	const char *url, int status, const char *location, int *count, struct berth_error *err)
{
	enum xfer_kin kin;
	char *to = NULL;

	if (location == NULL)
		berth_error_set(err, BERTH_E_PROTOCOL, status,
			"the server redirects with %d and does not say where to", status);
	else if (++*count > MAX_REDIRECTS)
		berth_error_set(
			err, BERTH_E_LIMIT, status, "more than %d redirects", MAX_REDIRECTS);
	else
		to = xfer_follow(url, location, &kin, err);
	if (to == NULL)
		return NULL;
	if (status == 307 || status == 308) {
		if (kin != XFER_ELSEWHERE)
			return to;
		berth_error_set(err, BERTH_E_REFUSED, status,
			"the server redirects to '%.300s', where nothing is sent that was meant "
			"for it",
			to);
	} else {
		berth_error_set(err, BERTH_E_REFUSED, status,
			"the server redirects to '%.300s' with %d, which does not ask for the same "
			"again",
			to, status);
	}
	berth_error_hint(err, "if that is the server, give it as the target's url");
	free(to);
	return NULL;
}
