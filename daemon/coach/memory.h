/*
 * What the coach remembers of one person: doses, ratings, blocked exercises, what was loaded and
 * relieved when. A plain value that its owner keeps, tells what happens, and stores. Pure: wall
 * clock and day numbers come with each call.
 *
 * A day is the calendar's (base/calendar.h): days since 1970 of the date that it began on. Weeks
 * are any seven days.
 */
#pragma once

#include "base/time.h"
#include "coach/catalog.h"
#include "core/policy.h"

#define DAYS_KEPT 14   /* two weeks: what ergonomics X4 looks back at */
#define PICKS_KEPT 3   /* none of these comes again when choice allows (ergonomics 11, Variety) */
#define ROUTINE_MAX 8  /* exercises in one break */
#define FLAGS_KEPT 4   /* one more than that, for when one is taken back */
#define FLAGS_ADVISE 3 /* so many times "hurts" in a region within two weeks (ergonomics S5) */
#define LEVEL_FIRST 2  /* intensity that everybody begins with (ergonomics X2) */
#define LEVEL_MAX 5
#define STRENGTH_DAYS 3 /* a week, at most (ergonomics X5) */
#define GONE_MAX 128
#define BEFORE_KEPT 16 /* exercises that what pain took from them can be given back to */
#define SAID_KEPT 16   /* ... that a rating of today can be replaced of */

enum verdict { VERDICT_LIKE, VERDICT_DISLIKE, VERDICT_EASY, VERDICT_HARD, VERDICT_HURTS, VERDICTS };

/* Names by number, NULL-terminated. */
extern const char *const verdict_names[];

/* Of one exercise. All zero is one that was never offered. */
struct coach_progress {
	walltime_t hurt_until; /* blocked until then; 0 = it is not */
	walltime_t hurt_at;    /* when the user said so last, of this very exercise; 0 = never */
	uint32_t offered_pick; /* the number of the routine that last had it; 0 = none ever */
	int32_t offered_day;   /* when that was */
	int32_t first_day;     /* when it was first done; 0 = never */
	int32_t done_day;      /* ... last done */
	int32_t dose_day;      /* ... the dose was last changed */
	int32_t mastered_day;  /* ... it was mastered, so that the harder form may come; 0 = not */
	int32_t marks_day;     /* the day of bit 0 in both: bit k is k days before */
	int32_t well_day;      /* ... first done since it was too hard or hurt; 0 = not yet */
	int32_t stepped_day;   /* of stepped_down */
	uint16_t offered_marks, done_marks;
	uint16_t days;                /* done on so many days, all in all */
	uint16_t days_at_dose;        /* ... since the dose was changed */
	uint16_t reps, hold, seconds; /* the dose, see coach/progress.h; all 0 = a beginner's */
	uint16_t likes, dislikes, easy, hard, hurts; /* how often it was rated so */
	uint16_t easy_running;                       /* "easy" since the last "hard" or "hurts" */
	uint16_t hard_running;                       /* "hard" since the last "easy" or step down */
	bool stepped_down;    /* until its easier form has gone well again, see coach_verdict() */
	bool mastered_once;   /* ever: getting there again takes no rating */
	uint8_t hurt_earlier; /* so often before all that is known, within HURTS_BLOCKS of it */
	bool changed;         /* since it was last stored; not stored itself */
	/* 1 + the numbers in before[] and said[] of the memory; 0 = nothing is kept. Nor stored. */
	uint8_t before, said;
};

/*
 * Of the few that hurt or were too hard of late, and of those that waited for them: what it takes
 * to take that back, see coach/retract.c. It is stored as if it were the row's own.
 */
struct coach_before {
	walltime_t flagged_at;  /* when the pain of hurt_at was told of first */
	walltime_t hurt_before; /* the pain before it; 0 = none */
	walltime_t down_at;     /* "hard" made it step down last; 0 = never */
	walltime_t since;       /* from when what is below is what was; 0 = never */
	int32_t hurt_day, hurt_before_day, down_day; /* of these; 0 = not known */
	int32_t dose_day, mastered_day, well_day, stepped_day;
	uint16_t reps, hold, seconds, days_at_dose;
	uint16_t easy_running, hard_running;
	bool stepped_down;
};

