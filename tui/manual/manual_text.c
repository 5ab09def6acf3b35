#include "manual/manual_text.h"

const struct manual_block manual_console[] = {
	{BLOCK_TEXT, "The form, the progress and the log of deployments on one screen. It also "
		     "takes the options of 'berth deploy', to fill in the form."},
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"With --linear there is no screen: a command is a line of the input ('help' lists "
		"them; every action of 'berth help config' is one by its name), and what happens "
		"is written below, in the lines of 'berth deploy'. Questions are answered with "
		"their letter and Enter. Nothing is rewritten, coloured or turning; progress is a "
		"line every few seconds. The input may be a pipe or a file: 'wait' holds the next "
		"line back until the deployment has ended, and at the end of the input it waits "
		"for what runs, with the exit status of the last deployment that failed, else 0."},
	{BLOCK_END},
};

const struct manual_block manual_deploy[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"A value comes from its option, else from the environment (BERTH_IMAGE for "
		"--image), from berth.json beside the source, from the profile "
		"(berth/profiles/NAME.json), from berth/config.json, both in $XDG_CONFIG_HOME or "
		"~/.config, from the preset. '--explain' says which. {name} in --container and "
		"--dest stands for the deployment's name."},
	{BLOCK_TEXT, "A target that the configuration calls \"protected\" is deployed to after its "
		     "plan was shown and its name typed; without a terminal --yes is needed, as an "
		     "option or in BERTH_YES. Stopping, restarting and removing want the same."},
	{BLOCK_TEXT, "Ports: 8080:80 publishes 80 of the container as 8080, auto:80 as the next "
		     "free port (from 8080 on; from 8000 + N for N below 1024), :5859 not at all "
		     "but checked inside."},
	{BLOCK_TEXT, "Values of variables are never shown. To keep one off the command line, "
		     "export it and name it alone (--env TOKEN), or use --env-file."},
	{BLOCK_TEXT,
		"--git URL[#REF] builds a clone in place of a folder: REF is a branch, a tag or a "
		"commit. git never asks; a private repository needs a credential helper or an ssh "
		"agent. A source that is run by its own compose file is brought up by docker "
		"compose (or docker-compose), with --env for what the file leaves open."},
	{BLOCK_TEXT,
		"On a deploy server (kind 'fractalic' in the configuration) --folder is a path "
		"over there and --name the script's; --image, --platform, --port "
		"NAME=HOST:CONTAINER and --env are asked of it, whatever it makes of them. After "
		"the result the console shows the container's output only where the target's "
		"'docker_host' names the engine of that host. --timeout closes the stream, which "
		"ends the run there; what it has made stays, and is looked for."},
	{BLOCK_TEXT,
		"On a Mist server (kind 'mist') --name is the app, by name, id or PROJECT/APP, and "
		"nothing else is taken. The deployment goes on over there whether it is followed "
		"or not: --timeout and a lost server leave the outcome unknown. Ctrl-C asks the "
		"server to stop it; many can't."},
	{BLOCK_TEXT,
		"On a Smart Deployment System (kind 'deployer') --folder is the repository's path "
		"over there, --name the repository as the server has it and --repo-id its number, "
		"found by the name where it is not given. The server can't break off a build: "
		"Ctrl-C waits for it and stops what came of it; --timeout leaves it alone, and the "
		"outcome unknown."},
	{BLOCK_TEXT, "With --build the engine makes the image from the folder: by its Dockerfile, "
		     "else by "
		     "one that is made for this build. BuildKit is used where the engine says so; "
		     "DOCKER_BUILDKIT=0 or =1 decides. Variables are not given to the build."},
	{BLOCK_TEXT, "Events go to standard output, complaints to standard error. Ctrl-C cancels "
		     "and puts things back; a second one stops at once and says what may be left. "
		     "SIGHUP, a lost terminal, cancels nothing: it goes on without one, to be seen "
		     "by 'berth watch local NAME' or in the next console."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "deployed, healthy", "0"},
	{BLOCK_ROW, "failed; what was there before is back (or --no-rollback)", "1"},
	{BLOCK_ROW, "the request is wrong: nothing was touched", "2"},
	{BLOCK_ROW, "the target can't be reached or refused the credentials: nothing was touched",
		"3"},
	{BLOCK_ROW, "the outcome is not known", "4"},
	{BLOCK_ROW, "it failed and putting things back failed too: what is left is listed", "5"},
	{BLOCK_ROW, "cancelled; what was there before is back", "130"},
	{BLOCK_END},
};

