/*
 * Writing to a peer that is gone must be an error, not a signal. Both curl (CURLOPT_NOSIGNAL) and
 * libuv leave that to the program.
 */
#ifndef LOOP_SIGPIPE_H
#define LOOP_SIGPIPE_H

/* Ignore SIGPIPE unless somebody handles it already. Children start with the default again: libuv
 * resets every signal between fork and exec. */
void sigpipe_ignore(void);

#endif
