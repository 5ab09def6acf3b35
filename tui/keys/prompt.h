/* A question in the place of the footer: one key answers it. Pure. */
#ifndef BERTH_TUI_PROMPT_H
#define BERTH_TUI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

enum answer {
	ANSWER_NONE, /* not an answer: the question stays */
	ANSWER_BACK, /* no, or think again */
	ANSWER_CANCEL_RUN,
	ANSWER_REPLACE,
	ANSWER_OVERWRITE,
	ANSWER_STOP,
	ANSWER_RESTART,
	ANSWER_REMOVE,
	ANSWER_REMOVE_KEEPING,
	ANSWER_DELETE,
	ANSWER_WAIT_AND_QUIT,
	ANSWER_LEAVE_AND_QUIT,
	ANSWER_CANCEL_AND_QUIT,
};

enum question {
	QUESTION_NONE,
	QUESTION_CANCEL,
	QUESTION_REPLACE,
	QUESTION_OVERWRITE,
	QUESTION_STOP,
	QUESTION_RESTART,
	QUESTION_REMOVE,
	QUESTION_DELETE,
	QUESTION_QUIT,
	QUESTION_COUNT
};

/* Who asks QUESTION_OVERWRITE. */
enum overwrites { OVERWRITES_FILE, OVERWRITES_PROFILE };

struct prompt {
	enum question question;
	unsigned run; /* which it is about */
	enum overwrites overwrites;
	char text[512];
};

/* Each is used where the question needs it. */
struct prompt_about {
	const char *name; /* of the deployment, container, file or profile */
	unsigned count;   /* how many are in flight */
	enum overwrites overwrites;
	const char *fate; /* what becomes of it, in full sentences; NULL: all is put back */
};

void prompt_ask(struct prompt *prompt, enum question question, unsigned run,
	const struct prompt_about *about);

/* What a key answers; anything but ANSWER_NONE ends the question. */
enum answer prompt_key(struct prompt *prompt, uint32_t key);

/* Would this key, as an answer to that question, have something done? */
bool prompt_agrees(enum question question, uint32_t key);

/* Rows it needs when it is `columns` wide: at least 1. */
int prompt_rows(const struct prompt *prompt, int columns);

#endif
