/* Where the recording of a run is, for a command that has nothing else to do yet. */
#ifndef BERTH_TUI_FIND_RECORDING_H
#define BERTH_TUI_FIND_RECORDING_H

#include <berth/error.h>

/* By number, id or name of a run; malloc'd. NULL: NOT_FOUND says what is not there. Runs a loop of
 * its own until it is known. `request` (may be NULL) gets what the history knows of it, malloc'd.
 */
char *find_recording(const char *id, char **request, struct berth_error *err);

#endif
