#include <string.h>

#include "base/text_clean.h"

static bool same(const struct berth_style *a, const struct berth_style *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

void span_list_mark(struct span_list *list, size_t at)
{
	static const struct berth_style none;
	/* The last place is for the end of all styles. */
	const struct berth_style *style = list->count + 1 < list->cap ? &list->now : &none;
	const struct berth_style *before = list->count > 0 ? &list->spans[list->count - 1].style
							   : &none;

	list->changed = false;
	if (list->count < list->cap && !same(style, before))
		list->spans[list->count++] = (struct berth_span){.at = at, .style = *style};
}

void span_list_cut(struct span_list *list, size_t at)
{
	while (list->count > 0 && list->spans[list->count - 1].at >= at)
		list->count--;
	list->changed = true;
}

size_t berth_text_style(char *dst, size_t cap, const char *src, size_t len, unsigned flags,
	struct berth_span *spans, size_t span_cap, size_t *span_count)
{
	struct span_list styles = {.spans = spans, .cap = span_cap};
	size_t used = text_clean(dst, cap, src, len, flags, &styles);

	/* The character that the last one was for may have found no room. */
	span_list_cut(&styles, used);
	*span_count = styles.count;
	return used;
}