const struct manual_block manual_replay[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"ID is a run's number, the beginning of its id, or a name: the newest of that "
		"name. FILE is a recording (NAME.events, with its NAME.log beside it), one that "
		"'berth history --export FILE ID' wrote, or the saved output of '--output json'. "
		"Nothing is deployed and nothing can be cancelled."},
	{BLOCK_TEXT,
		"On a terminal it is the console, as fast as it was or --speed times that: Space "
		"pauses, Left and Right go 5 seconds back and on, < and > to a stage, Home and End "
		"to the beginning and the end, - and + change the speed. Else, and with --output, "
		"it is text, at once unless --speed says otherwise; --output json is the record "
		"as it was."},
	{BLOCK_TEXT,
		"Values of variables, tokens and passwords are in no recording: they are taken "
		"out before an event is made."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "it was shown, however the run ended", "0"},
	{BLOCK_ROW, "it could not be read to its end", "1"},
	{BLOCK_ROW, "there is no such run or file, or it is no recording", "2"},
	{BLOCK_END},
};

const struct manual_block manual_watch[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"With TARGET 'local' (or 'demo'), ID is a run of this machine: its number, the "
		"beginning of its id, or a name. It is shown from its first line and, while "
		"another berth runs it, live. It goes on when the watching ends."},
	{BLOCK_TEXT,
		"TARGET is a deploy server of the configuration, ID the deployment's id as the "
		"server gave it. The server is asked for its progress again and again; nothing "
		"else is sent, and Ctrl-C ends the watching only. Not every server can be asked."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_TEXT, "As that deployment ended ('berth help deploy'), and:"},
	{BLOCK_ROW, "the server does not know the id, or can't be asked", "2"},
	{BLOCK_ROW, "the server can't be reached or refused the credentials", "3"},
	{BLOCK_ROW, "how it ended is not known", "4"},
	{BLOCK_END},
};

const struct manual_block manual_list[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"The containers of the engine that carry berth's label, running or not, whoever "
		"started them since. With --output json one object a line: v, deployment_id, name, "
		"container, container_id, image, state, health, exit_code, oom, since, created, "
		"ports."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "they are listed, also if there are none", "0"},
	{BLOCK_ROW, "the request is wrong", "2"},
	{BLOCK_ROW, "the engine can't be reached, or does not list them", "3"},
	{BLOCK_END},
};

const struct manual_block manual_ports[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"Ports that were chosen for --port auto:PORT, and not let go of since. A "
		"deployment "
		"gets the port it had before; berth remove lets go of it. Consoles on one machine "
		"share this record. With --output json one object a line: v, port, protocol, "
		"state, "
		"name, container, container_port, engine, deployment_id, since."},
	{BLOCK_HEADING, "States"},
	{BLOCK_ROW, "its container runs and has it", "in use"},
	{BLOCK_ROW, "its container does not run; the port is kept for it", "free"},
	{BLOCK_ROW, "its container does not run, and somebody else has the port", "taken"},
	{BLOCK_ROW, "there is no such container any more: whoever needs the port gets it", "stale"},
	{BLOCK_ROW, "of an engine that was not asked (--host), or does not answer", "leased"},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "they are listed, also if there are none", "0"},
	{BLOCK_ROW, "the record can't be read", "1"},
	{BLOCK_ROW, "the request is wrong", "2"},
	{BLOCK_END},
};

