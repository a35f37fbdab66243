/* The least that a client is: connect, read one object. What `limber status` is held against. */
#include <systemd/sd-bus.h>

#include "bus/protocol.h"

int main(void)
{
	sd_bus *bus = NULL;
	sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_open_user(&bus);
	if (r >= 0)
		r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH, "org.freedesktop.DBus.Properties",
				       "GetAll", NULL, &reply, "s", BUS_MANAGER);
	sd_bus_message_unref(reply);
	sd_bus_flush_close_unref(bus);
	return r < 0;
}
