#!/bin/sh
# Run by bench_engine: DOCKER_HOST leads to its engine.
# shellcheck disable=SC2154 # from screen.sh, and from what bench_screen prints
set -eu

runs=5
lines=200000
keys=300
drops=30
berth=$build/tui/berth
screen=$build/tests/bench_screen
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

# median FILE: of the numbers in it, one a line.
median() { sort -n "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'; }

row() { printf '  %-58s %12s %10s\n' "$1" "$2" "$3"; }

milliseconds() { awk -v us="$1" 'BEGIN { printf "%.1f ms", us / 1000 }'; }

# It says "listening", and the rest when it gets SIGUSR1.
make_image() {
	mkdir -p "$work/root/bin"
	cp "$(command -v busybox)" "$work/root/bin/busybox"
	for name in sh awk sleep; do
		ln -s busybox "$work/root/bin/$name"
	done
	cat >"$work/root/bin/talk" <<'SH'
#!/bin/sh
trap 'exit 0' TERM
trap : USR1
echo listening
sleep 100000 &
wait
line='%07d request GET /api/v1/things/%d answered 200 in %d ms\n'
case $KIND in
flood) awk "BEGIN { for (i = 1; i <= $LINES; i++) printf \"$line\", i, i * 7919 % 65536, i % 97 }" ;;
drip) for i in $(seq "$LINES"); do
	echo "drop $i of a log that goes on and on, one a second"
	[ "$i" -le "$AT_ONCE" ] || sleep 1
done ;;
esac
echo '### all said ###'
wait
SH
	ln -s busybox "$work/root/bin/seq"
	chmod +x "$work/root/bin/talk"
	tar -C "$work/root" -c . | docker import --change 'CMD ["/bin/talk"]' - talk:1 >/dev/null
}

# A shell in front would take the signal.
trigger="kill -USR1 \$(docker inspect -f '{{.State.Pid}}' talk)"

forget() { docker rm -f talk >/dev/null 2>&1 || :; }

console() { "$screen" "$@" "$berth" --no-mouse --image talk:1 --name talk --container talk $kind; }

by_docker() {
	forget
	# shellcheck disable=SC2086 # options
	docker run -d --name talk $kind talk:1 >/dev/null
	"$screen" pipe "$trigger" 'all said' docker logs -f talk
}

# The container as the console sees it, and as docker sees it, by turns.
measure_flood() {
	kind="--env KIND=flood --env LINES=$lines"
	for run in $(seq 0 $runs); do
		for way in "24 80" "40 120" docker; do
			forget
			# shellcheck disable=SC2086 # rows and columns
			case $way in
			docker) eval "$(by_docker)" ;;
			*) eval "$(console last $way "$trigger" 'all said')" ;;
			esac
			# The first round warms up.
			[ "$run" = 0 ] || {
				echo "$last_us" >>"$work/last.$way"
				echo "$cpu_us" >>"$work/cpu.$way"
				echo "$bytes" >>"$work/bytes.$way"
			}
		done
	done
	echo "A flood of $lines lines of a container, until the last one is there (medians of $runs)"
	last_theirs=$(median "$work/last.docker")
	cpu_theirs=$(median "$work/cpu.docker")
	row "docker logs -f >/dev/null" "$(milliseconds "$last_theirs")" ""
	row "   its CPU" "$(milliseconds "$cpu_theirs")" ""
	for way in "40 120" "24 80"; do
		last_ours=$(median "$work/last.$way")
		cpu_ours=$(median "$work/cpu.$way")
		row "the console's screen, rows and columns $way" "$(milliseconds "$last_ours")" \
			"x $(ratio "$last_ours" "$last_theirs")"
		row "   its CPU, with the log's file" "$(milliseconds "$cpu_ours")" "x $(ratio "$cpu_ours" "$cpu_theirs")"
		row "   bytes written to the terminal" "$(median "$work/bytes.$way")" ""
	done
}

measure_keys() {
	kind="--env KIND=flood --env LINES=100000000"
	forget
	eval "$(console keys $keys "$trigger")"
	echo "From a key to its answer on the screen while such a flood goes on ($keys keys, 120 x 40)"
	row "half of them, at most" "$(milliseconds "$key_us")" ""
	row "99 of 100, at most" "$(milliseconds "$key_99_us")" ""
	row "   without what it waited for a processor" "$(milliseconds "$own_99_us")" ""
	row "all of them, at most" "$(milliseconds "$key_most_us")" ""
}

measure_drip() {
	# The first hundred at once: a pane that is full, and a log that has been going on for a while.
	kind="--env KIND=drip --env AT_ONCE=100 --env LINES=$((132 + drops))"
	forget
	eval "$(console drip $drops "$seconds" "$trigger")"
	# As it is shown: a time, a level, a stage, whose output.
	shown=$(printf '%s' "12:00:00 I health   │ drop 133 of a log that goes on and on, one a second" | wc -c)
	each=$((bytes / drops))
	echo "One line a second (80 x 24, $drops lines)"
	row "bytes to the terminal a line, to its own text's $shown" "$each" "x $(ratio "$each" "$shown")"
	row "lines the terminal scrolled by itself" "$scrolls of $drops" ""
	echo "Nothing any more for $seconds s"
	row "bytes to the terminal" "$idle_bytes" ""
	row "context switches" "$idle_switches" ""
	forget
}

make_image
measure_flood
measure_keys
measure_drip
