/* The result card as Markdown, for a ticket or a chat. */
#ifndef BERTH_TUI_CARD_MARKDOWN_H
#define BERTH_TUI_CARD_MARKDOWN_H

#include <berth/model.h>

/* Of a run that has its result; malloc'd, NULL without memory. Not cleaned. */
char *card_markdown(const struct berth_run *run);

#endif
