"""How much of a message is taken, and what else goes on on a connection."""

from harness import client, letters
from test_replies import ALICE, BOB, RepliesTest, people


class Connections(RepliesTest):
    """Mail from outside, most of it known when its header is there."""

    def test_body_is_read_where_it_matters(self):
        """Most mail is known for what it is when its header is there."""
        stranger, person = people(2)
        message_id = self.world.send("alice", [person])
        for stage in "end", "header", "header":
            before = len(self.log_lines("direction=in", f"stage={stage}"))
            # Of a stranger's the beginning is read, of a contact's nothing.
            self.world.deliver(stranger, [BOB], letters.large_reply(
                stranger, BOB, client.new_message_id(), 1 << 20))
            self.assertEqual(len(self.log_lines(
                "direction=in", f"stage={stage}")), before + 1)
        before = len(self.log_lines("direction=in", "stage=end"))
        self.world.deliver(person, [ALICE], letters.gmail_reply(
            person, ALICE, message_id))
        self.assertEqual(
            len(self.log_lines("direction=in", "stage=end")), before + 1)

    def test_messages_on_one_connection(self):
        """What is known at the end of a header ends no connection."""
        before = self.messages("inbound")
        several = people(2)
        sent = [self.world.send("alice", [one]) for one in several]
        stranger = "stranger@outside.test"
        with client.inbound(self.world.mta) as smtp:
            for writer, data in (
                    (stranger, letters.exchange_reply(stranger, BOB)),
                    (several[0], letters.gmail_reply(
                        several[0], ALICE, sent[0])),
                    (stranger, letters.vacation(stranger, BOB)),
                    (several[1], letters.gmail_reply(
                        several[1], ALICE, sent[1]))):
                to = BOB if writer == stranger else ALICE
                smtp.sendmail(writer, [to], data)
        self.assert_figures((2, 0, 0), *sent)
        self.assertEqual(self.messages("inbound"), before + 4)
        self.assertEqual(len(self.log_lines("direction=in")), before + 4)

    def test_what_is_begun_and_not_ended(self):
        """RSET, a lost connection, and all commands in one piece."""
        person, = people(1)
        message_id = self.world.send("alice", [person])
        reply = letters.gmail_reply(person, ALICE, message_id).decode()
        begin = f"MAIL FROM:<{person}>\r\nRCPT TO:<{ALICE}>\r\n"
        before = self.messages("inbound")
        with client.Dialogue(self.world.mta.inbound, client.ABROAD) as gone:
            gone.expect(220)
            gone.say("EHLO outside.test", 250)
            gone.write(begin + "DATA\r\n")
            for code in 250, 250, 354:
                gone.expect(code)
            gone.write(reply)
        with client.Dialogue(self.world.mta.inbound, client.ABROAD) as other:
            other.expect(220)
            other.say("EHLO outside.test", 250)
            other.write(begin + "RSET\r\n")
            for code in 250, 250, 250:
                other.expect(code)
            self.assert_figures((0, 1, 0), message_id)
            self.assertEqual(self.messages("inbound"), before)
            vacation = letters.vacation(person, BOB).decode()
            other.write(f"MAIL FROM:<{person}>\r\nRCPT TO:<{BOB}>\r\n"
                        "DATA\r\n")
            for code in 250, 250, 354:
                other.expect(code)
            # The end of one and the beginning of the next come together.
            other.write(f"{vacation}\r\n.\r\n{begin}DATA\r\n")
            for code in 250, 250, 250, 354:
                other.expect(code)
            other.write(f"{reply}\r\n.\r\nQUIT\r\n")
            for code in 250, 221:
                other.expect(code)
        self.assert_figures((1, 0, 0), message_id)
        self.assertEqual(self.messages("inbound"), before + 2)
