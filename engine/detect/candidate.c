#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/copy.h"
#include "detect/option.h"

void candidate_release(struct berth_candidate *candidate)
{
	for (size_t i = 0; i < candidate->evidence_count; i++) {
		free(candidate->evidence[i].file);
		free(candidate->evidence[i].text);
	}
	free(candidate->evidence);
	free(candidate->stack);
	free(candidate->label);
	free(candidate->framework);
	free(candidate->folder);
	*candidate = (struct berth_candidate){0};
}

/* The sum of all points, between 0 and 100. */
static int confidence(const struct berth_candidate *candidate)
{
	int sum = 0;

	for (size_t i = 0; i < candidate->evidence_count; i++)
		sum += candidate->evidence[i].points;
	return sum < 0 ? 0 : sum > 100 ? 100 : sum;
}

static int add(struct berth_candidate *candidate, int points, const char *file, const char *text)
{
	struct berth_evidence *evidence = reallocarray(
		candidate->evidence, candidate->evidence_count + 1, sizeof *evidence);

	if (!evidence)
		return -1;
	candidate->evidence = evidence;
	evidence += candidate->evidence_count;
	*evidence = (struct berth_evidence){points, copy_text(file), copy_text(text)};
	if (!evidence->file || !evidence->text) {
		free(evidence->file);
		free(evidence->text);
		return -1;
	}
	candidate->evidence_count++;
	candidate->confidence = confidence(candidate);
	return 0;
}

int candidate_add(
	struct berth_candidate *candidate, int points, const char *file, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return add(candidate, points, file, text);
}

int candidate_begin(struct berth_candidate *to, const char *stack, const char *label,
	const char *framework, const char *folder)
{
	*to = (struct berth_candidate){
		.stack = copy_text(stack),
		.label = copy_text(label),
		.framework = framework ? copy_text(framework) : NULL,
		.folder = copy_text(folder),
	};
	if (to->stack && to->label && to->folder && (to->framework || !framework))
		return 0;
	candidate_release(to);
	return -1;
}

int candidate_copy(struct berth_candidate *to, const struct berth_candidate *from)
{
	int status = candidate_begin(to, from->stack, from->label, from->framework, from->folder);

	for (size_t i = 0; i < from->evidence_count && status == 0; i++)
		status = add(to, from->evidence[i].points, from->evidence[i].file,
			from->evidence[i].text);
	if (status < 0)
		candidate_release(to);
	return status;
}
