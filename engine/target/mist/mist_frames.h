/*
 * What a container of a Mist server printed, as its route for logs gives it: the raw stream of the
 * Docker Engine as a JSON string. The 8 bytes before each piece have come through as 8 characters,
 * of which those of the length that are no ASCII are U+FFFD: the length is lost.
 */
#ifndef TARGET_MIST_FRAMES_H
#define TARGET_MIST_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

typedef void mist_frame_fn(void *context, bool err_stream, const char *line, size_t len);

/* Each line, without its end. Of a container with a terminal there are no such pieces. */
void mist_frames_lines(const char *text, size_t len, mist_frame_fn *line, void *context);

#endif
