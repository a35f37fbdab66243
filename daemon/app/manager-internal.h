/* The manager's inside, for the files of app/ that are parts of it. */
#pragma once

#include "app/held.h"
#include "app/inhibitors.h"
#include "app/manager.h"
#include "app/notices.h"
#include "app/record.h"
#include "app/texts.h"
#include "app/tidy.h"
#include "app/wall.h"
#include "app/zone.h"
#include "base/calendar.h"
#include "bus/service.h"
#include "coach/content.h"
#include "coach/soreness.h"
#include "conf/exercises.h"
#include "conf/settings.h"
#include "core/scheduler.h"
#include "idle/idle.h"
#include "notify/front_end.h"
#include "notify/sense.h"
#include "quiet/quiet.h"
#include "session/session.h"
#include "sim/sentence.h"
#include "store/history.h"

#define EVENTS_MAX 16
#define HISTORY_PROBLEM_MAX 1280
/* Why no prompt is shown: every reason of the core, and the snooze. */
#define REASONS_MAX (QUIET_SIGNS + 7)
/* Details of reasons: those of the signs are there once, the others are at most a few a rule. */
#define DETAILS_MAX (24 * 1024)
#define CLIENT_NAME_MAX 256 /* the bus allows 255 */
/* Settings' problems, one line for those beyond, and one each for idle, session, quiet signs,
 * limber-sense and front end, four for the history. */
#define BUS_PROBLEMS_MAX (PROBLEMS_MAX + 10)

/* The settings in force, swapped in whole. */
struct configuration {
	struct settings settings;
	struct catalog catalog;
	struct problem_list problems;
};

/* What the present break is filled with, beside the core's account of it. */
struct shown_break {
	uint64_t id;            /* 0 = none */
	struct content content; /* by the present catalogue */
	bool recalled;          /* it was filled before a restart, and is shown anew */
	bool stale;             /* it has to be judged when the rules of a reload are in force */
};

/* What the user says that a state which is read late does not change any more. */
enum choice { CHOSE_PAUSE = 1, CHOSE_READING = 2, CHOSE_POSTURE = 4, CHOSE_CONSENT = 8 };

/* What waits to be kept when the history cannot be written: the latest so many. */
#define KEPT_OUTCOMES_MAX 8
#define KEPT_SPELLS_MAX 32
#define KEPT_DAYS_MAX 8

/* A break that is over, with room for what its texts are borrowed from. */
struct kept_outcome {
	struct history_break b;
	char rule[RULE_NAME_MAX + 1];
	char ids[HISTORY_EXERCISES_MAX][EXERCISE_ID_MAX + 1];
	uint32_t regions[HISTORY_EXERCISES_MAX];
	uint8_t sets[HISTORY_EXERCISES_MAX];
};

struct kept_spell {
	int day;
	enum presence presence;
	walltime_t from, to;
};

/* What a day comes to, as far as that is not on the disk yet. */
struct kept_day {
	int day;
	usec_t longest; /* spell of work */
	int64_t screen; /* time at the screen; what counted at first can turn out to be rest */
	usec_t held[HELD_REASONS];
};

/* What can wait. */
enum chore {
	CHORE_FORGET,
	CHORE_TAKE_IN,
	CHORE_LOOK_THROUGH,
	CHORE_BEGIN, /* after the start, and nothing else then */
};