const struct manual_block manual_act[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"ID is the name of a container or of a deployment, or the id of either; its first "
		"four characters are enough. Where it may be several, they are named and nothing "
		"is done. What berth did not make is left alone."},
	{BLOCK_TEXT,
		"The name of a stack (what a compose file brought up) means all of its services, "
		"the name of a container that one. remove leaves the named volumes of a stack, "
		"unless --volumes is given."},
	{BLOCK_TEXT, "Its process gets the stop timeout of its container to end in peace (10 s, if "
		     "nothing else was said). Afterwards the engine is asked what became of it."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "done", "0"},
	{BLOCK_ROW, "failed, or it was started and ended at once", "1"},
	{BLOCK_ROW, "there is none of that name, or several: nothing was touched", "2"},
	{BLOCK_ROW, "the engine can't be reached: nothing was touched", "3"},
	{BLOCK_ROW, "what became of it is not known", "4"},
	{BLOCK_ROW, "nobody waits for its end any more", "130"},
	{BLOCK_END},
};

const struct manual_block manual_logs[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"ID as in 'berth help stop'. Escape sequences are taken out; with --output json "
		"each line is an event of type log, with the time it came at."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "that was all", "0"},
	{BLOCK_ROW, "it could not be read, or not be written", "1"},
	{BLOCK_ROW, "there is none of that name, or several", "2"},
	{BLOCK_ROW, "the engine can't be reached", "3"},
	{BLOCK_ROW, "the connection broke before its end", "4"},
	{BLOCK_ROW, "cancelled", "130"},
	{BLOCK_END},
};

const struct manual_block manual_history[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"ID is the number of a run, its deployment id or the beginning of it (8 characters "
		"at least), or a name: then the newest run of that name is meant. Without ID, all "
		"runs are listed, newest first."},
	{BLOCK_TEXT,
		"Secrets are not in the record: 'hmac:...' is a fingerprint by which two runs can "
		"be seen to have had the same one."},
	{BLOCK_TEXT,
		"--redeploy and --rollback show what would change, ask for what is not in the "
		"record (the values of variables) and for a yes, and deploy by the image's digest. "
		"They end as 'deploy' does."},
	{BLOCK_TEXT,
		"After each run, those are deleted that are neither among the newest 500 nor "
		"younger than 30 days, and the oldest logs while all together are larger than 2 "
		"GiB. In config.json, with log_mb 0 for no bound:"},
	{BLOCK_LINES, "{ \"history\": { \"runs\": 500, \"days\": 30, \"log_mb\": 2048 } }\n"},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "it was shown, or done", "0"},
	{BLOCK_ROW, "the history can't be read or changed", "1"},
	{BLOCK_ROW, "there is no such run, or the question is wrong", "2"},
	{BLOCK_END},
};

const struct manual_block manual_recover[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"Everything berth does to an engine is written down before it is done. If berth is "
		"killed, the machine goes down, or putting things back fails, this finds what was "
		"in flight, asks the engine what became of it, and does one of three things:"},
	{BLOCK_ROW, "start what was made, see that it is healthy, remove what it replaces",
		"finish"},
	{BLOCK_ROW, "remove what was made; what was there before is back", "put back"},
	{BLOCK_ROW, "forget it; everything stays as it is, and is listed", "leave"},
	{BLOCK_TEXT,
		"In a terminal it asks. With --yes a new container that runs is finished, and put "
		"back should it not be healthy; all else is put back. Otherwise it only lists. The "
		"run's end in the history is the one it has now."},
	{BLOCK_TEXT, "As long as a deployment is in flight, or is not settled, no other one can "
		     "have its "
		     "container: 'berth deploy' then says who has it. One that a process keeps "
		     "without a terminal is cancelled by the console, or by SIGTERM to that "
		     "process."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "nothing is in flight, or all of it is finished and healthy", "0"},
	{BLOCK_ROW, "what was there before is back", "1"},
	{BLOCK_ROW, "what was asked for can't be done: nothing was touched", "2"},
	{BLOCK_ROW, "an engine can't be reached: nothing was touched", "3"},
	{BLOCK_ROW, "something is still in flight", "4"},
	{BLOCK_ROW, "it could not be put back, or it was left: what there is, is listed", "5"},
	{BLOCK_END},
};

