#include "log/regex.h"

#include <stdbool.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
	SHORT_LINE = 1024,
	SHORT_BACKTRACKS = 1000, /* at each place a match could begin; a byte or so each */
	/* About a millisecond, and half a frame for the longest line. */
	STEPS = 200 * 1000,
	STEPS_A_BYTE = 4,
	STEPS_MOST = 1400 * 1000,
	/* A pattern that is hard on so many lines is hard on all: from then on less is tried. */
	HARD_LINES = 256,
	STEPS_WHEN_HARD = 5000,
	BYTES_A_STEP = 16, /* a step over many bytes counts as several */
	COST_OF_STEP = 4,  /* bytes that a search without one looks at in that time */
	STACK_MIN = 32 << 10,
	STACK_MAX = 512 << 10,
};

struct regex {
	pcre2_code *quick;
	pcre2_code *counting; /* calls count_step() before each of its items; NULL of a literal */
	pcre2_match_context *quick_context, *counting_context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	int64_t steps; /* left */
	size_t at;     /* of the last step */
	unsigned hard_lines;
};

static int count_step(pcre2_callout_block *step, void *context)
{
	struct regex *regex = context;
	size_t at = step->current_position;
	size_t moved = at > regex->at ? at - regex->at : regex->at - at;

	regex->at = at;
	regex->steps -= 1 + (int64_t)(moved / BYTES_A_STEP);
	return regex->steps < 0 ? PCRE2_ERROR_CALLOUT : 0;
}

static int explain(int code, size_t at, const char *text, size_t len, struct berth_error *err)
{
	PCRE2_UCHAR why[256];
	size_t number = 1;

	if (code == PCRE2_ERROR_NOMEMORY)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "not enough memory for a pattern");
	if (pcre2_get_error_message(code, why, sizeof why) < 0)
		why[0] = '\0';
	for (size_t i = 0; i < at && i < len; i++)
		number += ((unsigned char)text[i] & 0xc0) != 0x80;
	berth_error_set(err, BERTH_E_USAGE, 0,
		"%s at character %zu of the regular expression '%.*s'", (char *)why, number,
		(int)len, text);
	return berth_error_hint(err,
		"put a \\ before a character that stands for itself, or search for plain text");
}

static pcre2_code *compile(
	const char *text, size_t len, unsigned flags, uint32_t more, struct berth_error *err)
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | more;
	pcre2_code *code;
	PCRE2_SIZE at = 0;
	int why = 0;

	if (flags & REGEX_IGNORE_CASE)
		options |= PCRE2_CASELESS;
	if (flags & REGEX_LITERAL)
		options |= PCRE2_LITERAL;
	else
		options |= PCRE2_NEVER_BACKSLASH_C;
	code = pcre2_compile((PCRE2_SPTR)text, len, options, &why, &at, NULL);
	if (code == NULL) {
		explain(why, at, text, len, err);
		return NULL;
	}
	/* Where it can't be (no executable memory), pcre2_match() interprets. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

static bool make_contexts(struct regex *regex)
{
	regex->quick_context = pcre2_match_context_create(NULL);
	regex->counting_context = pcre2_match_context_create(NULL);
	regex->stack = pcre2_jit_stack_create(STACK_MIN, STACK_MAX, NULL);
	/* The whole match is all that is asked for. */
	regex->data = pcre2_match_data_create(1, NULL);
	if (!regex->quick_context || !regex->counting_context || !regex->data)
		return false;
	pcre2_set_callout(regex->counting_context, count_step, regex);
	/* Without a stack JIT code has 32 KiB, which is a bound too. */
	if (regex->stack != NULL) {
		pcre2_jit_stack_assign(regex->quick_context, NULL, regex->stack);
		pcre2_jit_stack_assign(regex->counting_context, NULL, regex->stack);
	}
	return true;
}

struct regex *regex_new(const char *text, size_t len, unsigned flags, struct berth_error *err)
{
	struct regex *regex = calloc(1, sizeof *regex);

	if (regex == NULL || !make_contexts(regex)) {
		regex_free(regex);
		explain(PCRE2_ERROR_NOMEMORY, 0, text, len, err);
		return NULL;
	}
	regex->quick = compile(text, len, flags, 0, err);
	if (regex->quick != NULL && !(flags & REGEX_LITERAL)) {
		pcre2_set_match_limit(regex->quick_context, SHORT_BACKTRACKS);
		regex->counting = compile(text, len, flags, PCRE2_AUTO_CALLOUT, err);
	}
	if (regex->quick == NULL || (regex->counting == NULL && !(flags & REGEX_LITERAL))) {
		regex_free(regex);
		return NULL;
	}
	return regex;
}

void regex_free(struct regex *regex)
{
	if (regex == NULL)
		return;
	pcre2_code_free(regex->quick);
	pcre2_code_free(regex->counting);
	pcre2_match_context_free(regex->quick_context);
	pcre2_match_context_free(regex->counting_context);
	pcre2_match_data_free(regex->data);
	pcre2_jit_stack_free(regex->stack);
	free(regex);
}

static int match_counting(struct regex *regex, PCRE2_SPTR text, size_t len, size_t from,
	uint32_t options, size_t *cost)
{
	int64_t allowed = regex->hard_lines < HARD_LINES ? STEPS : STEPS_WHEN_HARD;
	int code;

	allowed += (int64_t)len * STEPS_A_BYTE;
	if (allowed > STEPS_MOST)
		allowed = STEPS_MOST;
	regex->steps = allowed;
	regex->at = from;
	code = pcre2_match(
		regex->counting, text, len, from, options, regex->data, regex->counting_context);
	*cost += (size_t)(allowed - regex->steps) * COST_OF_STEP;
	if (code < 0 && code != PCRE2_ERROR_NOMATCH && regex->hard_lines < HARD_LINES)
		regex->hard_lines++;
	return code;
}

static enum regex_result match(struct regex *regex, const char *text, size_t len, size_t from,
	uint32_t options, size_t *cost)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)text;
	int code = PCRE2_ERROR_MATCHLIMIT;

	*cost += len;
	if (regex->counting == NULL || len <= SHORT_LINE)
		code = pcre2_match(regex->quick, subject, len, from, options, regex->data,
			regex->quick_context);
	if (code < 0 && code != PCRE2_ERROR_NOMATCH && regex->counting != NULL)
		code = match_counting(regex, subject, len, from, options, cost);
	if (code == PCRE2_ERROR_NOMATCH)
		return REGEX_NO_MATCH;
	/* Whatever else is said (a bound, no memory), it is not known. */
	return code >= 0 ? REGEX_MATCH : REGEX_GAVE_UP;
}

enum regex_result regex_test(struct regex *regex, const char *text, size_t len, size_t *cost)
{
	return match(regex, text, len, 0, 0, cost);
}

enum regex_result regex_find(
	struct regex *regex, const char *text, size_t len, size_t from, size_t *start, size_t *end)
{
	size_t cost = 0;
	enum regex_result result = match(regex, text, len, from, PCRE2_NOTEMPTY, &cost);

	if (result == REGEX_MATCH) {
		const PCRE2_SIZE *where = pcre2_get_ovector_pointer(regex->data);

		*start = where[0];
		*end = where[1];
	}
	return result;
}