/* The history, and what of it is not on the disk yet. */
struct remember {
	struct history *history;     /* owned */
	char path[HISTORY_PATH_MAX]; /* as it is in the settings */
	char not_moved[512];         /* why it is not where the settings have it; "" = it is */
	sd_event_source *timer;      /* owned */
	sd_event_source *chores;     /* owned; runs when nothing else is to be done */
	enum chore chore;            /* the next one */
	unsigned pieces;             /* of what is let go of, since it was taken in */
	bool ready;                  /* the beginning is over: things may be written */
	bool recalled;     /* what stood there before is known, or there is no place for it */
	bool blank;        /* ... and it was nothing at all */
	usec_t began;      /* when it would have been read */
	struct late *late; /* owned; read since, and not yet told to the core */
	unsigned chosen;   /* enum choice bits: what the user said since the beginning */
	bool due;          /* there is something to keep with this event */
	bool said;         /* ... by the user: it is on the disk before the answer */
	bool news;         /* of what is wrong with it */
	bool told_problem;
	unsigned begun, told_begun; /* history_begun(), as heeded and as told */
	unsigned found;             /* history_found(), as heeded */
	unsigned lost;   /* breaks that there was no room for since it could be written */
	bool state_lost; /* nobody knows where everything stood */
	usec_t kept_at;
	uint64_t noted, kept; /* decisions of the journal, by their numbers */
	uint64_t kept_rows;   /* how many of these are in the present file */
	usec_t kept_hold;     /* the pause's end, as it was kept last */
	struct held held;
	struct kept_outcome outcomes[KEPT_OUTCOMES_MAX];
	size_t n_outcomes;
	struct kept_spell spells[KEPT_SPELLS_MAX];
	size_t n_spells;
	struct kept_day days[KEPT_DAYS_MAX];
	size_t n_days;
	int day; /* the present one */
	int forgot_day;
	enum presence presence; /* that holds */
	usec_t presence_since;  /* 0 = not known */
	usec_t spell;           /* work without a rest on this day, up to there */
	usec_t screen;          /* of the core's count for its day, so much is told of already */
};

/* Names of a day's totals that are more than kept. */
#define TOTAL_LONGEST "longest_usec"
#define TOTAL_SCREEN "screen_usec"

/* Scratch for what the bus reads; all of it renewed by manager_view(). */
struct view {
	struct bus_state state;
	struct bus_rule rules[RULES_MAX];
	struct bus_reason reasons[REASONS_MAX];
	struct bus_reason rule_reasons[RULES_MAX][REASONS_MAX];
	unsigned rule_bits[RULES_MAX]; /* the reasons there, in the order of their bits */
	const char *sign_details[QUIET_SIGNS];
	char details[DETAILS_MAX];
	size_t details_used;
	char sentence[SENTENCE_MAX]; /* of one decision */
	struct bus_problem problems[BUS_PROBLEMS_MAX];
	char dropped[96];
	char history[HISTORY_PROBLEM_MAX];
	struct bus_step steps[ROUTINE_MAX];
	char whys[ROUTINE_MAX][COACH_WHY_MAX];
	char doses[ROUTINE_MAX][DOSE_MAX];
	char title[TITLE_MAX];
	char body[BODY_MAX];
	struct bus_resting resting[REGIONS_COUNT];
	struct soreness sore[MUSCLES_COUNT];
	struct bus_resting soreness[MUSCLES_COUNT];
	struct bus_notice notices[NOTICES_MAX];
	struct bus_action actions[NOTICES_MAX];
};

struct manager {
	sd_event *event;        /* referenced */
	sd_bus *bus;            /* referenced */
	sd_event_source *timer; /* owned, the only one that drives the core */
	struct tidy tidy;
	struct config_paths paths;
	struct config_path_buffers path_buffers;
	struct configuration *config; /* owned */
	struct scheduler scheduler;
	bool welcomed;           /* with this start, as was asked for */
	const char *record_path; /* where to record; borrowed; NULL: nowhere */
	struct record *record;   /* owned; NULL: nothing is recorded */
	struct remember remember;
	struct event queue[EVENTS_MAX];
	size_t n_queued;
	bool draining;
	struct shown_break shown;
	struct routine latest; /* the one that was shown or previewed last */
	uint64_t last_break_id;
	struct coach_memory memory; /* its progress and its gone ones are owned */
	bool front_end_due;         /* what is to be seen has changed */
	bool farewell;              /* ... by a break that ended taken */
	bool asked_quiet;           /* ... and the signs that tell of no change were asked for */
	usec_t asleep_total;        /* CLOCK_BOOTTIME less CLOCK_MONOTONIC, as seen last */
	bool asleep, terminal;      /* logind told us so */
	walltime_t paused_until;    /* as the client said it */
	walltime_t reading_until;
	enum { INPUT_UNKNOWN, INPUT_SEEN, INPUT_PAUSED } input; /* as the source has it */
	usec_t input_since;                                     /* of a pause */
	bool input_doubted; /* the source does not answer, and the core knows of none */
	char pause_client[CLIENT_NAME_MAX]; /* who paused, until its process is known; or "" */
	walltime_t told_next_due;           /* moves under a second are not told */
	struct wall wall;
	struct zone zone;
	struct calendar calendar; /* as the core was told last, if calendar_told */
	bool calendar_told;
	usec_t calendar_due; /* when to look at it again; 0 = with the next event */
	struct inhibitors inhibitors;
	struct inhibitors still; /* who holds what is being done in the present break */
	struct notices notices;
	uint32_t advised; /* the regions that the notice of kind advice names, if there is one */
	struct view view;
	struct diagnosis *diagnosis; /* owned; NULL: none is under way */
	sd_event_source *close_look; /* owned; runs after a diagnosis, NULL before the first */
	struct service *service;
	struct idle *idle;
	struct session *session;
	struct quiet_watch *quiet;
	struct sense *sense;
	struct front_end *front_end;
};

