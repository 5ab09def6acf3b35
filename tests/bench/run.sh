#!/bin/sh
# run.sh BUILD_DIR [SECONDS]: what berth costs, next to what does the same without it. Everything is measured in this
# one run, on an engine and a registry of its own; only the ratios mean something on another machine.
# SECONDS (60): how long the idle console is watched.
set -eu

build=$(cd "${1:?usage: run.sh BUILD_DIR [SECONDS]}" && pwd)
export build
export seconds="${2:-60}"
here=$(cd "$(dirname "$0")" && pwd)

# Root is needed for an engine.
if [ "$(id -u)" != 0 ]; then
	exec sudo "$0" "$build" "$seconds"
fi

work=$(mktemp -d)
export work
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

"$build/tests/bench_engine" "$here/measure.sh"
