#!/usr/bin/python3
"""Stands in for gnome-session: the property InhibitedActions of org.gnome.SessionManager. Each line
on stdin is its new value, answered with a line `now VALUE` when the bus knows it; the argument is
the first one. Ends with its input."""

import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.gnome.SessionManager"


class Session(dbus.service.Object):
    def __init__(self, bus, actions):
        super().__init__(bus, "/org/gnome/SessionManager")
        self.actions = dbus.UInt32(actions)

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, _interface, _name):
        return self.actions

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return {"InhibitedActions": self.actions, "SessionName": "limber"}

    @dbus.service.signal(dbus.PROPERTIES_IFACE, signature="sa{sv}as")
    def PropertiesChanged(self, interface, changed, invalidated):
        pass


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    session = Session(bus, int(sys.argv[1]))
    name = dbus.service.BusName(NAME, bus, do_not_queue=True)
    loop = GLib.MainLoop()

    def tell():
        bus.flush()
        print("now %d" % session.actions, flush=True)

    def on_line(_fd, _condition):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        session.actions = dbus.UInt32(int(line))
        session.PropertiesChanged(name.get_name(), {"SessionName": "limber",
                                                    "InhibitedActions": session.actions}, [])
        tell()
        return True

    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, on_line)
    tell()
    loop.run()


main()
