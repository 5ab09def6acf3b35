/* Whether two folders hold the same: names, kinds, modes, link targets, times and every byte. */
#ifndef SUPPORT_SAME_TREE_H
#define SUPPORT_SAME_TREE_H

/* Fails the test at the first difference, with its path. The folders themselves may differ in mode
 * and time. The number of entries, so that a test can say it compared something. */
int same_tree(const char *expected, const char *found);

#endif
