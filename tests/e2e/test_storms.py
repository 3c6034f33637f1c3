"""A stream of messages on the milter's socket while something happens.

Whatever does, what the sender was told is taken is in the ledger.
"""

import json
import os
import signal
import subprocess
import time
import unittest

from harness import place
from harness.daemon import Daemon
from harness.place import wait_until
from house import build
from soak.storm import Storm

SOAK = os.path.join(build(), "soak")


class Storms(unittest.TestCase):
    """Needs neither a mail system nor root."""

    def setUp(self):
        home = place.make_directory()
        self.addCleanup(place.remove_directory, home)
        self.daemon = Daemon(build(), home)
        self.daemon.make_key()
        self.addCleanup(self.daemon.kill)

    def start_sender(self, rate, seconds):
        self.daemon.start()
        sender = subprocess.Popen(
            [SOAK, "-s", self.daemon.milter_socket, "-r", str(rate),
             "-t", str(seconds)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(sender.stdout.close)
        self.addCleanup(sender.kill)
        return sender

    def outreach(self):
        users = self.daemon.ask("users")["users"]
        return sum(user["sent"]["outreach"] for user in users)

    def let_through(self, count):
        """Waits until so much more has been sent."""
        before = self.outreach()
        wait_until(lambda: self.outreach() >= before + count,
                   f"{count} more are in the ledger")

    def assert_kept(self, sent):
        """What was not answered may be in the ledger or not: three at most."""
        self.assertEqual(sent["refused"], 0)
        self.assertEqual(sent["tempfailed"], 0)
        kept = self.outreach()
        self.assertGreaterEqual(kept, sent["outreach"])
        self.assertLessEqual(kept, sent["outreach"] + 3 * sent["broken"])

    def test_reloads(self):
        """make soak, for a few seconds."""
        storm = Storm(self.daemon, SOAK, 300, 4, 0.3)
        storm.run()
        self.assertEqual(storm.trouble, [])
        self.assertGreater(storm.reloads, 5)
        self.assertGreater(storm.wrong, 0)

    def test_crashes(self):
        """kill -9 of the process that serves, three times."""
        sender, took = self.start_sender(300, 4), []
        for _ in range(3):
            self.let_through(150)
            first = self.daemon.child()
            os.kill(first, signal.SIGKILL)
            began = time.monotonic()
            wait_until(lambda: self.daemon.child() != first and
                       self.daemon.control("version", check=False)
                       .returncode == 0, "another process serves")
            took.append(time.monotonic() - began)
        # within a second, where the machine does nothing else just then
        self.assertLess(min(took), 5.0)
        sent = json.loads(sender.communicate(timeout=60)[0])
        # the messages in hand, and those that came while nobody listened
        self.assertGreater(sent["broken"], 0)
        self.assertGreater(sent["outbound"], 300)
        self.assert_kept(sent)

    def test_a_stop(self):
        """What has begun is finished, and what has not finds nobody."""
        sender = self.start_sender(300, 2)
        self.let_through(150)
        self.assertEqual(self.daemon.stop(), 0)
        self.assertNotIn("messages in hand", self.daemon.log())
        sent = json.loads(sender.communicate(timeout=60)[0])
        self.assertGreater(sent["broken"], 0)
        self.daemon.start()
        self.assert_kept(sent)
