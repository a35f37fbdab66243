#include <errno.h>
#include <stdlib.h>

#include "sense-media.h"

struct media {
	const struct media_sink *sink; /* borrowed */
	void *owner;                   /* borrowed */
};

int media_new(struct media **ret, const struct media_sink *sink, void *owner)
{
	struct media *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->sink = sink;
	m->owner = owner;
	*ret = m;
	return 0;
}

struct media *media_free(struct media *m)
{
	free(m);
	return NULL;
}

void media_begin(struct media *m)
{
	media_ask(m);
}

int media_fd(const struct media *m)
{
	(void)m;
	return -1;
}

void media_dispatch(struct media *m)
{
	(void)m;
}

void media_ask(struct media *m)
{
	m->sink->answered(m->owner);
}

bool media_find(const struct media *m, enum graph_sign sign, char name[static GRAPH_NAME_MAX])
{
	(void)m;
	(void)sign;
	(void)name;
	return false;
}

const char *media_lack(const struct media *m)
{
	(void)m;
	return "limber was built without PipeWire";
}
