#!/usr/bin/python3
"""Stands in for limberd on the session bus, to show a client what limberd would not say so soon:
hostile texts, many notices, refusals, and how each state of things reads.

Each line of its input is a JSON object whose keys, all optional, are obeyed in this order:

    refuse       {method: sentence}        calls that are refused from now on, or
                 {method: [error, sentence]}  with an error of the contract, or one with dots in it
    lacks        [method]                  calls that an older limberd does not have
    manager      {property: value}         of those in MANAGER_PROPERTIES, or others
    rules        [{key: value}]            as ListRules answers; one with `reasons` has an object too
    decisions    [{key: value}]            as Explain answers, the newest first
    exercises    {id: {key: value}}        as GetExercise answers
    safety       {section: text}           as GetSafetyText answers
    preview      [{key: value}]            as Preview answers
    history      [{key: value}]            as GetHistory answers, the oldest first, each with an `id`
    activities   [{key: value}]            as GetActivities answers, likewise
    sore_until   number                    as ReportSoreness answers
    statistics   [{key: value}]            as GetStatistics answers: each a `day`, the rest its totals
    replacement  [{key: value}]            the Steps that Replace gives the present break
    next         [{key: value}]            the Steps that Next leaves, if not all but the first
    start        {property: value}         the break object that StartBreak makes if there is none
    decided      {key: value}              one more decision, told by the signal
    ended        outcome                   the present break ends with it
    break        {property: value} or null the break object, whole; `path` names it
    notices      {number: {property: value}}  all notices there are

It prints `ready`, and each call that reaches it as a JSON list: method, arguments...
"""

import json
import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.limberd.Limber1"
ROOT = "/org/limberd/Limber1"
MANAGER = NAME + ".Manager"
BREAK = NAME + ".Break"
NOTICE = NAME + ".Notice"
RULE = NAME + ".Rule"
PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECTS = "org.freedesktop.DBus.ObjectManager"

# Calm, so that whoever asks for everything gets it.
MANAGER_PROPERTIES = {
    "Version": "0", "Phase": "working", "PhaseSinceUSec": 0, "Presence": "active",
    "PresenceSinceUSec": 0, "Posture": "sitting", "ReadingUntilUSec": 0, "IdleSource": "x11",
    "NextRule": "", "NextDueUSec": 0, "Reasons": [], "PausedUntilUSec": 0, "SnoozesLeft": 2,
    "Problems": [], "RestingRegions": [], "SoreRegions": [], "ActiveTodayUSec": 0,
}

# Lists of dictionaries, also when they are empty.
DICTIONARIES = ("Steps", "Reasons", "reasons", "Problems", "RestingRegions",
                "SoreRegions")
TYPES = {"Prompts": dbus.UInt32, "SnoozesLeft": dbus.UInt32, "line": dbus.UInt32,
         "seconds": dbus.UInt32, "reps": dbus.UInt32, "sides": dbus.UInt32,
         "ready": dbus.UInt32}


def typed(properties):
    """JSON values as the types of the contract."""
    values = dbus.Dictionary(signature="sv")
    for key, value in properties.items():
        if key == "Actions":
            value = dbus.Array([dbus.Struct(pair, signature="ss") for pair in value],
                               signature="(ss)")
        elif isinstance(value, list) and (isinstance(value[0], dict) if value else
                                          key in DICTIONARIES):
            value = dbus.Array([typed(item) for item in value], signature="a{sv}")
        elif isinstance(value, list):
            value = dbus.Array(value, signature="s")
        elif isinstance(value, dict):
            value = dbus.Dictionary(value, signature="st")
        elif key in TYPES:
            value = TYPES[key](value)
        elif isinstance(value, bool):
            value = dbus.Boolean(value)
        elif isinstance(value, int):
            value = dbus.UInt64(value)
        values[key] = value
    return values


