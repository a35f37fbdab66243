#include "notify-screen.h"

#include <string.h>

#include <libnotify/notify.h>

#include "base/cleanup.h"
#include "notify-text.h"

/* In characters. Nobody reads more in a notification, and servers become slow. */
#define TITLE_MAX 200
#define BODY_MAX 2000
/* In what limberd writes: from here on little is lost if a small notification cuts it off. */
#define LIST_BEGINS "\n1. "

struct server {
	bool actions, body, markup;
	bool buttons; /* shows actions where everybody sees them */
};

struct screen {
	const struct screen_sink *sink;
	void *owner;
	bool sound;
	unsigned replaces;
	struct server server;
	NotifyNotification *note; /* owned; set while it is on the screen */
	char *looks;              /* of the note, to leave out what changes nothing */
	char *occasion;           /* shown last */
};

static void drop_message(const char *domain, GLogLevelFlags level, const char *text, gpointer none)
{
	(void)domain;
	(void)level;
	(void)text;
	(void)none;
}

struct screen *screen_new(unsigned replaces, bool sound, const struct screen_sink *sink,
			  void *owner)
{
	struct screen *s = g_new0(struct screen, 1);

	s->sink = sink;
	s->owner = owner;
	s->sound = sound;
	s->replaces = replaces;
	/* What goes wrong is told by return values as well; limberd says it better. */
	g_log_set_handler("libnotify", G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_WARNING, drop_message,
			  NULL);
	notify_init("limber");
	return s;
}

static void forget_note(struct screen *s)
{
	g_clear_object(&s->note);
	g_clear_pointer(&s->looks, g_free);
}

static void on_closed(NotifyNotification *note, gpointer userdata)
{
	struct screen *s = userdata;
	int reason = notify_notification_get_closed_reason(note);

	if (note != s->note)
		return;
	forget_note(s);
	s->sink->closed(s->owner, reason == NOTIFY_CLOSED_REASON_DISMISSED);
}

static void new_note(struct screen *s, const char *summary)
{
	s->note = g_object_new(NOTIFY_TYPE_NOTIFICATION, "summary", summary, "id", (int)s->replaces,
			       NULL);
	s->replaces = 0;
	g_signal_connect(s->note, "closed", G_CALLBACK(on_closed), s);
}

void screen_close(struct screen *s)
{
	/* One that was to be taken over is ours as well. */
	if (!s->note && s->replaces)
		new_note(s, "limber");
	if (s->note)
		(void)notify_notification_close(s->note, NULL);
	forget_note(s);
}

struct screen *screen_free(struct screen *s)
{
	if (!s)
		return NULL;
	screen_close(s);
	notify_uninit();
	g_free(s->occasion);
	g_free(s);
	return NULL;
}

unsigned screen_id(const struct screen *s)
{
	int id = 0;

	if (s->note)
		g_object_get(s->note, "id", &id, NULL);
	return (unsigned)id;
}

/* These take actions, but show them in a menu or by a click of one mouse button only. */
static bool draws_buttons(void)
{
	static const char *const without[] = { "dunst", "mako", "fnott" };
	char *name = NULL;
	bool draws = true;

	if (!notify_get_server_info(&name, NULL, NULL, NULL))
		return false;
	for (size_t i = 0; i < ELEMENTS(without); i++)
		draws &= g_ascii_strcasecmp(name, without[i]) != 0;
	g_free(name);
	return draws;
}

static void learn_server(struct server *server)
{
	GList *names = notify_get_server_caps();

	*server = (struct server){ .actions = false };
	for (GList *i = names; i; i = i->next) {
		server->actions |= !strcmp(i->data, "actions");
		server->body |= !strcmp(i->data, "body");
		server->markup |= !strcmp(i->data, "body-markup");
	}
	g_list_free_full(names, g_free);
	server->buttons = server->actions && draws_buttons();
}

static char *make_summary(const struct screen *s, const struct view *v)
{
	g_autofree char *all = !s->server.body && v->cue && *v->cue
				       ? g_strdup_printf("%s: %s", v->title, v->cue)
				       : g_strdup(v->title);
	char *text = text_clean(all, true, TITLE_MAX);

	/* libnotify refuses a notification without any. */
	if (!*text) {
		g_free(text);
		text = g_strdup("limber");
	}
	return text;
}

/* Adds a line. Texts of others are never markup; `tag` is ours, NULL = none. */
static void add_line(GString *body, bool markup, const char *tag, const char *line)
{
	g_autofree char *escaped = markup ? g_markup_escape_text(line, -1) : NULL;

	if (body->len)
		g_string_append_c(body, '\n');
	if (markup && tag)
		g_string_append_printf(body, "<%s>%s</%s>", tag, escaped, tag);
	else
		g_string_append(body, markup ? escaped : line);
}

