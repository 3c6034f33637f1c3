"""What the end-to-end tests share."""

import os
import unittest

from harness import daemon, postfix
from harness.world import World


def build():
    return os.environ["REPLYGATE_BUILD"]


def candidates(name, count, first=1):
    """name1@outside.test, name2@outside.test, ..."""
    return [f"{name}{n}@outside.test" for n in range(first, first + count)]


class HouseTest(unittest.TestCase):
    """A test with a whole house; skips aloud where there can be none."""

    needs_date = False
    world = None

    def open_world(self, **options):
        why = postfix.available()
        if why is None and self.needs_date and not daemon.can_fake_time():
            why = "faketime is not installed"
        if why is not None:
            self.skipTest(why)
        self.world = World(build(), **options)
        self.addCleanup(self.world.stop)
        self.world.__enter__()
        return self.world

    def run(self, result=None):
        self._report = ""
        return super().run(result)

    def describe(self):
        """The logs' ends, for a test that failed."""
        world = self.world
        if world is None or world.directory is None:
            return self._report
        parts = []
        if world.daemon:
            parts += ["replygate's log:", world.daemon.log()[-3000:]]
        if world.postfix:
            parts += ["Postfix's log:", world.postfix.log()[-3000:]]
        return "\n".join(parts)
