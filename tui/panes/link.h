/* The state of the stream of a run, said in few words. It is not the state of the deployment. Pure.
 */
#ifndef BERTH_TUI_LINK_H
#define BERTH_TUI_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include <berth/model.h>

/* Does it run on a server, over a stream that can be live, silent or lost? */
bool link_has(const struct berth_run *run);

/* "live", "silent 12 s", "polling", "reconnecting in 4 s (3 of 8)", "lost", "queued". Returns dst.
 */
const char *link_text(const struct berth_run *run, int64_t now_ms, char dst[64]);

#endif
