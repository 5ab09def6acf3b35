/* One blocking GET, to see what a port or a socket answers. */
#ifndef SUPPORT_HTTP_GET_H
#define SUPPORT_HTTP_GET_H

/* The HTTP status, or -1 without an answer. unix_socket may be NULL. *body is malloc'd; body may be
 * NULL. */
int http_get(const char *unix_socket, const char *url, int milliseconds, char **body);

#endif