const struct manual_block manual_detect[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"Nothing is run and nothing is changed. What the project's own files say is "
		"counted, and each piece of evidence is shown with its points. An existing compose "
		"file or Dockerfile wins over that, and \"detect\" in berth.json over everything:"},
	{BLOCK_LINES, "{ \"detect\": { \"stack\": \"python\", \"internal_port\": 9000 } }\n"},
	{BLOCK_TEXT, "Its keys: stack, framework, folder, internal_port, build_command, "
		     "run_command, health_path, runtime_version, package_manager, databases."},
	{BLOCK_TEXT, "What is known of stacks can be added to: berth/stacks/NAME.json in "
		     "$XDG_CONFIG_HOME or ~/.config, in the form of the ones in the source's "
		     "stacks folder."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "it is known", "0"},
	{BLOCK_ROW, "it is not", "1"},
	{BLOCK_ROW, "there is no such folder, or berth.json or a stack's file is wrong", "2"},
	{BLOCK_ROW, "cancelled", "130"},
	{BLOCK_END},
};

const struct manual_block manual_generate[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"Without --write the files are printed, or what would change in those that "
		"are there. A Dockerfile or compose file of the project's own is used, and none "
		"is generated beside it."},
	{BLOCK_TEXT,
		"The first line of each file says that berth generated it. Once you change one, it "
		"is yours: --write shows the difference and asks, and refuses without a terminal."},
	{BLOCK_TEXT,
		"PostgreSQL, MySQL, MongoDB and Redis that the project needs are in the compose "
		"file. Their passwords are made once and kept in .env.berth, which only you can "
		"read; they are never printed. Ports are published on 127.0.0.1."},
	{BLOCK_TEXT, "With BuildKit or the builder before it: docker compose up --build, or "
		     "docker-compose."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "printed, or written", "0"},
	{BLOCK_ROW, "a file could not be written", "1"},
	{BLOCK_ROW,
		"there is no such folder, nothing is known of it, or a file is somebody's own: "
		"nothing was touched",
		"2"},
	{BLOCK_ROW, "cancelled", "130"},
	{BLOCK_END},
};

const struct manual_block manual_doctor[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT,
		"A deploy server is asked with GET for the routes of a deployment, which starts "
		"nothing: whether it answers, with which certificate, lets these credentials in, "
		"has a stream and can be asked for progress. What only a deployment shows is "
		"noted."},
	{BLOCK_TEXT,
		"With an address as the target (--target http://10.1.2.3:8080) it finds out which "
		"kind of server answers there, says what was asked for and how sure it is, and "
		"what belongs into the configuration."},
	{BLOCK_HEADING, "Exit status"},
	{BLOCK_ROW, "nothing failed", "0"},
	{BLOCK_ROW, "a folder that is needed can't be written", "1"},
	{BLOCK_ROW, "the configuration is wrong", "2"},
	{BLOCK_ROW,
		"the engine or the server can't be reached, refuses the credentials or is no "
		"deploy server",
		"3"},
	{BLOCK_END},
};

const struct manual_block manual_completion[] = {
	{BLOCK_OPTIONS},
	{BLOCK_TEXT, "To have it in every new shell:"},
	{BLOCK_LINES, "berth completion bash > ~/.local/share/bash-completion/completions/berth\n"
		      "berth completion zsh > DIR/_berth    (DIR is one of $fpath)\n"
		      "berth completion fish > ~/.config/fish/completions/berth.fish\n"},
	{BLOCK_TEXT, "The names of targets, presets and profiles are those of the moment: make it "
		     "anew when "
		     "the configuration has others."},
	{BLOCK_END},
};

const struct manual_block manual_help[] = {
	{BLOCK_OPTIONS},
	{BLOCK_END},
};

const struct manual_block manual_demo[] = {
	{BLOCK_TEXT, "The demo target rehearses a deployment inside the program. Nothing is "
		     "touched."},
	{BLOCK_LINES, "berth deploy --target demo --env DEMO_SECONDS=5\n"},
	{BLOCK_TEXT, "Its script comes from the variables of the deployment:"},
	{BLOCK_ROW, "how long the whole takes", "DEMO_SECONDS=N"},
	{BLOCK_ROW, "how many log lines it says", "DEMO_LINES=N"},
	{BLOCK_ROW, "log lines a second; 0: as fast as they can be made", "DEMO_RATE=N"},
	{BLOCK_ROW, "layers of the image it pulls", "DEMO_LAYERS=N"},
	{BLOCK_ROW, "fails in that stage", "DEMO_FAIL=STAGE"},
	{BLOCK_ROW, "stands still in that stage for so long", "DEMO_STALL=STAGE:SECONDS"},
	{BLOCK_ROW, "the same seed gives the same script", "DEMO_SEED=N"},
	{BLOCK_TEXT, "Stages: validating, pulling_image, preparing_files, starting_container, "
		     "copying_files, health_check."},
	{BLOCK_END},
};

