#include "support/images.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAR_MS (30 * 1000)

/* A first process gets no signal it has no handler for: without the trap every stop would take ten
 * seconds. (The engine takes no STOPSIGNAL at an import.) */
#define SERVE         "trap 'exit 0' TERM; httpd -f -p ${PORT:-8080} -h /app & wait"
#define TELL          "[ -z \\\"$TOKEN\\\" ] || { echo token=$TOKEN; printf %s \\\"$TOKEN\\\" | base64; }; "
#define SHELL(script) "CMD [\"/bin/sh\",\"-c\",\"" script "\"]"
#define WEB           SHELL(TELL SERVE)

static const struct {
	const char *name;
	const char *changes[2];
} images[] = {
	{"web:1", {WEB}},
	{"checked:1", {SHELL("(sleep 0.5; touch /tmp/well) & " SERVE),
			      "HEALTHCHECK --interval=100ms --retries=100 CMD test -e /tmp/well"}},
	{"ill:1", {WEB, "HEALTHCHECK --interval=100ms --retries=2 CMD echo no heartbeat; false"}},
	{"exits:1", {SHELL("echo first line; echo first complaint >&2; echo last line; "
			   "echo last complaint >&2; exit 3")}},
	{"dies:1", {SHELL("echo up; sleep 0.5; echo out of luck >&2; exit 4")}},
	{"user:1", {WEB, "USER 1000:1000"}},
	{"broken:1", {"CMD [\"/bin/nothing-here\"]"}},
};

static const char *const programs[] = {"sh", "ls", "cat", "wget", "nc", "httpd", "sleep", "touch",
	"env", "base64", "printf", "test", "false", "true"};

static int run(const char *const words[])
{
	return process_run(words, NULL, TAR_MS, NULL) == 0 ? 0 : -1;
}

/* FOLDER/NAME with a busybox under these names, and FOLDER/NAME.tar of it. */
static int make_root(
	const char *folder, const char *name, const char *const links[], size_t link_count)
{
	char root[64], path[128], tar[80];

	snprintf(root, sizeof(root), "%s/%s", folder, name);
	snprintf(tar, sizeof(tar), "%s.tar", root);
	snprintf(path, sizeof(path), "%s/bin", root);
	if (mkdir(root, 0755) || mkdir(path, 0755))
		return -1;
	snprintf(path, sizeof(path), "%s/app", root);
	if (mkdir(path, 0755))
		return -1;
	snprintf(path, sizeof(path), "%s/tmp", root);
	if (mkdir(path, 0755) || chmod(path, 01777))
		return -1;
	snprintf(path, sizeof(path), "%s/bin/busybox", root);
	/* Where Debian and others put it. */
	if (run(WORDS("sh", "-c", "cp \"$(command -v busybox)\" \"$1\"", "sh", path)))
		return -1;
	for (size_t i = 0; i < link_count; i++) {
		snprintf(path, sizeof(path), "%s/bin/%s", root, links[i]);
		if (symlink("busybox", path))
			return -1;
	}
	return run(WORDS("tar", "-C", root, "-cf", tar, "."));
}

static int import(const struct dockerd *dockerd, const char *tar, const char *name,
	const char *const changes[2])
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", dockerd->folder, tar);
	return dockerd_docker(dockerd,
		       WORDS("import", "--change", changes[0], "--change",
			       changes[1] ? changes[1] : "EXPOSE 8080", path, name),
		       NULL) == 0
		       ? 0
		       : -1;
}

int images_make(const struct dockerd *dockerd)
{
	static const char *const bare[] = {
		"CMD [\"/bin/httpd\",\"-f\",\"-p\",\"8080\",\"-h\",\"/app\"]", NULL};
	static const char *const only_httpd[] = {"httpd"};

	if (make_root(dockerd->folder, "root", programs, sizeof(programs) / sizeof(programs[0])) ||
		make_root(dockerd->folder, "bare", only_httpd, 1)) {
		perror("images");
		return -1;
	}
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
		if (import(dockerd, "root.tar", images[i].name, images[i].changes))
			return -1;
	return import(dockerd, "bare.tar", "bare:1", bare);
}

static int write_random(const char *path, size_t bytes)
{
	FILE *file = fopen(path, "w");
	char piece[256];

	if (!file)
		return -1;
	for (size_t written = 0; written < bytes; written += sizeof(piece))
		if (getrandom(piece, sizeof(piece), 0) != sizeof(piece) ||
			fwrite(piece, sizeof(piece), 1, file) != 1) {
			fclose(file);
			return -1;
		}
	return fclose(file);
}

static int write_context(const char *folder, int layers, size_t bytes)
{
	char path[96];
	FILE *dockerfile;

	snprintf(path, sizeof(path), "%s/Dockerfile", folder);
	dockerfile = fopen(path, "w");
	if (!dockerfile)
		return -1;
	fputs("FROM web:1\n", dockerfile);
	for (int i = 0; i < layers; i++)
		fprintf(dockerfile, "ADD layer%d /layers/\n", i);
	if (fclose(dockerfile))
		return -1;
	for (int i = 0; i < layers; i++) {
		snprintf(path, sizeof(path), "%s/layer%d", folder, i);
		if (write_random(path, bytes))
			return -1;
	}
	return 0;
}

int images_push(const struct dockerd *dockerd, const char *name, int layers, size_t bytes)
{
	char folder[] = "/tmp/berth-build-XXXXXX", tag[128];
	int status = -1;

	snprintf(tag, sizeof(tag), "127.0.0.1:%d/%s:1", dockerd->registry_port, name);
	if (!mkdtemp(folder)) {
		perror("mkdtemp");
		return -1;
	}
	if (write_context(folder, layers, bytes) == 0 &&
		dockerd_docker(dockerd, WORDS("build", "-q", "-t", tag, folder), NULL) == 0 &&
		dockerd_docker(dockerd, WORDS("push", "-q", tag), NULL) == 0 &&
		dockerd_docker(dockerd, WORDS("rmi", tag), NULL) == 0)
		status = 0;
	run(WORDS("rm", "-rf", folder));
	return status;
}