/* Of the few that were rated easy or hard of late: what they were before it on that day. */
struct coach_said {
	int32_t day;
	int32_t well_day, mastered_day;
	uint16_t times; /* it was said on that day */
	uint16_t easy_running, hard_running;
	bool hard; /* was said, and not "easy" */
	bool mastered_once;
};

/* Of an exercise that the catalogue lacks: hidden, or its file cannot be read. It may come back. */
struct coach_gone {
	char id[EXERCISE_ID_MAX + 1];
	struct coach_progress row;
};

/* Of one day, all exercises together. */
struct coach_day {
	int32_t day;
	uint16_t offered, done;     /* exercises */
	uint16_t easy, hard, hurts; /* ratings */
	uint16_t strength_seconds;  /* strengthening and core */
	uint32_t strength_load;     /* the same as intensity x seconds (ergonomics X3) */
	uint32_t activity_seconds;  /* off the desk: walking, swimming, ... */
};

struct coach_memory {
	struct coach_progress *progress; /* borrowed from the owner: a row for each exercise */
	size_t n;
	struct coach_gone *gone; /* borrowed likewise: there is room for so many; NULL for none */
	size_t n_gone, gone_room;
	uint64_t seed;  /* of the generator that settles ties */
	uint32_t picks; /* routines offered ever */
	int32_t today;
	int32_t last_day;       /* something was last done, before `today` too; 0 = never */
	int32_t strength_day;   /* strengthening or core was last done */
	int32_t level_day;      /* the level was last changed */
	int32_t cap_day;        /* the cap was last changed */
	int32_t cap_before_day; /* ... before cap_since */
	uint32_t cap_before;    /* the cap before it */
	int32_t allowance_day;  /* the allowance was last looked at */
	uint8_t level;          /* what has been worked up to; settings may say another */
	uint8_t level_cap;      /* after pain, and above any setting; 0 = there is none */
	bool consent;           /* to intensity 3 and more */
	bool changed;           /* anything but progress[], since it was last stored */
	uint32_t allowance;     /* strength_load that a day may have: a third of a week's */
	struct coach_day days[DAYS_KEPT]; /* today first */
	uint32_t set_pick[SETS_COUNT]; /* the number of the routine that last had the set; 0 = none
					*/
	walltime_t relieved_at[REGIONS_COUNT];          /* 0 = never */
	int32_t loaded_day[REGIONS_COUNT];              /* it last was */
	uint32_t stretched[REGIONS_COUNT];              /* seconds today (ergonomics X7) */
	walltime_t flags_at[REGIONS_COUNT][FLAGS_KEPT]; /* "hurts", latest first; 0 = none */
	walltime_t no_strength_until[REGIONS_COUNT];    /* after three of them */
	walltime_t bout_at[MUSCLES_COUNT];              /* last worked at intensity 3 or more */
	walltime_t sore_until[MUSCLES_COUNT];
	walltime_t walked_at;    /* when 2 min of walking ended last */
	walltime_t suggested_at; /* something off the desk */
	walltime_t cap_since; /* the first of the pains by which the cap is what it is; 0 = none */
	struct coach_before before[BEFORE_KEPT]; /* in no order */
	struct coach_said said[SAID_KEPT];
	uint8_t said_next; /* of said[]: the one whose turn to be given up it is; not stored */
};

/* A new user's memory. `rows` has as many rows as the catalogue exercises, and is cleared. */
void coach_memory_init(struct coach_memory *m, struct coach_progress *rows, size_t n,
		       uint64_t seed);

/*
 * The row of an exercise that the catalogue lacks. If there is no room, it takes the place of the
 * one that was done longest ago and is not kept away by pain; NULL if there is none.
 */
