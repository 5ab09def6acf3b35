#!/bin/sh
# shots.sh BUILD: screenshots/ anew, from real runs of BUILD's console on an engine and a registry of their own.
set -eu

build=$(cd "${1:?usage: shots.sh BUILD}" && pwd)
cd "$(dirname "$0")/../.."
cmake --build "$build" --target berth screens_shots >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

"$build/tests/screens_shots" "$work"
mkdir -p screenshots
for svg in "$work"/*.svg; do
	png=screenshots/$(basename "$svg" .svg).png
	rsvg-convert --zoom 2 --output "$png" "$svg"
	echo "$png"
done
