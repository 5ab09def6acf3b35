#include <berth/event.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/copy.h"

static const struct {
	const char *name;
	int exit_status;
} outcomes[] = {
	[BERTH_DEPLOYED] = {"deployed", 0},
	[BERTH_FAILED] = {"failed", 1},
	[BERTH_REJECTED] = {"rejected", 2},
	[BERTH_UNREACHED] = {"unreached", 3},
	[BERTH_UNKNOWN] = {"unknown", 4},
	[BERTH_LEFT_BEHIND] = {"left_behind", 5},
	[BERTH_CANCELED] = {"cancelled", 130},
};
_Static_assert(sizeof outcomes / sizeof outcomes[0] == BERTH_CANCELED + 1, "every outcome");

int berth_outcome_exit_status(enum berth_outcome outcome)
{
	if ((size_t)outcome >= sizeof outcomes / sizeof outcomes[0])
		outcome = BERTH_UNKNOWN;
	return outcomes[outcome].exit_status;
}

const char *berth_outcome_name(enum berth_outcome outcome)
{
	if ((size_t)outcome >= sizeof outcomes / sizeof outcomes[0])
		outcome = BERTH_UNKNOWN;
	return outcomes[outcome].name;
}

struct berth_result *berth_result_new(void)
{
	struct berth_result *result = calloc(1, sizeof *result);

	/* Not "deployed" because somebody forgot to say how it ended. */
	if (result)
		result->outcome = BERTH_UNKNOWN;
	return result;
}

static void free_lines(char **lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(lines[i]);
	free(lines);
}

static void failure_free(struct berth_failure *failure)
{
	if (!failure)
		return;
	free(failure->message);
	free(failure->hint);
	free(failure->stage);
	free_lines(failure->last_lines, failure->last_line_count);
	free_lines(failure->probes, failure->probe_count);
	free(failure);
}

void berth_result_free(struct berth_result *result)
{
	if (!result)
		return;
	free(result->message);
	free(result->endpoint_url);
	for (size_t i = 0; i < result->url_count; i++) {
		free(result->urls[i].name);
		free(result->urls[i].value);
	}
	free(result->urls);
	for (size_t i = 0; i < result->check_count; i++)
		free(result->checks[i].name);
	free(result->checks);
	free(result->container_id);
	free(result->image_digest);
	free(result->source.repository);
	free(result->source.commit);
	free(result->source.subject);
	free(result->source.author);
	free(result->source.branch);
	free_lines(result->left_behind, result->left_behind_count);
	for (size_t i = 0; i < result->detail_count; i++) {
		free(result->details[i].section);
		free(result->details[i].label);
		free(result->details[i].value);
	}
	free(result->details);
	failure_free(result->failure);
	free(result);
}

/* Room for one more after `count` of `size` bytes each. */
static void *enlarged(void *list, size_t count, size_t size)
{
	return count < SIZE_MAX / size - 1 ? realloc(list, (count + 1) * size) : NULL;
}

static int add_line(char ***lines, size_t *count, const char *line, size_t len)
{
	char **grown = enlarged(*lines, *count, sizeof *grown);
	if (!grown)
		return -1;
	*lines = grown;
	char *copy = copy_bytes(line, len, NULL);
	if (!copy)
		return -1;
	grown[(*count)++] = copy;
	return 0;
}

int berth_result_add_url(struct berth_result *result, const char *name, const char *url)
{
	struct berth_pair *grown = enlarged(result->urls, result->url_count, sizeof *grown);
	if (!grown)
		return -1;
	result->urls = grown;
	struct berth_pair pair = {copy_text(name), copy_text(url)};
	if (!pair.name || !pair.value) {
		free(pair.name);
		free(pair.value);
		return -1;
	}
	grown[result->url_count++] = pair;
	return 0;
}

int berth_result_add_check(struct berth_result *result, const char *name, bool healthy)
{
	struct berth_check *grown = enlarged(result->checks, result->check_count, sizeof *grown);
	if (!grown)
		return -1;
	result->checks = grown;
	struct berth_check check = {copy_text(name), healthy};
	if (!check.name)
		return -1;
	grown[result->check_count++] = check;
	return 0;
}

int berth_result_add_left_behind(struct berth_result *result, const char *what)
{
	return add_line(&result->left_behind, &result->left_behind_count, what, strlen(what));
}

