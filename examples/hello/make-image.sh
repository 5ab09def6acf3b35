#!/bin/sh
# Make the local image berth-hello:1: a static busybox whose web server shows /app on port 8080.
set -eu

image=berth-hello:1

fail() {
	printf 'make-image.sh: %s\n' "$1" >&2
	exit 1
}

command -v docker >/dev/null || fail "docker is not installed"
busybox=$(command -v busybox) || fail "busybox is not installed (Debian: apt install busybox-static)"
if ldd "$busybox" >/dev/null 2>&1; then
	fail "$busybox needs libraries that the image has not (Debian: apt install busybox-static)"
fi
"$busybox" --list | grep -qx httpd || fail "$busybox has no httpd (Debian: apt install busybox-static)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

mkdir -p "$work/root/bin" "$work/root/app" "$work/root/tmp"
chmod 755 "$work/root" "$work/root/bin" "$work/root/app"
chmod 1777 "$work/root/tmp"
cp "$busybox" "$work/root/bin/busybox"
for name in sh httpd ls cat ps wget; do
	ln -s busybox "$work/root/bin/$name"
done

# Not a pipe: its status would be that of its last command.
tar -C "$work/root" -cf "$work/image.tar" .

# The shell, because the kernel gives the first process of a container no signal that it has no
# handler for: httpd alone would take every stop's full ten seconds.
docker import \
	--change 'CMD ["/bin/sh", "-c", "trap exit TERM; httpd -f -v -p 8080 -h /app & wait"]' \
	--change 'EXPOSE 8080' \
	- "$image" <"$work/image.tar" >/dev/null || fail "docker could not import the image"

printf 'made %s\n' "$image"
