/* The words of the manual; manual.c puts the tables between them. */
#ifndef BERTH_TUI_MANUAL_TEXT_H
#define BERTH_TUI_MANUAL_TEXT_H

enum manual_kind {
	BLOCK_END,
	BLOCK_HEADING,
	BLOCK_TEXT,
	BLOCK_ROW,
	BLOCK_LINES,
	/* What the tables say. */
	BLOCK_OPTIONS,     /* of the topic's command */
	BLOCK_KEYS,        /* of the console */
	BLOCK_CONFIG_KEYS, /* of config.json */
	BLOCK_FIELDS,      /* of config.json, berth.json and presets */
	BLOCK_KINDS,       /* of targets, with their keys */
	BLOCK_PRESET_KEYS,
	BLOCK_ACTIONS, /* by their names in the configuration */
	BLOCK_THEMES,
	BLOCK_VARIABLES, /* of the environment, one a field */
};

struct manual_block {
	enum manual_kind kind;
	const char *text;
	const char *term; /* of a row */
};

/* Each ends with BLOCK_END. */
extern const struct manual_block manual_console[], manual_deploy[], manual_watch[], manual_list[],
	manual_ports[], manual_act[], manual_logs[], manual_replay[], manual_detect[],
	manual_generate[], manual_doctor[], manual_completion[], manual_help[], manual_demo[],
	manual_keys[], manual_config[], manual_environment[], manual_files[], manual_history[],
	manual_recover[];

#endif
