/* The completions, as the shells themselves show them: each runs in a terminal, Tab is pressed. */
#include "support/console_term.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char config[] = "{\"targets\": {\"staging\": {\"kind\": \"docker\", "
			     "\"host\": \"tcp://127.0.0.1:1\"}}}";

static void write_below(const char *home, const char *path, const char *text)
{
	char whole[512];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", home, path);
	for (char *slash = strchr(whole + strlen(home) + 1, '/'); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(whole, 0755);
		*slash = '/';
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* `command` starts the shell once files and a configuration are there. */
static void open_shell(const char *command)
{
	char script[2048];
	const char *const arguments[] = {"/bin/sh", "-c", script, NULL};

	snprintf(script, sizeof(script), "read go; cd \"$HOME\"; PATH=%.*s:$PATH; %s",
		(int)(strrchr(BERTH_PROGRAM, '/') - BERTH_PROGRAM), BERTH_PROGRAM, command);
	term = term_start(&(struct term_setup){.rows = 24, .columns = 100, .arguments = arguments});
	write_below(term_home(term), "config/berth/config.json", config);
	write_below(term_home(term), "site/index.html", "");
	write_below(term_home(term), "settings.env", "");
	write_below(term_home(term), "config/berth/presets/own.json", "{\"image\": \"web\"}");
	term_send(term, "go\n");
	wait_for("ready>");
}

/* What stands on the line of the prompt after `typed` and Tab; the line is given up afterwards. */
static void complete(const char *typed, const char *wanted)
{
	char line[256];

	snprintf(line, sizeof(line), "%s\t", typed);
	term_send(term, line);
	snprintf(line, sizeof(line), "ready> %s", wanted);
	wait_for(line);
	/* Ctrl-U; Ctrl-L leaves nothing of it on the screen. */
	term_send(term, "\025\014");
	wait_gone(line);
}

static void complete_everything(void)
{
	complete("berth dep", "berth deploy");
	complete("berth completion fi", "berth completion fish");
	complete("berth help envi", "berth help environment");
	complete("berth watch stag", "berth watch staging");
	complete("berth deploy --expl", "berth deploy --explain");
	complete("berth deploy --target stag", "berth deploy --target staging");
	complete("berth deploy --preset ow", "berth deploy --preset own");
	complete("berth deploy --pull miss", "berth deploy --pull missing");
	complete("berth deploy --pull=miss", "berth deploy --pull=missing");
	complete("berth deploy --restart unl", "berth deploy --restart unless-stopped");
	complete("berth deploy --output js", "berth deploy --output json");
	complete("berth deploy --folder si", "berth deploy --folder site");
	complete("berth deploy --env-file sett", "berth deploy --env-file settings.env");
	complete("berth deploy --config-file sett", "berth deploy --config-file settings.env");
	complete("berth --color nev", "berth --color never");
	complete("berth --asc", "berth --ascii");
	complete("berth --folder si", "berth --folder site");
	complete("berth doctor --tar", "berth doctor --target");
}

static void bash_completes(void **state)
{
	(void)state;
	open_shell("cat >rc <<'EOF'\n"
		   "source <(berth completion bash)\n"
		   "PS1='ready> '\n"
		   "EOF\n"
		   "exec bash --noprofile --rcfile rc -i");
	complete_everything();
}

static void zsh_completes(void **state)
{
	(void)state;
	open_shell("cat >.zshrc <<'EOF'\n"
		   "autoload -U compinit; compinit -u -D\n"
		   "source <(berth completion zsh)\n"
		   "PS1='ready> '\n"
		   "EOF\n"
		   "ZDOTDIR=$HOME exec zsh -d -i");
	complete_everything();
}

/* As a file in $fpath, where the first Tab loads it. */
static void zsh_completes_from_a_file(void **state)
{
	(void)state;
	open_shell("mkdir functions; berth completion zsh >functions/_berth\n"
		   "cat >.zshrc <<'EOF'\n"
		   "fpath=($HOME/functions $fpath)\n"
		   "autoload -U compinit; compinit -u -D\n"
		   "PS1='ready> '\n"
		   "EOF\n"
		   "ZDOTDIR=$HOME exec zsh -d -i");
	complete_everything();
}

static void fish_completes(void **state)
{
	(void)state;
	open_shell("mkdir -p config/fish/completions\n"
		   "berth completion fish >config/fish/completions/berth.fish\n"
		   "cat >config/fish/config.fish <<'EOF'\n"
		   "set -g fish_greeting; set -g fish_autosuggestion_enabled 0\n"
		   "function fish_prompt; echo -n 'ready> '; end\n"
		   "EOF\n"
		   "exec fish -i");
	complete_everything();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(bash_completes),
		console_test(zsh_completes),
		console_test(zsh_completes_from_a_file),
		console_test(fish_completes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
