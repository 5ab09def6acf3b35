#!/bin/sh
# A history of 10,000 runs with 10 GB of logs: opening it, searching names, opening one run, searching all logs next to
# grep. Takes as much of $TMPDIR for a while.
#
#   tests/bench/history.sh BUILD_DIR [RUNS [BYTES_OF_EACH_LOG]]
# shellcheck disable=SC2154 # from what bench_history prints
set -eu

build=$(cd "${1:?usage: history.sh BUILD_DIR [RUNS [BYTES_OF_EACH_LOG]]}" && pwd)
runs=${2:-10000}
bytes=${3:-1000000}
times=99
bench=$build/tests/bench_history
work=$(mktemp -d)
export LC_ALL=C.UTF-8
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

row() { printf '  %-58s %12s %10s %12s\n' "$1" "$2" "$3" "${4-}"; }

milliseconds() { awk -v us="$1" 'BEGIN { printf "%.1f ms", us / 1000 }'; }

# frames MICROSECONDS: of 16 ms each.
frames() { awk -v most="$1" 'BEGIN { printf "%.2f", most / 16000 }'; }

asked() { row "$1" "$(milliseconds "$2")" "$(frames "$3")" "$(milliseconds "$4")"; }

now_us() { echo $(($(date +%s%N) / 1000)); }

by_grep() {
	begun=$(now_us)
	found=$(grep -rhcF 'Connection refused by upstream' "$work/logs" --include='*.log' | awk '{ n += $1 } END { print n }')
	grep_us=$(($(now_us) - begun))
}

"$bench" make "$work" "$runs" "$bytes"
# What was just written is not to be paid for by who asks.
sync
size=$(du -sm "$work/logs" | cut -f1)
echo "A history of $runs runs, $size MiB of logs (median of $times; the longest in frames of 16 ms; the most processor time of one)"
eval "$("$bench" ask "$work" "$times")"
asked "opening it, the newest 200 runs" "$open_us" "$open_most_us" "$open_cpu_us"
asked "the newest 200 again" "$page_us" "$page_most_us" "$page_cpu_us"
asked "searching names, some found" "$names_us" "$names_most_us" "$names_cpu_us"
asked "searching names, none found" "$none_us" "$none_most_us" "$none_cpu_us"
asked "opening one run with its log" "$run_us" "$run_most_us" "$run_cpu_us"
echo "Searching all logs, once each"
eval "$("$bench" search "$work" "Connection refused by upstream")"
by_grep
[ "$found" = "$hits" ] || {
	echo "history.sh: $hits lines found, but grep finds $found" >&2
	exit 1
}
row "berth, $hits lines" "$(milliseconds "$search_us")" ""
row "grep -r" "$(milliseconds "$grep_us")" "x $(awk -v a="$search_us" -v b="$grep_us" 'BEGIN { printf "%.2f", a / b }')"
