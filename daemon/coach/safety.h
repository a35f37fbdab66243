/* What has to be said about safety, in the words of the evidence (ergonomics section 8). Plain
 * text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum safety {
	SAFETY_GENERAL,   /* S1: before anything else */
	SAFETY_SLOWLY,    /* S6: and before each new exercise */
	SAFETY_STOP,      /* S4: when to stop an exercise */
	SAFETY_EMERGENCY, /* S2 */
	SAFETY_DOCTOR,    /* S3 */
	SAFETY_HURTS,     /* S5: what "hurts" does */
	SAFETIES,
};

/* Names by number, NULL-terminated: what clients ask for. */
extern const char *const safety_names[];

/* Of one section: its headline, and the text below it. Static. */
const char *safety_title(enum safety section);
const char *safety_text(enum safety section);

#define SAFETY_ALL_MAX 4096

/* What is said when it hurt (S5, with S2 and S3 in short), and when it did three times in one
 * region. Static. */
const char *safety_after_pain(bool three_times);

/* Headline and text of the section, or of all of them one below the other for SAFETIES. */
const char *safety_write(enum safety section, char buffer[static SAFETY_ALL_MAX]);
