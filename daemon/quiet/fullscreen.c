#include "quiet/fullscreen.h"

#include "base/utf8.h"
#include "quiet/browser.h"

static void tell(struct fullscreen *f)
{
	bool counts = f->full && (quiet_browsers_count(f->source.quiet) || !browser_is(f->name));

	quiet_found(&f->source, counts, f->name, NULL);
}

void fullscreen_found(struct fullscreen *f, bool full, const char *name)
{
	f->full = full;
	utf8_copy_line(f->name, sizeof(f->name), name);
	tell(f);
}

void fullscreen_browsers_changed(struct quiet_source *source)
{
	struct fullscreen *f = (struct fullscreen *)source;

	if (f->full)
		tell(f);
}
