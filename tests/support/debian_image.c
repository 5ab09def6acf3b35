#include "support/debian_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAKE_MS (120 * 1000)

/* $1: an empty folder; $2: packages. Directories that are links on a merged /usr are made so. */
static const char script[] =
	"set -eu\n"
	"cd \"$1\"\n"
	"wanted=\"dash coreutils bash $2\"\n"
	"known=\n"
	"while [ -n \"$wanted\" ]; do\n"
	"	next=\n"
	"	for package in $wanted; do\n"
	"		case \" $known \" in *\" $package \"*) continue ;; esac\n"
	"		known=\"$known $package\"\n"
	"		next=\"$next $(dpkg-query -W -f '${Pre-Depends},${Depends}\\n' "
	"\"$package\" |\n"
	"			tr ',|' '\\n\\n' | sed 's/(.*//; s/:any//; s/ //g' | sort -u)\"\n"
	"	done\n"
	"	wanted=\n"
	"	for package in $next; do\n"
	"		dpkg-query -s \"$package\" 2>/dev/null | grep -q '^Status:.* installed' "
	"&&\n"
	"			wanted=\"$wanted $package\"\n"
	"	done\n"
	"done\n"
	"mkdir -p root/usr/bin root/usr/sbin root/usr/lib root/usr/lib64 root/etc root/tmp "
	"root/app\n"
	"chmod 1777 root/tmp\n"
	"for name in bin sbin lib lib64; do ln -s usr/$name root/$name; done\n"
	"dpkg-query -L $known | sort -u |\n"
	"	sed -E 's#^/(bin|sbin|lib|lib64)/#/usr/\\1/#; s#^/##' |\n"
	"	grep -E '^(usr/(bin|sbin|lib|lib64|share/nodejs)|etc/python|var/lib/gems|etc/ssl)' "
	"| sort -u |\n"
	"	while read -r file; do\n"
	"		if [ -L \"/$file\" ] || [ -f \"/$file\" ]; then echo \"$file\"; fi\n"
	"	done >files\n"
	"tar -C / --no-recursion -cf - -T files | tar -C root -xf -\n"
	"printf 'root:x:0:0::/:/bin/sh\\nnode:x:1000:1000::/tmp:/bin/sh\\n' >root/etc/passwd\n"
	"printf 'root:x:0:\\nnode:x:1000:\\n' >root/etc/group\n"
	"[ -e root/usr/bin/python ] || ln -s python3 root/usr/bin/python\n"
	"printf '%s\\n' $known >root/etc/there\n"
	"cat >root/usr/bin/apt-get <<'END'\n"
	"#!/bin/sh\n"
	"[ \"$1\" = update ] && exit 0\n"
	"[ \"$1\" = install ] || exit 100\n"
	"shift\n"
	"for word; do\n"
	"	case $word in -*) continue ;; esac\n"
	"	found=\n"
	"	while read -r name; do [ \"$name\" = \"$word\" ] && found=1; done </etc/there\n"
	"	[ -n \"$found\" ] || { echo \"E: Unable to locate package $word\" >&2; exit 100; "
	"}\n"
	"done\n"
	"END\n"
	"rm -f root/usr/bin/npm\n"
	"cat >root/usr/bin/npm <<'END'\n"
	"#!/bin/sh\n"
	"[ \"$*\" = 'ci --omit=dev' ] || { echo \"npm: not here: $*\" >&2; exit 1; }\n"
	"[ -e package-lock.json ] || { echo 'npm: nothing is locked' >&2; exit 1; }\n"
	"END\n"
	"chmod 755 root/usr/bin/apt-get root/usr/bin/npm\n"
	"tar -C root -cf image.tar .\n";

static int import(const struct dockerd *dockerd, const char *folder, const char *const names[],
	const char *change)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/image.tar", folder);
	if (dockerd_docker(dockerd,
		    WORDS("import", "--change", change ? change : "CMD [\"/bin/sh\"]", path,
			    names[0]),
		    NULL))
		return -1;
	for (size_t i = 1; names[i]; i++)
		if (dockerd_docker(dockerd, WORDS("tag", names[0], names[i]), NULL))
			return -1;
	return 0;
}

int debian_image_make(const struct dockerd *dockerd, const char *const names[],
	const char *packages, const char *change)
{
	char folder[] = "/tmp/berth-image-XXXXXX";
	int status = -1;

	if (!mkdtemp(folder)) {
		perror("mkdtemp");
		return -1;
	}
	if (process_run(WORDS("sh", "-c", script, "sh", folder, packages),
		    &(const struct process_options){.env = WORDS("LC_ALL=C")}, MAKE_MS, NULL) == 0)
		status = import(dockerd, folder, names, change);
	process_run(WORDS("rm", "-rf", folder), NULL, MAKE_MS, NULL);
	return status;
}
