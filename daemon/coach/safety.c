#include "coach/safety.h"

#include "coach/words.h"

/* clang-format off */
const char *const safety_names[] = {
	[SAFETY_GENERAL]   = "general",
	[SAFETY_SLOWLY]    = "slowly",
	[SAFETY_STOP]      = "stop",
	[SAFETY_EMERGENCY] = "emergency",
	[SAFETY_DOCTOR]    = "doctor",
	[SAFETY_HURTS]     = "hurts",
	[SAFETIES]         = NULL,
};

static const struct {
	const char *title, *text;
} sections[SAFETIES] = {
	[SAFETY_GENERAL] = {
		"Before you begin",
		"These are general tips, not medical advice. If you have back pain, an injury, a "
		"health condition, are pregnant or recently had surgery, ask a doctor or "
		"physiotherapist first.",
	},
	[SAFETY_SLOWLY] = {
		"Start slowly",
		"Start slowly, listen to your body: a mild pull is fine, pain is not.",
	},
	[SAFETY_STOP] = {
		"Stop the exercise at",
		"- chest, jaw or arm pain or pressure\n"
		"- breathlessness that prevents talking\n"
		"- dizziness or faintness\n"
		"- cold sweat, nausea\n"
		"- irregular or racing heart\n"
		"- sudden weakness, numbness or trouble seeing or speaking\n"
		"- sharp joint or back pain\n"
		"- in pregnancy also bleeding, fluid loss, contractions, calf swelling\n"
		"If it does not settle within minutes, call the emergency number.",
	},
	[SAFETY_EMERGENCY] = {
		"Go to emergency care now, with back pain and",
		"- new numbness round genitals, anus or inner thighs\n"
		"- new trouble passing or holding urine or stool\n"
		"- new or worsening weakness or numbness in both legs\n"
		"- new pain down both legs\n"
		"- new loss of sexual function",
	},
	[SAFETY_DOCTOR] = {
		"See a doctor soon with",
		"- pain after a fall or accident\n"
		"- fever or feeling ill\n"
		"- unplanned weight loss\n"
		"- a history of cancer, osteoporosis or steroid use\n"
		"- pain at night or at rest that does not ease\n"
		"- pain spreading below the knee with numbness\n"
		"- pain that is worse, or no better after a few weeks",
	},
	[SAFETY_HURTS] = {
		"If an exercise hurts",
		"`limber hurts` ends it at once. It is left out for 7 days and then begins anew, with "
		"little; its harder forms stay away until it has gone well for two weeks. Rest, or walk "
		"a little if that feels good.",
	},
};
/* clang-format on */

const char *safety_title(enum safety section)
{
	return sections[section].title;
}

const char *safety_text(enum safety section)
{
	return sections[section].text;
}

const char *safety_after_pain(bool three_times)
{
	if (three_times)
		return "That was within two weeks. Please ask a doctor or "
		       "physiotherapist what it is and what helps. Strength work for it is left "
		       "out for two weeks; rest, walking and what feels good go on.\n"
		       "`limber safety` tells when not to wait.";
	/* First what to do now: where there is little room, the rest is cut off. */
	return "Rest now, or walk a little if that feels good.\n"
	       "With back pain and new numbness round genitals, anus or inner thighs, new trouble "
	       "with urine or stool, or both legs weak, numb or painful: go to emergency care now. "
	       "With pain after a fall, at night or at rest, spreading below the knee with "
	       "numbness, or no better after a few weeks: see a doctor soon.\n"
	       "The exercise begins anew in a week, with little; its harder forms stay away "
	       "until it has gone well for two weeks. `limber safety` tells it all.";
}

static void add_section(char *buffer, enum safety section)
{
	words_add(buffer, SAFETY_ALL_MAX, sections[section].title);
	words_add(buffer, SAFETY_ALL_MAX, "\n");
	words_add(buffer, SAFETY_ALL_MAX, sections[section].text);
	words_add(buffer, SAFETY_ALL_MAX, "\n");
}

const char *safety_write(enum safety section, char buffer[static SAFETY_ALL_MAX])
{
	buffer[0] = '\0';
	if (section < SAFETIES) {
		add_section(buffer, section);
		return buffer;
	}
	for (int i = 0; i < SAFETIES; i++) {
		if (i > 0)
			words_add(buffer, SAFETY_ALL_MAX, "\n");
		add_section(buffer, (enum safety)i);
	}
	return buffer;
}
