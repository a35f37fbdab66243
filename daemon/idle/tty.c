#include "idle/tty.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

/* How late a look may be, so that it can be made when the machine is awake anyway. */
#define LATE_INPUT (3 * USEC_PER_SEC)
#define LATE_PAUSED (15 * USEC_PER_SEC)

/* Looks that are asked for are not made closer to each other. */
#define LOOK_SPACING USEC_PER_SEC

/* The kernel has no more consoles. Of pseudo terminals and of watches on terminals this is ours. */
#define CONSOLES_MAX 63
#define ENTRIES_MAX 4096
#define WATCHED_MAX 64

enum state { STATE_UNKNOWN, STATE_INPUT, STATE_PAUSED };

struct tty {
	struct idle_source source;    /* first: what the picker holds is this */
	sd_event *event;              /* referenced */
	const struct idle_sink *sink; /* borrowed */
	void *owner;                  /* borrowed */
	char *folder;                 /* owned */
	sd_event_source *timer;       /* owned: the next look */

	sd_event_source *watched[WATCHED_MAX]; /* owned: for the end of a pause */
	size_t n_watched;

	enum state state; /* as it was told */
	usec_t threshold;
	usec_t last_look;  /* 0: not yet */
	usec_t last_input; /* at the latest */
	time_t newest;     /* what the terminals said at the last look, by the user's clock */
};

/* What one walk over the terminals has found. */
struct sight {
	size_t n;
	time_t newest; /* 0: nothing before now */
	time_t now;
};

