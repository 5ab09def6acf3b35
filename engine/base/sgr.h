/* What a colour sequence does to a style; which codes are understood says <berth/style.h>. */
#ifndef BASE_SGR_H
#define BASE_SGR_H

#include <berth/style.h>

/* `parameters` are the bytes between CSI and 'm'. Any bytes of any number are safe. */
void sgr_apply(struct berth_style *style, const char *parameters, size_t len);

#endif