/* Hand an event to the core; its `now` is filled in. Everything that follows from it is done. */
void manager_post(struct manager *m, struct event e);

/* Before the event that is being posted, or after those that are being dealt with. */
void manager_enqueue(struct manager *m, struct event e);

/* Wait for what comes next: what the core, the calendar, notices and a diagnosis want to be told.
 */
void manager_arm(struct manager *m);

/* The same for what scheduler_restore() has answered. */
void manager_restored(struct manager *m, const struct effects *effects);
/* Only what ended is kept of it: nothing else goes on. */
void manager_restored_ends(struct manager *m, const struct effects *effects);

/* Something readable changed that the core knows nothing of. */
void manager_tell(struct manager *m);

/* What a rule that was called so, or the present break of it, is called. */
const char *manager_rule_name(const struct manager *m, int rule);

/* coaching.c: the coach, and what it remembers ---------------------------------------------------
 */

/* A new user's memory; `seed` settles ties. -ENOMEM. */
int manager_new_memory(struct manager *m, uint64_t seed);
/* Release what the memory holds. */
void manager_free_memory(struct coach_memory *memory);
/* Room for so many more exercises that are gone; as many as may be kept, and as memory lasts. */
void manager_room_for_gone(struct coach_memory *memory, size_t more);

/* What the coach has to go by, as of now; its memory is told of the day. */
struct coach manager_coach(struct manager *m);

/* The exercises for a break of the rule, so long; nothing is remembered of it. */
void manager_propose(struct manager *m, int rule, usec_t length, struct routine *ret);
/* Fill the present break, which has just begun to exist. */
void manager_fill_break(struct manager *m, int rule);
/* It is announced: what it was filled with may not be right any more. */
void manager_judge_break(struct manager *m);
/* The same as it begins: so much was rested unseen. */
void manager_begin_break(struct manager *m, usec_t rested);
/* The same after something else has changed; where it runs, only what must go does. */
void manager_sift_break(struct manager *m);
/* It ran, so long, and is put back, snoozed or gone: what was done of it is remembered. */
void manager_halt_break(struct manager *m, usec_t rested);
/* Its end; `e` is an EFFECT_END and not of a natural one. */
void manager_break_done(struct manager *m, const struct effect *e);
/* There is no break any more. */
void manager_clear_break(struct manager *m);
/* How much of it was rested, as far as that counts for its exercises. */
usec_t manager_rested(const struct effect *e);
/* Another routine for it; false if there is no other. */
bool manager_replace_routine(struct manager *m);
/* What is being done ends now; false if nothing is. */
bool manager_next_exercise(struct manager *m);
/* It stands still until the last copy of *ret_fd is closed, or the break ends. -ENOENT if nothing
 * is being done, or as inhibitors_add(). */
int manager_hold_exercise(struct manager *m, const char *client, int *ret_fd);
/* One of those was closed. `owner` is the manager. */
void manager_exercise_released(void *owner);

/* Take over the memory and the present break's routine for this configuration's catalogue, which is
 * about to be in force. -ENOMEM: then nothing has changed. */
