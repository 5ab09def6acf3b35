#include "target/mist/mist_frames.h"

#include <string.h>

enum { LENGTH = 4 };

/* A piece begins here: its size in bytes; 0: none does. */
static size_t head_at(const char *text, size_t len)
{
	size_t at = LENGTH;

	if (len < 2 * LENGTH || (unsigned char)text[0] > 2 || memcmp(text + 1, "\0\0\0", 3) != 0)
		return 0;
	for (int i = 0; i < LENGTH; i++) {
		if (at < len && (unsigned char)text[at] < 0x80)
			at++;
		else if (at + 3 <= len && memcmp(text + at, "\xef\xbf\xbd", 3) == 0)
			at += 3;
		else
			return 0;
	}
	return at;
}

void mist_frames_lines(const char *text, size_t len, mist_frame_fn *line, void *context)
{
	bool err_stream = false;

	while (len > 0) {
		size_t head = head_at(text, len), size = 0;

		if (head > 0) {
			err_stream = text[0] == 2;
			text += head;
			len -= head;
		}
		/* A line ends where the next piece begins, with or without its newline. */
		while (size < len && text[size] != '\n' && head_at(text + size, len - size) == 0)
			size++;
		if (size > 0 || (size < len && text[size] == '\n'))
			line(context, err_stream, text,
				size > 0 && text[size - 1] == '\r' ? size - 1 : size);
		if (size < len && text[size] == '\n')
			size++;
		text += size;
		len -= size;
	}
}
