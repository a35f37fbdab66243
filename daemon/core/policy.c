#include "core/policy.h"

#include <string.h>

int policy_find(const struct policy *p, const char *name)
{
	for (size_t i = 0; i < p->n_rules; i++)
		if (!strcmp(p->rules[i].name, name))
			return (int)i;
	return -1;
}