int manager_move_memory(struct manager *m, const struct configuration *now);

/* Why exercise `i` is in the present routine or the one that was shown last; "" if it is not. */
const char *manager_chosen(const struct manager *m, int i, char buffer[static COACH_WHY_MAX]);

/* What the user says of exercise `i`. */
void manager_rate(struct manager *m, int i, enum verdict verdict);
void manager_consent(struct manager *m, bool given);
/* An activity off the desk that has just ended. */
/* ... unless it cannot be kept: then it is as if it was not said, and a negative errno. */
int manager_done_off_desk(struct manager *m, const char *kind, usec_t length);

/* daytime.c: what the clocks say besides that time passes ----------------------------------------
 */

/* Enqueue what has come to pass by now: sleep that nobody told of, another day, other hours. */
void manager_notice_time(struct manager *m, usec_t now);

/* The wall clock was set, or local time is that of another zone. `owner` is the manager. */
void manager_wall_jumped(void *owner);
void manager_zone_changed(void *owner);

/* The user's pause, or reading mode, until m->paused_until or m->reading_until. */
void manager_post_hold(struct manager *m, const char *who);
void manager_post_reading(struct manager *m);

/* signs.c: what the desktop shows ---------------------------------------------------------------
 */

int manager_new_quiet(struct manager *m);

/* Watch for them where the display is now, as the idle source has it. */
int manager_place_quiet(struct manager *m);

/* Watch the signs that some rule, or a notice, would be put off by, as the settings have it. */
int manager_choose_quiet(struct manager *m);

/* What sees the sign, an enum quiet_kind, or -1: limber is not able to. */
int manager_sign_kind(enum quiet sign);
/* Is it one that limber-sense tells of? */
bool manager_is_sensed(enum quiet_kind kind);
/* Is it watched? Not if it makes no difference to any rule. */
bool manager_heeds_sign(const struct manager *m, enum quiet sign);

/*
 * Something may be announced soon, or is to be shown now: look again at signs that tell of no
 * change. True if the answer is worth waiting for; manager_tell() follows.
 */
bool manager_ask_quiet(struct manager *m);

/* welcome.c: the first time of a person ----------------------------------------------------------
 */

/* The history has been read, and this person is `known` from it, or not: welcome them if so. */
void manager_welcome(struct manager *m, bool known);
/* They have seen it. */
void manager_was_welcomed(void);

/* telling.c: notices ----------------------------------------------------------------------------
 */

int manager_tell_welcome(struct manager *m);
/* Say in one notice what is wrong with the settings, or take it back. */
void manager_tell_problems(struct manager *m);
void manager_tell_daily(struct manager *m);
void manager_tell_posture(struct manager *m, enum posture posture);
/* Exercise `i` hurt; `regions`: where that made it three times, REGION_BIT() of each. What is
 * told already of other regions, and not read yet, goes on being told. */
void manager_tell_pain(struct manager *m, int i, uint32_t regions);
/* There was none: what is told of it is not true. */
void manager_untell_pain(struct manager *m, int i);
/* The history was damaged: `what` says what has become of it. */
void manager_tell_damage(struct manager *m, const char *what);
/* Open what may be told by now, take back what is no news any more. */
void manager_update_notices(struct manager *m);
/* When a notice that waits may be told, as far as is known; USEC_NEVER if none or unknown. */
usec_t manager_notices_due(const struct manager *m);

/* remember.c: what goes into the history --------------------------------------------------------
 */

int manager_new_history(struct manager *m);
void manager_free_history(struct manager *m);

/* Other settings are in force: the history is where they have it, if it can be there. What was kept
 * stays in the old file, what is remembered goes to the new one. */
void manager_move_history(struct manager *m);

/* A step of the core is over: to be called before anybody is told of its effects. */
void manager_note(struct manager *m, const struct effects *effects);
/* The user rated an exercise: it is on the disk, with what follows from it, before they are
 * answered.
 */
void manager_note_rating(struct manager *m, const char *exercise, const char *verdict);
/* They did not, since then; a negative errno if that is not on the disk. */
int manager_note_unsaid(struct manager *m, const char *exercise, const char *verdict,
			walltime_t since);
