#include "keys/prompt.h"

#include <stdio.h>
#include <string.h>

#include "keys/keys.h"
#include "term/wrap.h"

#define YES                                                                                        \
	{                                                                                          \
		[QUESTION_CANCEL] = ANSWER_CANCEL_RUN, [QUESTION_REPLACE] = ANSWER_REPLACE,        \
		[QUESTION_OVERWRITE] = ANSWER_OVERWRITE, [QUESTION_STOP] = ANSWER_STOP,            \
		[QUESTION_RESTART] = ANSWER_RESTART, [QUESTION_REMOVE] = ANSWER_REMOVE,            \
		[QUESTION_DELETE] = ANSWER_DELETE                                                  \
	}
#define NO                                                                                         \
	{                                                                                          \
		[QUESTION_CANCEL] = ANSWER_BACK, [QUESTION_REPLACE] = ANSWER_BACK,                 \
		[QUESTION_OVERWRITE] = ANSWER_BACK, [QUESTION_STOP] = ANSWER_BACK,                 \
		[QUESTION_RESTART] = ANSWER_BACK, [QUESTION_REMOVE] = ANSWER_BACK,                 \
		[QUESTION_DELETE] = ANSWER_BACK                                                    \
	}

/* Yes must be said with the key for yes; everything that may mean "no" or "wait" is taken as no. */
static const struct {
	uint32_t key;
	enum answer answers[QUESTION_COUNT];
} answers[] = {
	{'y', YES},
	{'Y', YES},
	{'k', {[QUESTION_REMOVE] = ANSWER_REMOVE_KEEPING}},
	{'n', NO},
	{'N', NO},
	{K_ENTER, NO},
	{K_ESC, NO},
	{K_CTRL('C'), NO},
	{'w', {[QUESTION_QUIT] = ANSWER_WAIT_AND_QUIT}},
	{'l', {[QUESTION_QUIT] = ANSWER_LEAVE_AND_QUIT}},
	{'c', {[QUESTION_QUIT] = ANSWER_CANCEL_AND_QUIT}},
	{K_ESC, {[QUESTION_QUIT] = ANSWER_BACK}},
};

static const char *const overwritten[] = {
	[OVERWRITES_FILE] = "file", [OVERWRITES_PROFILE] = "profile"};

void prompt_ask(struct prompt *prompt, enum question question, unsigned run,
	const struct prompt_about *about)
{
	const char *fate = about->fate;
	prompt->question = question;
	prompt->run = run;
	prompt->overwrites = about->overwrites;
	switch (question) {
	case QUESTION_CANCEL:
		snprintf(prompt->text, sizeof prompt->text, "Cancel '%s'? %s [y/N]", about->name,
			fate != NULL ? fate
				     : "What it made is removed, what it replaced comes back.");
		break;
	case QUESTION_REPLACE:
		snprintf(prompt->text, sizeof prompt->text,
			"A container named '%s' is there that berth did not make. Replace it? "
			"[y/N]",
			about->name);
		break;
	case QUESTION_STOP:
		snprintf(prompt->text, sizeof prompt->text,
			"Stop container '%s'? It stays there and can be started again. [y/N]",
			about->name);
		break;
	case QUESTION_RESTART:
		snprintf(prompt->text, sizeof prompt->text,
			"Restart container '%s'? It is down for a moment. [y/N]", about->name);
		break;
	case QUESTION_REMOVE:
		snprintf(prompt->text, sizeof prompt->text,
			"Remove container '%s'? It is stopped first; what it wrote is gone then.  "
			"[y] with its anonymous volumes  [k] keep those  [N] no",
			about->name);
		break;
	case QUESTION_DELETE:
		snprintf(prompt->text, sizeof prompt->text,
			"Delete run %s from the history, with its log and its recording? [y/N]",
			about->name);
		break;
	case QUESTION_OVERWRITE:
		snprintf(prompt->text, sizeof prompt->text,
			"There is a %s '%s' already. Replace it? [y/N]",
			overwritten[about->overwrites], about->name);
		break;
	case QUESTION_QUIT:
		snprintf(prompt->text, sizeof prompt->text,
			"%u %s under way.%s%s  [w] wait, then quit  [l] %s %s running%s  [c] "
			"cancel%s "
			"and quit  [Esc] stay",
			about->count, about->count == 1 ? "deployment is" : "deployments are",
			fate != NULL ? " " : "", fate != NULL ? fate : "",
			fate != NULL ? "keep" : "leave", about->count == 1 ? "it" : "them",
			fate != NULL ? " in the background" : "", fate != NULL ? "" : ", put back");
		break;
	case QUESTION_NONE:
	case QUESTION_COUNT:
		prompt->text[0] = '\0';
		break;
	}
}

enum answer prompt_key(struct prompt *prompt, uint32_t key)
{
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		enum answer answer = answers[i].answers[prompt->question];
		if (answers[i].key == key && answer != ANSWER_NONE) {
			prompt->question = QUESTION_NONE;
			return answer;
		}
	}
	return ANSWER_NONE;
}

bool prompt_agrees(enum question question, uint32_t key)
{
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		enum answer answer = answers[i].answers[question];
		if (answers[i].key == key && answer != ANSWER_NONE && answer != ANSWER_BACK)
			return true;
	}
	return false;
}

int prompt_rows(const struct prompt *prompt, int columns)
{
	size_t len = strlen(prompt->text), at = 0, next;
	int rows = 0;
	if (prompt->question == QUESTION_NONE)
		return 1;
	do {
		wrap_words(prompt->text + at, len - at, columns, &next);
		at += next;
		rows++;
	} while (at < len);
	return rows;
}
