/* Doing something to a stack: to one container after the other, then to what else it has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/client.h"
#include "docker/named.h"
#include "fleet/fleet_private.h"

struct fleet_stack {
	struct berth_fleet *fleet;
	struct fleet_stack *next;
	struct docker *docker;
	struct docker_op *op;
	enum berth_act act;
	bool volumes, cancelled;
	char project[64];
	char ids[BERTH_STACK_MAX][72];
	size_t count, at;
	enum named_kind kind; /* of what is removed now */
	char **names;
	size_t name_count, name_at;
	struct berth_error error; /* the first */
	berth_acted_fn *done;
	void *context;
};

static void drop_names(struct fleet_stack *stack)
{
	for (size_t i = 0; i < stack->name_count; i++)
		free(stack->names[i]);
	free(stack->names);
	stack->names = NULL;
	stack->name_count = stack->name_at = 0;
}

static void end(struct fleet_stack *stack)
{
	struct berth_fleet *fleet = stack->fleet;
	struct fleet_stack **at = &fleet->stacks;

	while (*at != stack)
		at = &(*at)->next;
	*at = stack->next;
	stack->done(stack->context,
		&(struct berth_acted){.act = stack->act,
			.id = "",
			.name = stack->project,
			.error = stack->error.code != BERTH_E_OK ? &stack->error : NULL});
	drop_names(stack);
	docker_free(stack->docker);
	free(stack);
	fleet_go_on(fleet);
}

static void note(struct fleet_stack *stack, const struct berth_error *err)
{
	if (err != NULL && stack->error.code == BERTH_E_OK)
		stack->error = *err;
}

/* --- networks and volumes --- */

static void list_names(struct fleet_stack *stack, enum named_kind kind);
static void remove_name(struct fleet_stack *stack);

static void name_removed(void *context, const struct berth_error *err)
{
	struct fleet_stack *stack = context;

	stack->op = NULL;
	note(stack, err);
	stack->name_at++;
	remove_name(stack);
}

static void remove_name(struct fleet_stack *stack)
{
	struct berth_error err = {0};

	if (stack->cancelled) {
		end(stack);
		return;
	}
	if (stack->names != NULL && stack->name_at < stack->name_count) {
		stack->op = named_remove(stack->docker, stack->kind, stack->names[stack->name_at],
			name_removed, stack, &err);
		if (stack->op != NULL)
			return;
		note(stack, &err);
		end(stack);
		return;
	}
	if (stack->kind == NAMED_NETWORK && stack->volumes)
		list_names(stack, NAMED_VOLUME);
	else
		end(stack);
}

static void names_listed(
	void *context, const char *const *names, size_t count, const struct berth_error *err)
{
	struct fleet_stack *stack = context;

	stack->op = NULL;
	note(stack, err);
	drop_names(stack);
	stack->names = calloc(count + 1, sizeof(char *));
	for (size_t i = 0; stack->names != NULL && err == NULL && i < count; i++) {
		stack->names[stack->name_count] = strdup(names[i]);
		stack->name_count += stack->names[stack->name_count] != NULL ? 1 : 0;
	}
	remove_name(stack);
}

static void list_names(struct fleet_stack *stack, enum named_kind kind)
{
	struct berth_error err = {0};
	char label[128];

	snprintf(label, sizeof(label), CONTAINER_LABEL_PROJECT "=%s", stack->project);
	stack->kind = kind;
	stack->op = named_list(stack->docker, kind, label, names_listed, stack, &err);
	if (stack->op != NULL)
		return;
	note(stack, &err);
	end(stack);
}

/* --- containers --- */

static void next(struct fleet_stack *stack);

static void acted(void *context, const struct berth_acted *how)
{
	struct fleet_stack *stack = context;

	note(stack, how->error);
	next(stack);
}

static bool is_removal(const struct fleet_stack *stack)
{
	return stack->act == BERTH_ACT_REMOVE || stack->act == BERTH_ACT_REMOVE_KEEPING;
}

static void next(struct fleet_stack *stack)
{
	struct berth_error err = {0};

	while (stack->at < stack->count && !stack->cancelled) {
		const char *id = stack->ids[stack->at++];

		if (fleet_act(stack->fleet, id, stack->act, acted, stack, &err) == 0)
			return;
		note(stack, &err);
	}
	/* What a container still uses can't be removed. */
	if (is_removal(stack) && stack->error.code == BERTH_E_OK && !stack->cancelled)
		list_names(stack, NAMED_NETWORK);
	else
		end(stack);
}

static void list_members(struct fleet_stack *stack)
{
	const struct berth_fleet *fleet = stack->fleet;
	bool oldest_first = stack->act == BERTH_ACT_RESTART;
	size_t all = berth_fleet_count(fleet);

	for (size_t i = 0; i < all && stack->count < BERTH_STACK_MAX; i++) {
		const struct berth_container *container = berth_fleet_at(
			fleet, oldest_first ? i : all - 1 - i);

		if (strcmp(container->project, stack->project) == 0)
			memcpy(stack->ids[stack->count++], container->id, sizeof(container->id));
	}
}

int fleet_act_on_stack(struct berth_fleet *fleet, const char *project, enum berth_act act,
	bool volumes, berth_acted_fn *done, void *context, struct berth_error *err)
{
	struct fleet_stack *stack;

	if (fleet->docker == NULL || fleet->closing)
		return berth_error_set(err, BERTH_E_UNREACHABLE, 0, "no Docker engine answers");
	stack = calloc(1, sizeof(*stack));
	if (stack == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	stack->fleet = fleet;
	stack->act = act;
	stack->volumes = volumes;
	stack->done = done;
	stack->context = context;
	snprintf(stack->project, sizeof(stack->project), "%s", project);
	list_members(stack);
	if (stack->count == 0 || fleet_act(fleet, stack->ids[0], act, acted, stack, err) == -1) {
		if (stack->count == 0)
			berth_error_set(
				err, BERTH_E_NOT_FOUND, 0, "there is no stack '%s'", project);
		free(stack);
		return -1;
	}
	stack->at = 1;
	stack->docker = docker_share(fleet->docker);
	stack->next = fleet->stacks;
	fleet->stacks = stack;
	return 0;
}

void fleet_cancel_stacks(struct berth_fleet *fleet)
{
	for (struct fleet_stack *stack = fleet->stacks; stack != NULL; stack = stack->next) {
		stack->cancelled = true;
		if (stack->op != NULL)
			docker_op_cancel(stack->op);
	}
}
