"""make bench: it measures what is whole only, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import unittest

from harness import place
from harness.place import wait_until
from house import build

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                   "..", "bench", "run.py")


def children(pid):
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "ppid=,pid=,args="], check=True, timeout=30,
        stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    return [(int(child), words) for above, child, words in rows
            if int(above) == pid]


class Bench(unittest.TestCase):
    """Needs neither a mail system nor root."""

    def setUp(self):
        self.directory = place.make_directory()
        self.addCleanup(place.remove_directory, self.directory)

    def start(self, *options):
        bench = subprocess.Popen(
            [sys.executable, "-B", RUN, *options], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=dict(os.environ, BUILD=build(), TMPDIR=self.directory))
        self.addCleanup(bench.stdout.close)
        self.addCleanup(bench.kill)
        return bench

    def end(self, bench, status):
        text = bench.communicate(timeout=120)[0]
        self.assertEqual(bench.returncode, status, text)
        self.assertEqual(os.listdir(self.directory), [])
        return text

    def load_of(self, bench):
        """Waits for messages to the first milter; its process."""
        wait_until(lambda: any("bench/load " in words for _, words in
                               children(bench.pid)), "there is load")
        return next(pid for pid, words in children(bench.pid)
                    if "bench/noop unix:" in words)

    def test_it_measures(self):
        text = self.end(self.start("--rounds", "1", "--seconds", "0.2",
                                   "out", "reply"), 0)
        self.assertEqual(
            re.findall(r"^(out|reply) +(\w\S*(?: \w+)?) +\d+ +\d+\.\d", text,
                       re.MULTILINE),
            [("out", "no-op"), ("out", "no-op quiet"), ("out", "replygate"),
             ("out", "no merge"), ("reply", "no-op"),
             ("reply", "no-op quiet"), ("reply", "replygate")])

    def test_a_milter_that_dies(self):
        bench = self.start("--seconds", "30", "out")
        os.kill(self.load_of(bench), signal.SIGKILL)
        text = self.end(bench, 1)
        self.assertRegex(text, "bench: out, no-op: messages broken: .* ended")

    def test_it_is_interrupted(self):
        bench = self.start("--seconds", "30", "out")
        self.load_of(bench)
        bench.send_signal(signal.SIGTERM)
        self.assertIn("bench: interrupted", self.end(bench, 130))
