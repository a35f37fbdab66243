"""The same day (desktop/test_scenario.py), and servers over and over (desktop/test_servers.py), at every
desk of the trees."""

import os
import sys

import rig
import tree

sys.path.insert(0, os.path.join(rig.ROOT, "tests", "desktop"))

import test_scenario  # noqa: E402
import test_servers  # noqa: E402


def add(name, *bases, desk):
    globals()[name] = type(name, bases, {"desk": desk, "__module__": __name__})
    return globals()[name]


for _desk in tree.DESKS:
    for _story in test_scenario.Day, test_scenario.Film:
        rig.patient(add(_story.__name__ + "On" + _desk.__name__, _story, rig.Rig, desk=_desk))
    _tests = add("On" + _desk.__name__, test_servers.Server, test_servers.Endurance, desk=_desk)
    if _desk.programs[0] == "gnome-shell":
        rig.calm(_tests)  # beside others it needs longer to come back than a lull lasts
    del _tests
