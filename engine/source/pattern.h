/* Glob patterns of --include and --exclude. Names are bytes, not characters of a locale. */
#ifndef SOURCE_PATTERN_H
#define SOURCE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A pattern without '/' matches the last part of the path at any depth ("*.pyc", "node_modules");
 * one with '/' matches the whole path from the folder ("docs/page?.md", "/build"); "**" crosses
 * folders; "?" and "[a-z]" "[!a]" are one byte; a trailing '/' matches folders only. '*' and '?' do
 * not match '/', and do match a leading dot.
 */
bool pattern_match(const char *pattern, const char *path, bool is_folder);
bool pattern_match_any(char *const *patterns, size_t count, const char *path, bool is_folder);

#endif
