/* Names of time zones, as TZ and traces have them: `Europe/Berlin`, or a rule such as `CET-1CEST`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Does this machine know the zone? The C library takes one that it does not know for UTC. */
bool zone_name_known(const char *zone);

/* The zone of this process; "" if it has no name that others would know. */
void zone_name_local(char *buffer, size_t size);