const struct manual_block manual_keys[] = {
	{BLOCK_TEXT, "Letters are typed in text fields; their twins work there too."},
	{BLOCK_KEYS},
	{BLOCK_END},
};

const struct manual_block manual_config[] = {
	{BLOCK_TEXT, "berth/config.json in $XDG_CONFIG_HOME, else in ~/.config, is one JSON object "
		     "of one's own targets, defaults and habits. A mistake in it is one error with "
		     "file, line, column and what would be right; nothing is done with half a "
		     "configuration."},
	{BLOCK_LINES, "{\n"
		      "  \"default_target\": \"staging\",\n"
		      "  \"targets\": {\n"
		      "    \"staging\": { \"kind\": \"fractalic\", \"url\": "
		      "\"http://10.1.2.3:8000\",\n"
		      "                 \"token_env\": \"STAGING_TOKEN\" },\n"
		      "    \"edge\":    { \"kind\": \"docker\", \"host\": \"tcp://edge:2375\" }\n"
		      "  },\n"
		      "  \"platform\": \"linux/amd64\"\n"
		      "}\n"},
	{BLOCK_TEXT, "Its own keys:"},
	{BLOCK_CONFIG_KEYS},
	{BLOCK_HEADING, "Values of a deployment"},
	{BLOCK_TEXT, "Any option of 'berth deploy', without its dashes, is a key of config.json "
		     "(but default_target for target) and of berth.json beside the source. A "
		     "repeatable one takes a list, env also an object of names and values. Paths "
		     "are beside the file."},
	{BLOCK_FIELDS},
	{BLOCK_HEADING, "Targets"},
	{BLOCK_TEXT,
		"'local' (Docker) and 'demo' are there without a configuration. An entry of "
		"targets has a kind, which says what else it takes. A secret is named by an "
		"environment variable, a file or a command; written out, it is refused in a file "
		"that others can read. Paths are beside the file."},
	{BLOCK_KINDS},
	{BLOCK_HEADING, "The screen"},
	{BLOCK_LINES, "{\n"
		      "  \"theme\": \"light\",\n"
		      "  \"mouse\": true,\n"
		      "  \"keys\": { \"deploy\": [\"F9\", \"Ctrl-G\"], \"log.wrap\": \"W\", "
		      "\"page-down\": [] }\n"
		      "}\n"},
	{BLOCK_TEXT, "Themes:"},
	{BLOCK_THEMES},
	{BLOCK_TEXT,
		"Keys given to an action take the place of those it has. A key is a character, or "
		"like Ctrl-G, Alt-x, F5, Page Up, Enter, Space, Shift-Tab. Characters are typed in "
		"text fields, so an action that is wanted there needs another key too. The nth key "
		"of choose and of pane is for the nth. A key can't mean two things in one place, "
		"Esc and Ctrl-C stay what they are, and no key both asks a question and answers "
		"it. Actions:"},
	{BLOCK_ACTIONS},
	{BLOCK_HEADING, "Telling others"},
	{BLOCK_LINES, "{\n"
		      "  \"hooks\": {\n"
		      "    \"on_success\": [[\"notify-send\", \"deployed\"]],\n"
		      "    \"webhook\": \"https://hooks.example.com/berth\",\n"
		      "    \"webhook_key_env\": \"HOOK_KEY\"\n"
		      "  }\n"
		      "}\n"},
	{BLOCK_TEXT,
		"on_start, on_success, on_failure and on_cancel are commands, run one after the "
		"other without a shell, each for at most 30 s (timeout). They have the result as "
		"JSON on standard input and BERTH_HOOK, BERTH_DEPLOYMENT_ID, BERTH_NAME, "
		"BERTH_TARGET, BERTH_IMAGE, BERTH_CONTAINER, BERTH_RESULT, BERTH_URL, BERTH_ERROR, "
		"BERTH_HINT, BERTH_STAGE, BERTH_IMAGE_DIGEST, BERTH_DURATION_MS in their "
		"environment, and no secret. Their output is in the log; one that fails is a "
		"warning and changes nothing."},
	{BLOCK_TEXT,
		"The webhook gets the same JSON by POST: X-Berth-Event says which moment, "
		"X-Berth-Delivery is the same in each try, X-Berth-Signature is sha256= and the "
		"HMAC of the body, where webhook_key, _env, _file or _cmd names a key. It is tried "
		"5 times within a minute where that may help, and never sent to another host."},
	{BLOCK_HEADING, "Profiles"},
	{BLOCK_TEXT,
		"A profile is a file of the same keys as berth.json: profiles/NAME.json beside "
		"config.json. The console saves the form as one; of variables it then holds "
		"names only, and takes their values from the environment."},
	{BLOCK_HEADING, "Presets"},
	{BLOCK_TEXT, "A preset is a file of defaults: presets/NAME.json beside config.json."},
	{BLOCK_PRESET_KEYS},
	{BLOCK_END},
};

