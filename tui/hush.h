/*
 * What other programs of the machine could learn of this one's secrets.
 *
 * Core dumps: secrets live in many places of the heap while they are needed, so the whole process
 * is not dumped (PR_SET_DUMPABLE, which holds for a core pattern that is a pipe too, where a limit
 * of the size would not). The same keeps other processes of the user from reading /proc/PID/environ
 * and from attaching to it; children are as they always are.
 */
#ifndef BERTH_TUI_HUSH_H
#define BERTH_TUI_HUSH_H

/* Before there is a secret. */
void hush_process(void);

/* Values of --env and --set are taken out of the command line as `ps` shows it; what was read of
 * them has been copied. */
void hush_arguments(int argc, char **argv);

#endif
