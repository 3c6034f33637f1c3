"""The ledger holds exactly what was delivered, whatever clients do."""

import subprocess

from harness import client, mta
from harness.place import wait_until
from house import EACH, SharedHouseTest, candidates, on_postfix

SENDER = "alice@example.test"


class Counting(SharedHouseTest):
    mtas = EACH

    def setUp(self):
        self.counted = self.world.sent("alice")
        self.known = {one.message_id
                      for one in self.world.outside.received()}

    def sent(self):
        """What this test has added to alice's outreach."""
        return self.world.sent("alice") - self.counted

    def received(self):
        """What of alice's has arrived outside since the test began."""
        return [one for one in self.world.outside.received()
                if one.sender == SENDER and one.message_id not in self.known]

    def deliveries(self):
        return {(one.message_id, recipient) for one in self.received()
                for recipient in one.recipients}

    def wait_for(self, pairs):
        """Until these have arrived, which a next test must not see."""
        pairs = set(pairs)
        wait_until(lambda: pairs <= self.deliveries(),
                   "everything is delivered")
        return pairs

    def assert_counted(self, pairs):
        """Just these (Message-ID, candidate) arrived and were counted."""
        pairs = self.wait_for(pairs)
        wait_until(lambda: self.sent() >= len(pairs),
                   "everything is counted")
        self.assertEqual(self.sent(), len(pairs))
        self.assertEqual(self.deliveries(), pairs)

    def dialogue(self):
        one = client.Dialogue(self.world.mta.submission)
        self.addCleanup(one.vanish)
        one.hello("alice")
        return one

    def test_retry_of_the_same_message(self):
        people = candidates("retry", 3)
        message_id = self.world.send("alice", people)
        self.world.send("alice", people, message_id)
        self.assert_counted((message_id, one) for one in people)

    def test_fifty_transactions_with_one_message_id(self):
        people = candidates("split", 50)
        message_id = client.new_message_id()
        with client.submission(self.world.mta, "alice") as smtp:
            for one in people:
                smtp.sendmail(SENDER, [one], client.compose(
                    SENDER, [one], message_id))
        self.assert_counted((message_id, one) for one in people)

    def test_two_messages_on_one_connection(self):
        sent = []
        with client.submission(self.world.mta, "alice") as smtp:
            for people in (candidates("a", 2), candidates("b", 3)):
                message_id = client.new_message_id()
                smtp.sendmail(SENDER, people, client.compose(
                    SENDER, people, message_id))
                sent += [(message_id, one) for one in people]
        self.assert_counted(sent)

    def test_a_repeated_recipient_is_one_candidate(self):
        self.world.send("alice", ["twice@outside.test", "TWICE@Outside.Test"])
        wait_until(self.received, "it is delivered")
        self.assertEqual(self.sent(), 1)

    def test_pipelining(self):
        """As far as RFC 2920 goes: a group of commands ends with DATA."""
        sent, text = [], ""
        one = self.dialogue()
        for people in (candidates("group", 3), candidates("next", 2)):
            one.write(text + envelope(people) + "DATA\r\n")
            while not one.read()[-1].startswith("354"):
                pass
            message_id = client.new_message_id()
            text = body(people, message_id)
            sent += [(message_id, person) for person in people]
        one.write(text + "QUIT\r\n")
        while one.read():
            pass
        self.assert_counted(sent)

    @on_postfix
    def test_a_client_that_waits_for_nothing(self):
        """Two whole messages and QUIT in a single write.

        Sendmail refuses content that comes before it has said 354.
        """
        sent, text = [], ""
        for people in (candidates("pipe", 3), candidates("line", 2)):
            message_id = client.new_message_id()
            text += envelope(people) + "DATA\r\n"
            text += body(people, message_id)
            sent += [(message_id, one) for one in people]
        one = self.dialogue()
        one.write(text + "QUIT\r\n")
        while one.read():
            pass
        self.assert_counted(sent)

    def test_reset_in_mid_message(self):
        people = candidates("kept", 2)
        message_id = client.new_message_id()
        one = self.dialogue()
        one.write(envelope(candidates("dropped", 3)))
        for _ in range(4):
            one.expect(250)
        one.say("RSET", 250)
        one.write(envelope(people))
        for _ in range(3):
            one.expect(250)
        one.say("DATA", 354)
        one.write(body(people, message_id))
        one.expect(250)
        self.assert_counted((message_id, person) for person in people)

    def test_a_thousand_recipients(self):
        people = candidates("many", 1000)
        message_id = self.world.send("alice", people)
        self.assert_counted((message_id, one) for one in people)

    def test_a_recipient_that_is_refused(self):
        people = candidates("taken", 2)
        message_id = client.new_message_id()
        data = client.compose(SENDER, people, message_id)
        with client.submission(self.world.mta, "alice") as smtp:
            refused = smtp.sendmail(SENDER, people + [mta.REFUSED], data)
        self.assertEqual(list(refused), [mta.REFUSED])
        self.assert_counted((message_id, one) for one in people)

    def test_a_message_without_message_id_gets_one(self):
        person = "nameless@outside.test"
        with client.submission(self.world.mta, "alice") as smtp:
            smtp.sendmail(SENDER, [person],
                          client.compose(SENDER, [person], None))
        wait_until(self.received, "it is delivered")
        message_id = self.received()[0].message_id
        self.assertRegex(message_id, r"^<[^<>@\s]+@[^<>@\s]+>$")
        self.assert_counted([(message_id, person)])
        self.world.receive(person, "alice", [message_id])
        self.assertEqual(self.sent(), 0)

    def test_a_reply_answers_once(self):
        people = candidates("asked", 2)
        message_id = self.world.send("alice", people)
        for _ in range(2):
            self.world.receive(people[0], "alice", [message_id])
        self.assertEqual(self.sent(), 1)
        self.wait_for((message_id, one) for one in people)

    def test_clients_that_vanish_before_the_dot(self):
        people = candidates("gone", 2)
        whole = body(people, client.new_message_id())
        stages = (
            ("connect", []),
            ("MAIL", [f"MAIL FROM:<{SENDER}>\r\n"]),
            ("RCPT", [envelope(people)]),
            ("DATA", [envelope(people), "DATA\r\n"]),
            ("half a body", [envelope(people), "DATA\r\n",
                             whole[:len(whole) // 2]]),
        )
        before = self.world.mta.lost_clients()
        for name, said in stages:
            with self.subTest(name):
                self.vanish_after(name, said)
        wait_until(lambda: self.world.mta.lost_clients() >
                   before + len(stages), "all are logged as lost")
        self.assert_counted([])

    def vanish_after(self, stage, said):
        one = client.Dialogue(self.world.mta.submission)
        one.expect(220)
        if stage == "connect":
            one.vanish()
            one = client.Dialogue(self.world.mta.submission)
            one.expect(220)
            one.say("EHLO client.example.test", 250)
            one.vanish()
            return
        one.say("EHLO client.example.test", 250)
        one.say("AUTH PLAIN " + client.credentials("alice"), 235)
        for text in said:
            one.write(text)
            replies = text.count("\r\n") if text.startswith(
                ("MAIL", "DATA")) else 0
            for _ in range(replies):
                one.read()
        one.vanish()

    def test_a_client_that_vanishes_after_the_dot(self):
        people = candidates("late", 2)
        message_id = client.new_message_id()
        one = self.dialogue()
        one.write(envelope(people))
        for _ in range(3):
            one.expect(250)
        one.say("DATA", 354)
        one.write(body(people, message_id))
        one.vanish()
        self.assert_counted((message_id, person) for person in people)

    def test_swaks(self):
        if not mta.program("swaks"):
            self.skipTest("swaks is not installed")
        people = candidates("swaks", 3)
        answer = subprocess.run(
            [mta.program("swaks"), "--server",
             f"127.0.0.1:{self.world.mta.submission}",
             "--auth", "PLAIN", "--auth-user", SENDER,
             "--auth-password", mta.PASSWORD, "--from", SENDER,
             "--to", ",".join(people), "--suppress-data"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
            check=False, text=True)
        self.assertEqual(answer.returncode, 0, answer.stdout)
        wait_until(self.received, "it is delivered")
        message_id = self.received()[0].message_id
        self.assert_counted((message_id, one) for one in people)


def envelope(people):
    lines = [f"MAIL FROM:<{SENDER}>"]
    lines += [f"RCPT TO:<{one}>" for one in people]
    return "".join(line + "\r\n" for line in lines)


def body(people, message_id):
    return client.compose(SENDER, people, message_id).decode() + "\r\n.\r\n"
