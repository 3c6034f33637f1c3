"""Reload: what it changes, what it names, and what it leaves alone."""

import os
import signal
import unittest

from harness import place
from harness.daemon import Daemon
from harness.place import wait_until
from house import build


class Reload(unittest.TestCase):
    """Needs neither a mail system nor root."""

    def setUp(self):
        home = place.make_directory()
        self.addCleanup(place.remove_directory, home)
        self.daemon = Daemon(build(), home)
        self.daemon.make_key()
        self.addCleanup(self.daemon.kill)
        self.daemon.start()

    def health(self):
        answer = self.daemon.control("--json", "health", check=False)
        return answer.stdout

    def reload(self, more=""):
        self.daemon.configure(more)
        return self.daemon.control("reload", "--reason", "test", check=False)

    def change(self, old, new):
        """Changes the file in place."""
        with open(self.daemon.configuration, encoding="ascii") as file:
            text = file.read()
        self.assertIn(old, text)
        with open(self.daemon.configuration, "w", encoding="ascii") as file:
            file.write(text.replace(old, new))

    def test_the_command_says_what_changed(self):
        answer = self.reload('mode = "monitor"; postmaster = "p@example.test";'
                             'metrics_listen = "127.0.0.1:0";')
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertRegex(answer.stdout, r"Changed +postmaster, mode\n|"
                         r"Changed +mode, postmaster\n")
        self.assertRegex(answer.stdout, r"On restart +metrics_listen\n")
        self.assertIn('"monitor"', self.health())
        self.assertIn("these keys wait for a restart: metrics_listen",
                      self.daemon.log())
        # still waiting, and said again
        answer = self.daemon.control("reload", "--reason", "test")
        self.assertRegex(answer.stdout, r"On restart +metrics_listen\n")
        self.assertNotIn("Changed", answer.stdout)

    def test_a_wrong_file_is_told_where_and_changes_nothing(self):
        answer = self.reload('mode = "monitor";\n'
                             'policies = { default = { minimum = 0; }; };')
        self.assertNotEqual(answer.returncode, 0)
        with open(self.daemon.configuration, encoding="ascii") as file:
            line = 1 + next(n for n, text in enumerate(file)
                            if "minimum" in text)
        where = f"{self.daemon.configuration}:{line}: "
        self.assertIn(where, answer.stderr)
        self.assertIn("reload: " + where, self.daemon.log())
        self.assertIn("nothing is changed", self.daemon.log())
        self.assertIn('"enforce"', self.health())
        # the same by signal
        before = self.daemon.log().count(where)
        self.daemon.reload()
        self.assertEqual(self.daemon.log().count(where), before + 1)
        self.assertIn('"enforce"', self.health())
        # a file it names
        users = os.path.join(self.daemon.home, "users")
        with open(users, "w", encoding="ascii") as file:
            file.write("alice alice@example.test\n"
                       "bob bob@example.test policy=sails\n")
        answer = self.reload(f'mode = "monitor"; users_file = "{users}";')
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn(f"{users}:2: ", answer.stderr)
        self.assertIn('"enforce"', self.health())
        # none at all
        os.unlink(self.daemon.configuration)
        answer = self.daemon.control("reload", "--reason", "t", check=False)
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn(self.daemon.configuration, answer.stderr)
        self.assertIn('"enforce"', self.health())

    def test_the_log_level_changes(self):
        daemon = self.daemon
        self.change('log_level = "info"', 'log_level = "error"')
        daemon.control("reload", "--reason", "test")
        length = len(daemon.log())
        daemon.control("enforce", "off", "--reason", "a warning is dropped")
        self.assertEqual(daemon.log()[length:], "")
        self.change('log_level = "error"', 'log_level = "info"')
        daemon.control("reload", "--reason", "test")
        daemon.control("enforce", "on", "--reason", "a warning is logged")
        self.assertIn("enforce on", daemon.log()[length:])

    def test_a_crash_goes_on_with_what_was_in_use(self):
        daemon = self.daemon
        self.assertEqual(self.reload('mode = "monitor";').returncode, 0)
        self.assertNotEqual(self.reload("colour = 1;").returncode, 0)
        first = daemon.child()
        daemon.kill_child()
        wait_until(lambda: '"monitor"' in self.health(),
                   "another process serves with the same configuration")
        self.assertNotEqual(daemon.child(), first)
        self.assertIn("starting with the configuration read before",
                      daemon.log())

    def test_enforcement_stays_off(self):
        daemon = self.daemon
        refused = daemon.control("enforce", "off", check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("--reason", refused.stderr)
        daemon.control("enforce", "off", "--reason", "the list is wrong")

        def is_off():
            answer = daemon.control("health", check=False)
            return (answer.returncode != 0 and
                    "enforcement is switched off since" in answer.stdout)
        self.assertTrue(is_off())
        # over a reload, a crash, a stop and a power cut
        daemon.control("reload", "--reason", "test")
        self.assertTrue(is_off())
        daemon.kill_child()
        wait_until(is_off, "it is off after a crash")
        daemon.stop()
        daemon.start()
        self.assertTrue(is_off())
        daemon.kill()
        daemon.start()
        self.assertTrue(is_off())
        # aloud at each start
        self.assertGreaterEqual(daemon.log().count("enforcement is off: "), 3)
        audit = daemon.control("audit").stdout
        self.assertIn("enforce off", audit)
        self.assertIn("the list is wrong", audit)
        again = daemon.control("enforce", "off", "--reason", "x", check=False)
        self.assertNotEqual(again.returncode, 0)
        daemon.control("enforce", "on", "--reason", "mended")
        self.assertFalse(is_off())
        self.assertEqual(daemon.control("audit").stdout.count("enforce o"), 2)

    def test_a_crash_is_mended_within_a_second(self):
        """Twice, and by whatever signal."""
        for number in (signal.SIGKILL, signal.SIGABRT):
            first = self.daemon.child()
            os.kill(first, number)
            wait_until(lambda: self.daemon.control(
                "version", check=False).returncode == 0 and
                self.daemon.child() != first, "another serves", 1.0)
            self.assertIn(f"ended by signal {int(number)}; starting another",
                          self.daemon.log())

    def test_it_refuses_to_spin(self):
        process = self.daemon.process
        for _ in range(5):
            first = self.daemon.child()
            os.kill(first, signal.SIGKILL)
            wait_until(lambda: self.daemon.child() != first and
                       self.daemon.control("version", check=False)
                       .returncode == 0, "another serves")
        self.daemon.kill_child()
        self.assertEqual(process.wait(place.PATIENCE), 70)
        self.assertIn("ended 6 times in a minute; giving up",
                      self.daemon.log())
