"""What the end-to-end tests share."""

import os
import unittest

from harness import daemon, place, world
from harness.world import World

# What a test says of itself, see HouseTest.mtas.
POSTFIX = ("postfix",)
EACH = ("postfix", "sendmail")


def build():
    return os.environ["REPLYGATE_BUILD"]


def mta():
    """The mail system this run of the tests is with."""
    return os.environ.get("REPLYGATE_MTA", "postfix")


def on_postfix(test):
    """For one test of a class with EACH: Sendmail would show nothing new."""
    test.mtas = POSTFIX
    return test


def on_sendmail(test):
    """For one that asks of Sendmail what Postfix does not have."""
    test.mtas = ("sendmail",)
    return test


def mtas_of(test):
    """The mail systems a test wants to be run with, one after the other."""
    method = getattr(test, test._testMethodName, None)
    return getattr(method, "mtas", getattr(test, "mtas", POSTFIX))


def candidates(name, count, first=1):
    """name1@outside.test, name2@outside.test, ..."""
    return [f"{name}{n}@outside.test" for n in range(first, first + count)]


class DaemonTest(unittest.TestCase):
    """A test with a daemon alone, not started yet.

    Needs no mail system, and not root.  It keeps what histories bring.
    """

    def setUp(self):
        self.directory = place.make_directory()
        self.addCleanup(place.remove_directory, self.directory)
        self.daemon = daemon.Daemon(build(), self.directory,
                                    'retention = "3650d";')
        self.daemon.make_key()
        self.addCleanup(self.daemon.kill)


class HouseTest(unittest.TestCase):
    """A test with a whole house; skips aloud where there can be none.

    mtas: EACH when it is about what a mail system does or is told, POSTFIX
    when about replygate alone, or about what only Postfix has.
    """

    mtas = POSTFIX
    needs_date = False
    world = None

    def skip_without(self, *mtas):
        """Skips where one of these mail systems cannot be had."""
        why = next(filter(None, map(world.available, mtas)), None)
        if why is None and self.needs_date and not daemon.can_fake_time():
            why = "faketime is not installed"
        if why is not None:
            self.skipTest(why)

    def open_world(self, **options):
        self.skip_without(mta())
        self.world = World(build(), mta(), **options)
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
        if world.mta:
            parts += [f"{world.mta.label}'s log:", world.mta.log()[-3000:]]
        return "\n".join(parts)


class SharedHouseTest(HouseTest):
    """A house for each class: its tests' messages stay apart."""

    options = {}

    @classmethod
    def setUpClass(cls):
        missing = world.available(mta())
        if missing is not None:
            raise unittest.SkipTest(missing)
        cls.world = World(build(), mta(), **cls.options)
        cls.world.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.world.stop()
