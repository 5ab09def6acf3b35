#include "loop/sigpipe.h"

#include <signal.h>

void sigpipe_ignore(void)
{
	struct sigaction now;

	if (sigaction(SIGPIPE, NULL, &now) || now.sa_handler != SIG_DFL)
		return;
	now = (struct sigaction){.sa_handler = SIG_IGN};
	sigemptyset(&now.sa_mask);
	sigaction(SIGPIPE, &now, NULL);
}
