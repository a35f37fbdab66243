/*
 * What limber doctor prints: how things are, in sentences, one finding for each thing that can work
 * or not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "bus/service.h"

#define FINDINGS_MAX 26
#define FINDING_DETAIL_MAX 512
#define FINDING_HINT_MAX 256

/* What another program said when it was asked. */
enum word {
	WORD_NONE,   /* there is nobody by that name */
	WORD_SILENT, /* no answer in time */
	WORD_GIVEN,
};

#define FACT_MAX 64

/* What had to be asked elsewhere; texts as they came, cut and made printable. */
struct facts {
	enum word server; /* of notifications */
	bool server_startable;
	char server_name[FACT_MAX], server_version[FACT_MAX];
	bool shows_body, shows_actions, keeps; /* WORD_GIVEN: what it is capable of */
	enum word unit;                        /* of the user manager, about limberd.service */
	char load_state[FACT_MAX], active_state[FACT_MAX], file_state[FACT_MAX];
	unsigned main_pid; /* 0: no process */
};

/* The texts of v[] are in here as well, or static. */
struct findings {
	size_t n;
	struct bus_finding v[FINDINGS_MAX];
	char details[FINDINGS_MAX][FINDING_DETAIL_MAX];
	char hints[FINDINGS_MAX][FINDING_HINT_MAX];
};

struct manager;

/* Overwrites *ret with how things are now. */
void findings_make(struct findings *ret, struct manager *m, const struct facts *facts);
