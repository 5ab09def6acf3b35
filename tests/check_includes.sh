#!/bin/sh
# Fails with file:line where an #include breaks the layers: tui -> include <- engine, and inside the
# engine only downwards. Takes the root of the tree; without it, the working directory.
set -eu
LC_ALL=C
export LC_ALL
cd "${1:-.}"

files=$(find include engine tui -name '*.[ch]' | sort)
if [ -z "$files" ]; then
	echo 'check_includes: no file to check' >&2
	exit 1
fi

# shellcheck disable=SC2086 # names in the tree hold no white space
awk '
BEGIN {
	below["base"] = ""
	below["proto"] = "base"
	below["loop"] = "base"
	below["log"] = "loop base"
	below["store"] = "log loop base"
	below["source"] = "base"
	below["config"] = "base"
	below["detect"] = "config source loop base"
	below["generate"] = "detect config loop base"
	below["docker"] = "proto loop base"
	below["fleet"] = "docker log proto loop base"
	below["image"] = "docker source proto loop base"
	below["compose"] = "docker proto loop base"
	below["git"] = "loop base"
	below["plan"] = "loop base"
	below["journal"] = "store loop base"
	below["target"] = "generate journal image plan docker compose git source proto loop base"
	below["notify"] = "target loop base"
	below["session"] = "notify journal target store log plan docker compose git source proto loop base"
	n = split("assert ctype errno float inttypes limits locale math signal stdalign stdarg " \
		"stdatomic stdbool stddef stdint stdio stdlib string time wchar", name, " ")
	for (i = 1; i <= n; i++)
		libc[name[i] ".h"] = 1
	# A websocket is a connection that curl made: its bytes come and go by curl_easy_recv and _send.
	n = split("engine/loop/net.c engine/loop/xfer.c engine/loop/websocket.c engine/loop/net_internal.h", name, " ")
	for (i = 1; i <= n; i++)
		may_curl[name[i]] = 1
}

function complain(why)
{
	printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0
	bad++
}

function is_public(what)
{
	return what ~ /^berth\/[a-z_]+\.h$/
}

function is_terminal(what)
{
	return what ~ /^(n?cursesw?|ncursesw?\/.*|term|panel|menu|form|tui\/.*)(\.h)?$/
}

function check_public(what, angled)
{
	if (!angled || !(is_public(what) || what in libc))
		complain("a public header includes only <berth/...> and the C library")
}

function check_tui(what, angled)
{
	if (angled) {
		if (what ~ /^(curl|sqlite3|archive|archive_entry)(\/|\.h)/)
			complain("only the engine talks to this library")
		return
	}
	split(what, part, "/")
	if (part[1] in below || what ~ /(^|\/)(engine|\.\.)\//)
		complain("the front end includes an inner header of the engine")
}

function check_engine(what, angled, folder, to)
{
	if (angled) {
		if (is_terminal(what))
			complain("the engine knows no terminal")
		else if (what ~ /^curl\// && !(FILENAME in may_curl))
			complain("only loop/net, loop/xfer and loop/websocket touch curl")
		else if (what == "sqlite3.h" && FILENAME !~ /^engine\/store\//)
			complain("only store/ touches SQLite")
		return
	}
	to = what
	if (sub(/\/.*$/, "", to) == 0 || !(to in below)) {
		complain("not a header of an engine folder")
		return
	}
	split(FILENAME, part, "/")
	folder = part[2]
	if (folder == "engine.c" || folder == to)
		return
	if (folder == "config" && (what == "docker/reference.h" || what == "git/git_url.h"))
		return
	if (!(folder in below))
		complain("a folder that no layer is known of")
	else if (index(" " below[folder] " ", " " to " ") == 0)
		complain(folder " may not include " to)
}

FNR == 1 { checked++ }

/^[ \t]*#[ \t]*include/ {
	what = $0
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", what)
	angled = substr(what, 1, 1) == "<"
	if (!angled && substr(what, 1, 1) != "\"") {
		complain("an include that cannot be checked")
		next
	}
	what = substr(what, 2)
	sub(/[>"].*$/, "", what)
	includes++
	if (!angled && what ~ /^berth\//)
		complain("public headers are included as <berth/...>")
	else if (FILENAME ~ /^include\//)
		check_public(what, angled)
	else if (FILENAME ~ /^tui\//)
		check_tui(what, angled)
	else
		check_engine(what, angled)
}

END {
	printf "check_includes: %d files, %d includes, %d wrong\n", checked, includes, bad
	exit bad > 0 || checked == 0 || includes == 0
}
' $files