static void closedirp(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

static struct tty *tty_of(struct idle_source *source)
{
	return (struct tty *)source;
}

/* What is to be told of ourselves; the owner hears of it if it is new. */
static void tell(struct tty *t, bool watching, const char *problem, const char *hint)
{
	t->source.hint = hint;
	if (t->source.watching == watching && !strcmp(t->source.problem, problem))
		return;
	t->source.watching = watching;
	(void)snprintf(t->source.problem, sizeof(t->source.problem), "%s", problem);
	t->sink->changed(t->owner);
}

/* The terminals */

static bool is_number(const char *text)
{
	return text[0] && strspn(text, "0123456789") == strlen(text);
}

static int on_touched(sd_event_source *source, const struct inotify_event *touch, void *userdata);

/* Without a watch there are still the looks. */
static void watch(struct tty *t, const char *path)
{
	if (t->n_watched < WATCHED_MAX &&
	    sd_event_add_inotify(t->event, &t->watched[t->n_watched], path, IN_ACCESS | IN_ONESHOT,
				 on_touched, t) >= 0)
		t->n_watched++;
}

static void unwatch(struct tty *t)
{
	while (t->n_watched)
		sd_event_source_disable_unref(t->watched[--t->n_watched]);
}

static void see(struct tty *t, const char *prefix, const char *name, bool and_watch,
		struct sight *sight)
{
	char path[256];
	struct stat st;
	int n = snprintf(path, sizeof(path), "%s/%s%s", t->folder, prefix, name);

	if (n < 0 || (size_t)n >= sizeof(path) || stat(path, &st) < 0 || !S_ISCHR(st.st_mode) ||
	    st.st_uid != getuid())
		return;
	if (and_watch) {
		watch(t, path);
		/* Once more: input may have come before the watch. */
		if (stat(path, &st) < 0)
			return;
	}
	sight->n++;
	/* What is still to come was written before the clock was set back, and says nothing. */
	if (st.st_atim.tv_sec <= sight->now && st.st_atim.tv_sec > sight->newest)
		sight->newest = st.st_atim.tv_sec;
}

static struct sight see_all(struct tty *t, bool and_watch)
{
	struct sight sight = { .now = (time_t)(clock_walltime() / USEC_PER_SEC) };
	CLEANUP(closedirp) DIR *folder = NULL;
	struct dirent *entry;
	char path[256], number[16];

	unwatch(t);
	for (unsigned i = 1; i <= CONSOLES_MAX; i++) {
		(void)snprintf(number, sizeof(number), "%u", i);
		see(t, "tty", number, and_watch, &sight);
	}
	(void)snprintf(path, sizeof(path), "%s/pts", t->folder);
	folder = opendir(path);
	for (size_t i = 0; folder && i < ENTRIES_MAX && (entry = readdir(folder)); i++)
		if (is_number(entry->d_name))
			see(t, "pts/", entry->d_name, and_watch, &sight);
	return sight;
}

/* Pauses and their ends */

/* A time of input by the user's clock stands for the 8 s in which the kernel would not renew it. */
static usec_t span_end(time_t input)
{
	return ((usec_t)(input | 7) + 1) * USEC_PER_SEC;
}

/*
 * Take in what was seen. Whether there was input is told by a time that was not there before, which
 * holds whatever is done to the user's clock; that clock only tells when, since the last look.
 */
static void learn(struct tty *t, const struct sight *sight)
{
	usec_t now = clock_boottime(), last = now;

	if (sight->newest > t->newest) {
		last = usec_sub(now, usec_sub(clock_walltime(), span_end(sight->newest)));
		t->last_input = usec_max(usec_max(last, t->last_look), t->last_input);
	} else if (!t->last_look) {
		t->last_input = now;
	}
	/* Also less, if the clock went back: else nothing would be new until it has caught up. */
	t->newest = sight->newest;
}

static void tell_input(struct tty *t)
{
	unwatch(t);
	if (t->state == STATE_INPUT)
		return;
	t->state = STATE_INPUT;
	t->sink->input(t->owner);
}

static void tell_paused(struct tty *t)
{
	if (t->state == STATE_PAUSED)
		return;
	t->state = STATE_PAUSED;
	t->sink->paused(t->owner, t->last_input);
}

static bool is_pause(const struct tty *t, usec_t before)
{
	/* A pause that was told ends with input and with nothing else. */
	if (t->state == STATE_PAUSED)
		return t->last_input == before;
	return usec_sub(clock_boottime(), t->last_input) >= t->threshold;
}

static void judge(struct tty *t, usec_t before)
{
	struct sight sight;

	if (is_pause(t, before)) {
		sight = see_all(t, true);
		learn(t, &sight);
	}
	if (is_pause(t, before))
		tell_paused(t);
	else
		tell_input(t);
}

static void plan(struct tty *t)
{
	bool input = t->state == STATE_INPUT;
	usec_t at = usec_add(t->last_look, input ? TTY_LOOK_INPUT : TTY_LOOK_PAUSED);

	if (!t->last_look)
		return;
	if (input)
		at = usec_max(at, usec_add(t->last_input, t->threshold));
	(void)sd_event_source_set_time(t->timer, at);
	(void)sd_event_source_set_time_accuracy(t->timer, input ? LATE_INPUT : LATE_PAUSED);
	(void)sd_event_source_set_enabled(t->timer, SD_EVENT_ONESHOT);
}

static int on_touched(sd_event_source *source, const struct inotify_event *touch, void *userdata)
{
	struct tty *t = userdata;

	(void)source;
	if (!(touch->mask & IN_ACCESS) || t->state != STATE_PAUSED)
		return 0;
	t->last_input = clock_boottime();
	tell_input(t);
	plan(t);
	return 0;
}

static void lose(struct tty *t)
{
	unwatch(t);
	t->state = STATE_UNKNOWN;
	tell(t, false, "none of your terminals is open", "limber watches them as soon as one is");
}

static int on_look(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct tty *t = userdata;
	struct sight sight = see_all(t, false);
	usec_t before = t->last_input;

	(void)source;
	(void)usec;
	learn(t, &sight);
	t->last_look = clock_boottime();
	if (sight.n) {
		tell(t, true, "",
		     "terminals do not tell of input: limber looks at them every 15 s");
		judge(t, before);
	} else {
		lose(t);
	}
	plan(t);
	return 0;
}

/* What the picker calls */

/*
 * A login on a console or through ssh says so, to us or to logind. Without a word of it a display
 * may only be unknown to us, on which a terminal's window is a small part of what the user does.
 */
static bool tty_fits(const struct idle_world *world)
{
	const char *type = getenv("XDG_SESSION_TYPE");

	return world->terminal || (type && !strcmp(type, "tty"));
}

static struct idle_source *tty_close(struct idle_source *source)
{
	struct tty *t = tty_of(source);

	if (!source)
		return NULL;
	unwatch(t);
	sd_event_source_disable_unref(t->timer);
	sd_event_unref(t->event);
	free(t->folder);
	free(t);
	return NULL;
}

static void tty_set_threshold(struct idle_source *source, usec_t threshold)
{
	struct tty *t = tty_of(source);

	if (t->threshold == threshold)
		return;
	t->threshold = threshold;
	plan(t);
}

static void tty_check(struct idle_source *source)
{
	struct tty *t = tty_of(source);
	usec_t at = usec_add(t->last_look, LOOK_SPACING);
	usec_t planned = 0;

	if (!t->last_look || sd_event_source_get_time(t->timer, &planned) < 0 || planned <= at)
		return;
	(void)sd_event_source_set_time(t->timer, at);
	(void)sd_event_source_set_time_accuracy(t->timer, LOOK_SPACING);
}

static int tty_init(struct tty *t, const char *folder)
{
	t->source.type = &idle_tty;
	t->source.hint = "";
	t->folder = strdup(folder);
	if (!t->folder)
		return -ENOMEM;
	return sd_event_add_time_relative(t->event, &t->timer, CLOCK_BOOTTIME, 0,
					  10 * USEC_PER_MSEC, on_look, t);
}

int tty_open_in(struct idle_source **ret, const char *folder, const struct idle_world *world,
		usec_t threshold, const struct idle_sink *sink, void *owner)
{
	struct tty *t;
	int r;

	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->event = sd_event_ref(world->event);
	t->sink = sink;
	t->owner = owner;
	t->threshold = threshold;
	r = tty_init(t, folder);
	if (r < 0) {
		tty_close(&t->source);
		return r;
	}
	*ret = &t->source;
	return 0;
}

static int tty_open(struct idle_source **ret, const struct idle_world *world, usec_t threshold,
		    const struct idle_sink *sink, void *owner)
{
	return tty_open_in(ret, "/dev", world, threshold, sink, owner);
}

const struct idle_source_type idle_tty = {
	.name = "tty",
	.fits = tty_fits,
	.open = tty_open,
	.close = tty_close,
	.set_threshold = tty_set_threshold,
	.check = tty_check,
};
