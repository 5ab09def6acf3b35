#!/bin/sh
# A log of ten million lines: taking it in, jumping about in it, searching it, next to what grep, less and lnav need for
# the same text in the same run. Takes 3 GB of $TMPDIR for a while.
#
#   tests/bench/log.sh BUILD_DIR [LINES]
# shellcheck disable=SC2154 # from what bench_log and bench_pty print
set -eu

build=$(cd "${1:?usage: log.sh BUILD_DIR [LINES]}" && pwd)
count=${2:-10000000}
runs=5
bench=$build/tests/bench_log
pty=$build/tests/bench_pty
work=$(mktemp -d)
# Of all locales the one that most operators have, and the text is the same in.
export LC_ALL=C.UTF-8 HOME="$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

# median FILE: of the numbers in it, one a line.
median() { sort -n "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'; }

row() { printf '  %-58s %12s %10s\n' "$1" "$2" "$3"; }

seconds() { awk -v us="$1" 'BEGIN { printf "%.2f s", us / 1000000 }'; }

now_us() { echo $(($(date +%s%N) / 1000)); }

# other NAME TITLE COMMAND...: the time until it is done, if it is there.
other() {
	name=$1
	title=$2
	shift 2
	if ! command -v "$1" >/dev/null; then
		row "$title" "not installed" ""
		return
	fi
	for _ in 1 2 3; do
		"$name" "$@" >>"$work/$name"
	done
	theirs=$(median "$work/$name")
	row "$title" "$(seconds "$theirs")" "x $(ratio "$ours" "$theirs")"
}

by_grep() {
	begun=$(now_us)
	"$@" >/dev/null || :
	echo $(($(now_us) - begun))
}

by_lnav() { by_grep "$@"; }

# It has arrived when the last line is on the screen, counted or not.
by_less() {
	eval "$("$pty" first "request $((count - 1)) " "$@")"
	echo "$first_us"
}

by_less_counting() { by_less "$@"; }

measure_loading() {
	for run in 1 2 3; do
		eval "$("$bench" load "$work/text" "$work/log")"
		echo "$load_us" >>"$work/load"
	done
	ours=$(median "$work/load")
	echo "A log of $lines lines of 110 characters: taking it in, a line at a time (medians of $run)"
	row "as a deployment's lines come, into its file" "$(seconds "$ours")" ""
	other by_lnav "lnav -n -q" lnav -n -q "$work/text"
	other by_less "less +G" less +G "$work/text"
	other by_less_counting "less -N +G, which counts the lines" less -N +G "$work/text"
	row "resident afterwards, at most" "$rss_kb, $rss_most_kb kB" ""
	row "a screen of lines anywhere: median, at most" "$jump_us, $jump_most_us us" ""
}

measure_searches() {
	echo "Searching it, next to grep (medians of $runs)"
	"$bench" search "$work/text" "$work/log" "$runs" | grep -v '_us='
}

"$bench" make "$work/text" "$count"
measure_loading
measure_searches
