#!/bin/sh
# Run by bench_engine: DOCKER_HOST, ENGINE_SOCKET and REGISTRY lead to its engine and registry.
# shellcheck disable=SC2154 # from run.sh, and from what bench_pty prints
set -eu

runs=7
berth=$build/tui/berth
pty=$build/tests/bench_pty
hello=$(cd "$(dirname "$0")/../../examples/hello" && pwd)
image=$REGISTRY/bench:1

now_us() { echo $(($(date +%s%N) / 1000)); }

# median FILE: of the numbers in it, one a line.
median() { sort -n "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'; }

milliseconds() { awk -v us="$1" 'BEGIN { printf "%.1f ms", us / 1000 }'; }

row() { printf '  %-48s %18s %8s\n' "$1" "$2" "$3"; }

# --- a whole deployment ---

api() {
	method=$1
	path=$2
	shift 2
	curl -sSf --unix-socket "$ENGINE_SOCKET" -X "$method" "http://localhost/v1.41$path" "$@"
}

answers() { until curl -sf -o /dev/null "http://127.0.0.1:$1/"; do :; done; }

by_berth() {
	"$berth" deploy --folder "$hello" --image "$image" --name bench --port web=auto:8080 \
		--output json >"$work/record"
}

create='{"Image": "'$image'", "ExposedPorts": {"8080/tcp": {}},
	"HostConfig": {"PortBindings": {"8080/tcp": [{"HostPort": "8080"}]}}}'

by_curl() {
	api POST "/images/create?fromImage=${image%:*}&tag=${image##*:}" >/dev/null
	api POST '/containers/create?name=bench' -H 'Content-Type: application/json' -d "$create" -o "$work/created"
	tar -C "$hello" -c index.html |
		api PUT '/containers/bench/archive?path=/app' -H 'Content-Type: application/x-tar' -T -
	api POST /containers/bench/start
	answers 8080
}

by_docker() {
	docker pull -q "$image" >/dev/null
	docker create --name bench -p 8080:8080 "$image" >/dev/null
	docker cp "$hello/index.html" bench:/app/ >/dev/null 2>&1
	docker start bench >/dev/null
	answers 8080
}

# Neither container nor image: the next one pulls all of it.
forget() {
	docker rm -f bench >/dev/null 2>&1 || :
	docker rmi -f "$image" >/dev/null 2>&1 || :
}

measure_deployments() {
	for run in $(seq 0 $runs); do
		for way in berth curl docker; do
			forget
			begun=$(now_us)
			"by_$way"
			# The first round warms up.
			[ "$run" = 0 ] || echo $(($(now_us) - begun)) >>"$work/deploy.$way"
		done
	done
	forget
	ours=$(median "$work/deploy.berth")
	echo "A deployment: pull of an image not there, container, files, start, first answer (medians of $runs)"
	row "berth deploy" "$(milliseconds "$ours")" ""
	for way in curl docker; do
		theirs=$(median "$work/deploy.$way")
		row "the same calls by $way" "$(milliseconds "$theirs")" "x $(ratio "$ours" "$theirs")"
	done
}

# --- the first screen ---

bare() {
	cat >"$work/bare.c" <<'C'
#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	(void)argv;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	CURL *curl = curl_easy_init();
	puts("ready");
	fflush(stdout);
	if (argc > 1)
		pause();
	curl_easy_cleanup(curl);
	return 0;
}
C
	cc -O2 -o "$work/bare" "$work/bare.c" -lcurl
}

first() {
	name=$1
	shift
	first_us=
	eval "$("$pty" first "$@")"
	[ "$run" = 0 ] || echo "$first_us" >>"$work/first.$name"
}

measure_first_screen() {
	cd "$work"
	for run in $(seq 0 $runs); do
		first berth ' quit' "$berth" --folder "$hello"
		first bare '' "$work/bare"
		first docker '' docker ps
	done
	ours=$(median "$work/first.berth")
	echo "From exec to the first whole screen (120 x 40)"
	row "berth" "$(milliseconds "$ours")" ""
	theirs=$(median "$work/first.bare")
	row "a program that only sets libcurl up, to its end" "$(milliseconds "$theirs")" "x $(ratio "$ours" "$theirs")"
	theirs=$(median "$work/first.docker")
	row "docker ps, to its end" "$(milliseconds "$theirs")" "x $(ratio "$ours" "$theirs")"
}

# --- doing nothing ---

idle() {
	name=$1
	shift
	eval "$("$pty" idle "$seconds" "$@")"
	eval "${name}_switches=$((voluntary + involuntary)) ${name}_cpu=$cpu_us ${name}_bytes=$bytes"
	eval "${name}_rss=$rss_kb ${name}_pss=$pss_kb"
}

measure_idle() {
	for number in $(seq 30); do
		docker run -d --name "idle$number" web:1 >/dev/null
	done
	# The last words of the footer.
	idle berth ' quit' "$berth" --folder "$hello"
	idle bare ready "$work/bare" wait
	echo "$seconds s of nothing, with 30 containers running: the console / the bare program, waiting"
	{
		row "context switches" "$berth_switches / $bare_switches" ""
		row "CPU time" "$(milliseconds "$berth_cpu") / $(milliseconds "$bare_cpu")" ""
		row "bytes written to the terminal" "$berth_bytes" ""
		row "RSS" "$berth_rss / $bare_rss kB" "x $(ratio "$berth_rss" "$bare_rss")"
		row "PSS" "$berth_pss / $bare_pss kB" "x $(ratio "$berth_pss" "$bare_pss")"
	}
}

bare
measure_deployments
measure_first_screen
measure_idle
