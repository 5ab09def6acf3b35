/* What a container is said to be, in a few words. Pure. */
#ifndef BERTH_TUI_CONTAINER_TEXT_H
#define BERTH_TUI_CONTAINER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/fleet.h>

/* "<1m", "5m", "3h", "40d" since then; "" if `since_ms` is 0. Returns dst. */
char *container_age(char dst[16], int64_t since_ms, int64_t now_ms);
/* Since when: "14:03" of the same day, else "20 Nov", or "2025-11" of another year. "" if
 * `since_ms` is 0. Local time. Returns dst. */
char *container_since(char dst[16], int64_t since_ms, int64_t now_ms);

/* "up 3h, healthy", "exited 137 2d ago, out of memory", "stopping". Returns dst. */
char *container_state(char dst[96], const struct berth_container *container, int64_t now_ms);
/* The same for what stays on a screen: "up since 14:03, healthy" is as true an hour later, and
 * nothing need be painted for it meanwhile. */
char *container_state_since(char dst[96], const struct berth_container *container, int64_t now_ms);

/* The same in at most seven columns: "@14:03", "exit 7", "paused". Returns dst. */
char *container_brief(char dst[16], const struct berth_container *container, int64_t now_ms);

/* "8080->80, 5353->53/udp", at most `cap` bytes. Returns dst. */
char *container_ports(char *dst, size_t cap, const struct berth_container *container);

/* It has ended, and neither in failure nor without being asked to: with exit code 0, or by the
 * signal of somebody who stopped it. */
bool container_ended_well(const struct berth_container *container);
bool container_failed(const struct berth_container *container);

/* The name a person gave it: that of the deployment, or of the container. */
const char *container_title(const struct berth_container *container);

#endif
