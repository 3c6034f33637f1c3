"""A start that cannot be: one clear line on standard error, and an end."""

import os
import subprocess
import unittest

from harness import place
from harness.daemon import Daemon
from harness.place import wait_until
from house import build


class Start(unittest.TestCase):
    """Needs neither Postfix nor root."""

    def setUp(self):
        self.directory = place.make_directory()
        self.addCleanup(place.remove_directory, self.directory)
        self.first = self.make("first")

    def make(self, name):
        home = os.path.join(self.directory, name)
        os.mkdir(home, 0o711)
        daemon = Daemon(build(), home)
        daemon.make_key()
        self.addCleanup(daemon.kill)
        return daemon

    def rewrite(self, daemon, old, new):
        with open(daemon.configuration, encoding="ascii") as file:
            text = file.read()
        self.assertIn(old, text)
        with open(daemon.configuration, "w", encoding="ascii") as file:
            file.write(text.replace(old, new))

    def assert_ends(self, daemon, *expected):
        """It ends by itself, not well, and says why in one line."""
        try:
            answer = daemon.run()
        except subprocess.TimeoutExpired:
            self.fail("replygate started all the same")
        self.assertGreater(answer.returncode, 0, answer.stderr)
        lines = answer.stderr.splitlines()
        self.assertEqual(len(lines), 1, answer.stderr)
        self.assertTrue(lines[0].startswith("replygate: "), lines[0])
        for part in expected:
            self.assertIn(part, lines[0])

    def test_it_starts_and_stops(self):
        self.first.start()
        self.assertEqual(self.first.stop(), 0)
        self.first.start()

    def test_check_of_the_configuration(self):
        answer = self.first.run("-n")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("example.test", answer.stdout)

    def test_wrong_configuration(self):
        self.rewrite(self.first, 'log_level = "info"', 'log_levle = "info"')
        with open(self.first.configuration, encoding="ascii") as file:
            line = file.read().split("log_levle")[0].count("\n") + 1
        self.assert_ends(self.first, f"replygate.conf:{line}:", "log_levle")

    def test_no_configuration(self):
        os.unlink(self.first.configuration)
        self.assert_ends(self.first, self.first.configuration)

    def test_missing_key_file(self):
        os.unlink(os.path.join(self.first.home, "key"))
        self.assert_ends(self.first, os.path.join(self.first.home, "key"))

    def test_key_file_others_can_read(self):
        key = os.path.join(self.first.home, "key")
        os.chmod(key, 0o644)
        self.assert_ends(self.first, key)

    def test_key_is_never_overwritten(self):
        key = os.path.join(self.first.home, "key")
        with open(key, "rb") as file:
            before = file.read()
        self.assertGreater(self.first.run("-K").returncode, 0)
        with open(key, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_key_that_does_not_fit_the_store(self):
        self.first.start()
        self.first.stop()
        os.unlink(os.path.join(self.first.home, "key"))
        self.first.make_key()
        self.assert_ends(self.first, "key")

    def test_second_daemon_on_the_same_store(self):
        self.first.start()
        second = self.make("second")
        self.rewrite(second, second.home + "/store",
                     self.first.home + "/store")
        self.rewrite(second, second.home + "/key", self.first.home + "/key")
        self.assert_ends(second, self.first.home + "/store")
        self.assertTrue(self.first.ask("health")["healthy"])

    def test_milter_socket_in_use(self):
        self.first.start()
        second = self.make("second")
        self.rewrite(second, second.milter_socket, self.first.milter_socket)
        self.assert_ends(second, self.first.milter_socket)
        self.assertTrue(os.path.exists(self.first.milter_socket))

    def test_control_socket_in_use(self):
        self.first.start()
        second = self.make("second")
        self.rewrite(second, second.control_socket,
                     self.first.control_socket)
        self.assert_ends(second, self.first.control_socket)
        self.assertTrue(self.first.ask("health")["healthy"])

    def test_reload(self):
        """HUP takes a new configuration, or keeps the old one whole."""
        self.first.start()
        self.assertEqual(self.first.ask("health")["mode"], "enforce")
        self.first.configure('mode = "monitor";')
        self.first.reload()
        wait_until(lambda: self.first.ask("health")["mode"] == "monitor",
                   "the new configuration holds")
        self.first.configure('mode = "enforce"; colour = "red";')
        self.first.reload()
        wait_until(lambda: "colour" in self.first.log(),
                   "the log says what is wrong")
        self.assertEqual(self.first.ask("health")["mode"], "monitor")

    def test_sockets_of_a_killed_daemon_are_no_obstacle(self):
        self.first.start()
        self.first.kill()
        self.assertTrue(os.path.exists(self.first.milter_socket))
        self.first.start()


class Command(unittest.TestCase):
    """What replygatectl says when it cannot ask."""

    def test_no_daemon(self):
        directory = place.make_directory()
        self.addCleanup(place.remove_directory, directory)
        daemon = Daemon(build(), directory)
        answer = daemon.control("health", check=False)
        self.assertGreater(answer.returncode, 0)
        self.assertEqual(len(answer.stderr.splitlines()), 1, answer.stderr)
        self.assertIn(daemon.control_socket, answer.stderr)

    def test_no_such_user(self):
        directory = place.make_directory()
        self.addCleanup(place.remove_directory, directory)
        daemon = Daemon(build(), directory)
        daemon.make_key()
        self.addCleanup(daemon.kill)
        daemon.start()
        answer = daemon.control("user", "nobody@example.test", check=False)
        self.assertGreater(answer.returncode, 0)
        self.assertIn("nobody@example.test", answer.stderr)
