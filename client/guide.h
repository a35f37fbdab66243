/* The guide through a break: what its parts share. */
#pragma once

#include "follow.h"
#include "guide-walk.h"
#include "terminal.h"
#include "text.h"
#include "view.h"

/* Before what is new to the user; said of the rest as well where there is room. */
#define GUIDE_CARE "Start slowly: a mild pull is fine, pain is not."
#define GUIDE_NEW "New for you. " GUIDE_CARE

/* What is to be remembered of an exercise, whatever becomes of the break. */
struct named {
	char exercise[80], name[128];
};

/* An exercise that hurt, and whether limberd knows. */
struct flagged {
	struct named what;
	enum { FLAG_KEPT, FLAG_SENT, FLAG_TOLD, FLAG_REFUSED } state;
	bool late; /* limberd was away when it was said */
	struct guide *guide;
	struct flagged *next; /* owned */
};

/* As many as there are keys for. */
#define GUIDE_PAST_MAX 9

struct guide {
	struct follow follow;
	struct terminal terminal;
	struct kept_break kept; /* the break that is guided, whatever becomes of limberd */
	struct walk walk;
	usec_t ticked;         /* when a second was told last */
	bool bell;             /* rings at each change */
	bool lines;            /* prints lines: nothing can be drawn here */
	sd_event_source *turn; /* of the lines: until the next change; owned */
	bool over;             /* the break has ended */
	char outcome[32];      /* how, "" if nobody told */
	usec_t rested;         /* of it, if somebody told */
	bool advising;         /* shows `advice` until a key is pressed */
	usec_t read_at;        /* when that was, or the last Enter that came too soon after it */
	bool choosing;         /* asks which of `past_steps` it was that hurt */
	/* Those that the guide came to, oldest first. */
	struct named past_steps[GUIDE_PAST_MAX];
	size_t n_past;
	struct flagged *flagged; /* the latest first; owned */
	char *advice;            /* what to heed, as something hurt; owned, NULL = nothing did */
	char *notice;       /* what limberd says if it was not the first time; owned, or NULL */
	unsigned top, page; /* the first row of the advice that is seen, and how many are */
	bool more;          /* there are rows below */
	struct batch asked; /* the questions for it */
	/* What went from the break before its turn, and the questions why. */
	struct named gone[GUIDE_PAST_MAX];
	size_t n_gone;
	bool gone_began; /* the first of `gone` was on, and may just be over */
	bool bare;       /* ... so that nothing is left to do */
	struct batch doubted;
	int held;         /* while it is open limberd stands still as well; owned, or -1 */
	char leaving[64]; /* the exercise that limberd was asked to end; "" = none */
	size_t past;      /* so many went before the first of `kept` */
	char other[VIEW_OTHER_MAX]; /* it is another rule's break than was asked for; or "" */
	char message[512];          /* what came of the last key */
	unsigned message_age;       /* seconds */
};

/* What a small screen does without, one after the other. */
enum spare {
	SPARE_NOTHING,
	SPARE_BLANK_TOP,
	SPARE_BLANK_MIDDLE,
	SPARE_BLANKS,
	SPARE_WHY,
	SPARE_CARE, /* of what is not new */
	SPARE_NEXT,
	SPARE_BREAK, /* how long it lasts */
	SPARE_TOLD,  /* instructions that have had their time */
	SPARE_LATER, /* but the one that it is time for and the next */
	SPARE_LINES, /* but the one that it is time for */
	SPARE_CUE,
	SPARES,
};

/* The picture: what to do, and below it the last message and the keys. */
void guide_body(struct text *t, const struct guide *g, usec_t now, enum spare spare);
void guide_foot(struct text *t, const struct guide *g);

/* As lines: the exercise that begins, and what changes in it. */
void guide_say_step(struct text *t, const struct guide *g);
void guide_say_begin(struct text *t, const struct guide *g);
void guide_say_half(struct text *t, const struct guide *g);

/* Which exercises may have hurt, with their keys. */
void guide_say_choice(struct text *t, const struct guide *g);

void guide_end(struct guide *g);

/* limberd stands still no longer than the guide does. */
void guide_release(struct guide *g);
/* It hurts: the present exercise, or one that is still to be chosen by the next key. */
void guide_hurts(struct guide *g);
void guide_choose(struct guide *g, char c);

/* The guide is at this step. */
void guide_came_to(struct guide *g, const struct step *step);

/* Tells limberd what hurt, as far as it does not know and is there. */
void guide_tell_flagged(struct guide *g);

/* What limberd does not know, and how to tell it. */
void guide_say_flagged(struct text *t, const struct guide *g);
void guide_forget_flagged(struct guide *g);

/* limberd has changed the break from `before` to `after`, and `leaving` is not judged yet: notes
 * what is left out before its turn, and then says it, with the reason once limberd has told it. */
void guide_note_left_out(struct guide *g, const struct brk *before, const struct brk *after);
void guide_tell_left_out(struct guide *g);

/* Told for a while below the picture, or in a line of its own. "" takes it back. */
void guide_say(struct guide *g, const char *message);

/* For the terminal: the picture anew, a second that went by, a key. The owner is the guide. */
void guide_draw(void *owner);
void guide_second(void *owner);
void guide_key(void *owner, char c);

/* Another exercise begins, or all are done: says so, and ends the guide if nothing more comes. */
void guide_step(struct guide *g);

/* Nothing more will come: all is done and nobody waits for the break, or it was ended early. */
bool guide_finished(const struct guide *g);

/* Lines are told when something changes: the timer waits for just that. */
int guide_turn(sd_event_source *source, uint64_t at, void *userdata);
void guide_wait(struct guide *g);
