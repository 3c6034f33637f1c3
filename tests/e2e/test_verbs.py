"""Every verb there is: its JSON, its audit line, its place in the manual."""

import json
import os
import re
import unittest

from harness.daemon import PHRASES
from house import DaemonTest

HERE = os.path.dirname(os.path.abspath(__file__))
MANUAL = os.path.join(HERE, "..", "..", "src", "replygatectl.8")
FIXTURE = os.path.join(HERE, "..", "fixtures",
                       "subject-en-vacation.eml")
ALICE = "alice@example.test"
WHY = ("--reason", "a test")

# A line of each that works, in an order that works; what of it is JSON.
LINES = [
    ("import", "{home}/history", *WHY),
    ("users",),
    ("user", ALICE),
    ("forecast", ALICE),
    ("restrict", ALICE, *WHY),
    ("pardon", ALICE, *WHY),
    ("exempt", ALICE, *WHY),
    ("exempt", ALICE, "--end", *WHY),
    ("history", ALICE),
    ("export", ALICE),
    ("why", "<1@example.test>"),
    ("credit", "<1@example.test>", *WHY),
    ("uncredit", "<1@example.test>", *WHY),
    ("forget", "c1@outside.test", *WHY),
    ("notice", "preview", "warning", ALICE),
    ("test-message", "--phrases", PHRASES, FIXTURE),
    ("test-merge", FIXTURE),
    ("reload", *WHY),
    ("enforce", "off", *WHY),
    ("enforce", "on", *WHY),
    ("stats",),
    ("backup", "{home}/copy", *WHY),
    ("verify",),
    ("verify", "{home}/copy"),
    ("dump", "{home}/copy"),
    ("load", "{home}/dump", "{home}/new"),
    ("audit",),
    ("health",),
    ("version",),
    ("doctor",),
    ("completion",),
    ("help",),
]
TEXT = {"completion", "help"}
# Those that ask no daemon.
ALONE = {"test-message", "test-merge", "dump", "load", "completion", "help",
         "doctor"}
AUDITED = ["import", "restrict", "pardon", "exempt", "exempt-end", "credit",
           "uncredit", "forget", "reload", "enforce off", "enforce on",
           "backup"]


class Verbs(DaemonTest):

    def verbs(self):
        text = self.daemon.control("help").stdout
        return re.findall(r"^  ([a-z][a-z-]*) ", text, re.M)

    def words(self, line):
        return [word.format(home=self.directory) for word in line]

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w",
                  encoding="ascii") as file:
            file.write(text)

    def test_each_has_its_json(self):
        self.daemon.start()
        self.write("history", json.dumps(
            {"time": "2026-01-05T09:00:00Z", "direction": "out",
             "user": ALICE, "address": ALICE,
             "recipients": ["c1@outside.test"],
             "message_id": "<1@example.test>"}) + "\n")
        self.assertEqual({line[0] for line in LINES}, set(self.verbs()))
        for line in LINES:
            with self.subTest(line=line):
                answer = self.daemon.control("--json", *self.words(line),
                                             check=False)
                # what a doctor finds on the host at hand is not at issue
                self.assertIn(answer.returncode,
                              (0, 1) if line[0] == "doctor" else (0,),
                              answer.stderr)
                if line[0] in TEXT:
                    continue
                try:
                    json.loads(answer.stdout)
                except ValueError:
                    for row in answer.stdout.splitlines():
                        json.loads(row)
                if line[0] == "dump":
                    self.write("dump", answer.stdout)
        lines = self.daemon.ask("audit")["audit"]
        self.assertEqual([line["action"] for line in lines], AUDITED)
        for line in lines:
            self.assertIn(f"({os.getuid()})", line["actor"])
            self.assertIn("a test", line["reason"])

    def test_each_says_that_nobody_listens(self):
        self.write("history", "")
        for verb, *rest in LINES:
            if verb in ALONE or (verb, *rest) == ("verify", "{home}/copy"):
                continue
            with self.subTest(verb=verb):
                answer = self.daemon.control(
                    verb, *self.words(rest), check=False)
                self.assertEqual(answer.returncode, 2)
                self.assertIn("no daemon is listening", answer.stderr)

    def test_changes_want_a_reason(self):
        for line in LINES:
            if "--reason" not in line or line[0] in ("import", "backup"):
                continue
            with self.subTest(line=line):
                answer = self.daemon.control(
                    *self.words(line[:-2]), check=False)
                self.assertEqual(answer.returncode, 64)
                self.assertIn("needs --reason", answer.stderr)

    def test_each_is_in_the_manual(self):
        with open(MANUAL, encoding="utf-8") as file:
            manual = file.read()
        for verb in self.verbs():
            with self.subTest(verb=verb):
                self.assertRegex(manual, rf"(?m)^\.It Ic {verb}\b")
                self.assertRegex(
                    manual, rf"(?m)^(?:\.Dl )?\$ (?:\. <\()?replygatectl "
                    rf"(?:--json )?{verb}\b")


if __name__ == "__main__":
    unittest.main()
