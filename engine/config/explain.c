/* Settings as text for people and shells. What is secret never gets into either. */
#include <ctype.h>
#include <string.h>

#include <berth/text.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "config/layers.h"
#include "config/paths.h"

#define TEXT_MAX    (1024 * 1024)
#define NAME_WIDTH  15
#define VALUE_WIDTH 32

static const char hidden[] = "\u2022\u2022\u2022";

/* Safe on a terminal whatever the value is. */
static int add_clean(struct buf *out, const char *text, struct berth_error *err)
{
	char clean[4096];
	size_t len = berth_text_clean(clean, sizeof clean, text, strlen(text), BERTH_CLEAN_LINE);
	return buf_add(out, clean, len, err);
}

/* "NAME=•••"; without a name that is one, nothing of it is shown. */
static int add_hidden(struct buf *out, const struct berth_settings *settings,
	enum berth_field_id field, const char *pair)
{
	size_t len = settings_variable_name(settings, field, pair);
	return buf_addf(out, NULL, "%.*s%s%s", (int)len, pair, len > 0 ? "=" : "", hidden);
}

static int add_values(
	struct buf *out, const struct berth_settings *settings, enum berth_field_id field)
{
	size_t count = berth_settings_count(settings, field);
	bool secret = berth_fields[field].kind == BERTH_KIND_SECRET_LIST;
	const char *effective = berth_settings_effective(settings, field);
	if (count == 0 || !*effective)
		return add_clean(out, *effective ? effective : "(none)", NULL);
	if (count == 1 && !secret)
		return add_clean(out, effective, NULL);
	for (size_t i = 0; i < count; i++) {
		const char *text = berth_settings_at(settings, field, i);
		if (i > 0 && buf_adds(out, " ", NULL) < 0)
			return -1;
		if ((secret ? add_hidden(out, settings, field, text) : add_clean(out, text, NULL)) <
			0)
			return -1;
	}
	return 0;
}

static int add_padding(struct buf *out, size_t from, int width)
{
	int used = berth_text_width(out->data + from, out->len - from);
	return buf_addf(out, NULL, "%*s", used < width ? width - used : 0, "");
}

static int explain_field(
	struct buf *out, const struct berth_settings *settings, enum berth_field_id field)
{
	const char *origin = berth_settings_origin(settings, field);
	bool nothing = !*berth_settings_effective(settings, field);
	if (buf_addf(out, NULL, "%-*s ", NAME_WIDTH, berth_fields[field].name) < 0)
		return -1;
	size_t start = out->len;
	if (add_values(out, settings, field) < 0 || add_padding(out, start, VALUE_WIDTH) < 0 ||
		buf_adds(out, "  ", NULL) < 0)
		return -1;
	if (nothing && strcmp(origin, "default") == 0)
		origin = "not set";
	return add_clean(out, origin, NULL) < 0 ? -1 : buf_adds(out, "\n", NULL);
}

char *berth_settings_explain(const struct berth_settings *settings)
{
	struct buf out;
	buf_init(&out, TEXT_MAX);
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		enum berth_field_id field = (enum berth_field_id)i;
		if (!berth_settings_applies(settings, field))
			continue;
		if (explain_field(&out, settings, field) < 0) {
			buf_release(&out);
			return NULL;
		}
	}
	return buf_take(&out);
}

static bool is_plain(const char *text)
{
	if (!*text)
		return false;
	for (const char *p = text; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr("_@%+=:,./-", *p))
			return false;
	}
	return true;
}

static bool has_controls(const char *text)
{
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return true;
	}
	return !berth_utf8_valid(text, strlen(text));
}

/* $'...' is for what can't stand in one line of text; sh before POSIX 2024 does not know it. */
static int add_escaped(struct buf *out, const char *text)
{
	if (buf_adds(out, "$'", NULL) < 0)
		return -1;
	for (const char *p = text; *p; p++) {
		unsigned char byte = (unsigned char)*p;
		int status;
		if (byte == '\'' || byte == '\\')
			status = buf_addf(out, NULL, "\\%c", byte);
		else if (byte < 0x20 || byte >= 0x7F)
			status = buf_addf(out, NULL, "\\%03o", byte);
		else
			status = buf_add(out, p, 1, NULL);
		if (status < 0)
			return -1;
	}
	return buf_adds(out, "'", NULL);
}

static int add_quoted(struct buf *out, const char *text)
{
	if (is_plain(text))
		return buf_adds(out, text, NULL);
	if (has_controls(text))
		return add_escaped(out, text);
	if (buf_adds(out, "'", NULL) < 0)
		return -1;
	for (const char *p = text; *p; p++) {
		if ((*p == '\'' ? buf_adds(out, "'\\''", NULL) : buf_add(out, p, 1, NULL)) < 0)
			return -1;
	}
	return buf_adds(out, "'", NULL);
}

static int add_value(struct buf *out, const struct berth_settings *settings,
	const struct berth_field *field, const char *text)
{
	/* The line may be used in another folder. */
	bool here = field->id == BERTH_FIELD_FOLDER && !settings_is_server(settings);
	if (here || field->id == BERTH_FIELD_ENV_FILE) {
		cleanup_free char *path = NULL;
		if (path_absolute(&path, NULL, text, NULL) < 0)
			return -1;
		return add_quoted(out, path);
	}
	return add_quoted(out, text);
}

static int add_one(struct buf *out, const struct berth_settings *settings,
	const struct berth_field *field, const char *text, const char *between)
{
	size_t name = field->kind == BERTH_KIND_SECRET_LIST
			      ? settings_variable_name(settings, field->id, text)
			      : 0;
	if (field->kind == BERTH_KIND_SECRET_LIST)
		return name > 0 ? buf_addf(out, NULL, "%s--%s %.*s", between, field->name,
					  (int)name, text)
				: 0;
	if (field->kind == BERTH_KIND_FLAG)
		return strcmp(text, "true") == 0
			       ? buf_addf(out, NULL, "%s--%s", between, field->name)
			       : 0;
	/* As one word where the next could be taken for an option. */
	const char *joint = text[0] == '-' ? "=" : " ";
	if (buf_addf(out, NULL, "%s--%s%s", between, field->name, joint) < 0)
		return -1;
	return add_value(out, settings, field, text);
}

static int add_option(struct buf *out, const struct berth_settings *settings,
	const struct berth_field *field, const char *between)
{
	for (size_t i = 0; i < berth_settings_count(settings, field->id); i++) {
		if (add_one(out, settings, field, berth_settings_at(settings, field->id, i),
			    between) < 0)
			return -1;
	}
	return 0;
}

char *berth_settings_command_line(const struct berth_settings *settings, const char *between)
{
	struct buf out;
	buf_init(&out, TEXT_MAX);
	int status = buf_adds(&out, "berth deploy", NULL);
	for (size_t i = 0; i < BERTH_FIELD_COUNT && status == 0; i++) {
		/* Files, presets and defaults say the same again next time. */
		if (settings_is_said(settings, (enum berth_field_id)i))
			status = add_option(&out, settings, &berth_fields[i], between);
	}
	if (status < 0) {
		buf_release(&out);
		return NULL;
	}
	return buf_take(&out);
}
