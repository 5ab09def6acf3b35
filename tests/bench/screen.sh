#!/bin/sh
# A container's log on the console's screen: how far behind it is, what it costs, how long a key takes meanwhile, what
# goes to the terminal; next to `docker logs -f` of the same container in the same run.
#
#   tests/bench/screen.sh BUILD_DIR [SECONDS]
#
# SECONDS (60): how long the console is watched when nothing comes any more.
set -eu

build=$(cd "${1:?usage: screen.sh BUILD_DIR [SECONDS]}" && pwd)
export build
export seconds="${2:-60}"
here=$(cd "$(dirname "$0")" && pwd)

# Root is needed for an engine.
if [ "$(id -u)" != 0 ]; then
	exec sudo "$0" "$build" "$seconds"
fi
exec "$build/tests/bench_engine" "$here/measure_screen.sh"
