/*
 * The trace: BERTH_TRACE=FILE in the environment makes the engine write one line for every state
 * change and exchange. Off, a call costs one comparison. Never give it a secret or a body.
 */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

void trace(const char *component, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
