/* What the user says to the coach, beside what the core is told. */
#pragma once

#include "base/time.h"
#include "coach/memory.h"

enum said_kind {
	SAID_RATE,     /* `verdict` on the exercise `name` */
	SAID_NO_PAIN,  /* the exercise `name` did not hurt the last time it was said to */
	SAID_CONSENT,  /* to strenuous exercises: `on` or not */
	SAID_ACTIVITY, /* `name` off the desk, for `length` until now */
	SAID_SORE,     /* these `muscles` are */
	SAID_NOT_SORE, /* these are not, or not any more */
	SAID_ANOTHER,  /* another routine for the present break */
	SAID_NEXT,     /* the exercise that is on ends now */
	SAID_STILL,    /* it stands still: `on`, or goes on */
	SAID_FORGET,   /* nothing is known of the user any more, what follows tells it anew */
};

/* What a kind does not name is not looked at. */
struct said {
	enum said_kind kind;
	const char *name; /* borrowed */
	enum verdict verdict;
	bool on;
	usec_t length;
	uint32_t muscles; /* bits of enum muscle */
};
