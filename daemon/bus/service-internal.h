/*
 * What the files of the service share. One file for each kind of object: manager.c (its methods by
 * what they are about: steering.c, clients.c, decisions.c, exercises.c, past.c, diagnosis.c),
 * rule.c, break.c and notice.c; children.c knows which of these there are, changes.c tells what has
 * changed.
 */
#pragma once

#include "bus/property.h"
#include "bus/reply.h"
#include "bus/service.h"

/* More objects of a kind than this are not told of; the owner's own limits are lower. */
#define CHILDREN_MAX 64
/* So many may wait for what Diagnose finds out. */
#define DIAGNOSES_MAX 8
#define PATH_TEXT_MAX 160

/* What the tables of members say of each. */
#define EMITS SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define CONSTANT SD_BUS_VTABLE_PROPERTY_CONST
#define ON_DEMAND 0
#define ANYBODY SD_BUS_VTABLE_UNPRIVILEGED

/* A kind of child objects. */
struct child_type {
	const char *prefix;
	const char *interface;
	const struct property *properties;
	const sd_bus_vtable *vtable;
	/* The object's own struct; NULL if there is none of that path. */
	const void *(*find)(const struct bus_state *state, const char *path);
};

extern const struct child_type child_rule, child_break, child_notice;

/* A child object as it was told last. */
struct told_child {
	const struct child_type *type;
	char path[PATH_TEXT_MAX];
	uint64_t properties[PROPERTIES_MAX]; /* fingerprints */
};

struct service {
	sd_bus *bus;                   /* referenced */
	const struct service_ops *ops; /* borrowed */
	void *owner;
	sd_bus_slot *slots[12]; /* owned */
	size_t n_slots;
	uint64_t manager[PROPERTIES_MAX]; /* fingerprints of what was told last */
	struct told_child children[CHILDREN_MAX];
	size_t n_children;
	bool telling; /* properties are read by ourselves, to tell them */
	sd_bus_message *diagnoses[DIAGNOSES_MAX]; /* calls, referenced: who waits for findings */
	size_t n_diagnoses;
};

extern const struct property manager_properties[];
extern const sd_bus_vtable manager_vtable[];

/* children.c: `prefix` and a number; the object of that rule; that break, "/" for 0. */
void path_numbered(char buffer[static PATH_TEXT_MAX], const char *prefix, uint64_t id);
void path_of_rule(char buffer[static PATH_TEXT_MAX], const char *name);
void path_of_break(char buffer[static PATH_TEXT_MAX], uint64_t id);
/* The number at the end of a break's or notice's path; what is no number is nothing's. */
uint64_t path_number(sd_bus_message *m, const char *prefix);

/* All that there are now; how many. Their fingerprints are not touched. */
size_t children_list(const struct bus_state *state, struct told_child ret[static CHILDREN_MAX]);
/* What answers a read of any child's property, on behalf of all vtables of children. */
int children_get(sd_bus *bus, const char *path, const char *interface, const char *name,
		 sd_bus_message *reply, void *userdata, sd_bus_error *reterr);
/* Put the objects of all kinds on the bus. */
int children_add(struct service *s);

/* break.c */
void put_step_list(struct out *o, const struct bus_step *steps, size_t n);

/* Handlers of the manager's methods. */
typedef int service_method(sd_bus_message *m, void *userdata, sd_bus_error *reterr);

/* steering.c */
service_method on_start_break, on_snooze, on_skip, on_finish, on_resume;
service_method on_set_reading, on_rested, on_set_posture, on_reload;
/* clients.c */
service_method on_pause, on_inhibit, on_list_inhibitors;
/* decisions.c, rule.c, diagnosis.c */
service_method on_explain, on_list_rules, on_diagnose;
/* exercises.c */
service_method on_list_exercises, on_get_exercise, on_preview;
service_method on_rate, on_take_back_hurts, on_report_soreness, on_end_soreness, on_consent,
	on_get_safety_text;
/* past.c */
service_method on_get_history, on_get_activities, on_get_statistics, on_log_activity,
	on_remove_activity;
