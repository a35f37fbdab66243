#include "notify-text.h"

#include <glib.h>

char *text_span(usec_t span)
{
	unsigned long s = (unsigned long)((span + USEC_PER_SEC - 1) / USEC_PER_SEC);
	unsigned long min = s / 60, h = s / 3600;

	if (s < 60)
		return g_strdup_printf("%lus", s);
	if (h == 0 && s % 60)
		return g_strdup_printf("%lumin %lus", min, s % 60);
	if (h == 0)
		return g_strdup_printf("%lumin", min);
	if (min % 60)
		return g_strdup_printf("%luh %lumin", h, min % 60);
	return g_strdup_printf("%luh", h);
}

char *text_clean(const char *text, bool one_line, size_t most)
{
	GString *clean = g_string_new(NULL);
	size_t n = 0;

	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (n++ == most) {
			g_string_append(clean, "…");
			break;
		}
		if (g_unichar_iscntrl(c) && (c != '\n' || one_line))
			c = ' ';
		g_string_append_unichar(clean, c);
	}
	return g_strchomp(g_string_free(clean, FALSE));
}
