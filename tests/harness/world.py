"""The whole house: outside world, mail system, replygate, in one directory."""

import atexit
import os

from . import client, place, postfix, sendmail
from .daemon import Daemon
from .mta import DOMAIN
from .outside import Outside

USERS = ("alice", "bob", "carol")

# Each with `available` and a class of the same interface, see mta.py.
MTAS = {"postfix": (postfix, postfix.Postfix),
        "sendmail": (sendmail, sendmail.Sendmail)}


def available(mta="postfix"):
    """Why there can be no such mail system here, or None: there can."""
    return MTAS[mta][0].available()


class World:
    """Everything up on entry, nothing left on exit.

    mta: which mail system; date: start replygate at another date; filtered:
    with replygate; more, more_postfix and more_sendmail: lines of their
    configurations; mailboxes: the mail system keeps the users' mail instead
    of sending it on.
    """

    def __init__(self, build, mta="postfix", date=None, more="",
                 filtered=True, more_postfix="", more_sendmail="",
                 mailboxes=False):
        self.build, self.date = build, date
        self.more, self.filtered = more, filtered
        self.kind = mta
        self.more_mta = {"postfix": more_postfix,
                         "sendmail": more_sendmail}[mta]
        self.mailboxes = mailboxes
        self.directory = None
        self.outside = self.mta = self.daemon = None

    @property
    def postfix(self):
        """The mail system, for what only Postfix has."""
        assert self.mta is None or self.kind == "postfix"
        return self.mta

    def __enter__(self):
        atexit.register(self.stop)      # whatever ends us
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _start(self):
        self.directory = place.make_directory()
        self.outside = Outside()
        home = os.path.join(self.directory, "replygate")
        os.mkdir(home, 0o711)
        socket = None
        if self.filtered:
            self.daemon = Daemon(self.build, home, self.more)
            self.daemon.make_key()
            socket = self.daemon.milter_socket
        home = os.path.join(self.directory, self.kind)
        os.mkdir(home, 0o755)
        self.mta = MTAS[self.kind][1](
            home, self.outside.port, USERS, socket, self.more_mta,
            self.mailboxes)
        self.mta.start()
        if self.filtered:
            self.daemon.mail_port = self.mta.inbound
            self.daemon.configure(self.more)
            self.daemon.start(self.date)

    def stop(self):
        atexit.unregister(self.stop)
        try:
            if self.mta:
                self.mta.stop(at_once=True)
        finally:
            try:
                if self.daemon:
                    self.daemon.kill()
            finally:
                if self.outside:
                    self.outside.stop()
                if self.directory:
                    place.remove_directory(self.directory)
        self.mta = self.daemon = self.outside = self.directory = None

    def restart(self, date=None):
        """Ends replygate in good order and starts it, at another date."""
        self.daemon.stop()
        self.daemon.start(date)

    def send(self, user, recipients, message_id=None, **more):
        """One message by submission; returns its Message-ID.

        Raises what smtplib raises; nothing may be refused in part.
        """
        message_id = message_id or client.new_message_id()
        sender = f"{user}@{DOMAIN}"
        data = client.compose(sender, recipients, message_id, **more)
        with client.submission(self.mta, user) as smtp:
            if smtp.sendmail(sender, recipients, data):
                raise AssertionError("a recipient was refused")
        return message_id

    def receive(self, sender, user, references=(), headers=()):
        """One message from outside; returns its Message-ID."""
        message_id = client.new_message_id("outside.test")
        recipient = f"{user}@{DOMAIN}"
        data = client.compose(sender, [recipient], message_id,
                              references, headers)
        with client.inbound(self.mta) as smtp:
            smtp.sendmail(sender, [recipient], data)
        return message_id

    def deliver(self, sender, recipients, data):
        """Mail from outside as bytes; sender "" is the null sender."""
        with client.inbound(self.mta) as smtp:
            smtp.sendmail(sender, recipients, data)

    def sent(self, user):
        """How many outreach of the user the ledger holds, still pending."""
        seen = self.daemon.user(user)
        return seen["rate"]["pending"] if seen else 0