class Notice(dbus.service.Object):
    def __init__(self, fake, path):
        super().__init__(fake.bus, path)
        self.fake = fake
        self.path = path

    @dbus.service.method(NOTICE, in_signature="s")
    def Invoke(self, action):
        self.fake.called("Invoke", self.path, action)

    @dbus.service.method(NOTICE)
    def Dismiss(self):
        self.fake.called("Dismiss", self.path)


class Break(dbus.service.Object):
    def __init__(self, fake, path):
        super().__init__(fake.bus, path)
        self.fake = fake
        self.path = path

    @dbus.service.method(BREAK)
    def Replace(self):
        self.fake.called("Replace", self.path)
        _, properties = self.fake.objects[self.path]
        steps = self.fake.replacement
        self.fake.put(self.path, BREAK, dict(properties, Steps=steps))

    @dbus.service.method(BREAK)
    def Next(self):
        self.fake.called("Next", self.path)
        _, properties = self.fake.objects[self.path]
        steps = properties["Steps"][1:] if self.fake.next is None else self.fake.next
        self.fake.put(self.path, BREAK, dict(properties, Steps=steps))

    @dbus.service.method(BREAK, out_signature="h")
    def Hold(self):
        self.fake.called("Hold", self.path)
        end, theirs = os.pipe()

        def on_closed(_fd, _condition):
            os.close(end)
            print(json.dumps(["Released"]), flush=True)
            return False
        GLib.io_add_watch(end, GLib.IO_HUP, on_closed)
        fd = dbus.types.UnixFd(theirs)
        os.close(theirs)
        return fd