struct coach_progress *coach_memory_gone(struct coach_memory *m, const char *id);

/*
 * The same memory for another catalogue: *to has been made with coach_memory_init(), and given room
 * for those that are gone. Exercises are found again by their ids, also such as were gone.
 */
void coach_memory_move(struct coach_memory *to, const struct catalog *to_catalog,
		       const struct coach_memory *from, const struct catalog *from_catalog);

/*
 * *m is what was remembered of the time before, *since what has become known after it of the same
 * person: from here on *m holds both. Both are of this catalogue and have been told of the day.
 * `said`: the consent of *since is the user's word, and not just a new user's.
 */
void coach_memory_join(struct coach_memory *m, const struct coach_memory *since,
		       const struct catalog *c, bool said, walltime_t now);
/*
 * The same where *other may know of much that *m knows as well: only what protects is taken over,
 * what hurt, is sore or has worked hard. Doing it twice changes nothing.
 */
void coach_memory_heed(struct coach_memory *m, const struct coach_memory *other,
		       const struct catalog *c);

/*
 * For storing: every value by its key, in no more than COACH_KEY_MAX characters of a-z, 0-9, space
 * and '-'. Row `i` of the progress is that of the catalogue's exercise `i`, to be stored under its
 * id. Keys are only ever added. A key that is not known is no error but false: it is of a newer
 * limber; values beyond what the field holds are taken as its nearest. After the last of them call
 * coach_memory_restored().
 */
#define COACH_KEY_MAX 48

size_t coach_memory_values(void);   /* how many there are, of the memory itself */
size_t coach_progress_values(void); /* ... of one row, which is one of the memory's */
/* Value `i`; its key is written into `key`. */
int64_t coach_memory_get(const struct coach_memory *m, size_t i, char key[static COACH_KEY_MAX]);
int64_t coach_progress_get(const struct coach_memory *m, const struct coach_progress *p, size_t i,
			   char key[static COACH_KEY_MAX]);
bool coach_memory_set(struct coach_memory *m, const char *key, int64_t value);
bool coach_progress_set(struct coach_memory *m, struct coach_progress *p, const char *key,
			int64_t value);
/* Exercise `i` hurt then, which is known from elsewhere: it is blocked as if it had been said here.
 */
void coach_hurt_then(struct coach_memory *m, int i, walltime_t at);
/* So far back that matters. */
#define HURTS_BLOCKS (7 * USEC_PER_DAY) /* ergonomics S5 */
/* All is read: make sure that it makes sense, whatever the store held. */
void coach_memory_restored(struct coach_memory *m, const struct catalog *c, walltime_t now);

/* What happens. Times that lie after `now` are taken as now: the clock was set back. -------------
 */

/* It is `day`. Cheap if it was before: to be called before whatever else happens at `now`. */
void coach_day_is(struct coach_memory *m, const struct catalog *c, int day, walltime_t now);

/* The user has worked at the screen in this posture: what that loads is loaded today. */
void coach_worked(struct coach_memory *m, enum posture posture);

/* A routine of these exercises is on the screen. What becomes of it is told by coach_done(). */
void coach_offered(struct coach_memory *m, const struct catalog *c, const int exercises[],
		   size_t n);

/* The break is over: so many seconds of exercise `i`, which it had, were done by `now`; 0 = none.
 */
void coach_done(struct coach_memory *m, const struct catalog *c, int i, unsigned seconds,
		walltime_t now);

/* The same where the break was put back in the midst of it and asks for it again: it is no refusal
 * that there was little of it. At least a second. */
void coach_begun(struct coach_memory *m, const struct catalog *c, int i, unsigned seconds,
		 walltime_t now);

/* What there is to be told after a verdict (ergonomics S5). */
enum coach_advice {
	ADVICE_NONE,
	ADVICE_HURTS,        /* rest or walk; S2 and S3 in short */
	ADVICE_PROFESSIONAL, /* three times in one region: see somebody; no strength work there */
};

