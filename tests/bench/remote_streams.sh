#!/bin/sh
# 1, 10, 100 and 1,000 streams at 10 events a second each: what an event costs, and a stream; then 10 that are silent.
#
#   tests/bench/remote_streams.sh BUILD_DIR [SECONDS]
# shellcheck disable=SC2154 # from what remote_streams prints
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
seconds=${2:-20}
work=$(mktemp -d)
server=

end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || :
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

# serve MODE...: sets url.
serve() {
	[ -z "$server" ] || kill "$server"
	: >"$work/url"
	"$work/server" "$@" >"$work/url" &
	server=$!
	until [ -s "$work/url" ]; do sleep 0.05; done
	url=$(cat "$work/url")
}

cc -O2 -D_GNU_SOURCE -o "$work/server" "$here/remote_server.c"
serve pace 10 "$seconds"

echo "Streams at 10 events a second each, for $seconds s"
# The first stream pays for what all share: curl, TLS, the loop.
for count in 1 10 100 1000; do
	eval "$("$build/tests/remote_streams" "$url" "$count")"
	[ "$count" != 1 ] || shared=$kb
	awk -v n="$count" -v cpu="$cpu" -v events="$events" -v kb="$kb" -v shared="$shared" 'BEGIN {
		printf "  %5d streams: %6.1f us of CPU an event", n, (events > 0 ? cpu / events * 1e6 : 0)
		if (n >= 100) printf ", %6.1f KiB each further stream", (kb - shared) / (n - 1)
		print ""
	}'
done

serve silent
echo "Open streams that say nothing, for $seconds s"
for count in 10 1000; do
	eval "$("$build/tests/remote_streams" "$url" "$count" "$seconds")"
	awk -v n="$count" -v cpu="$cpu" -v switches="$switches" 'BEGIN {
		printf "  %5d streams: %6.1f ms of CPU, %d context switches\n", n, cpu * 1000, switches
	}'
done