class Limberd(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(bus, ROOT)
        self.bus = bus
        self.refuse = {}
        self.lacks = []
        self.exercises = {}
        self.safety = {}
        self.preview = []
        self.history = []
        self.activities = []
        self.sore_until = 1
        self.statistics = []
        self.replacement = []
        self.next = None
        self.start = None
        self.manager = dict(MANAGER_PROPERTIES)
        self.rules = []
        self.decisions = []
        self.objects = {}
        self.exported = {}

    def called(self, method, *arguments):
        print(json.dumps([method, *arguments]), flush=True)
        if method in self.lacks:
            raise dbus.DBusException("Unknown method %s" % method,
                                     name="org.freedesktop.DBus.Error.UnknownMethod")
        if method in self.refuse:
            why = self.refuse[method]
            error, sentence = ("NotAllowed", why) if isinstance(why, str) else why
            raise dbus.DBusException(sentence, name=error if "." in error else
                                     NAME + ".Error." + error)

    @dbus.service.method(OBJECTS, out_signature="a{oa{sa{sv}}}")
    def GetManagedObjects(self):
        rules = {"%s/rule/%s" % (ROOT, rule["name"].replace("-", "_2d")):
                 (RULE, {"Name": rule["name"], "Reasons": rule["reasons"]})
                 for rule in self.rules if "reasons" in rule}
        return dbus.Dictionary({dbus.ObjectPath(path): {interface: typed(properties)}
                                for path, (interface, properties) in {**self.objects,
                                                                      **rules}.items()},
                               signature="oa{sa{sv}}")

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return typed(self.manager if interface == MANAGER else {})

    @dbus.service.method(MANAGER, out_signature="aa{sv}")
    def ListRules(self):
        return dbus.Array([typed(rule) for rule in self.rules], signature="a{sv}")

    @dbus.service.method(MANAGER, in_signature="s", out_signature="o")
    def StartBreak(self, rule):
        self.called("StartBreak", rule)
        path = ROOT + "/break/1"
        if self.start and path not in self.objects:
            self.put(path, BREAK, self.start)
        return dbus.ObjectPath(path)

    @dbus.service.method(MANAGER, in_signature="t")
    def Snooze(self, length):
        self.called("Snooze", int(length))

    @dbus.service.method(MANAGER)
    def Skip(self):
        self.called("Skip")

    @dbus.service.method(MANAGER)
    def Finish(self):
        self.called("Finish")

    @dbus.service.method(MANAGER, in_signature="u", out_signature="aa{sv}")
    def Explain(self, limit):
        self.called("Explain", int(limit))
        return dbus.Array([typed(d) for d in self.decisions[:limit]], signature="a{sv}")

    @dbus.service.method(MANAGER, in_signature="t")
    def SetReading(self, until):
        self.called("SetReading", int(until))
        self.update({"ReadingUntilUSec": int(until)})

    @dbus.service.method(MANAGER, in_signature="t")
    def Rested(self, length):
        self.called("Rested", int(length))

    @dbus.service.method(MANAGER, in_signature="s")
    def SetPosture(self, posture):
        self.called("SetPosture", str(posture))
        self.update({"Posture": str(posture)})

    @dbus.service.method(MANAGER, in_signature="s", out_signature="a{sv}")
    def GetExercise(self, name):
        self.called("GetExercise", str(name))
        if name not in self.exercises:
            raise dbus.DBusException("there is no exercise '%s'" % name,
                                     name=NAME + ".Error.NoSuchExercise")
        return typed(self.exercises[name])

    @dbus.service.method(MANAGER, in_signature="a{sv}", out_signature="aa{sv}")
    def ListExercises(self, _filter):
        return dbus.Array([typed(e) for e in self.exercises.values()], signature="a{sv}")

    @dbus.service.method(MANAGER, in_signature="ss")
    def Rate(self, exercise, verdict):
        self.called("Rate", str(exercise), str(verdict))

    @dbus.service.method(MANAGER, in_signature="as", out_signature="t")
    def ReportSoreness(self, muscles):
        self.called("ReportSoreness", [str(muscle) for muscle in muscles])
        return self.sore_until

    @dbus.service.method(MANAGER, in_signature="s")
    def TakeBackHurts(self, exercise):
        self.called("TakeBackHurts", str(exercise))

    @dbus.service.method(MANAGER, in_signature="as")
    def EndSoreness(self, muscles):
        self.called("EndSoreness", [str(muscle) for muscle in muscles])

    @dbus.service.method(MANAGER, in_signature="b")
    def Consent(self, given):
        self.called("Consent", bool(given))

    @dbus.service.method(MANAGER, in_signature="s", out_signature="s")
    def GetSafetyText(self, section):
        self.called("GetSafetyText", str(section))
        if section not in self.safety:
            raise dbus.DBusException("there is no section '%s'" % section,
                                     name="org.freedesktop.DBus.Error.InvalidArgs")
        return self.safety[section]

    @dbus.service.method(MANAGER, in_signature="st")
    def LogActivity(self, kind, length):
        self.called("LogActivity", str(kind), int(length))

    @dbus.service.method(MANAGER, in_signature="a{sv}", out_signature="a{sv}")
    def RemoveActivity(self, query):
        self.called("RemoveActivity", {str(k): int(v) if isinstance(v, int) else str(v)
                                       for k, v in query.items()})
        return typed(self.activities[-1])

    @dbus.service.method(MANAGER, in_signature="s", out_signature="aa{sv}")
    def Preview(self, rule):
        self.called("Preview", str(rule))
        return dbus.Array([typed(step) for step in self.preview], signature="a{sv}")

    @dbus.service.method(MANAGER, in_signature="a{sv}", out_signature="aa{sv}")
    def GetHistory(self, query):
        return self.past("GetHistory", query, self.history, "ended_usec")

    @dbus.service.method(MANAGER, in_signature="a{sv}", out_signature="aa{sv}")
    def GetActivities(self, query):
        return self.past("GetActivities", query, self.activities, "when_usec")

    def past(self, method, query, rows, when):
        query = {str(k): int(v) if isinstance(v, int) else str(v) for k, v in query.items()}
        self.called(method, query)
        rows = [row for row in rows if row["id"] > query.get("after_id", 0) and
                row.get(when, 0) >= query.get("from_usec", 0)]
        return dbus.Array([typed(row) for row in rows[:min(query.get("limit", 500), 500)]],
                          signature="a{sv}")

    @dbus.service.method(MANAGER, in_signature="ss", out_signature="aa{sv}")
    def GetStatistics(self, first, last):
        self.called("GetStatistics", str(first), str(last))
        days = [dict(day) for day in self.statistics
                if first <= day["day"] and (not last or day["day"] <= last)]
        marks = [{key: day.pop(key) for key in ("day", "today") if key in day} for day in days]
        return dbus.Array([typed(dict(mark, totals=day)) for mark, day in zip(marks, days)],
                          signature="a{sv}")

    @dbus.service.signal(MANAGER, signature="a{sv}")
    def Decided(self, decision):
        pass

    @dbus.service.signal(MANAGER, signature="osst")
    def BreakEnded(self, path, rule, outcome, rested):
        pass

    @dbus.service.signal(OBJECTS, signature="oa{sa{sv}}")
    def InterfacesAdded(self, path, interfaces):
        pass

    @dbus.service.signal(OBJECTS, signature="oas")
    def InterfacesRemoved(self, path, interfaces):
        pass

    def changed(self, path, interface, properties):
        signal = dbus.lowlevel.SignalMessage(path, PROPERTIES, "PropertiesChanged")
        signal.append(interface, typed(properties), dbus.Array([], signature="s"),
                      signature="sa{sv}as")
        self.bus.send_message(signal)

    def update(self, properties):
        self.manager.update(properties)
        self.changed(ROOT, MANAGER, properties)

    def put(self, path, interface, properties):
        before = self.objects.get(path)
        self.objects[path] = (interface, properties)
        if before is None:
            if interface == NOTICE:
                self.exported[path] = Notice(self, path)
            elif interface == BREAK:
                self.exported[path] = Break(self, path)
            self.InterfacesAdded(path, {interface: typed(properties)})
        elif before[1] != properties:
            self.changed(path, interface, properties)

    def take(self, path):
        interface, _ = self.objects.pop(path)
        if path in self.exported:
            self.exported.pop(path).remove_from_connection()
        self.InterfacesRemoved(path, dbus.Array([interface], signature="s"))

    def obey(self, wish):
        self.refuse = wish.get("refuse", self.refuse)
        if "manager" in wish:
            self.update(wish["manager"])
        self.rules = wish.get("rules", self.rules)
        for name in ("lacks", "decisions", "exercises", "safety", "preview", "history",
                     "activities", "sore_until", "statistics", "replacement", "next", "start"):
            setattr(self, name, wish.get(name, getattr(self, name)))
        if "decided" in wish:
            self.decisions = [wish["decided"], *self.decisions]
            self.Decided(typed(wish["decided"]))
        breaks = [p for p, (interface, _) in self.objects.items() if interface == BREAK]
        if "ended" in wish:
            for path in breaks:
                self.BreakEnded(path, "active", wish["ended"], dbus.UInt64(0))
                self.take(path)
        if wish.get("break"):
            properties = dict(wish["break"])
            self.put(properties.pop("path", ROOT + "/break/1"), BREAK, properties)
        elif "break" in wish:
            for path in breaks:
                self.take(path)
        if "notices" in wish:
            wanted = {"%s/notice/%s" % (ROOT, n): v for n, v in wish["notices"].items()}
            for path, (interface, _) in list(self.objects.items()):
                if interface == NOTICE and path not in wanted:
                    self.take(path)
            for path, properties in wanted.items():
                self.put(path, NOTICE, properties)


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    limberd = Limberd(bus)
    name = dbus.service.BusName(NAME, bus)  # held as long as we run
    loop = GLib.MainLoop()

    def on_input(source, _condition):
        line = source.readline()
        if not line:
            loop.quit()
            return False
        limberd.obey(json.loads(line))
        print(json.dumps(["obeyed"]), flush=True)
        return True

    # Unbuffered, so that no line waits unseen in a buffer of ours.
    source = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
    GLib.io_add_watch(source.fileno(), GLib.IO_IN | GLib.IO_HUP,
                      lambda _fd, condition: on_input(source, condition))
    print(json.dumps(["ready", name.get_name()]), flush=True)
    loop.run()


main()
