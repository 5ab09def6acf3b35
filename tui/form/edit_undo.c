#include "form/edit_undo.h"

#include <string.h>

void edit_undo_clear(struct edit_undo *undo)
{
	explicit_bzero(undo->bytes, undo->used);
	undo->count = undo->used = 0;
	undo->forgot = false;
}

static void drop_oldest(struct edit_undo *undo)
{
	size_t bytes = undo->steps[0].removed;
	undo->count--;
	memmove(undo->steps, undo->steps + 1, undo->count * sizeof undo->steps[0]);
	undo->used -= bytes;
	memmove(undo->bytes, undo->bytes + bytes, undo->used);
	undo->forgot = true;
}

static bool continues(
	const struct edit_undo *undo, const struct edit_undo_step *step, const struct edit *after)
{
	if (undo->count == 0 || step->removed > 0)
		return false;
	const struct edit_undo_step *last = &undo->steps[undo->count - 1];
	return last->removed == 0 && last->at + last->inserted == step->at &&
	       after->text[step->at] != ' ' && step->inserted <= 4;
}

void edit_undo_note(struct edit_undo *undo, const struct edit *before, const struct edit *after)
{
	size_t same = 0, tail = 0;
	size_t most = before->len < after->len ? before->len : after->len;
	while (same < most && before->text[same] == after->text[same])
		same++;
	while (tail < most - same &&
		before->text[before->len - 1 - tail] == after->text[after->len - 1 - tail])
		tail++;
	const struct edit_undo_step step = {.at = same,
		.inserted = after->len - same - tail,
		.removed = before->len - same - tail,
		.cursor = before->cursor};
	if (step.inserted == 0 && step.removed == 0)
		return;
	if (continues(undo, &step, after)) {
		undo->steps[undo->count - 1].inserted += step.inserted;
		return;
	}
	while (undo->count == EDIT_UNDO_STEPS || undo->used + step.removed > sizeof undo->bytes)
		drop_oldest(undo);
	memcpy(undo->bytes + undo->used, before->text + same, step.removed);
	undo->used += step.removed;
	undo->steps[undo->count++] = step;
}

bool edit_undo_step_back(struct edit_undo *undo, struct edit *edit)
{
	if (undo->count == 0)
		return false;
	const struct edit_undo_step *step = &undo->steps[--undo->count];
	size_t tail = step->at + step->inserted;
	undo->used -= step->removed;
	memmove(edit->text + step->at + step->removed, edit->text + tail, edit->len - tail + 1);
	memcpy(edit->text + step->at, undo->bytes + undo->used, step->removed);
	edit->len = edit->len - step->inserted + step->removed;
	edit->cursor = step->cursor;
	return true;
}
