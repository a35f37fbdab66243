"""What keeps the screen on, as the real gnome-session tells it (up to 48: later ones are started by
systemd alone)."""

import time
import unittest

import rig
import tree
from rig import wait_for


class GnomeSession(rig.Rig):
    def begin(self):
        self.desk = tree.desk_of(tree.GnomeShell, "trixie")(self)
        if not self.desk.tree.has(self.desk.real_session):
            raise unittest.SkipTest("not in the tree: gnome-session-binary")
        self.config("[quiet]\ninhibitors = yes\n")
        self.desk.start()
        self.desk.hold()
        self.start_daemon()
        wait_for(lambda: self.property("IdleSource") == "mutter", 5, "the idle source")

    def reasons(self):
        return {r["sign"]["data"]: r["detail"]["data"] for r in self.property("Reasons")}

    def until_held(self):
        wait_for(lambda: "inhibitors" in self.reasons(), 5, "the inhibitor")
        self.assertRegex(self.reasons()["inhibitors"],
                         r"^org.example.Film keeps the screen awake since \d\d:\d\d: a film$")

    def until_free(self):
        wait_for(lambda: "inhibitors" not in self.reasons(), 10, "the end of the inhibitor")

    def test_a_film_is_a_sign_with_its_owners_name(self):
        self.begin()
        self.until_held()
        self.desk.release()
        self.until_free()
        before = rig.switches_at_rest(self.daemon.pid)
        time.sleep(3)
        self.assertEqual(rig.switches(self.daemon.pid), before)
        self.desk.hold()
        self.until_held()
        # Who dies holds nothing.
        self.desk.session.kill()
        self.until_free()

    def test_a_film_makes_of_a_pause_watching(self):
        self.begin()
        self.desk.press()
        wait_for(lambda: self.property("Presence") == "active", 3, "somebody")
        quiet = time.monotonic()
        wait_for(lambda: self.property("Presence") == "watching", 40, "watching")
        # The screen is held: a pause is looked for twice in 20 s at most.
        self.assertLess(time.monotonic() - quiet, 31 * rig.PATIENCE)
        self.desk.press()
        wait_for(lambda: self.property("Presence") == "active", 1, "the return")
        self.desk.release()
        wait_for(lambda: self.property("Presence") == "idle", 40, "idle")


if __name__ == "__main__":
    unittest.main()
