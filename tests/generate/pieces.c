/* The pieces of what is generated: tags of base images, commands, marks, differences; and that the
 * rules for Dockerfiles can be broken. */
#include "unit/tree.h"

#include <stdbool.h>

#include "detect/mark.h"
#include "detect/runtime.h"
#include "generate/command.h"
#include "generate/diff.h"
#include "support/dockerfile_rules.h"

static void versions_give_tags(void **state)
{
	static const struct {
		const char *version, *tag;
	} node[] = {
		{NULL, "22"},
		{"", "22"},
		{"20.11.0", "20"},
		{"v18", "18"},
		{"16.20.2", "16"},
		{"lts/iron", "20"},
		{"lts/*", "22"},
		{">=18", "22"},
		{">=18 <21", "20"},
		{">= 18.17.0, < 19", "18"},
		{"^20.9.0", "20"},
		{"~20.9.0", "20"},
		{"18.x || 20.x", "20"},
		{"^24", "24"},
		{"<20", "18"},
		{"<=20", "20"},
		{">20", "22"},
		{"!=22", "22"},
		{"99.1", "99"},
		{"99999999999999999999", "2147483647"},
	};
	static const struct {
		const char *version, *tag;
	} php[] = {
		{"^8.2", "8.3"},
		{">=8.4", "8.4"},
		{"~8.1.0", "8.1"},
		{"8", "8.3"},
		{"8.2.12", "8.2"},
		{"7.4", "7.4"},
		{"~> 8.1", "8.3"},
		{"==8.2.*", "8.2"},
		{"~=8.2", "8.3"},
	};
	json_t *of_node = json_pack("{s:i, s:s, s:[s,s,s,s], s:{s:s}}", "parts", 1, "default", "22",
		"known", "18", "20", "22", "24", "names", "lts/iron", "20");
	json_t *of_php = json_pack("{s:i, s:s, s:[s,s,s,s], s:s}", "parts", 2, "default", "8.3",
		"known", "8.1", "8.2", "8.3", "8.4", "oldest", "7.0");
	char tag[32];

	(void)state;
	for (size_t i = 0; i < sizeof node / sizeof *node; i++) {
		runtime_pick(of_node, node[i].version, tag, sizeof tag);
		if (strcmp(tag, node[i].tag) != 0)
			fail_msg("'%s': %s, expected %s", node[i].version, tag, node[i].tag);
	}
	for (size_t i = 0; i < sizeof php / sizeof *php; i++) {
		runtime_pick(of_php, php[i].version, tag, sizeof tag);
		if (strcmp(tag, php[i].tag) != 0)
			fail_msg("'%s': %s, expected %s", php[i].version, tag, php[i].tag);
	}
	runtime_pick(of_php, "5.6", tag, sizeof tag);
	assert_string_equal(tag, "8.3");
	json_decref(of_node);
	json_decref(of_php);
}

static void commands_get_the_exec_form(void **state)
{
	static const struct {
		const char *command, *form;
	} cases[] = {
		{"node server.js", "[\"node\", \"server.js\"]"},
		{"  flask --app 'app:app'  run ", "[\"flask\", \"--app\", \"app:app\", \"run\"]"},
		{"waitress 'portal:create_app()'", "[\"waitress\", \"portal:create_app()\"]"},
		{"echo a\"b c\"'d e' ''", "[\"echo\", \"ab cd e\", \"\"]"},
		{"say \"it's\"", "[\"say\", \"it's\"]"},
		{"ruby app.rb -p $PORT", "[\"/bin/sh\", \"-c\", \"exec ruby app.rb -p $PORT\"]"},
		{"a && b", "[\"/bin/sh\", \"-c\", \"a && b\"]"},
		{"A=1 b", "[\"/bin/sh\", \"-c\", \"A=1 b\"]"},
		{"a \"$B\"", "[\"/bin/sh\", \"-c\", \"exec a \\\"$B\\\"\"]"},
		{"a '$B'", "[\"a\", \"$B\"]"},
		{"it's", "[\"/bin/sh\", \"-c\", \"it's\"]"},
	};
	struct berth_error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out;
		buf_init(&out, 4096);
		assert_int_equal(command_write(&out, cases[i].command, &err), 0);
		assert_string_equal(out.data, cases[i].form);
		json_t *words = json_loads(out.data, 0, NULL);
		assert_non_null(words);
		json_decref(words);
		buf_release(&out);
	}
}

static void a_mark_knows_every_change(void **state)
{
	struct berth_error err;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(mark_write(&out, "FROM a\nRUN b\n", 13, &err), 0);
	assert_int_equal(mark_of(out.data, out.len), MARK_WHOLE);
	for (size_t i = 0; i < out.len; i++) {
		out.data[i] ^= 1;
		assert_int_not_equal(mark_of(out.data, out.len), MARK_WHOLE);
		out.data[i] ^= 1;
		assert_int_not_equal(mark_of(out.data, i), MARK_WHOLE);
	}
	assert_int_equal(mark_of("FROM a\n", 7), MARK_NONE);
	assert_int_equal(mark_of("", 0), MARK_NONE);
	buf_release(&out);
}