static char *make_body(const struct screen *s, const struct view *v, const char *refusal)
{
	g_autofree char *text = text_clean(v->body, false, BODY_MAX);
	GString *body = g_string_new(NULL);
	char *list = s->server.buttons || !v->commands ? NULL : strstr(text, LIST_BEGINS);

	if (!s->server.body)
		return g_string_free(body, FALSE);
	if (list)
		*list++ = '\0';
	add_line(body, s->server.markup, NULL, text);
	if (refusal) {
		g_autofree char *why = text_clean(refusal, true, TITLE_MAX);
		g_autofree char *line = g_strdup_printf("limber: %s", why);

		add_line(body, s->server.markup, "b", line);
	}
	if (!s->server.buttons && v->commands)
		add_line(body, s->server.markup, "i", v->commands);
	if (list)
		add_line(body, s->server.markup, NULL, list);
	return g_string_free(body, FALSE);
}

static char *make_looks(const struct view *v, const char *summary, const char *body)
{
	GString *looks = g_string_new(NULL);

	g_string_printf(looks, "%s\n%d %d %d\n%s\n%s", v->occasion, (int)v->urgency, v->value,
			v->lasts != 0, summary, body);
	for (size_t i = 0; i < v->n_actions; i++)
		g_string_append_printf(looks, "\n%s=%s", v->actions[i].id, v->actions[i].label);
	return g_string_free(looks, FALSE);
}

static void set_hints(struct screen *s, const struct view *v)
{
	static const NotifyUrgency urgencies[] = {
		[VIEW_LOW] = NOTIFY_URGENCY_LOW,
		[VIEW_NORMAL] = NOTIFY_URGENCY_NORMAL,
		[VIEW_CRITICAL] = NOTIFY_URGENCY_CRITICAL,
	};
	bool first = g_strcmp0(v->occasion, s->occasion) != 0;
	NotifyNotification *n = s->note;

	notify_notification_clear_hints(n);
	notify_notification_set_urgency(n, urgencies[v->urgency]);
	notify_notification_set_category(n, v->kind == VIEW_NOTICE ? "x-limber.notice"
								   : "x-limber.break");
	notify_notification_set_hint(n, "desktop-entry", g_variant_new_string("limber"));
	if (s->sound && v->alert && first)
		notify_notification_set_hint(n, "sound-name",
					     g_variant_new_string("message-new-instant"));
	else
		notify_notification_set_hint(n, "suppress-sound", g_variant_new_boolean(TRUE));
	if (v->value >= 0)
		notify_notification_set_hint(n, "value", g_variant_new_int32(v->value));
	/* Where servers know how, a button does not close it: what comes next takes its place. */
	if (v->kind == VIEW_PROMPT || v->kind == VIEW_BREAK)
		notify_notification_set_hint(n, "resident", g_variant_new_boolean(TRUE));
	if (v->kind == VIEW_FAREWELL)
		notify_notification_set_hint(n, "transient", g_variant_new_boolean(TRUE));
}

static void on_action(NotifyNotification *note, char *action, gpointer userdata)
{
	struct screen *s = userdata;

	(void)note;
	s->sink->action(s->owner, action);
}

static void set_actions(struct screen *s, const struct view *v)
{
	notify_notification_clear_actions(s->note);
	if (!s->server.actions)
		return;
	for (size_t i = 0; i < v->n_actions; i++)
		notify_notification_add_action(s->note, v->actions[i].id, v->actions[i].label,
					       on_action, s, NULL);
}

static void set_timeout(struct screen *s, usec_t lasts)
{
	usec_t ms = MIN(lasts / USEC_PER_MSEC + 1, G_MAXINT);

	/* limberd decides how long a break is to be seen, not the server. */
	notify_notification_set_timeout(s->note, lasts ? (int)ms : NOTIFY_EXPIRES_NEVER);
}

bool screen_show(struct screen *s, const struct view *v, const char *refusal, GError **error)
{
	g_autofree char *summary = NULL;
	g_autofree char *body = NULL;
	g_autofree char *looks = NULL;

	/*
	 * Asked for something new, a server that hangs would show it when it goes on, long after we
	 * were killed for that, and nobody would know its number. This question hangs instead.
	 */
	if (!s->note)
		learn_server(&s->server);
	summary = make_summary(s, v);
	body = make_body(s, v, refusal);
	looks = make_looks(v, summary, body);
	if (s->note && !g_strcmp0(looks, s->looks))
		return true;

	if (!s->note)
		new_note(s, summary);
	notify_notification_update(s->note, summary, body, "appointment-soon");
	set_hints(s, v);
	set_actions(s, v);
	set_timeout(s, v->lasts);
	if (!notify_notification_show(s->note, error)) {
		s->replaces = screen_id(s);
		forget_note(s);
		return false;
	}
	g_free(s->looks);
	s->looks = g_steal_pointer(&looks);
	g_free(s->occasion);
	s->occasion = g_strdup(v->occasion);
	return true;
}
