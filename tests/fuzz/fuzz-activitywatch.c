/* Any bytes as an export of ActivityWatch: spells are in order and apart, or a fault is a sentence
 * with its line. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/activitywatch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool what)
{
	if (!what)
		abort();
}

static void check_fault(const char *fault)
{
	demand(!strncmp(fault, "line ", 5) && strlen(fault) < AW_FAULT_MAX);
	demand(strstr(fault, "; nothing of the file is used"));
	for (; *fault; fault++)
		demand((unsigned char)*fault >= ' ' && *fault != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = size ? fmemopen((void *)(uintptr_t)data, size, "r") : fopen("/dev/null", "r");
	struct aw_spells spells = { .n = 0 };
	char fault[AW_FAULT_MAX] = "";
	int r;

	demand(file);
	r = aw_read(file, &spells, fault);
	demand(r == 0 || r == -EINVAL);
	if (r < 0)
		check_fault(fault);
	for (size_t i = 0; r == 0 && i < spells.n; i++) {
		demand(spells.v[i].from < spells.v[i].to);
		demand(i == 0 || spells.v[i - 1].to < spells.v[i].from);
	}
	aw_spells_done(&spells);
	demand(fclose(file) == 0);
	return 0;
}
