/* The deeds by the words that stand for them in the file. */
#ifndef JOURNAL_JOURNAL_DEEDS_H
#define JOURNAL_JOURNAL_DEEDS_H

#include "journal/journal.h"

extern const char *const journal_deed_words[JOURNAL_DEED_COUNT];

#endif
