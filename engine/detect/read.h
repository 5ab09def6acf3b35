/*
 * Files of projects, each parsed as what it is, all into one kind of tree (JSON values), so that a
 * rule is a file and a way through its tree. Readers are pure: bytes in, tree out. What a reader
 * adds to the plain shape of its format is said beside it.
 *
 * NULL means that the text is not what its name says; the message says why, and where ("line 3").
 */
#ifndef DETECT_READ_H
#define DETECT_READ_H

#include <stddef.h>

#include <jansson.h>

#include <berth/error.h>

enum { READ_MAX_DEPTH = 64 }; /* of nested values, in any format */

typedef json_t *read_fn(const char *text, size_t len, struct berth_error *err);

/* The reader for a file of this path; never NULL: what has none of its own is lines. */
read_fn *read_for(const char *path);

read_fn read_json; /* also with comments and trailing commas, as .jsonc files have them */
read_fn read_toml; /* dates and times as text */
read_fn read_yaml; /* the first document; every scalar is text */
read_fn read_xml;  /* {"project": [{"@attribute": "x", "#": "text", "child": [...]}]} */
read_fn read_ini;  /* {"section": {"key": "value"}}; "key=value" files have no section */

/* {"module", "go", "toolchain", "require": {path: version}, "indirect": {...}, "use": [folder]},
 * of go.mod and go.work. */
read_fn read_go_mod;
/* {"requires": {name: what follows}, "includes": [file]}; names as PEP 503 writes them. */
read_fn read_requirements;
/* That of TOML and, in "requires", the names of [project], Poetry and extras; in "dev" the groups
 * for development. */
read_fn read_pyproject;
/* That of TOML with names in "packages" as PEP 503 writes them. */
read_fn read_pipfile;
read_fn read_setup_cfg; /* that of ini, and "requires" */
/* {"gems": {name: version}, "dev": {...}, "ruby": version} */
read_fn read_gemfile;
/* {"gems": {name: version}, "dependencies": {...}, "ruby": version} */
read_fn read_gemfile_lock;
/* {"plugins": {id: version}, "dependencies": {"group:name": version}, "aliases": {accessor: true},
 * "name", "version", "include": [folder], "java": version}, of Groovy and of Kotlin; what is for
 * tests only is left out */
read_fn read_gradle;
/* {"ids": {"plugins.spring.boot": "org.springframework.boot", "web": "group:name"}} */
read_fn read_catalog;
/* {"dependencies": {"group:name": version}, "plugins", "name", "version", "packaging", "modules",
 * "properties", "java"}; scope test is left out */
read_fn read_pom;
/* {"sdk", "packages": {name: version}, "frameworks": {...}, "properties": {...}} */
read_fn read_msbuild;
read_fn read_prisma;     /* {"provider": "postgresql"} of the datasource */
read_fn read_solution;   /* {"folders": [...]} of the projects */
read_fn read_dockerfile; /* see read_dockerfile.c */
read_fn read_pairs;      /* "key: value", "key value" or "key=value" lines, "#" comments */
read_fn read_lines;      /* {"line": the first that says something} */
/*
 * Source code, no more than what stands at its surface: {"imports": {name: true}, "calls":
 * {"Flask": "app"} and "defines": {"create_app": true} for `app = Flask(...)` and
 * `def create_app(` at the start of a line, "requires": what setup() says it needs, "package",
 * "port": the first number that is handed to what listens}.
 */
read_fn read_python, read_ruby, read_go, read_rust, read_javascript;

/* Put a text into an object; nothing for NULL. */
void read_put(json_t *object, const char *key, const char *text, size_t len);
/* PEP 503: lower case, runs of "-_." as one "-". malloc'd. */
char *read_python_name(const char *text, size_t len);
/* One "name[extra]>=1; marker" of PEP 508 into `requires`; what is none is left out. */
void read_requirement(json_t *requires, const char *text, size_t len);
int read_wrong(struct berth_error *err, unsigned line, const char *what);

#endif
