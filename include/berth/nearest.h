/* "Did you mean": the nearest of the right words. */
#ifndef BERTH_NEAREST_H
#define BERTH_NEAREST_H

/* The word of the NULL-terminated list with the smallest edit distance (insertions, deletions,
 * replacements and swaps of neighbours), or NULL if none is near enough to be what was meant. */
const char *berth_nearest(const char *word, const char *const *words);

#endif
