/* The manager: its properties, and the table of its members. */
#include <string.h>

#include "bus/protocol.h"
#include "bus/service-internal.h"

/* clang-format off */
PUT_STATE(put_phase, out_string, phase)
PUT_STATE(put_phase_since, out_u64, phase_since)
PUT_STATE(put_presence, out_string, presence)
PUT_STATE(put_presence_since, out_u64, presence_since)
PUT_STATE(put_posture, out_string, posture)
PUT_STATE(put_reading_until, out_u64, reading_until)
PUT_STATE(put_idle_source, out_string, idle_source)
PUT_STATE(put_next_rule, out_string, next_rule)
PUT_STATE(put_next_due, out_u64, next_due)
PUT_STATE(put_paused_until, out_u64, paused_until)
PUT_STATE(put_snoozes_left, out_u32, snoozes_left)
PUT_STATE(put_level, out_u32, level)
/* clang-format on */

static void put_version(struct out *o, const struct bus_state *state, const void *object)
{
	(void)state;
	(void)object;
	out_string(o, LIMBER_VERSION);
}

static void put_active_today(struct out *o, const struct bus_state *state, const void *object)
{
	(void)object;
	/* It changes all the time: it is answered, and never told as a change. */
	if (o->message)
		out_u64(o, state->active_today);
}

static void put_manager_reasons(struct out *o, const struct bus_state *state, const void *object)
{
	(void)object;
	put_reasons(o, state->reasons, state->n_reasons);
}

static void put_current_break(struct out *o, const struct bus_state *state, const void *object)
{
	char path[PATH_TEXT_MAX];

	(void)object;
	path_of_break(path, state->brk.id);
	out_path(o, path);
}

static void put_problems(struct out *o, const struct bus_state *state, const void *object)
{
	(void)object;
	out_open(o, 'a', "a{sv}");
	for (size_t i = 0; i < state->n_problems; i++) {
		const struct bus_problem *p = &state->problems[i];

		out_open(o, 'a', "{sv}");
		out_entry_string(o, "area", p->area);
		out_entry_string(o, "message", p->message);
		out_entry_string(o, "file", p->file);
		out_entry_u32(o, "line", p->line);
		out_entry_string(o, "section", p->section);
		out_entry_string(o, "key", p->key);
		out_entry_string(o, "hint", p->hint);
		out_entry_bool(o, "warning", p->warning);
		out_close(o);
	}
	out_close(o);
}

static void put_all_resting(struct out *o, const struct bus_resting *resting, size_t n)
{
	out_open(o, 'a', "a{sv}");
	for (size_t i = 0; i < n; i++) {
		out_open(o, 'a', "{sv}");
		out_entry_string(o, "region", resting[i].region);
		out_entry_u64(o, "until_usec", resting[i].until);
		out_close(o);
	}
	out_close(o);
}

static void put_resting(struct out *o, const struct bus_state *state, const void *object)
{
	(void)object;
	put_all_resting(o, state->resting, state->n_resting);
}

static void put_sore(struct out *o, const struct bus_state *state, const void *object)
{
	(void)object;
	put_all_resting(o, state->sore, state->n_sore);
}

static int get_manager(sd_bus *bus, const char *path, const char *interface, const char *name,
		       sd_bus_message *reply, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;

	(void)bus;
	(void)path;
	(void)interface;
	(void)reterr;
	/* A client wants to know how things are: GetAll reads these, too. */
	if (!s->telling && (!strcmp(name, "Phase") || !strcmp(name, "Problems")))
		s->ops->looked_at(s->owner);
	return property_answer(manager_properties, name, s->ops->state(s->owner), NULL, reply);
}

/* clang-format off */
const struct property manager_properties[] = {
	{ "Version",          put_version },
	{ "Phase",            put_phase },
	{ "PhaseSinceUSec",   put_phase_since },
	{ "Presence",         put_presence },
	{ "PresenceSinceUSec", put_presence_since },
	{ "Posture",          put_posture },
	{ "ReadingUntilUSec", put_reading_until },
	{ "IdleSource",       put_idle_source },
	{ "NextRule",         put_next_rule },
	{ "NextDueUSec",      put_next_due },
	{ "Reasons",          put_manager_reasons },
	{ "PausedUntilUSec",  put_paused_until },
	{ "SnoozesLeft",      put_snoozes_left },
	{ "Level",            put_level },
	{ "CurrentBreak",     put_current_break },
	{ "Problems",         put_problems },
	{ "RestingRegions",   put_resting },
	{ "SoreRegions",      put_sore },
	{ "ActiveTodayUSec",  put_active_today },
	{ NULL, NULL },
};

