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
	BLOCK_PLUGINS,
	BLOCK_VARIABLES, /* of the environment, one a field */
};

struct manual_block {
	enum manual_kind kind;
	const char *text;
	const char *term; /* of a row */
};

/* Each ends with BLOCK_END. */
extern const struct manual_block manual_console[];
extern const struct manual_block manual_deploy[];
extern const struct manual_block manual_watch[];
extern const struct manual_block manual_list[];
extern const struct manual_block manual_ports[];
extern const struct manual_block manual_act[];
extern const struct manual_block manual_logs[];
extern const struct manual_block manual_replay[];
extern const struct manual_block manual_detect[];
extern const struct manual_block manual_generate[];
extern const struct manual_block manual_doctor[];
extern const struct manual_block manual_completion[];
extern const struct manual_block manual_help[];
extern const struct manual_block manual_demo[];
extern const struct manual_block manual_keys[];
extern const struct manual_block manual_config[];
extern const struct manual_block manual_environment[];
extern const struct manual_block manual_files[];
extern const struct manual_block manual_history[];
extern const struct manual_block manual_plugins[];
extern const struct manual_block manual_recover[];

#endif
