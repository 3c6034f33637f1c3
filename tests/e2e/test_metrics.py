"""Metrics as a collector reads them: by TCP, valid, documented, read-only."""

import os
import re
import shutil
import socket
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

from harness import place
from harness.daemon import Daemon
from house import build

OPEN = "application/openmetrics-text; version=1.0.0"
PLAIN = "text/plain; version=0.0.4"
MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "..", "..", "src", "replygate.8")
PARSE = """
import sys
from prometheus_client.openmetrics import parser
sys.exit(not list(parser.text_string_to_metric_families(sys.stdin.read())))
"""


def free_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        return other.getsockname()[1]


def say(text):
    print(f"metrics: {text}", file=sys.stderr)


def has_parser(python):
    return subprocess.run([python, "-c", "import prometheus_client"],
                          stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


class Metrics(unittest.TestCase):
    """Needs neither a mail system nor root."""

    def setUp(self):
        home = place.make_directory()
        self.addCleanup(place.remove_directory, home)
        self.port = free_port()
        self.daemon = Daemon(build(), home,
                             f'metrics_listen = "127.0.0.1:{self.port}";')
        self.daemon.make_key()
        self.addCleanup(self.daemon.kill)

    def read(self, accept, path="/metrics", data=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data,
            {"Accept": accept})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return (answer.read().decode("utf-8"),
                    answer.headers["Content-Type"])

    def check(self, command, text, what):
        answer = subprocess.run(command, input=text, text=True, timeout=60,
                                stdout=subprocess.PIPE, check=False,
                                stderr=subprocess.STDOUT)
        self.assertEqual(answer.returncode, 0, f"{what}: {answer.stdout}")
        self.assertEqual(answer.stdout, "", what)

    def check_plain(self, text):
        if shutil.which("promtool"):
            self.check(["promtool", "check", "metrics"], text, "promtool")
        else:
            say("no promtool here; the unit tests have a parser of their own")

    def check_open(self, text):
        for python in (sys.executable, "/usr/bin/python3"):
            if os.path.exists(python) and has_parser(python):
                self.check([python, "-c", PARSE], text, "prometheus_client")
                return
        say("no prometheus_client here; the unit tests have a parser of "
            "their own")

    def test_they_are_valid(self):
        """Also when there is something to count, and nothing to read it in."""
        self.daemon.start()
        for used in (False, True):
            if used:
                subprocess.run(
                    [os.path.join(build(), "soak"), "-s",
                     self.daemon.milter_socket, "-r", "500", "-t", "2"],
                    stdout=subprocess.DEVNULL, timeout=60, check=True)
            plain, kind = self.read(PLAIN)
            self.assertIn("text/plain; version=0.0.4", kind)
            self.check_plain(plain)
            text, kind = self.read(OPEN)
            self.assertIn("application/openmetrics-text; version=1.0.0", kind)
            self.check_open(text)
            self.assertEqual(self.daemon.get("/metrics").count("\n"),
                             text.count("\n"))

    def test_each_family_is_in_the_manual(self):
        self.daemon.start()
        text, _ = self.read(OPEN)
        with open(MANUAL, encoding="utf-8") as file:
            manual = file.read()
        self.assertEqual(
            re.findall(r"^\.It Li (replygate_\w+)$", manual, re.MULTILINE),
            re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))

    def test_nothing_else_can_be_read_or_changed(self):
        self.daemon.start()
        for path, data in (("/v1/users", None), ("/v1/health", None),
                           ("/v1/reload", b'{"reason": "x"}'),
                           ("/metrics", b"{}"), ("/", None)):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                self.read(OPEN, path, data)
            self.assertIn(caught.exception.code, (404, 405), path)
            caught.exception.close()

    def test_loopback_alone_unless_said_otherwise(self):
        for listen, want in (("0.0.0.0:9436", False), ("[::]:9436", False),
                             ("192.0.2.7:9436", False),
                             ("[::1]:9436", True), ("127.9.9.9:9436", True),
                             ("public:0.0.0.0:9436", True)):
            self.daemon.configure(f'metrics_listen = "{listen}";')
            answer = self.daemon.run("-n")
            self.assertEqual(answer.returncode == 0, want,
                             f"{listen}: {answer.stderr}")
            if not want:
                self.assertIn("metrics_listen", answer.stderr)
                self.assertIn("public:", answer.stderr)
