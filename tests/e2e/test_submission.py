"""Who sends, and what replygate is told: logins, programs, forgers.

The mail systems are configured to send no macro of use: what replygate needs
it asks for itself.
"""

import re

from harness import client, mta, postfix, sendmail
from harness.place import wait_until
from house import EACH, SharedHouseTest, candidates

ALICE = "alice@example.test"
BOB = "bob@example.test"
STEPS = ("connect", "helo", "mail", "rcpt", "data", "end_of_header",
         "end_of_data", "unknown_command")
PLACES = ("CONNECT", "HELO", "ENVFROM", "ENVRCPT", "DATA", "EOH", "EOM")
NO_MACROS = {
    "more_postfix": postfix.SHOW_BOUNCES + "\n" + "\n".join(
        f"milter_{step}_macros = j" for step in STEPS),
    "more_sendmail": "".join(
        f"define(`confMILTER_MACROS_{place}', `j')dnl\n"
        for place in PLACES) + sendmail.SHOW_BOUNCES}


class Submission(SharedHouseTest):
    mtas = EACH
    options = NO_MACROS

    def setUp(self):
        self.before = {user: self.world.sent(user)
                       for user in ("alice", "bob")}

    def counted(self, user):
        return self.world.sent(user) - self.before[user]

    def log_line(self, *words):
        """The newest line of replygate's log with all the words."""
        return wait_until(
            lambda: [line for line in self.world.daemon.log().splitlines()
                     if all(word in line for word in words)],
            f"a log of {words}")[-1]

    def submit(self, user, people):
        """By sendmail(1); returns the Message-ID."""
        message_id = client.new_message_id()
        self.world.mta.submit(user, people, client.compose(
            f"{user}@example.test", people, message_id))
        return message_id

    def test_the_login_decides(self):
        """Whatever envelope and From say.

        Bob has to be known: what nobody else has sent under is alice's.
        """
        self.world.send("bob", ["known@outside.test"])
        before = self.world.sent("bob")
        person = "login@outside.test"
        message_id = client.new_message_id()
        with client.submission(self.world.mta, "alice") as smtp:
            smtp.sendmail(BOB, [person],
                          client.compose(BOB, [person], message_id))
        self.world.outside.wait_for_message(message_id, person)
        seen = self.world.daemon.ask("why", message_id)["outreach"]
        self.assertEqual([one["user"] for one in seen], [ALICE])
        self.assertEqual(self.counted("alice"), 1)
        self.assertEqual(self.world.sent("bob"), before)

    def test_the_queue_id_comes_first_in_the_log(self):
        for stage in ("end", "header"):
            if stage == "end":
                self.world.send("alice", ["logged@outside.test"])
            else:
                self.world.receive("anybody@outside.test", "carol")
            line = self.log_line(f"stage={stage}")
            found = re.search(r"(\w+): stage=", line)
            self.assertTrue(found, line)
            wait_until(lambda: f" {found[1]}: " in self.world.mta.log(),
                       "it is the mail system's own")

    def test_by_a_program_of_this_machine(self):
        people = candidates("program", 2)
        message_id = self.submit("bob", people)
        for person in people:
            self.world.outside.wait_for_message(message_id, person)
        self.assertEqual(self.counted("bob"), 2)

    def test_a_program_is_refused_and_the_user_told(self):
        """What is not sent by SMTP comes back as a bounce that says why."""
        self.world.send("alice", ["anyone@outside.test"])
        self.world.daemon.control("restrict", ALICE, "--reason", "a test")
        self.addCleanup(self.world.daemon.control, "pardon", ALICE,
                        "--reason", "a test")
        people = candidates("paused", 2)
        message_id = self.submit("alice", people)
        self.world.outside.wait_for(
            lambda received: any(
                one.sender == "" and ALICE in one.recipients and
                message_id.encode() in one.data and
                b"bulk sending is paused" in one.data for one in received),
            "a bounce to alice")
        self.assertFalse([one for one in self.world.outside.received()
                          if set(people) & set(one.recipients)])

    def test_nobody_outside_is_a_user(self):
        """Neither by the envelope sender nor by AUTH= without a login."""
        for words in ("", f" AUTH={ALICE}"):
            with client.Dialogue(self.world.mta.inbound,
                                 mta.ABROAD) as one:
                one.expect(220)
                one.say("EHLO mx.outside.test", 250)
                one.write(f"MAIL FROM:<{ALICE}>{words}\r\n")
                one.read()      # Postfix knows AUTH= after a login alone
                if words and self.world.mta.label == "Postfix":
                    continue
                one.say(f"RCPT TO:<{BOB}>", 250)
                one.say("DATA", 354)
                message_id = client.new_message_id()
                one.write(client.compose(
                    ALICE, [BOB], message_id).decode() + "\r\n.\r\n")
                one.expect(250)
            self.world.outside.wait_for_message(message_id, BOB)
            self.assertIn("direction=in", self.log_line("stage="))
        self.assertEqual(self.counted("alice"), 0)
