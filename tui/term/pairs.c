#include "term/pairs.h"

#include <curses.h>
#include <string.h>

/* Never more than half full. */
enum { SLOTS = 2 * PAIRS_MAX, COLORS_MAX = 256 };

static struct {
	struct {
		int key; /* 0: empty */
		short number;
	} slots[SLOTS];
	int next, end;
} table;

void pairs_reset(int first)
{
	memset(&table, 0, sizeof table);
	table.next = first;
	table.end = first + PAIRS_MAX;
}

int pairs_get(int fg, int bg)
{
	int key = (fg + 1) * (COLORS_MAX + 1) + bg + 2;
	size_t slot = (size_t)key * 31 % SLOTS;

	while (table.slots[slot].key != 0 && table.slots[slot].key != key)
		slot = (slot + 1) % SLOTS;
	if (table.slots[slot].key == key)
		return table.slots[slot].number;
	if (table.next >= table.end || table.next >= COLOR_PAIRS ||
		init_pair((short)table.next, (short)fg, (short)bg) == ERR)
		return -1;
	table.slots[slot].key = key;
	table.slots[slot].number = (short)table.next;
	return table.next++;
}
