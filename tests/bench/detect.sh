#!/bin/sh
# tests/bench/detect.sh BUILD_DIR: berth detect on a folder of 200,000 files, next to find in the same run. Both see the
# same warm cache; the median of a few runs, and only the ratio means something on another machine.
set -eu
build=$(cd "${1:?usage: detect.sh BUILD_DIR}" && pwd)
berth=$build/tui/berth
[ -x "$berth" ] || { echo "detect.sh: no $berth" >&2; exit 1; }
runs=7
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export HOME="$work/home" XDG_CONFIG_HOME="$work/home"

# make SHAPE FOLDERS FILES: a project with so many files in so many folders.
make() {
	mkdir -p "$work/$1/src"
	echo '{ "dependencies": { "express": "4" }, "scripts": { "start": "node server.js" } }' >"$work/$1/package.json"
	seq -f "$work/$1/src/part%05.0f" 1 "$2" | xargs mkdir
	for folder in "$work/$1"/src/part*; do
		(cd "$folder" && seq -f 'file%05.0f.js' 1 "$(($3 / $2))" | xargs touch)
	done
}

# median_of COMMAND...: milliseconds of wall time.
median_of() {
	for _ in $(seq "$runs"); do
		from=$(date +%s%N)
		"$@" >/dev/null
		echo $((($(date +%s%N) - from) / 1000))
	done | sort -n | sed -n "$(((runs + 1) / 2))p"
}

compare() {
	find "$work/$1" >/dev/null
	find_us=$(median_of find "$work/$1" -type f)
	berth_us=$(median_of "$berth" detect "$work/$1")
	"$berth" detect "$work/$1" --output json |
		jq -r --arg shape "$1" --arg find "$find_us" --arg berth "$berth_us" \
			'"detect, 200,000 files, \($shape): berth \(($berth | tonumber) / 1000) ms, find \(($find | tonumber) / 1000) ms, ratio \(($berth | tonumber) / ($find | tonumber) * 100 | round / 100) (aim: at most 1.5); looked at \(.looked_at), \(.stack) \(.confidence_score)"'
}

make wide 2000 200000
make flat 4 200000
compare wide
compare flat
