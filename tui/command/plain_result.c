/* The end of the record: the card, or what is known of a failure. */
#include <string.h>

#include <berth/text.h>

#include "command/plain_private.h"
#include "term/output.h"

static int widest_label(const struct berth_result *result)
{
	int widest = 0;
	for (size_t i = 0; i < result->detail_count; i++) {
		const char *label = result->details[i].label;
		int width = berth_text_width(label, strlen(label));
		if (width > widest && width <= 32)
			widest = width;
	}
	return widest;
}

/* "  Label     value" */
static bool pair(struct plain *plain, const char *label, const char *value, int width)
{
	int used = berth_text_width(label, strlen(label));
	output_addf(plain->output, "  ");
	if (!plain_add(plain, label, strlen(label)))
		return false;
	output_addf(plain->output, "%*s  ", used < width ? width - used : 0, "");
	return plain_line(plain, "", value);
}

static bool details(struct plain *plain, const struct berth_result *result)
{
	int width = widest_label(result);
	const char *section = "";
	for (size_t i = 0; i < result->detail_count; i++) {
		const struct berth_detail *detail = &result->details[i];
		if (strcmp(detail->section, section) != 0) {
			section = detail->section;
			if (!plain_line(plain, "\n", section))
				return false;
		}
		if (!pair(plain, detail->label, detail->value, width))
			return false;
	}
	return true;
}

static bool facts(struct plain *plain, const struct berth_result *result)
{
	const int width = 9;
	bool good = true;
	for (size_t i = 0; i < result->url_count && result->detail_count == 0 && good; i++)
		good = pair(plain, result->urls[i].name, result->urls[i].value, width);
	for (size_t i = 0; i < result->check_count && good; i++)
		good = pair(plain, result->checks[i].name,
			result->checks[i].healthy ? "healthy" : "not healthy", width);
	if (result->container_id && good)
		good = pair(plain, "container", result->container_id, width);
	if (result->image_digest && good)
		good = pair(plain, "image", result->image_digest, width);
	return good;
}

static bool list(struct plain *plain, const char *title, char *const *lines, size_t count)
{
	if (count > 0)
		output_addf(plain->output, "  %s\n", title);
	for (size_t i = 0; i < count; i++) {
		if (!plain_line(plain, "    ", lines[i]))
			return false;
	}
	return true;
}

static const char *aftermath(const struct berth_result *result)
{
	if (result->outcome == BERTH_REJECTED || result->outcome == BERTH_UNREACHED)
		return "nothing was touched";
	return result->rolled_back ? "what was there before is back" : NULL;
}

static bool failure(struct plain *plain, const struct berth_result *result)
{
	const struct berth_failure *failure = result->failure;
	const char *after = aftermath(result);
	bool good = true;
	if (failure->stage)
		good = plain_line(plain, "  in        ", failure->stage);
	if (good && failure->message &&
		(!result->message || strcmp(failure->message, result->message) != 0))
		good = plain_line(plain, "  because   ", failure->message);
	if (failure->has_exit_code)
		output_addf(plain->output, "  exit code %d\n", failure->exit_code);
	if (failure->oom)
		output_addf(plain->output, "  it was killed because memory ran out\n");
	good = good && list(plain, "last output:", failure->last_lines, failure->last_line_count) &&
	       list(plain, "last probes:", failure->probes, failure->probe_count) &&
	       list(plain, "left behind:", result->left_behind, result->left_behind_count);
	if (after)
		output_addf(plain->output, "  %s\n", after);
	if (failure->hint && good)
		good = plain_line(plain, "  hint      ", failure->hint);
	return good;
}

bool plain_result(struct plain *plain, const struct berth_result *result)
{
	char clock[16];
	output_addf(plain->output, "\n%s after %s: ", berth_outcome_name(result->outcome),
		berth_format_duration(clock, result->duration_ms));
	if (!plain_line(plain, "", result->message))
		return false;
	if (result->failure && !failure(plain, result))
		return false;
	if (result->outcome != BERTH_DEPLOYED)
		return true;
	return facts(plain, result) && details(plain, result) &&
	       list(plain, "left behind:", result->left_behind, result->left_behind_count);
}