/* The user did that off the desk; the same. A negative errno if it is not on the disk. */
int manager_note_activity(struct manager *m, const char *kind, usec_t length, walltime_t at);
/* That activity was none; the same. */
int manager_note_removed(struct manager *m, const struct history_activity *activity);
/* The user has said that; and before other settings are in force. */
void manager_note_command(struct manager *m, enum event_kind kind);
void manager_note_settings(struct manager *m);
/* An earlier session that is known of only now: what it comes to. Its clock is the present one. */
void manager_note_earlier(struct manager *m, const struct scheduler *earlier,
			  const struct effects *effects, const struct kept_spell *presence);
/* The program stopped at `at` and was gone for so long; what held then had held since `from`. */
void manager_note_restart(struct manager *m, walltime_t from, walltime_t at, usec_t gone);

/* Write down what is not on the disk, and where everything stands; waits for the disk once. */
void manager_keep(struct manager *m);
/* ... if there is reason to, and see to it that there will be; waits only for the user's word. */
void manager_keep_what_is_due(struct manager *m);
/* ... in any case, as of this moment: it may be the last. */
void manager_keep_now(struct manager *m);
/* The file may have been followed by another one: that learns what is known. */
void manager_mind_history(struct manager *m);
/* Soon, when nobody waits for an answer: see to it that the first one does not wait long. */
void manager_begin_log(struct manager *m);
/* A sentence on what is not kept, or NULL; in `buffer`, or borrowed until the next call. */
const char *manager_history_problem(const struct manager *m,
				    char buffer[static HISTORY_PROBLEM_MAX]);
/* Say what is wrong with the history, if that is news. */
void manager_tell_history(struct manager *m);
/* Work without a rest until now. */
usec_t manager_spell(const struct manager *m);

/* keep-days.c: what days come to ------------------------------------------------------------------
 */

/* Where something of that day is added. Good until the next call. */
struct kept_day *manager_kept_day(struct remember *r, int day);
/* What has come to be since the last time belongs to the day that it is on: to the core's, or to
 * that of the history. */
void manager_count_screen(struct manager *m, usec_t now);
void manager_count_held(struct remember *r, usec_t now);
/* The core's count begins anew, or has grown by what is on the disk: nothing has come to be. */
void manager_screen_is(struct manager *m, usec_t now);
/* Between history_begin() and _commit(). */
void manager_put_days(struct remember *r);

/* keep-coach.c: the coach's memory in it ---------------------------------------------------------
 */

/* The file is another one: all of it has to go there. */
void manager_keep_all_memory(struct manager *m);
/* Between history_begin() and _commit(); afterwards, if that went well, it was kept. */
void manager_put_memory(struct manager *m);
void manager_memory_was_kept(struct manager *m);
/* Take it from there, if there is any; below 0 if it cannot be read. */
int manager_recall_memory(struct manager *m);
/* The present file is another one, of which nothing is known yet: heed what hurt there. */
void manager_heed_memory(struct manager *m);
/* The same when something has become known since the start: both are remembered. Below 0:
 * nothing has changed. */
int manager_join_memory(struct manager *m);

/* keep-live.c: where everything stands, beyond what the core knows of it --------------------------
 */

/* state_write()'s text, and what the break is filled with and breaks were held back by. -ENOMEM is
 * the only error; *ret is owned by the caller. */
int manager_write_live(struct manager *m, const char *state, char **ret);
/* The same out of such a text, which was written `gone` ago of a session that had come to `saved`.
 */
void manager_read_live(struct manager *m, const char *text, const struct scheduler *saved,
		       usec_t gone);

/* recall.c: the history at the start -------------------------------------------------------------
 */

/* Go on from where it stood. Without a history nothing changes. */
void manager_recall(struct manager *m);
/*
 * If it could not be read then: try again, before anything is written. True if all of it is known,
 * or there is no place for a history at all; false also if memory is short, and nothing may be
 * written then. The core is told by manager_recall_late_rest(), when no event is being dealt with.
 */
