/*
 * Every pane and mode of the console, each reached by keys on a fake engine. Words that are waited
 * for are of letters alone: marks differ between the looks.
 */
#ifndef SUPPORT_GOLDEN_SCENES_H
#define SUPPORT_GOLDEN_SCENES_H

#include <stddef.h>

struct term;

/* The size that a scene begins in. */
enum { GOLDEN_ROWS = 24, GOLDEN_COLUMNS = 80 };

/* In how many looks: 256 colours, 8, and none where the locale has no UTF-8. */
enum { GOLDEN_LOOKS = 3 };

const char *golden_look_name(size_t look);
const char *golden_scene_name(size_t scene); /* NULL: there are no more */

/* One at a time in a program. The terminal is borrowed until its end. */
struct term *golden_scene_start(const char *scene, size_t look);
void golden_scene_end(void);

#endif
