#include "target/target.h"

#include <string.h>

static const struct target_ops *const kinds[] = {&docker_target_ops, &demo_target_ops,
	&fractalic_target_ops, &mist_target_ops, &plugin_target_ops};

const struct target_ops *target_find(const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i]->kind, kind) == 0)
			return kinds[i];
	return NULL;
}

const struct berth_stage_list *berth_target_stages(const char *kind)
{
	const struct target_ops *ops = target_find(kind);

	return ops != NULL ? &ops->stages : NULL;
}

const struct berth_stage_list *berth_deployment_stages(const struct berth_deployment *deployment)
{
	const struct target_ops *ops = target_find(deployment->kind);

	if (ops == NULL)
		return NULL;
	return deployment->build && ops->built.count > 0 ? &ops->built : &ops->stages;
}

const char *berth_target_cancelling(const char *kind)
{
	const struct target_ops *ops = target_find(kind);

	return ops != NULL ? ops->cancelling : NULL;
}

const char *berth_target_leaving(const char *kind)
{
	const struct target_ops *ops = target_find(kind);

	return ops != NULL ? ops->leaving : NULL;
}

int berth_stage_index(const struct berth_stage_list *list, const char *name)
{
	if (list == NULL)
		return -1;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->stages[i].name, name) == 0)
			return (int)i;
	return -1;
}
