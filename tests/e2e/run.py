#!/usr/bin/env python3
"""Runs the end-to-end tests: run.py [OPTION...] [PATTERN...]

With --mta sendmail only those that are about the mail system as well; with
--part N/M the tests of every M-th class, from the N-th on.  Each test's result
goes to standard error as it comes; the last line, on standard output, is
"N passed, N failed, N skipped".
"""

import argparse
import os
import signal
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]


# pylint: disable=wrong-import-position
from house import mta, mtas_of      # noqa: E402


def say(text):
    print(text, file=sys.stderr, flush=True)


class Result(unittest.TestResult):
    """One line a test; what a failed test says about itself below it."""

    def __init__(self):
        super().__init__()
        self.passed = 0

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()

    def _line(self, test, word):
        took = time.monotonic() - getattr(self, "_began", time.monotonic())
        name = test.id().rpartition(".")[2].rstrip(")")
        say(f"e2e {mta()} {name}: {word} ({took:.1f} s)")

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._line(test, "passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line(test, f"SKIPPED: {reason}")

    def _bad(self, test, listed):
        self._line(test, "FAILED")
        say(listed[-1][1])
        describe = getattr(test, "describe", None)
        if describe:
            say(describe())

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._bad(test, self.failures)

    def addError(self, test, err):
        super().addError(test, err)
        self._bad(test, self.errors)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            self._bad(subtest, self.failures if failed else self.errors)


def interrupt(_number, _frame):
    """Ends as Ctrl-C does, so that everything is cleaned up."""
    raise KeyboardInterrupt


def classes(suite):
    """The tests of each class, in order: a class may share its house."""
    if any(isinstance(one, unittest.TestSuite) for one in suite):
        return [found for one in suite for found in classes(one)]
    return [list(suite)]


def wanted(suite, part):
    """This run's tests only, of every class or of each n-th."""
    found = [[one for one in tests if mta() in mtas_of(one)]
             for tests in classes(suite)]
    first, _, every = part.partition("/")
    return unittest.TestSuite(
        unittest.TestSuite(tests)
        for tests in list(filter(None, found))[int(first) - 1::int(every)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("--mta", default="postfix",
                        choices=("postfix", "sendmail"))
    parser.add_argument("--part", default="1/1", metavar="N/M")
    parser.add_argument("patterns", nargs="*")
    arguments = parser.parse_args()
    os.environ["REPLYGATE_BUILD"] = os.path.abspath(arguments.build)
    os.environ["REPLYGATE_MTA"] = arguments.mta
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)

    loader = unittest.TestLoader()
    if arguments.patterns:
        loader.testNamePatterns = [f"*{p}*" for p in arguments.patterns]
    result = Result()
    try:
        wanted(loader.discover(HERE, "test_*.py", HERE),
               arguments.part).run(result)
    except KeyboardInterrupt:
        say("e2e: interrupted")
        sys.exit(130)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, "
          f"{len(result.skipped)} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