bool manager_recall_late(struct manager *m);
/* Before anything is written: has another file, with a past of its own, come to be in the place? */
void manager_mind_file(struct manager *m);
void manager_recall_late_rest(struct manager *m);
/* A sentence on what that means for the exercises, or NULL; and what to do about it. */
const char *manager_memory_problem(const struct manager *m);
#define STATE_LOST                                                                                 \
	"where everything stood cannot be read in the history: loads, pause and posture begin "    \
	"anew"
#define MEMORY_HINT "see the history; once it can be read everything is as it was"
/* ... and tell the core what cannot be taken from there. */
void manager_recall_rest(struct manager *m);

/* soreness.c: the user is sore ------------------------------------------------------------------
 */

int manager_answer_report_soreness(void *owner, char *const words[], walltime_t *ret_until,
				   struct bus_answer *no);
int manager_answer_end_soreness(void *owner, char *const words[], struct bus_answer *no);

/* past.c: what clients ask of the history --------------------------------------------------------
 */

int manager_answer_past_decisions(void *owner, unsigned limit, struct bus_decision_sink *sink);
int manager_answer_history(void *owner, const struct bus_history_query *query,
			   struct bus_past_sink *sink, struct bus_answer *no);
int manager_answer_activities(void *owner, const struct bus_history_query *query,
			      struct bus_past_sink *sink, struct bus_answer *no);
int manager_answer_statistics(void *owner, const char *from, const char *to,
			      struct bus_past_sink *sink, struct bus_answer *no);
int manager_answer_log_activity(void *owner, const char *kind, usec_t length,
				struct bus_answer *no);
/* Refusals: what is wrong with the history, and what reading it has come to, 0 or a negative errno.
 */
int manager_no_history(const struct manager *m, struct bus_answer *no);
int manager_history_read(struct manager *m, int r, struct bus_answer *no);
int manager_hand_activity(struct bus_past_sink *sink, const struct history_activity *a);

/* taken-back.c: what was said by mistake ---------------------------------------------------------
 */

/* The coach's memory as it was, for when what changes it cannot be kept. */
struct memory_copy {
	struct coach_memory memory;
	struct coach_progress *rows; /* owned */
};

/* 0 or -ENOMEM. memory_copy_done() ends it also then. */
int memory_copy_take(struct memory_copy *copy, const struct coach_memory *m);
/* It is as it was again, unless another memory has taken its place meanwhile. */
void memory_copy_give(const struct memory_copy *copy, struct coach_memory *m);
void memory_copy_done(struct memory_copy *copy);

/* Exercise `i` did not hurt when it was said to, or a refusal. */
int manager_did_not_hurt(struct manager *m, int i, struct bus_answer *no);
int manager_answer_remove_activity(void *owner, const struct bus_activity_query *q,
				   struct bus_past_sink *sink, struct bus_answer *no);

/* view.c: everything readable, as of now --------------------------------------------------------
 */

const struct bus_state *manager_view(struct manager *m);

/* A routine as the bus has it, borrowed from view.whys, view.doses and the catalogue; it begins
 * when so much of the break is rested. */
void manager_view_routine(struct manager *m, const struct routine *r, usec_t begins,
			  struct bus_step steps[static ROUTINE_MAX]);

/* One decision in words, borrowed until the next one is asked for; `offset` is the wall clock less
 * the decision's. */
void manager_view_decision(struct manager *m, const struct decision *d, int64_t offset,
			   struct bus_decision *ret);

/* diagnose.c: what works and what does not --------------------------------------------------------
 */

/*
 * Ask whoever has to be asked, 2 s at most; service_diagnosed() follows. For a while after it
 * pauses are told early, so that whoever asks can watch one come and go.
 */
int manager_diagnose(struct manager *m);

/* Pauses that somebody watches for are told from this length on; USEC_NEVER: nobody does. */
usec_t manager_close_look(const struct manager *m);

struct diagnosis *diagnosis_free(struct diagnosis *d);

/* answers.c: what clients ask -------------------------------------------------------------------
 */

/* Tell the core whether somebody inhibits, and who. */
void manager_post_inhibit(struct manager *m);

extern const struct service_ops manager_ops;
