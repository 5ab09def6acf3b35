/* The folder that a command is given. */
#ifndef BERTH_TUI_FOLDER_ARGUMENT_H
#define BERTH_TUI_FOLDER_ARGUMENT_H

/* Its absolute path, malloc'd; NULL after complaining. `folder` may be NULL: it is missing. */
char *folder_argument(const char *command, const char *folder);

#endif
