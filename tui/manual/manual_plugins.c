#include "manual/manual_text.h"

const struct manual_block manual_plugins[] = {
	{BLOCK_TEXT,
		"A target of kind 'plugin' is a program of one's own, in any language: "
		"'command' in the configuration, or berth-target-NAME on the PATH for a target "
		"NAME that is not configured. It is not run where others than its user could "
		"have written it. Two are in examples/plugins."},
	{BLOCK_LINES, "berth deploy --target ship --folder site --set to=/srv/www\n"
		      "berth doctor --target ship\n"},
	{BLOCK_TEXT,
		"--name, --folder, --image, --platform, --env, --env-file and --timeout mean what "
		"they always do. A plugin's own fields are given as --set NAME=VALUE; --set NAME "
		"takes berth's own variable of that name, which keeps a secret from the command "
		"line. In the configuration they stand under 'set' of the target, in the form in "
		"the places of what a plugin does not take."},
	{BLOCK_HEADING, "How it is talked with"},
	{BLOCK_TEXT, "One JSON object a line, UTF-8, at most 1 MiB: orders on its standard input, "
		     "events on its standard output. What it prints to standard error is in the "
		     "log. Secrets are in the orders and nowhere else; where they come back they "
		     "are replaced. It has no terminal. While nobody takes its events it is not "
		     "read from, so that in the end it waits."},
	{BLOCK_ROW, "the first order; it answers within 10 s", "hello"},
	{BLOCK_ROW,
		"deploy: deployment_id, target, name, folder, image, platform, timeout_s, env, "
		"fields; what is not given is null",
		"start"},
	{BLOCK_ROW, "stop and put back, and say a result within 20 s", "cancel"},
	{BLOCK_ROW, "instead of start: action, target, id (null: all), fields", "action"},
	{BLOCK_ROW, "after the result: end, within 5 s", "bye"},
	{BLOCK_LINES,
		"> {\"v\":1,\"do\":\"hello\",\"berth\":\"0.1.0\",\"kind\":\"target\"}\n"
		"< {\"v\":1,\"type\":\"hello\",\"kind\":\"target\",\"name\":\"ship\"}\n"
		"> {\"v\":1,\"do\":\"start\",\"name\":\"site\",\"folder\":\"/home/u/site\",...}\n"
		"< {\"type\":\"status\",\"stage\":\"deploying\",\"message\":\"Copying\"}\n"
		"< {\"type\":\"result\",\"message\":\"done\",\"result\":{\"success\":true}}\n"
		"> {\"v\":1,\"do\":\"bye\"}\n"},
	{BLOCK_TEXT,
		"Who does not keep to a time gets SIGTERM, and 2 s later SIGKILL, with all of its "
		"process group. A program that ends before it was told to start has touched "
		"nothing (exit status 3); one that ends later without a result leaves the outcome "
		"unknown (4)."},
	{BLOCK_HEADING, "Its hello"},
	{BLOCK_TEXT, "v (1), type, kind and name are needed; version and about are for people."},
	{BLOCK_ROW, "its own: name, label, help, required, secret, check, choices, default",
		"fields"},
	{BLOCK_ROW, "up to 12, in order: name, label, doing, from and to in per cent", "stages"},
	{BLOCK_ROW, "what it can do with what it has deployed", "actions"},
	{BLOCK_TEXT, "The check of a field, and the actions there are:"},
	{BLOCK_PLUGINS},
	{BLOCK_HEADING, "Its events"},
	{BLOCK_TEXT,
		"They are those of 'berth deploy --output json'; v, seq, deployment_id and "
		"timestamp may be left out. Stages are those of the hello, progress never falls, "
		"and exactly one result is the last. What is out of order is put right and said in "
		"the log; more than 20 lines that are no events end it."},
	{BLOCK_ROW, "stage, message; progress may be left out", "status"},
	{BLOCK_ROW, "progress; layers while an image is pulled", "progress"},
	{BLOCK_ROW, "message; level (info) and stream (server)", "log"},
	{BLOCK_ROW, "link; attempt and retry_in_ms", "link"},
	{BLOCK_ROW, "message and result, with success; error if it is none, with code and message",
		"result"},
	{BLOCK_TEXT,
		"The outcome follows from error.code: usage is a wrong request (2), unreachable "
		"and "
		"denied touched nothing (3), cancelled is what was asked for (130), left_behind in "
		"the result means 5, others are failures (1). 'outcome' says it outright, as "
		"\"unknown\" where the plugin does not know itself (4)."},
	{BLOCK_END},
};
