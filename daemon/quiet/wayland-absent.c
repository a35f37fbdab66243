/* In the place of wayland-fullscreen.c where limber is built without libwayland-client. */
#include "quiet/fullscreen.h"

#include <errno.h>

static int absent_open(struct quiet_source **ret, struct quiet_watch *q)
{
	(void)ret;
	(void)q;
	return -ENXIO;
}

static struct quiet_source *absent_close(struct quiet_source *source)
{
	(void)source;
	return NULL;
}

const struct quiet_source_type quiet_fullscreen_wayland = {
	.kind = QUIET_KIND_FULLSCREEN,
	.open = absent_open,
	.close = absent_close,
	.nowhere = "no X11 display is known here, and this limber is built without Wayland "
		   "(libwayland-client)",
};
