#!/usr/bin/python3
"""A notification server with as few capabilities as one likes: its arguments are their names.

Prints one JSON object a line: `ready`, and for each Notify what was asked for and the number that
it got; for each CloseNotification the number. Never shows anything.
"""

import json
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"


def say(**what):
    print(json.dumps(what), flush=True)


def plain(value):
    return str(int(value)) if isinstance(value, dbus.Byte) else str(value)


class Server(dbus.service.Object):
    def __init__(self, bus, capabilities):
        super().__init__(bus, "/org/freedesktop/Notifications")
        self.capabilities = capabilities
        self.last = 0

    @dbus.service.method(NAME, out_signature="ssss")
    def GetServerInformation(self):
        return "bare", "limber", "1", "1.2"

    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self):
        return dbus.Array(self.capabilities, signature="s")

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        if not replaces:
            self.last += 1
        number = int(replaces) or self.last
        say(notify=number, app=app, replaces=int(replaces), icon=icon, summary=summary, body=body,
            actions=list(actions), hints={str(k): plain(v) for k, v in hints.items()},
            timeout=int(timeout))
        return dbus.UInt32(number)

    @dbus.service.method(NAME, in_signature="u")
    def CloseNotification(self, number):
        say(close=int(number))
        self.NotificationClosed(number, dbus.UInt32(3))

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    server = Server(bus, sys.argv[1:])  # lives as long as the loop
    name = dbus.service.BusName(NAME, bus, do_not_queue=True)
    say(ready=name.get_name(), capabilities=server.capabilities)
    GLib.MainLoop().run()


main()
