#include "term/mouse_report.h"

enum { NUMBER_MAX = 9999, SHIFT_META_CTRL = 4 | 8 | 16, WHEEL_UP = 64, WHEEL_DOWN = 65 };

void mouse_report_begin(struct mouse_report *report)
{
	*report = (struct mouse_report){.open = true};
}

bool mouse_report_take(struct mouse_report *report, uint32_t character)
{
	unsigned *number = &report->numbers[report->count];
	if (character >= '0' && character <= '9') {
		*number = *number * 10 + (character - '0');
		report->open = *number <= NUMBER_MAX;
	} else if (character == ';' && report->count < 2) {
		report->count++;
	} else {
		report->open = false;
		report->pressed = character == 'M' && report->count == 2;
		return character == 'M' || character == 'm';
	}
	return report->open;
}

bool mouse_report_read(const struct mouse_report *report, int *wheel, int *row, int *column)
{
	unsigned button = report->numbers[0] & ~(unsigned)SHIFT_META_CTRL;
	*wheel = button == WHEEL_UP ? -1 : button == WHEEL_DOWN ? 1 : 0;
	*column = (int)report->numbers[1] - 1;
	*row = (int)report->numbers[2] - 1;
	return report->pressed && (button == 0 || *wheel != 0) && *row >= 0 && *column >= 0;
}
