#!/bin/sh
# 1, 10, 100 and 1,000 streams at 10 events a second each: what an event costs, and a stream.
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

cc -O2 -D_GNU_SOURCE -o "$work/server" "$here/remote_server.c"
"$work/server" pace 10 "$seconds" >"$work/url" &
server=$!
until [ -s "$work/url" ]; do sleep 0.05; done
url=$(cat "$work/url")

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
