#!/bin/sh
# build.sh BUILD_DIR [RUNS]: images from large contexts, next to the docker command (classic and BuildKit) and to a
# bare `tar c | curl`, on one engine in one run. Medians; only the ratios mean something on another machine.
set -eu

build=$(cd "${1:?usage: build.sh BUILD_DIR [RUNS]}" && pwd)
runs=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)

if [ "$(id -u)" != 0 ]; then
	exec sudo "$0" "$build" "$runs"
fi
if [ -z "${ENGINE_SOCKET-}" ]; then
	exec "$build/tests/bench_engine" "$here/build.sh" "$build" "$runs"
fi

berth=$build/tui/berth
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

now_us() { echo $(($(date +%s%N) / 1000)); }
median() { sort -n "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"; }

# make SHAPE FILES KILOBYTES: a context of so many files, of noise, in folders of a hundred.
make() {
	mkdir -p "$work/$1"
	printf 'FROM web:1\nCOPY . /app\n' >"$work/$1/Dockerfile"
	head -c "$(($2 * $3 * 10))" /dev/urandom >"$work/noise"
	for folder in $(seq "$(($2 / 100))"); do
		mkdir "$work/$1/$folder"
		(cd "$work/$1/$folder" && head -c "$(($3 * 102400))" /dev/urandom | split -b "$(($3 * 1024))" -a 3 - f)
	done
	rm "$work/noise"
}

# The image is removed in between, and with it what the cache would answer and what a client would not send again.
forget() {
	docker image prune -f >/dev/null 2>&1 || :
	docker builder prune -af >/dev/null 2>&1 || :
}

by_berth() {
	DOCKER_BUILDKIT=$2 /usr/bin/time -f %M -o "$work/memory.$1.$2" "$berth" deploy --build --folder "$work/$1" \
		--name bench --health none --output json >"$work/record" || { tail -3 "$work/record"; exit 1; }
	# What the build alone took: from its stage to that of the container.
	jq -rs 'def at: .timestamp | .[:19] + "Z" | fromdateiso8601;
		def ms: at * 1000 + (.timestamp[20:23] | tonumber);
		(map(select(.type == "status" and .stage == "deploying"))[0] | ms) -
		(map(select(.type == "status" and .stage == "building"))[0] | ms)' "$work/record" >>"$work/time.$1.berth$2"
	docker rm -f bench >/dev/null
	docker images -q berth/bench | xargs -r docker rmi -f >/dev/null
}

# A client of today needs a plugin for BuildKit; one of 20.10 does not.
client() {
	if [ "$1" = 0 ] || docker buildx version >/dev/null 2>&1; then
		echo docker
	else
		echo /usr/bin/docker
	fi
}

by_docker() {
	begun=$(now_us)
	DOCKER_BUILDKIT=$2 "$(client "$2")" build -q --no-cache -t "bench:docker" "$work/$1" >/dev/null 2>&1
	echo $((($(now_us) - begun) / 1000)) >>"$work/time.$1.docker$2"
	docker rmi -f bench:docker >/dev/null
}

by_curl() {
	begun=$(now_us)
	tar -C "$work/$1" -c . | curl -sSf --unix-socket "$ENGINE_SOCKET" -H 'Content-Type: application/x-tar' -T - -X POST \
		"http://localhost/v1.41/build?version=$2&t=bench:curl&nocache=1&rm=1" -o "$work/answer"
	echo $((($(now_us) - begun) / 1000)) >>"$work/time.$1.curl$2"
	docker rmi -f bench:curl >/dev/null
}

compare() {
	tar -C "$work/$1" -c . >/dev/null
	for run in $(seq 0 "$runs"); do
		for version in 0 1; do
			for way in berth docker curl; do
				case $way in
				curl) by_curl "$1" $((version + 1)) ;;
				*) "by_$way" "$1" "$version" ;;
				esac
				forget
			done
		done
		# The first round warms up.
		[ "$run" != 0 ] || rm "$work"/time."$1".*
	done
	for version in 0 1; do
		ours=$(median "$work/time.$1.berth$version")
		docker=$(median "$work/time.$1.docker$version")
		curl=$(median "$work/time.$1.curl$((version + 1))")
		name=$([ "$version" = 0 ] && echo classic || echo BuildKit)
		least=$docker
		[ "$curl" -ge "$least" ] || least=$curl
		echo "build, $2, $name: berth $ours ms, docker $docker ms, tar | curl $curl ms, ratio $(awk -v a="$ours" -v b="$least" 'BEGIN { printf "%.2f", a / b }') (aim: at most 1.05); resident $(($(tail -1 "$work/memory.$1.$version") / 1024)) MiB (aim: under 16)"
	done
}

make large 5000 100
compare large '5,000 files of 100 KB'
rm -rf "$work/large"
make small 50000 1
compare small '50,000 files of 1 KB'