const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Version", "s", get_manager, 0, CONSTANT),
	SD_BUS_PROPERTY("Phase", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("PhaseSinceUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Presence", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("PresenceSinceUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Posture", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("ReadingUntilUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("IdleSource", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("NextRule", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("NextDueUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Reasons", "aa{sv}", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("PausedUntilUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("SnoozesLeft", "u", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Level", "u", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("CurrentBreak", "o", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Problems", "aa{sv}", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("RestingRegions", "aa{sv}", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("SoreRegions", "aa{sv}", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("ActiveTodayUSec", "t", get_manager, 0, ON_DEMAND),
	SD_BUS_METHOD_WITH_ARGS("StartBreak", SD_BUS_ARGS("s", rule), SD_BUS_RESULT("o", break), on_start_break, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Snooze", SD_BUS_ARGS("t", length_usec), SD_BUS_NO_RESULT, on_snooze, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Skip", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_skip, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Finish", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_finish, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Pause", SD_BUS_ARGS("t", until_usec), SD_BUS_NO_RESULT, on_pause, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Resume", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_resume, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetReading", SD_BUS_ARGS("t", until_usec), SD_BUS_NO_RESULT, on_set_reading, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Rested", SD_BUS_ARGS("t", length_usec), SD_BUS_NO_RESULT, on_rested, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetPosture", SD_BUS_ARGS("s", posture), SD_BUS_NO_RESULT, on_set_posture, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Inhibit", SD_BUS_ARGS("s", who, "s", why), SD_BUS_RESULT("h", fd), on_inhibit, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ListInhibitors", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", inhibitors), on_list_inhibitors, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Rate", SD_BUS_ARGS("s", exercise, "s", verdict), SD_BUS_NO_RESULT, on_rate, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("TakeBackHurts", SD_BUS_ARGS("s", exercise), SD_BUS_NO_RESULT, on_take_back_hurts, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ReportSoreness", SD_BUS_ARGS("as", muscles), SD_BUS_RESULT("t", until_usec), on_report_soreness, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("EndSoreness", SD_BUS_ARGS("as", muscles), SD_BUS_NO_RESULT, on_end_soreness, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Consent", SD_BUS_ARGS("b", given), SD_BUS_NO_RESULT, on_consent, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetSafetyText", SD_BUS_ARGS("s", section), SD_BUS_RESULT("s", text), on_get_safety_text, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_reload, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Explain", SD_BUS_ARGS("u", limit), SD_BUS_RESULT("aa{sv}", decisions), on_explain, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ListRules", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", rules), on_list_rules, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ListExercises", SD_BUS_ARGS("a{sv}", filter), SD_BUS_RESULT("aa{sv}", exercises), on_list_exercises, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetExercise", SD_BUS_ARGS("s", id), SD_BUS_RESULT("a{sv}", exercise), on_get_exercise, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Preview", SD_BUS_ARGS("s", rule), SD_BUS_RESULT("aa{sv}", steps), on_preview, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetHistory", SD_BUS_ARGS("a{sv}", query), SD_BUS_RESULT("aa{sv}", breaks), on_get_history, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetActivities", SD_BUS_ARGS("a{sv}", query), SD_BUS_RESULT("aa{sv}", activities), on_get_activities, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetStatistics", SD_BUS_ARGS("s", from_day, "s", to_day), SD_BUS_RESULT("aa{sv}", days), on_get_statistics, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("LogActivity", SD_BUS_ARGS("s", kind, "t", length_usec), SD_BUS_NO_RESULT, on_log_activity, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("RemoveActivity", SD_BUS_ARGS("a{sv}", query), SD_BUS_RESULT("a{sv}", activity), on_remove_activity, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Diagnose", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", findings), on_diagnose, ANYBODY),
	SD_BUS_SIGNAL_WITH_ARGS("BreakDue", SD_BUS_ARGS("o", break, "s", rule), 0),
	SD_BUS_SIGNAL_WITH_ARGS("BreakStarted", SD_BUS_ARGS("o", break, "s", rule), 0),
	SD_BUS_SIGNAL_WITH_ARGS("BreakEnded", SD_BUS_ARGS("o", break, "s", rule, "s", outcome, "t", rested_usec), 0),
	SD_BUS_SIGNAL_WITH_ARGS("Decided", SD_BUS_ARGS("a{sv}", decision), 0),
	SD_BUS_SIGNAL_WITH_ARGS("Reloaded", SD_BUS_NO_ARGS, 0),
	SD_BUS_VTABLE_END,
};
/* clang-format on */
