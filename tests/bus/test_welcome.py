"""The first time of a person: what will happen and what to know before is told, once."""

import os

import rig
from test_coach import CONFIG, NOTICE, Coached

QUICK = CONFIG + "settle = 1s\n"
GENERAL = "These are general tips, not medical advice. If you have back pain, an injury, a health " \
          "condition, are pregnant or recently had surgery, ask a doctor or physiotherapist first."
SLOWLY = "Start slowly, listen to your body: a mild pull is fine, pain is not."


class Welcome(Coached):
    def setUp(self):
        super().setUp()
        self.welcomed(False)

    def login(self):
        """Started as a session does, with nothing left of the last login."""
        self.welcomed(False)
        self.config(QUICK)
        self.start_daemon()

    def awaited(self):
        """Who was here before has a moment of quiet after the start."""
        rig.wait_for(self.notice, 10, "the notice")
        return self.notice()

    def times(self):
        with open(self.path("data", "limber", "welcome"), encoding="utf-8") as file:
            return file.read()

    def notice(self):
        found = self.notices().get("welcome")
        return found and found[0]

    def test_the_first_start_tells_it(self):
        self.login()
        body = self.notices()["welcome"][1]["Body"]["data"]
        self.assertIn(GENERAL, body)
        self.assertIn(SLOWLY, body)
        self.assertIn("micro: after 1h of work a break of 30s.", body)

    def test_who_has_said_ok_is_not_told_again(self):
        for close in ("Invoke", "Dismiss"):
            with self.subTest(close):
                self.login()
                args = ("s", "ok") if close == "Invoke" else ()
                self.call(close, *args, path=self.notice(), interface=NOTICE)
                for end in ("kill", "stop"):
                    getattr(self.daemon, end)()
                    self.login()
                    self.assertIsNone(self.notice())
                self.daemon.stop()
                self.forget()

    def forget(self):
        folder = self.path("data", "limber")
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))

    def test_a_restart_is_not_another_login(self):
        self.login()
        self.awaited()
        self.daemon.kill()
        self.start_daemon()
        self.assertIsNone(self.notice())

    def test_who_says_nothing_is_told_thrice(self):
        for told in ("1", "2", "3"):
            self.login()
            self.awaited()
            self.assertEqual(self.times(), told)
            self.daemon.stop()
        self.login()
        # Another one waits for the same moment.
        self.call("Rate", "ss", "palming", "hurts")
        rig.wait_for(lambda: "safety" in self.notices(), 10, "another notice")
        self.assertIsNone(self.notice())

    def test_who_was_here_before_there_was_such_a_notice(self):
        self.login()
        self.awaited()
        self.daemon.stop()
        os.unlink(self.path("data", "limber", "welcome"))
        self.login()
        self.assertIsNone(self.notice())

    def test_a_new_history_makes_no_stranger(self):
        self.login()
        self.call("Dismiss", path=self.notice(), interface=NOTICE)
        self.daemon.kill()
        for name in os.listdir(self.path("data", "limber")):
            if name.startswith("history"):
                os.unlink(self.path("data", "limber", name))
        self.login()
        self.assertIsNone(self.notice())

    def test_where_nothing_can_be_kept_it_is_once_in_a_login(self):
        self.env["XDG_DATA_HOME"] = "/proc/none"
        self.env["HOME"] = "/proc/none"
        self.config(CONFIG)
        self.start_daemon()
        known = bool(self.notice())
        if known:
            self.call("Dismiss", path=self.notice(), interface=NOTICE)
        self.daemon.stop()
        self.start_daemon()
        self.assertIsNone(self.notice())

    def test_whose_history_cannot_be_read_is_not_taken_for_a_stranger(self):
        self.login()
        self.call("Dismiss", path=self.notice(), interface=NOTICE)
        self.daemon.stop()
        history = self.path("data", "limber", "history.db")
        os.unlink(self.path("data", "limber", "welcome"))
        os.rename(history, history + ".away")
        os.mkdir(history)
        self.login()
        self.assertIsNone(self.notice())
        os.rmdir(history)
        os.rename(history + ".away", history)
        self.call("Consent", "b", "false")
        self.assertEqual([p for p in self.problems() if p["area"] == "history"], [])
        self.assertIsNone(self.notice())

    def test_it_waits_for_quiet_signs(self):
        self.config(CONFIG)
        path = self.path("data", "limber")
        os.makedirs(path)
        self.start_daemon()
        self.call("Dismiss", path=self.notice(), interface=NOTICE)
        self.call("Pause", "t", str(2 ** 64 - 1))
        self.daemon.stop()
        with open(os.path.join(path, "welcome"), "w", encoding="utf-8") as file:
            file.write("1")
        self.login()
        self.assertEqual(self.phase(), "paused")
        self.assertIsNone(self.notice())
        self.call("Resume")
        rig.wait_for(self.notice, 40, "the notice")

    def test_asked_for_it_comes_in_any_case(self):
        self.login()
        self.call("Dismiss", path=self.notice(), interface=NOTICE)
        self.daemon.stop()
        self.start_daemon("--welcome")
        self.awaited()
        self.daemon.stop()
        self.forget()
        self.welcomed(False)
        self.start_daemon("--welcome")
        self.assertEqual(len(self.notices()), 1)