int berth_result_add_detail(
	struct berth_result *result, const char *section, const char *label, const char *value)
{
	struct berth_detail *grown = enlarged(result->details, result->detail_count, sizeof *grown);
	if (!grown)
		return -1;
	result->details = grown;
	struct berth_detail detail = {copy_text(section), copy_text(label), copy_text(value)};
	if (!detail.section || !detail.label || !detail.value) {
		free(detail.section);
		free(detail.label);
		free(detail.value);
		return -1;
	}
	grown[result->detail_count++] = detail;
	return 0;
}

/* A copy of an optional text; -1 only without memory. */
static int copy_optional(char **dst, const char *text)
{
	*dst = text ? copy_text(text) : NULL;
	return text && !*dst ? -1 : 0;
}

int berth_result_fail(struct berth_result *result, const struct berth_error *err, const char *stage)
{
	struct berth_failure *failure = calloc(1, sizeof *failure);

	if (!failure)
		return -1;
	failure->code = err->code;
	if (copy_optional(&failure->message, err->message) < 0 ||
		copy_optional(&failure->hint, err->hint[0] != '\0' ? err->hint : NULL) < 0 ||
		copy_optional(&failure->stage, stage) < 0) {
		failure_free(failure);
		return -1;
	}
	failure_free(result->failure);
	result->failure = failure;
	return 0;
}

int berth_failure_add_line(struct berth_failure *failure, const char *line, size_t len)
{
	return add_line(&failure->last_lines, &failure->last_line_count, line, len);
}

int berth_failure_add_probe(struct berth_failure *failure, const char *probe)
{
	return add_line(&failure->probes, &failure->probe_count, probe, strlen(probe));
}

static int copy_lines(char ***dst, size_t *dst_count, char *const *src, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (add_line(dst, dst_count, src[i], strlen(src[i])) < 0)
			return -1;
	}
	return 0;
}

static int copy_failure(struct berth_result *copy, const struct berth_failure *from)
{
	struct berth_failure *to = calloc(1, sizeof *to);

	if (!to)
		return -1;
	copy->failure = to;
	to->code = from->code;
	to->replaceable = from->replaceable;
	to->has_exit_code = from->has_exit_code;
	to->exit_code = from->exit_code;
	to->oom = from->oom;
	if (copy_optional(&to->message, from->message) < 0 ||
		copy_optional(&to->hint, from->hint) < 0 ||
		copy_optional(&to->stage, from->stage) < 0 ||
		copy_lines(&to->last_lines, &to->last_line_count, from->last_lines,
			from->last_line_count) < 0)
		return -1;
	return copy_lines(&to->probes, &to->probe_count, from->probes, from->probe_count);
}

static int copy_lists(struct berth_result *to, const struct berth_result *from)
{
	for (size_t i = 0; i < from->url_count; i++) {
		if (berth_result_add_url(to, from->urls[i].name, from->urls[i].value) < 0)
			return -1;
	}
	for (size_t i = 0; i < from->check_count; i++) {
		if (berth_result_add_check(to, from->checks[i].name, from->checks[i].healthy) < 0)
			return -1;
	}
	for (size_t i = 0; i < from->detail_count; i++) {
		const struct berth_detail *detail = &from->details[i];

		if (berth_result_add_detail(to, detail->section, detail->label, detail->value) < 0)
			return -1;
	}
	return copy_lines(&to->left_behind, &to->left_behind_count, from->left_behind,
		from->left_behind_count);
}

static int copy_source(struct berth_source *to, const struct berth_source *from)
{
	return copy_optional(&to->repository, from->repository) < 0 ||
			       copy_optional(&to->commit, from->commit) < 0 ||
			       copy_optional(&to->subject, from->subject) < 0 ||
			       copy_optional(&to->author, from->author) < 0 ||
			       copy_optional(&to->branch, from->branch) < 0
		       ? -1
		       : 0;
}

struct berth_result *berth_result_copy(const struct berth_result *result)
{
	struct berth_result *copy = berth_result_new();

	if (!copy)
		return NULL;
	copy->outcome = result->outcome;
	copy->rolled_back = result->rolled_back;
	copy->duration_ms = result->duration_ms;
	if (copy_optional(&copy->message, result->message) < 0 ||
		copy_optional(&copy->endpoint_url, result->endpoint_url) < 0 ||
		copy_optional(&copy->container_id, result->container_id) < 0 ||
		copy_optional(&copy->image_digest, result->image_digest) < 0 ||
		copy_source(&copy->source, &result->source) < 0 || copy_lists(copy, result) < 0 ||
		(result->failure && copy_failure(copy, result->failure) < 0)) {
		berth_result_free(copy);
		return NULL;
	}
	return copy;
}
