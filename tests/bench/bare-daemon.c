/* The least that a bus daemon is: connect, take a name, wait. What limberd's start is held against.
 */
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

int main(void)
{
	sd_event *event = NULL;
	sd_bus *bus = NULL;

	if (sd_event_default(&event) < 0 || sd_bus_open_user(&bus) < 0 ||
	    sd_bus_attach_event(bus, event, 0) < 0 ||
	    sd_bus_request_name(bus, "org.limberd.Bare", 0) < 0)
		return 1;
	return sd_event_loop(event) < 0;
}
