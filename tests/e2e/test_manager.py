"""What a service manager hears of the daemon, over sd_notify's socket."""

import os
import signal
import socket
import time
import unittest

from harness import place
from harness.daemon import Daemon
from harness.place import wait_until
from house import build

WATCHDOG = 0.9      # seconds


class Manager(unittest.TestCase):
    """Needs neither a mail system nor root."""

    def setUp(self):
        home = place.make_directory()
        self.addCleanup(place.remove_directory, home)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(os.path.join(home, "notify"))
        self.socket.settimeout(place.PATIENCE)
        self.daemon = Daemon(build(), home)
        self.daemon.make_key()
        self.addCleanup(self.daemon.kill)
        self.addCleanup(os.environ.pop, "NOTIFY_SOCKET", None)
        self.addCleanup(os.environ.pop, "WATCHDOG_USEC", None)
        os.environ["NOTIFY_SOCKET"] = os.path.join(home, "notify")
        os.environ["WATCHDOG_USEC"] = str(int(WATCHDOG * 1e6))
        self.daemon.start()
        self.assertEqual(self.hear()[0], "READY=1")

    def hear(self):
        """The next word, as lines."""
        return self.socket.recv(4096).decode("ascii").split("\n")

    def hear_until(self, *wanted):
        """Waits for words that begin so, in this order; all that was said."""
        heard, wanted = [], list(wanted)
        deadline = time.monotonic() + place.PATIENCE
        while wanted:
            self.assertLess(time.monotonic(), deadline, heard)
            heard.append(self.hear())
            if heard[-1][0].startswith(wanted[0]):
                wanted.pop(0)
        return heard

    def silence(self, seconds):
        """What is said from now on, for so long."""
        end, heard = time.monotonic() + seconds, []
        self.socket.setblocking(False)
        while time.monotonic() < end:
            try:
                heard.append(self.hear()[0])
            except BlockingIOError:
                time.sleep(0.01)
        self.socket.settimeout(place.PATIENCE)
        return heard

    def test_a_life(self):
        daemon = self.daemon
        # alive, and what people may read
        self.hear_until("WATCHDOG=1", "WATCHDOG=1")
        # by signal, with a moment that lies within the reload
        before = time.monotonic()
        daemon.process.send_signal(signal.SIGHUP)
        word = self.hear_until("RELOADING=1")[-1]
        self.assertTrue(word[1].startswith("MONOTONIC_USEC="), word)
        moment = int(word[1].partition("=")[2]) / 1e6
        self.assertGreaterEqual(moment, before)
        self.assertLessEqual(moment, time.monotonic())
        self.hear_until("STATUS=reloaded", "READY=1")
        # by the command
        daemon.control("reload", "--reason", "test")
        self.hear_until("RELOADING=1", "STATUS=reloaded", "READY=1")
        # a wrong file: why, and ready all the same
        daemon.configure("colour = 1;")
        daemon.control("reload", "--reason", "test", check=False)
        heard = self.hear_until("RELOADING=1", "STATUS=reload failed",
                                "READY=1")
        self.assertIn("unknown key", str(heard))
        # a crash
        daemon.kill_child()
        self.hear_until("STATUS=the serving process crashed", "READY=1",
                        "WATCHDOG=1")
        # the end
        self.assertEqual(daemon.ask_to_stop()(), 0)
        self.hear_until("STOPPING=1", "STATUS=stopping")
        self.assertEqual(self.silence(0.1), [])

    def test_who_hangs_is_not_fed(self):
        child = self.daemon.child()
        self.hear_until("WATCHDOG=1")
        os.kill(child, signal.SIGSTOP)
        self.silence(0.1)               # what was on its way
        self.assertNotIn("WATCHDOG=1", self.silence(WATCHDOG * 1.5))
        os.kill(child, signal.SIGCONT)
        self.hear_until("WATCHDOG=1")

    def test_a_milter_without_its_socket_is_not_fed(self):
        self.hear_until("WATCHDOG=1")
        os.rename(self.daemon.milter_socket, self.daemon.milter_socket + "-")
        wait_until(lambda: "watchdog: not fed: the milter does not answer" in
                   self.daemon.log(), "the watchdog goes hungry")
        self.silence(0.1)
        self.assertNotIn("WATCHDOG=1", self.silence(WATCHDOG))
        os.rename(self.daemon.milter_socket + "-", self.daemon.milter_socket)
        self.hear_until("WATCHDOG=1")
