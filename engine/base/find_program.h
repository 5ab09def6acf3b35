/* Programs by name. */
#ifndef BASE_FIND_PROGRAM_H
#define BASE_FIND_PROGRAM_H

/* The path of a program: `name` itself if it is a path, else the first on PATH, of which only
 * absolute folders count. malloc'd; NULL if there is none that can be run. */
char *find_program(const char *name);

#endif
