/* How requests of clients are refused. */
#pragma once

#include "bus/service.h"

/* Fill in *no; answers -EREMOTEIO. */
int say_no(struct bus_answer *no, enum bus_refusal refusal, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
