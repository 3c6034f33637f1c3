"""What an administrator says of users, and that it outlives a power cut."""

import json
import os
import unittest

from house import DaemonTest

ALICE = "alice@example.test"
BOB = "bob@example.test"


def event(user, number, recipients):
    return {"time": "2026-01-05T09:00:00Z", "direction": "out", "user": user,
            "address": user, "recipients": recipients,
            "message_id": f"<{number}@example.test>"}


class Administration(DaemonTest):

    def setUp(self):
        super().setUp()
        self.daemon.start()
        history = os.path.join(self.directory, "history")
        with open(history, "w", encoding="ascii") as file:
            for line in [
                    event(ALICE, 1, ["c1@outside.test", "c2@outside.test"]),
                    event(BOB, 2, ["c1@outside.test"]),
                    {"time": "2026-01-06T09:00:00Z", "direction": "in",
                     "address": ALICE, "from": "c1@outside.test",
                     "references": ["<1@example.test>"]}]:
                file.write(json.dumps(line) + "\n")
        self.daemon.control("import", history)

    def standing(self, name):
        return self.daemon.ask("user", name)["standing"]

    def act(self, *words):
        self.daemon.control(*words, "--reason", "a test")

    def export(self, name):
        text = self.daemon.control("export", name).stdout
        return [json.loads(line) for line in text.splitlines()]

    def test_acts_outlive_a_power_cut(self):
        self.act("restrict", ALICE, "--until", "2099-01-01")
        self.act("exempt", BOB, "--until", "2099-01-01")
        self.daemon.kill()
        self.daemon.start()
        alice = self.daemon.ask("user", ALICE)
        self.assertEqual(alice["standing"], "restricted")
        self.assertEqual(alice["due"], "2099-01-01T00:00:00Z")
        self.assertTrue(self.daemon.ask("user", BOB)["exempt"])
        self.act("pardon", ALICE)
        self.act("exempt", BOB, "--end")
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(self.standing(ALICE), "good")
        self.assertFalse(self.daemon.ask("user", BOB)["exempt"])
        lines = self.daemon.ask("audit")["audit"]
        self.assertEqual([line["action"] for line in lines],
                         ["import", "restrict", "exempt", "pardon",
                          "exempt-end"])
        self.assertEqual({line["actor"] for line in lines},
                         {lines[0]["actor"]})
        self.assertIn(f"({os.getuid()})", lines[0]["actor"])

    def test_who_is_forgotten_is_nowhere(self):
        before = self.export(ALICE) + self.export(BOB)
        tables = [row["table"] for row in before]
        self.assertEqual(tables.count("outreach"), 3)
        self.assertEqual(tables.count("contact"), 1)
        contact, = [row for row in before if row["table"] == "contact"]
        self.act("forget", "c1@outside.test")
        self.daemon.kill()
        self.daemon.start()
        after = self.export(ALICE) + self.export(BOB)
        self.assertNotIn(contact["candidate"], json.dumps(after))
        self.assertEqual(
            sum(row["table"] == "outreach" for row in after), 3)
        self.assertEqual(
            sum(row["table"] == "contact" for row in after), 0)
        answer = self.daemon.control("forget", "c1@outside.test",
                                     "--reason", "again", check=False)
        self.assertEqual(answer.returncode, 1)


if __name__ == "__main__":
    unittest.main()