const struct manual_block manual_environment[] = {
	{BLOCK_TEXT, "Where no option says otherwise. A list is a value a line."},
	{BLOCK_VARIABLES},
	{BLOCK_TEXT, "And:"},
	{BLOCK_ROW, "Docker endpoint, where neither option nor target names one", "DOCKER_HOST"},
	{BLOCK_ROW, "context of the docker command line", "DOCKER_CONTEXT"},
	{BLOCK_ROW, "folder of the docker command line's own configuration", "DOCKER_CONFIG"},
	{BLOCK_ROW,
		"folder of berth/config.json, berth/presets and berth/profiles; ~/.config without "
		"it",
		"XDG_CONFIG_HOME"},
	{BLOCK_ROW, "folder of berth/logs and berth/recall.json; ~/.local/state without it",
		"XDG_STATE_HOME"},
	{BLOCK_ROW,
		"authorities that a server's certificate is checked against, instead of the "
		"system's; SSL_CERT_DIR is the same as a folder",
		"SSL_CERT_FILE"},
	{BLOCK_ROW,
		"proxy that deploy servers are reached through; http_proxy and all_proxy too, and "
		"no_proxy names hosts that need none",
		"https_proxy"},
	{BLOCK_ROW, "not empty: no colours in the console, unless --color says otherwise",
		"NO_COLOR"},
	{BLOCK_ROW, "0: the same, but where CLICOLOR_FORCE is neither empty nor 0", "CLICOLOR"},
	{BLOCK_ROW,
		"file that berth's own doings are appended to, a JSON object a line: calls, "
		"stages, children, times; no bodies, no secrets. As --trace",
		"BERTH_TRACE"},
	{BLOCK_END},
};

const struct manual_block manual_files[] = {
	{BLOCK_ROW, "one's own targets, defaults and habits", "~/.config/berth/config.json"},
	{BLOCK_ROW, "a preset of one's own", "~/.config/berth/presets/NAME.json"},
	{BLOCK_ROW, "values of a deployment under a name", "~/.config/berth/profiles/NAME.json"},
	{BLOCK_ROW, "defaults beside the source", "berth.json"},
	{BLOCK_ROW, "every line of a deployment, one file each", "~/.local/state/berth/logs"},
	{BLOCK_ROW, "what the form offers again: earlier values, of variables the names only",
		"~/.local/state/berth/recall.json"},
	{BLOCK_ROW, "the record of past runs", "~/.local/state/berth/history.db"},
	{BLOCK_ROW, "journals of deployments in flight", "~/.local/state/berth/runs/*.journal"},
	{BLOCK_ROW, "passwords of databases that came up with a project, mode 0600",
		"~/.local/state/berth/stacks/*.env"},
	{BLOCK_END},
};