/* The new text, from the old one and the difference; fails if they do not fit together. */
static void apply(struct buf *to, const char *old, const char *diff)
{
	struct berth_error err;
	size_t at = 0, old_at = 0;

	if (*diff)
		diff = strchr(strchr(diff, '\n') + 1, '\n') + 1;
	while (*diff) {
		size_t start, count = 1, new_start, new_count = 1;
		int used = 0;
		const char *end = strchr(diff, '\n') + 1;
		if (sscanf(diff, "@@ -%zu,%zu%n", &start, &count, &used) < 2)
			assert_int_equal(sscanf(diff, "@@ -%zu%n", &start, &used), 1);
		if (sscanf(diff + used, " +%zu,%zu", &new_start, &new_count) < 1)
			fail_msg("%s", diff);
		for (; at + 1 < start + (count == 0); at++) {
			size_t len = strcspn(old + old_at, "\n") + 1;
			assert_int_equal(buf_add(to, old + old_at, len, &err), 0);
			old_at += len;
		}
		for (diff = end; count + new_count > 0 && *diff; diff = strchr(diff, '\n') + 1) {
			size_t len = strcspn(diff, "\n"), ended = 1;
			ended = strncmp(diff + len + 1, "\\ No", 4) != 0;
			if (*diff != '+') {
				assert_memory_equal(old + old_at, diff + 1, len - 1 + ended);
				old_at += len - 1 + ended;
				at++;
				count--;
			}
			if (*diff != '-') {
				assert_int_equal(buf_add(to, diff + 1, len - 1 + ended, &err), 0);
				new_count--;
			}
			if (!ended)
				diff = strchr(diff, '\n') + 1;
		}
		assert_int_equal(count + new_count, 0);
	}
	assert_int_equal(buf_adds(to, old + old_at, &err), 0);
}

static void differences_lead_from_one_to_the_other(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct buf texts[2], diff, result;
		struct berth_error err;
		for (int side = 0; side < 2; side++) {
			buf_init(&texts[side], 4096);
			unsigned lines = (seed = seed * 1103515245 + 12345) >> 16 & 31;
			for (unsigned i = 0; i < lines; i++) {
				seed = seed * 1103515245 + 12345;
				bool last = i + 1 == lines && (seed >> 8 & 7) == 0;
				buf_addf(&texts[side], &err, "%c%s", 'a' + (int)(seed >> 16 & 3),
					last ? "" : "\n");
			}
		}
		buf_init(&diff, 65536);
		buf_init(&result, 65536);
		assert_int_equal(diff_write(&diff, "x", texts[0].data, texts[1].data, &err), 0);
		assert_int_equal(diff.len == 0, strcmp(texts[0].data, texts[1].data) == 0);
		apply(&result, texts[0].data, diff.data);
		assert_string_equal(result.data, texts[1].data);
		buf_release(&texts[0]);
		buf_release(&texts[1]);
		buf_release(&diff);
		buf_release(&result);
	}
}

static void a_difference_looks_like_one(void **state)
{
	struct berth_error err;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(diff_write(&out, "f", "1\n2\n3\n4\n5\n6\n7\n8\n",
				 "1\n2\n3\n4\nfive\n6\n7\n8", &err),
		0);
	assert_string_equal(out.data,
		"--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n-8\n+8\n"
		"\\ No newline at end of file\n");
	buf_release(&out);
}

#define GOOD_HEAD                                                                                  \
	"FROM node:20 AS build\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\nCOPY . .\n"
#define GOOD_TINI                                                                                  \
	"RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf "         \
	"/var/lib/apt/lists/*\n"
#define GOOD_TAIL                                                                                  \
	"USER node\nEXPOSE 3000\nHEALTHCHECK CMD node -e 3000\n"                                   \
	"ENTRYPOINT [\"/usr/bin/tini\", \"--\"]\n"
#define GOOD_END "CMD [\"node\", \"x.js\"]\n"

static void the_rules_can_be_broken(void **state)
{
	static const struct {
		const char *text;
		int broken;
	} cases[] = {
		{GOOD_HEAD "FROM node:20-slim\n" GOOD_TINI
			   "COPY --from=build /app ./\n" GOOD_TAIL GOOD_END,
			0},
		{"FROM node:20-slim\n" GOOD_TINI GOOD_TAIL GOOD_END, 0},
		{"FROM node\n" GOOD_TINI GOOD_TAIL GOOD_END,
			2}, /* and not known to be one of node's */
		{"FROM node:latest\n" GOOD_TINI GOOD_TAIL GOOD_END, 1},
		{"FROM node:20\n" GOOD_TAIL GOOD_END, 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL, 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL "CMD node x.js\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "USER root\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "USER 0\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "HEALTHCHECK CMD curl :3000\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "EXPOSE 4000\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "ADD a b\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "COPY nothing ./\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "COPY left-out ./\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "COPY --from=none a b\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "RUN make || true\n", 1},
		{"FROM node:20\n" GOOD_TINI GOOD_TAIL GOOD_END "RUN apt-get install -y x\n", 1},
		{"FROM node:20\nCOPY package.json ./\nCOPY . .\n" GOOD_TINI GOOD_TAIL GOOD_END, 1},
		{"RUN x\n", 2},
	};
	struct tree tree;

	(void)state;
	tree_init(&tree);
	tree_text(&tree, "package.json", "{}");
	tree_text(&tree, "left-out", "");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int port;
		int broken = dockerfile_check(
			"case", cases[i].text, "**/left-out\n", tree.path, &port);
		if (broken != cases[i].broken)
			fail_msg("%zu: %d, expected %d\n%s", i, broken, cases[i].broken,
				cases[i].text);
	}
	tree_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_give_tags),
		cmocka_unit_test(commands_get_the_exec_form),
		cmocka_unit_test(a_mark_knows_every_change),
		cmocka_unit_test(differences_lead_from_one_to_the_other),
		cmocka_unit_test(a_difference_looks_like_one),
		cmocka_unit_test(the_rules_can_be_broken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
