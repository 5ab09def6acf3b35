#!/bin/sh
# A Mist server's floods through berth, and through the least that could read them:
#
#   tests/bench/mist.sh BUILD_DIR [MESSAGES [LOG_MB]]
#
# A live stream: CPU seconds of the readers alone, beside a reader of wslay that only counts. A
# deployment that is over: the time to the first screen of its log, beside curl of the same address.
# Medians of a few runs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
messages=${2:-200000}
log_mb=${3:-50}
runs=5
work=$(mktemp -d)
servers=

end() {
	for server in $servers; do kill "$server" 2>/dev/null || :; done
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

cc -O2 -D_GNU_SOURCE -I"$here/../../engine" -I"$here/../../include" -o "$work/server" \
	"$here/mist_server.c" "$here/../../engine/base/sha1.c"
cc -O2 -D_GNU_SOURCE -o "$work/wslay" "$here/wslay_reader.c" -lwslay -ljansson

# serve NAME ARGUMENTS: its address goes to $work/NAME.
serve() {
	name=$1
	shift
	"$work/server" "$@" >"$work/$name" &
	servers="$servers $!"
	until [ -s "$work/$name" ]; do sleep 0.05; done
}

serve flood flood "$messages"
serve finished finished $((log_mb * 1000000))
flood=$(cat "$work/flood") finished=$(cat "$work/finished")
mkdir -p "$work/config/berth"
cat >"$work/config/berth/config.json" <<JSON
{ "targets": { "live": { "kind": "mist", "url": "$flood", "token_env": "MIST_TOKEN" },
               "over": { "kind": "mist", "url": "$finished", "token_env": "MIST_TOKEN" } } }
JSON
export XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state" MIST_TOKEN=bench-token

by_berth() { "$build/tui/berth" watch live 456 --output json >"$work/out"; }
by_wslay() { "$work/wslay" "${flood##*:}" "$messages" >"$work/out"; }
by_lines() { "$work/wslay" "${flood##*:}" "$messages" lines >"$work/out"; }

# cpu WAY: user and system seconds of it and of all it starts.
cpu() {
	(
		"by_$1" || exit 1
		times
	) | tail -n 1 | tr 'ms' '  ' | awk '{ print $1 * 60 + $2 + $3 * 60 + $4 }'
}

median() { sort -n "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"; }

for run in $(seq 0 $runs); do
	for way in berth wslay lines; do
		used=$(cpu "$way")
		# The first round warms up.
		[ "$run" = 0 ] || echo "$used" >>"$work/$way.cpu"
		[ "$way" != berth ] || [ "$(grep -c '"stream":"stdout"' "$work/out")" = "$messages" ] || {
			echo "mist: berth did not read $messages messages" >&2
			exit 1
		}
	done
done
echo "$messages log messages over a WebSocket: CPU seconds (medians of $runs)"
ours=$(median "$work/berth.cpu")
printf '  %-44s %7.2f s\n' "berth watch --output json >FILE" "$ours"
for way in lines wslay; do
	what="wslay and jansson, the line printed >FILE"
	[ "$way" = lines ] || what="wslay, messages counted"
	theirs=$(median "$work/$way.cpu")
	awk -v what="$what" -v a="$ours" -v b="$theirs" \
		'BEGIN { printf "  %-44s %7.2f s   berth is x %.2f\n", what, b, (b > 0 ? a / b : 0) }'
done

mkfifo "$work/screen"
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { print b - a }'; }

for run in $(seq 0 $runs); do
	began=$(now)
	curl -so /dev/null "$finished/api/deployments/logs?id=456"
	took=$(since "$began")
	[ "$run" = 0 ] || echo "$took" >>"$work/curl.time"
	began=$(now)
	# The first screen: 24 lines of it. What comes after is not waited for.
	"$build/tui/berth" watch over 456 >"$work/screen" 2>&1 &
	reader=$!
	sed -n '/Step 23:/q' <"$work/screen"
	took=$(since "$began")
	kill "$reader" 2>/dev/null || :
	wait "$reader" 2>/dev/null || :
	[ "$run" = 0 ] || echo "$took" >>"$work/screen.time"
done
echo "a finished deployment with a log of $log_mb MB: seconds (medians of $runs)"
ours=$(median "$work/screen.time") theirs=$(median "$work/curl.time")
awk -v a="$ours" -v b="$theirs" 'BEGIN {
	printf "  berth watch, to the 24th line      %7.3f s\n", a
	printf "  curl -o /dev/null                  %7.3f s   berth is x %.2f\n", b, (b > 0 ? a / b : 0) }'
