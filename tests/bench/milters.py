"""The milters that are measured.

Each has a name, the kinds of messages it is measured with, and a socket.  It
is started, which gives its process; told what has passed it; asked for what is
wrong with it; and finished, or killed at any time.
"""

import os
import socket
import subprocess

from harness import place
from harness.daemon import Daemon
from soak.storm import metric

KINDS = ("out", "stranger", "reply")


class Trouble(Exception):
    """What makes the figures worthless."""


class Noop:
    """A milter that does nothing."""

    kinds = KINDS

    def __init__(self, build, home, name, *options):
        self.name = name
        self.socket = os.path.join(home, "noop.sock")
        self.process = subprocess.Popen(
            [os.path.join(build, "bench", "noop"), *options,
             f"unix:{self.socket}"], stdin=subprocess.DEVNULL,
            start_new_session=True)

    def start(self):
        place.wait_until(self._answers, f"{self.name} answers")
        return self.process.pid

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as one:
            return (self.process.poll() is not None or
                    one.connect_ex(self.socket) == 0)

    def count(self, kind, passed):
        """Nothing is kept."""

    def trouble(self):
        return self.process.poll() is not None and "it has ended"

    def finish(self):
        """libmilter takes seconds to stop: it is killed in the end."""
        if self.trouble():
            raise Trouble(f"{self.name}: {self.trouble()}")

    def kill(self):
        self.process.kill()
        self.process.wait()


class Replygate:
    """The daemon, and what its ledger has to have in the end."""

    def __init__(self, build, home, name, more="", kinds=KINDS):
        self.name, self.kinds = name, kinds
        self.daemon = Daemon(build, home, more)
        self.socket = self.daemon.milter_socket
        self.child = None
        self.passed = dict.fromkeys(KINDS, 0)
        self.kill = self.daemon.kill

    def start(self):
        self.daemon.make_key()
        self.daemon.start()
        self.child = self.daemon.child()
        return self.daemon.process.pid

    def count(self, kind, passed):
        self.passed[kind] += passed

    def trouble(self):
        return (self.daemon.process.poll() is not None or
                self.daemon.child() != self.child) and "it has ended"

    def finish(self):
        """Nothing may be lost, and no letter may be like another one."""
        if self.trouble():
            raise Trouble(f"{self.name}: {self.trouble()}")
        sent = [user["sent"] for user in self.daemon.ask("users")["users"]]
        messages = self.daemon.get("/metrics")
        single = "\n".join(line for line in messages.splitlines()
                           if 'kind="one-to-one"' in line)
        total = "replygate_messages_total"
        for what, got, want in (
                ("messages", metric(messages, total),
                 sum(self.passed.values())),
                ("one to one", metric(single, total), self.passed["out"]),
                ("outreach in the ledger",
                 sum(one["outreach"] for one in sent), self.passed["out"]),
                ("answers in the ledger",
                 sum(one["answered"] for one in sent), self.passed["reply"])):
            if got != want:
                raise Trouble(f"{self.name}: {what}: {got:.0f}, not {want}")
        if self.daemon.stop() != 0:
            raise Trouble(f"{self.name}: {self.daemon.log()[-2000:]}")