/*
 * What hurts, or is too hard for the second time, is stepped down from (ergonomics X4, S5): it
 * begins anew with a beginner's dose, its harder forms stay away until it has gone well, and if it
 * is of intensity 3 or more, nothing of its intensity is offered, whatever the settings say, until
 * all has gone well. What hurts is left out for 7 days, with its harder forms; what is too hard
 * until its easier form has gone well. That takes no rating: to be done for two weeks, four times
 * out of five, without pain and without "hard".
 * "Easy" and "hard" contradict each other: of one day the last one counts, and so do "like" and
 * "dislike" of all days. "Hurts" is taken back by coach_did_not_hurt() alone.
 * *ret_regions are the regions of ADVICE_PROFESSIONAL, bits of enum region; it may be NULL.
 */
enum coach_advice coach_verdict(struct coach_memory *m, const struct catalog *c, int i,
				enum verdict verdict, walltime_t now, uint32_t *ret_regions);

/*
 * That it hurt was said by mistake, the last time: all that followed from it is taken back, as far
 * as nothing else that hurt or was too hard calls for it. False if it was said longer ago than
 * HURTS_BLOCKS, or never. Of exercises of which before[] knows nothing any more, doses and steps
 * down stay as they are.
 */
bool coach_did_not_hurt(struct coach_memory *m, const struct catalog *c, int i, walltime_t now);
/* When that was said which coach_did_not_hurt() takes back; 0 = never. */
walltime_t coach_hurt_said(const struct coach_memory *m, int i);

/* Sore there: no strengthening or core for these muscles for 48 h (ergonomics X6). */
void coach_sore(struct coach_memory *m, uint32_t muscles, walltime_t now);
/* They are not, or not any more: all of these may be strengthened again. */
void coach_not_sore(struct coach_memory *m, uint32_t muscles);
/* Bits of enum muscle: those that are. */
uint32_t coach_sore_muscles(const struct coach_memory *m, walltime_t now);

/*
 * An activity off the desk has just ended, `kind` in the user's word or an exercise's id:
 * "walking", "swimming", "yoga" ... What is no exercise counts its minutes only.
 */
void coach_activity(struct coach_memory *m, const struct catalog *c, const char *kind,
		    usec_t length, walltime_t now);

/*
 * There was no such activity: what was told of it with coach_activity(), on that day and logged at
 * `at`, is taken back. What was last done before it nobody can tell from this alone: whoever keeps
 * what was done tells it again, see coach_still_done(). The exercise that it was, or -1.
 */
int coach_activity_removed(struct coach_memory *m, const struct catalog *c, const char *kind,
			   usec_t length, int day, walltime_t at);
/* So many seconds of exercise `i` were done until `at`, on that day. It may have been told of
 * before: nothing is counted twice. `removed`: it is the exercise that an activity was taken from.
 */
void coach_still_done(struct coach_memory *m, const struct catalog *c, int i, unsigned seconds,
		      int day, walltime_t at, bool removed);

/* The same of an activity that stays; `removed` as coach_activity_removed() answered it. */
void coach_activity_still_done(struct coach_memory *m, const struct catalog *c, const char *kind,
			       usec_t length, int day, walltime_t at, int removed);

void coach_consent(struct coach_memory *m, bool given);

/* These were suggested off the desk. Their muscles are kept free for them, as if it were done. */
void coach_suggested(struct coach_memory *m, const struct catalog *c, const int exercises[],
		     size_t n, walltime_t now);

/* How many of the last 7 days, without `today`, had strengthening or core; of today alone. */
unsigned coach_strength_days(const struct coach_memory *m);
/* Strength_load that is left for today: what the days before left over of theirs as well. */
uint32_t coach_strength_room(const struct coach_memory *m);
const struct coach_day *coach_day_of(const struct coach_memory *m, int day); /* NULL: not kept */

/* Seconds off the desk in the last 7 days, today among them. */
unsigned coach_week_activity(const struct coach_memory *m);
