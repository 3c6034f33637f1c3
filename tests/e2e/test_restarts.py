"""Restarts in mid-traffic: mail flows on, and the ledger stays exact.

A client sends all the while, and sends again what was not taken, as mail
systems do.  In the end the ledger holds each (Message-ID, candidate) it was
told "250" for, once, and all of them arrive.
"""

import os
import signal
import smtplib
import threading

from harness import client
from harness.place import wait_until
from house import EACH, HouseTest, on_postfix

SENDER = "bob@example.test"
BETWEEN = 25        # messages that pass between two restarts


class Traffic(threading.Thread):
    """Sends messages to two candidates each until told to end."""

    def __init__(self, mta):
        super().__init__(daemon=True)
        self.mta = mta
        self.taken = []             # Message-IDs answered with 250
        self.trouble = None         # what should never happen
        self._end = threading.Event()

    @staticmethod
    def recipients(number):
        return [f"left{number}@outside.test", f"right{number}@outside.test"]

    def run(self):
        try:
            while not self._end.is_set() and self.trouble is None:
                self._send_one(len(self.taken))
        except Exception as error:  # shown by the test
            self.trouble = error

    def _send_one(self, number):
        message_id = client.new_message_id()
        people = self.recipients(number)
        data = client.compose(SENDER, people, message_id)
        wait_until(lambda: self._try(people, data), "a message is taken", 60)
        self.taken.append(message_id)

    def _try(self, people, data):
        """True when taken; a refusal for good is trouble."""
        try:
            with client.submission(self.mta, "bob") as smtp:
                return self._deliver(smtp, people, data)
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500:
                raise
        except (smtplib.SMTPException, OSError):
            pass
        return False

    @staticmethod
    def _deliver(smtp, people, data):
        """What happens behind the 250 does not matter any more."""
        try:
            smtp.sendmail(SENDER, people, data)
        except smtplib.SMTPRecipientsRefused as error:
            if any(code >= 500 for code, _ in error.recipients.values()):
                raise AssertionError(error.recipients) from error
            return False
        return True

    def end(self):
        """Returns when the message in hand has been taken."""
        self._end.set()
        self.join(90)

    def wait_for_more(self):
        """Until mail has flowed again for a while."""
        goal = len(self.taken) + BETWEEN
        wait_until(lambda: self.trouble or len(self.taken) >= goal,
                   "mail flows", 60)
        if self.trouble:
            raise self.trouble


class Restarts(HouseTest):
    mtas = EACH

    def setUp(self):
        world = self.open_world()
        self.traffic = Traffic(world.mta)
        self.addCleanup(self.traffic.end)
        self.traffic.start()
        self.traffic.wait_for_more()

    def assert_exact(self):
        self.traffic.wait_for_more()
        self.traffic.end()
        self.assertIsNone(self.traffic.trouble)
        world, taken = self.world, self.traffic.taken
        pairs = {(message_id, person)
                 for number, message_id in enumerate(taken)
                 for person in Traffic.recipients(number)}
        wait_until(lambda: pairs <= set(world.outside.deliveries()),
                   "everything arrives", 90)
        self.assertEqual(world.sent("bob"), len(pairs))

    def test_the_mail_system_stopped_and_started(self):
        for _ in range(2):
            self.world.mta.stop()
            self.world.mta.start()
            self.traffic.wait_for_more()
        self.assert_exact()

    def test_replygate_stopped_and_started(self):
        for _ in range(2):
            self.assertEqual(self.world.daemon.stop(), 0)
            self.world.daemon.start()
            self.traffic.wait_for_more()
        self.assert_exact()

    @on_postfix
    def test_replygate_killed(self):
        for _ in range(4):
            self.world.daemon.kill()
            self.world.daemon.start()
            self.traffic.wait_for_more()
        self.assert_exact()

    def test_the_serving_child_killed(self):
        for _ in range(3):
            self.world.daemon.kill_child()
            self.traffic.wait_for_more()
        self.assert_exact()


class Stop(HouseTest):
    mtas = EACH

    def setUp(self):
        self.open_world()

    def finish(self, signals):
        """The message in hand is, whatever the signals."""
        world = self.world
        daemon, message_id = world.daemon, client.new_message_id()
        people = ["dev1@outside.test"]
        with client.submission(world.mta, "alice") as smtp:
            smtp.mail("alice@example.test")
            smtp.rcpt(people[0])
            self.assertEqual(smtp.docmd("DATA")[0], 354)
            signals()
            smtp.send(client.compose("alice@example.test", people, message_id))
            smtp.send(b"\r\n.\r\n")
            self.assertEqual(smtp.getreply()[0], 250)

    def signal_both(self, number):
        """As pkill(1) and killall(1) do, who go by the name."""
        daemon = self.world.daemon
        for pid in (daemon.child(), daemon.process.pid):
            os.kill(pid, number)

    def stop(self):
        """Returns when replygate takes no new connection."""
        daemon = self.world.daemon
        self.stopping = daemon.ask_to_stop()
        wait_until(lambda: not os.path.exists(daemon.milter_socket),
                   "replygate takes no new connection")

    def kill_all(self):
        self.signal_both(signal.SIGTERM)
        self.stop()

    def reload_all(self):
        self.signal_both(signal.SIGHUP)
        wait_until(lambda: "reload: " in self.world.daemon.log(),
                   "replygate reloads")

    def assert_finished(self, sent):
        daemon = self.world.daemon
        self.assertEqual(self.stopping(), 0)
        self.assertNotIn("messages in hand", daemon.log())
        self.assertEqual(os.listdir(daemon.home).count("milter.sock"), 0)
        daemon.start()
        self.assertEqual(self.world.sent("alice"), sent)

    def test_the_message_in_hand_is_finished(self):
        self.finish(self.stop)
        self.assert_finished(1)

    def test_signals_to_both_processes(self):
        child = self.world.daemon.child()
        self.finish(self.reload_all)
        self.finish(lambda: self.signal_both(signal.SIGHUP))
        self.assertEqual(self.world.daemon.child(), child)
        self.finish(self.kill_all)
        self.assertNotIn("starting another", self.world.daemon.log())
        self.assert_finished(3)
