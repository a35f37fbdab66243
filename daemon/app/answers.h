/* How requests of clients are refused. */
#pragma once

#include "bus/service.h"

/* Fill in *no; answers -EREMOTEIO. */
int say_no(struct bus_answer *no, enum bus_refusal refusal, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a word that is none of `names`, which end with NULL: with them, one that was
 * probably meant, and what `more` there is to say ("; nothing is logged"). */
int say_unknown(struct bus_answer *no, enum bus_refusal refusal, const char *what, const char *word,
		const char *const names[], const char *more);
