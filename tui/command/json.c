#include "command/json.h"

#include <stdlib.h>
#include <string.h>

#include "term/output.h"

bool json_event(struct output *output, const struct berth_event *event)
{
	char *line = berth_event_to_json(event);
	if (!line)
		return false;
	output_add(output, line, strlen(line));
	output_add(output, "\n", 1);
	free(line);
	return true;
}
