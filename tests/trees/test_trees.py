"""The same day (desktop/test_scenario.py), and servers over and over (desktop/test_servers.py), at every
desk of the trees."""

import os
import sys

import rig
import tree

sys.path.insert(0, os.path.join(rig.ROOT, "tests", "desktop"))

import test_scenario  # noqa: E402
import test_servers  # noqa: E402

for _desk in tree.DESKS:
    for _story in test_scenario.Day, test_scenario.Film:
        _name = _story.__name__ + "On" + _desk.__name__
        globals()[_name] = rig.patient(type(_name, (_story, rig.Rig),
                                            {"desk": _desk, "__module__": __name__}))
    _name = "On" + _desk.__name__
    globals()[_name] = type(_name, (test_servers.Server, test_servers.Endurance),
                            {"desk": _desk, "__module__": __name__})
