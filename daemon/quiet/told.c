#include "quiet/told.h"

#include <errno.h>
#include <stdlib.h>

static int told_open(struct quiet_source **ret, struct quiet_watch *q,
		     const struct quiet_source_type *type)
{
	struct quiet_source *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->type = type;
	s->quiet = q;
	*ret = s;
	return 0;
}

static int call_open(struct quiet_source **ret, struct quiet_watch *q)
{
	return told_open(ret, q, &quiet_call);
}

static int screencast_open(struct quiet_source **ret, struct quiet_watch *q)
{
	return told_open(ret, q, &quiet_screencast);
}

static struct quiet_source *told_close(struct quiet_source *source)
{
	free(source);
	return NULL;
}

static bool told_ask(struct quiet_source *source)
{
	return quiet_ask_teller(source->quiet);
}

const struct quiet_source_type quiet_call = {
	.kind = QUIET_KIND_CALL,
	.open = call_open,
	.close = told_close,
	.ask = told_ask,
};

const struct quiet_source_type quiet_screencast = {
	.kind = QUIET_KIND_SCREENCAST,
	.open = screencast_open,
	.close = told_close,
	.ask = told_ask,
};
