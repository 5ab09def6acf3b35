/*
 * What is known of stacks: stacks/NAME.json, built in, and the user's own of the same name, whose
 * lists come before the built-in ones and whose values replace them; a new name is a new stack.
 *
 * A file holds, all optional:
 *
 *   label         how people call it
 *   sources       endings of its source files, without the dot
 *   marks         names or patterns of files that make a folder below the top one of its own
 *   images        names of images that are of this stack ("node"; with a '/' the whole name)
 *   evidence      list of conditions with "points", and "says" what that means
 *   dependencies  where names of packages stand: "file", "at", "dev" for those of development only,
 *                 "through" another file and place that says what an alias stands for
 *   workspaces    where folders of members stand: "file", "at"
 *   frameworks    list of "name", "when" (a condition), "points", "base": true if another one is
 *                 the better name for it, and everything below, which goes before the stack's
 *   databases     by name: lists of packages, or conditions
 *   values        by name: choices, for {name} in texts
 *   version, manager, port, build, run, health
 *                 choices
 *   environment   by name: a text
 *   exclude       patterns
 *
 * and of its image:
 *
 *   runtime       tags of its base image: "default", the "known" ones, how many "parts" of a
 *                 version make one, the "oldest", "names" that stand for one
 *   dockerfiles   by name: lines. A line is a text, or choices: the first that holds, or none.
 *                 Lines that are filled in: "COPY manifests", "COPY source", "WORKDIR folder" (of
 *                 a member of a workspace), "RUN packages", "ENV", "EXPOSE", "HEALTHCHECK
 *                 COMMAND", "CMD"
 *   image         choices: the name of the Dockerfile
 *   manifests     files that its dependencies are installed from
 *   packages      of Debian, for the image that runs: all that hold
 *   connection    by database: variables, by name: a text with {host}, {port}, {user}, {password},
 *                 {database}, {url}
 *   secrets       variables that need something nobody can guess: a text with {secret}
 *   ignore        patterns of .dockerignore, as they are
 *
 * A condition holds if all of it does: "file" (one of these is there; "*" does not cross folders),
 * and with "at" has that place in it (each step a name or a pattern), with "like" a value of that
 * pattern; "top": also looked for at the top; "needs": one of these packages ("dev": also for
 * development); "manager": it is that one; "member": of a workspace; "image": a Dockerfile of
 * that name or pattern is being made; "database": it needs that one; "sources": so many source
 * files; "any": one of these conditions; "not": none of these.
 *
 * A choice is a text, or a condition with "is". The first that holds is taken. In texts {file},
 * {dir}, {stem}, {module}, {package} and {value} stand for what the condition found, {port} for the
 * port, other names for values; in lines {runtime} for the tag,
 * {path} for the health path, {folder} for its folder, {inner} for "/FOLDER" of a member of a
 * workspace and {outer} for "FOLDER/" of what is none.
 */
#ifndef DETECT_RULES_H
#define DETECT_RULES_H

#include <jansson.h>

#include <berth/error.h>

/* {name: stack}, or NULL with USAGE: file, line, column, what was expected. */
json_t *rules_load(struct berth_error *err);

#endif
