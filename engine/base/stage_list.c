/* Stages that belong to somebody: those of a plugin, which only its handshake tells. */
#include <berth/target.h>

#include <stdlib.h>
#include <string.h>

void berth_stage_list_free(struct berth_stage_list *list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; i < list->count; i++) {
		free((char *)list->stages[i].name);
		free((char *)list->stages[i].label);
		free((char *)list->stages[i].doing);
	}
	free((struct berth_stage *)list->stages);
	free(list);
}

static int copy_stage(struct berth_stage *copy, const struct berth_stage *stage)
{
	*copy = *stage;
	copy->name = strdup(stage->name);
	copy->label = strdup(stage->label);
	copy->doing = strdup(stage->doing);
	return copy->name != NULL && copy->label != NULL && copy->doing != NULL ? 0 : -1;
}

struct berth_stage_list *berth_stage_list_copy(const struct berth_stage_list *list)
{
	struct berth_stage_list *copy = calloc(1, sizeof(*copy));
	struct berth_stage *stages = calloc(list->count + 1, sizeof(*stages));

	if (copy == NULL || stages == NULL) {
		free(copy);
		free(stages);
		return NULL;
	}
	copy->stages = stages;
	while (copy->count < list->count) {
		size_t at = copy->count++;

		if (copy_stage(&stages[at], &list->stages[at]) < 0) {
			berth_stage_list_free(copy);
			return NULL;
		}
	}
	return copy;
}
