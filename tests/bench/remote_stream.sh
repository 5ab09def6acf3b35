#!/bin/sh
# One flood of a Fractalic server's events through berth, and through what people use instead:
#
#   tests/bench/remote_stream.sh BUILD_DIR [EVENTS]
#
# CPU seconds of the readers alone (the server's are its own), the median of a few runs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
events=${2:-500000}
runs=5
work=$(mktemp -d)
server=

end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || :
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

cc -O2 -D_GNU_SOURCE -o "$work/server" "$here/remote_server.c"
"$work/server" flood "$events" >"$work/url" &
server=$!
until [ -s "$work/url" ]; do sleep 0.05; done
url=$(cat "$work/url")

mkdir -p "$work/config/berth"
cat >"$work/config/berth/config.json" <<JSON
{ "targets": { "staging": { "kind": "fractalic", "url": "$url" } } }
JSON
export XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state"

cat >"$work/read.mjs" <<'JS'
const decoder = new TextDecoder();
let rest = '', stages = 0;
const response = await fetch(process.argv[2], { method: 'POST' });
for await (const piece of response.body) {
	const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
	rest = lines.pop();
	for (const line of lines)
		if (line.startsWith('data: ') && JSON.parse(line.slice(6)).stage) stages++;
}
console.log(stages);
JS

by_berth() {
	"$build/tui/berth" deploy --target staging --name bench --folder /srv/bench --output json >"$work/out"
}
by_curl() { curl -sN -X POST "$url" >"$work/out"; }
by_jq() { curl -sN -X POST "$url" | sed -n 's/^data: //p' | jq -c .stage >"$work/out"; }
by_node() { node "$work/read.mjs" "$url" >"$work/out"; }

# cpu WAY: user and system seconds of it and of all it starts.
cpu() {
	(
		"by_$1" || exit 1
		times
	) | tail -n 1 | tr 'ms' '  ' | awk '{ print $1 * 60 + $2 + $3 * 60 + $4 }'
}

median() { sort -n "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"; }

ways="berth curl jq"
command -v node >/dev/null && ways="$ways node"
for run in $(seq 0 $runs); do
	for way in $ways; do
		used=$(cpu "$way")
		# The first round warms up.
		[ "$run" = 0 ] || echo "$used" >>"$work/$way"
		case $way in
		berth) lines=$(grep -c '"stream":"server"' "$work/out") wanted=$((events + 1)) ;;
		jq) lines=$(wc -l <"$work/out") wanted=$((events + 1)) ;;
		node) lines=$(cat "$work/out") wanted=$((events + 1)) ;;
		curl) lines=$(grep -c '^data: ' "$work/out") wanted=$((events + 1)) ;;
		esac
		[ "$lines" = "$wanted" ] || {
			echo "remote_stream: $way read $lines events, not $wanted" >&2
			exit 1
		}
	done
done

ours=$(median "$work/berth")
echo "$events events of the recorded shape: CPU seconds (medians of $runs)"
for way in $ways; do
	case $way in
	berth) what="berth deploy --output json >FILE" ;;
	curl) what="curl -sN >FILE" ;;
	jq) what="curl -sN | sed | jq -c .stage" ;;
	node) what="node: fetch, a line splitter, JSON.parse" ;;
	esac
	theirs=$(median "$work/$way")
	awk -v what="$what" -v s="$theirs" -v ours="$ours" \
		'BEGIN { printf "  %-44s %7.2f s   berth is x %.2f\n", what, s, (s > 0 ? ours / s : 0) }'
done
