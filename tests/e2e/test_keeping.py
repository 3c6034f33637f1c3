"""Backups, what is made of them, and whether they are sound."""

import json
import os
import shlex
import shutil
import subprocess
import threading
import unittest

from house import DaemonTest

USERS = ["alice@example.test", "bob@example.test", "carol@example.test"]
EACH = 40


def history():
    """Three users, of whom one is answered."""
    number = 0
    for day in range(1, 11):
        for user in USERS:
            number += 1
            yield {"time": f"2026-01-{day:02d}T09:00:00Z",
                   "direction": "out", "user": user, "address": user,
                   "recipients": [f"c{number}x{i}@outside.test"
                                  for i in range(EACH // 10)],
                   "message_id": f"<{number}@example.test>"}
            if user == USERS[0]:
                yield {"time": f"2026-01-{day:02d}T11:30:00Z",
                       "direction": "in", "address": user,
                       "from": f"c{number}x0@outside.test",
                       "references": [f"<{number}@example.test>"]}


class Keeping(DaemonTest):

    def setUp(self):
        super().setUp()
        self.daemon.start()
        self.import_history(history())

    def path(self, name):
        return os.path.join(self.directory, name)

    def import_history(self, events):
        path = self.path("history")
        with open(path, "w", encoding="ascii") as file:
            for line in events:
                file.write(json.dumps(line) + "\n")
        self.daemon.control("import", path)

    def figures(self):
        """What the daemon knows of everybody; when it last looked apart."""
        rows = [json.loads(line) for user in USERS for line in
                self.daemon.control("export", user).stdout.splitlines()]
        for row in rows:
            row.pop("assessed", None)
        return rows

    def control(self, *words):
        """replygatectl, whatever it exits with."""
        return self.daemon.control(*words, check=False)

    def put_store(self, source):
        """The store is to be a copy of this directory, as cp -a makes it."""
        store = self.path("store")
        owner = os.stat(store)
        shutil.rmtree(store)
        shutil.copytree(source, store)
        for path in [store] + [os.path.join(store, name)
                               for name in os.listdir(store)]:
            os.chown(path, owner.st_uid, owner.st_gid)

    def test_a_backup_is_the_store(self):
        before = self.figures()
        copy = self.path("copy")
        answer = self.daemon.ask("backup", copy, "--reason", "a test")
        self.assertEqual(answer["directory"], copy)
        self.assertTrue(answer["audited"])
        self.assertGreater(answer["bytes"], 10000)
        self.assertEqual(os.stat(copy).st_mode & 0o777, 0o700)
        for name in os.listdir(copy):
            self.assertEqual(
                os.stat(os.path.join(copy, name)).st_mode & 0o777, 0o600)
        line = self.daemon.ask("audit")["audit"][-1]
        self.assertEqual(line["action"], "backup")
        self.assertEqual(line["reason"], f"{copy}: a test")
        self.assertIn(f"({os.getuid()})", line["actor"])
        # what comes later is not in it
        self.import_history([
            {"time": "2026-02-01T09:00:00Z", "direction": "out",
             "user": USERS[1], "address": USERS[1],
             "recipients": ["late@outside.test"],
             "message_id": "<late@example.test>"}])
        self.assertNotEqual(self.figures(), before)
        self.daemon.kill()
        self.put_store(copy)
        self.daemon.start()
        self.assertEqual(self.figures(), before)

    def test_a_backup_under_load(self):
        stop = threading.Event()
        failures = []

        def write():
            number = 0
            while not stop.is_set():
                number += 1
                answer = self.control("credit", "<2@example.test>",
                                      f"c2x{number % 4}@outside.test",
                                      "--reason", f"n{number}")
                if answer.returncode not in (0, 1):
                    failures.append(answer.stderr)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(4):
                copy = self.path(f"copy{number}")
                self.daemon.control("backup", copy)
                self.assertEqual(self.control("verify", copy).stdout,
                                 "No faults.\n")
                self.assertEqual(self.control("verify").stdout,
                                 "No faults.\n")
        finally:
            stop.set()
            writer.join()
        self.assertEqual(failures, [])

    def test_a_backup_inside_the_store(self):
        copy = os.path.join(self.path("store"), "copy")
        self.daemon.control("backup", copy)
        self.daemon.control("backup", self.path("next"))
        self.assertFalse(os.path.exists(self.path("next/copy")))
        self.assertEqual(self.control("verify", copy).stdout, "No faults.\n")
        self.daemon.stop()
        self.daemon.start()
        self.assertEqual(self.control("verify").stdout, "No faults.\n")

    def test_places_that_will_not_do(self):
        copy = self.path("copy")
        self.daemon.control("backup", copy)
        for words, code, text in [
                (("backup", copy), 1, "is not empty"),
                (("backup", self.path("no/where")), 2, "cannot be made"),
                (("backup", "/dev/null"), 2, "cannot be read"),
                (("verify", self.path("store")), 2, "is in use by process"),
                (("verify", self.path("none")), 2, "no store is there"),
                (("dump", self.directory), 2, "no store is there"),
                (("load", self.path("none"), self.path("new")), 2,
                 "No such file"),
                (("load", "/dev/null", copy), 1, "is not empty"),
                (("load", "/dev/null"), 64, "load needs DIRECTORY, too"),
                (("backup",), 64, "backup needs DIRECTORY"),
                (("dump",), 64, "dump needs DIRECTORY"),
                (("stats", "--weeks", "0"), 2, "a number from 1 to 104"),
                (("stats", "--weeks", "x"), 2, "a number from 1 to 104"),
                (("stats", "word"), 64, "one word too many")]:
            with self.subTest(words=words):
                answer = self.control(*words)
                self.assertEqual(answer.returncode, code, answer.stderr)
                self.assertIn(text, answer.stderr)
                self.assertEqual(answer.stdout, "")
        self.assertFalse(os.path.exists(self.path("none")))
        self.assertFalse(os.path.exists(self.path("new")))
        self.daemon.stop()
        for words in [("backup", self.path("b")), ("verify",), ("stats",)]:
            answer = self.control(*words)
            self.assertEqual(answer.returncode, 2)
            self.assertIn("no daemon is listening", answer.stderr)

    def test_damage_is_found(self):
        copy = self.path("copy")
        self.daemon.control("backup", copy)
        with open(os.path.join(copy, "outreach.db"), "r+b") as file:
            file.seek(4096 + 700)
            byte = file.read(1)
            file.seek(4096 + 700)
            file.write(bytes([byte[0] ^ 1]))
        answer = self.control("verify", copy)
        self.assertEqual(answer.returncode, 1)
        self.assertIn("table outreach: ", answer.stdout)
        answer = self.control("--json", "verify", copy)
        self.assertEqual(answer.returncode, 1)
        self.assertFalse(json.loads(answer.stdout)["sound"])

    def dump(self, directory, name):
        text = self.daemon.control("dump", directory).stdout
        path = self.path(name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path, text

    def test_a_store_as_text(self):
        before = self.figures()
        self.daemon.stop()
        path, text = self.dump(self.path("store"), "dump")
        self.assertTrue(text.startswith('{"replygate-dump":1}\n'))
        new = self.path("new")
        answer = self.daemon.control("load", path, new)
        rows = len(text.splitlines()) - 2
        self.assertEqual(answer.stdout, f"{new}: {rows} rows\n")
        self.assertEqual(self.dump(new, "again")[1], text)
        self.assertEqual(self.control("verify", new).stdout, "No faults.\n")
        self.put_store(new)
        self.daemon.start()
        self.assertEqual(self.figures(), before)

    def test_half_a_text(self):
        copy = self.path("copy")
        self.daemon.control("backup", copy)
        path, text = self.dump(copy, "dump")
        lines = text.splitlines(keepends=True)
        there, absent = self.path("there"), self.path("absent")
        os.mkdir(there)
        lines[9] = lines[9].replace('"table":"', '"table":"x')
        for name, part, where in [
                ("cut", lines[:9], "dump:9: ends before its last line"),
                ("bad", lines, 'dump:10: expected a row, with a "table"'),
                ("empty", [], "dump:0: is empty")]:
            with open(path, "w", encoding="ascii") as file:
                file.writelines(part)
            for directory in there, absent:
                with self.subTest(name=name, directory=directory):
                    answer = self.control("load", path, directory)
                    self.assertEqual(answer.returncode, 1)
                    self.assertIn(where, answer.stderr)
                    self.assertEqual(answer.stdout, "")
        self.assertEqual(os.listdir(there), [])
        self.assertFalse(os.path.exists(absent))

    def test_what_the_site_sent(self):
        stats = self.daemon.ask("stats", "--weeks", "104")
        total = {key: sum(week[key] for week in stats["weeks"])
                 for key in ("sent", "bulk", "answered")}
        self.assertEqual(total, {"sent": 3 * EACH, "bulk": 3 * EACH,
                                 "answered": 10})
        policy, = [line for line in stats["policies"]
                   if line["policy"] == "default"]
        self.assertEqual(policy["sent"], 3 * EACH)
        self.assertEqual(policy["users"], 3)
        self.assertEqual(sum(policy["standings"].values()), 3)
        self.assertEqual(policy["median_seconds"], 9000)
        self.assertAlmostEqual(policy["share"], 10 / (3 * EACH))
        text = self.daemon.control("stats").stdout
        self.assertEqual(max(map(len, text.splitlines())), 80)
        self.assertIn("\ndefault", text)

    def complete(self, *words):
        """What bash offers behind these words."""
        program = shlex.quote(self.daemon.program("replygatectl"))
        script = f"""
source <({program} completion) || exit 9
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_replygatectl 2>&1
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
        answer = subprocess.run(
            ["bash", "-c", script, "bash", "replygatectl", *words],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=30, check=True, cwd=self.directory)
        return answer.stdout.split()

    @unittest.skipIf(shutil.which("bash") is None, "there is no bash")
    def test_bash_completes(self):
        verbs = self.complete("")
        listed = [line.split()[0] for line in
                  self.control("help").stdout.splitlines()
                  if line.startswith("  ") and line[2].isalpha()]
        self.assertEqual(verbs, listed)
        self.assertGreater(len(verbs), 25)
        os.mkdir(self.path("dir"))
        for words, want in [
                (("use",), ["users", "user"]),
                (("users", "--s"), ["--standing", "--sort"]),
                (("users", "--standing", "r"), ["restricted"]),
                (("--json", "users", "--sort", ""),
                 ["name", "rate", "sent"]),
                (("enforce", "o"), ["on", "off"]),
                (("notice", "p"), ["preview"]),
                (("notice", "preview", "rel"), ["released"]),
                (("notice", "preview", "released", ""), []),
                (("import", "hist"), ["history"]),
                (("test-message", "a", "b", "hist"), ["history"]),
                (("backup", "di"), ["dir"]),
                (("load", "hist"), ["history"]),
                (("load", "history", "di"), ["dir"]),
                (("-s", "control.s"), ["control.sock"]),
                (("-s", "sock", "health", "--"), ["--json"]),
                (("user", "a"), []),
                (("pardon", "alice", "--reason", ""), []),
                (("pardon", "--reason", "x y", "alice", "--r"),
                 ["--reason"]),
                (("help", "back"), ["backup"])]:
            with self.subTest(words=words):
                self.assertEqual(self.complete(*words), want)


if __name__ == "__main__":
    unittest.main()
