#include "support/detect_folder.h"

#include <stdlib.h>

#include "support/loop_wait.h"

struct answer {
	struct berth_detection *detection;
	struct berth_error err;
	unsigned calls;
};

static void on_done(void *context, struct berth_detection *detection, const struct berth_error *err)
{
	struct answer *answer = context;

	answer->calls++;
	answer->detection = detection;
	assert_true((detection == NULL) == (err != NULL));
	if (err)
		answer->err = *err;
}

static void check_sum(const json_t *candidate)
{
	json_int_t sum = 0;
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(candidate, "evidence"), i, row)
	{
		sum += json_integer_value(json_object_get(row, "points"));
		assert_true(*json_string_value(json_object_get(row, "text")));
	}
	sum = sum < 0 ? 0 : sum > 100 ? 100 : sum;
	assert_int_equal(json_integer_value(json_object_get(candidate, "confidence_score")), sum);
}

json_t *detect_folder(const char *folder, struct berth_error *err)
{
	struct answer answer = {0};
	json_error_t wrong;
	uv_loop_t loop;

	assert_int_equal(uv_loop_init(&loop), 0);
	assert_non_null(berth_detect_start(&loop, folder, on_done, &answer, &answer.err));
	assert_int_equal(answer.calls, 0);
	LOOP_UNTIL_MS(&loop, 120 * 1000, answer.calls);
	LOOP_CLOSE(&loop);
	assert_int_equal(answer.calls, 1);
	if (!answer.detection) {
		*err = answer.err;
		return NULL;
	}
	char *text = berth_detection_to_json(answer.detection);
	assert_non_null(text);
	json_t *object = json_loads(text, 0, &wrong);
	if (!object)
		fail_msg("%s: %s", wrong.text, text);
	check_sum(object);
	if (!json_is_null(json_object_get(object, "runner_up")))
		check_sum(json_object_get(object, "runner_up"));
	free(text);
	berth_detection_free(answer.detection);
	return object;
}

json_t *detect_known(const char *folder)
{
	struct berth_error err;
	json_t *object = detect_folder(folder, &err);

	if (!object)
		fail_msg("%s", err.message);
	return object;
}
