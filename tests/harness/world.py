"""The whole house: outside world, Postfix and replygate in one directory."""

import atexit
import os

from . import client, place, postfix
from .daemon import Daemon
from .outside import Outside

USERS = ("alice", "bob", "carol")


class World:
    """Everything up on entry, nothing left on exit.

    date: start replygate at another date; filtered: with replygate; more
    and more_postfix: lines of their configurations; mailboxes: Postfix keeps
    the users' mail instead of sending it on.
    """

    def __init__(self, build, date=None, more="", filtered=True,
                 more_postfix="", mailboxes=False):
        self.build, self.date = build, date
        self.more, self.filtered = more, filtered
        self.more_postfix = more_postfix
        self.mailboxes = mailboxes
        self.directory = None
        self.outside = self.postfix = self.daemon = None

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
        home = os.path.join(self.directory, "postfix")
        os.mkdir(home, 0o755)
        self.postfix = postfix.Postfix(
            home, self.outside.port, USERS, socket, self.more_postfix,
            self.mailboxes)
        self.postfix.start()
        if self.filtered:
            self.daemon.mail_port = self.postfix.inbound
            self.daemon.configure(self.more)
            self.daemon.start(self.date)

    def stop(self):
        atexit.unregister(self.stop)
        try:
            if self.postfix:
                self.postfix.stop("abort")
        finally:
            try:
                if self.daemon:
                    self.daemon.kill()
            finally:
                if self.outside:
                    self.outside.stop()
                if self.directory:
                    place.remove_directory(self.directory)
        self.postfix = self.daemon = self.outside = self.directory = None

    def restart(self, date=None):
        """Ends replygate in good order and starts it, at another date."""
        self.daemon.stop()
        self.daemon.start(date)

    def send(self, user, recipients, message_id=None, **more):
        """One message by submission; returns its Message-ID.

        Raises what smtplib raises; nothing may be refused in part.
        """
        message_id = message_id or client.new_message_id()
        sender = f"{user}@{postfix.DOMAIN}"
        data = client.compose(sender, recipients, message_id, **more)
        with client.submission(self.postfix, user) as smtp:
            if smtp.sendmail(sender, recipients, data):
                raise AssertionError("a recipient was refused")
        return message_id

    def receive(self, sender, user, references=(), headers=()):
        """One message from outside; returns its Message-ID."""
        message_id = client.new_message_id("outside.test")
        recipient = f"{user}@{postfix.DOMAIN}"
        data = client.compose(sender, [recipient], message_id,
                              references, headers)
        with client.inbound(self.postfix) as smtp:
            smtp.sendmail(sender, [recipient], data)
        return message_id

    def deliver(self, sender, recipients, data):
        """Mail from outside as bytes; sender "" is the null sender."""
        with client.inbound(self.postfix) as smtp:
            smtp.sendmail(sender, recipients, data)

    def sent(self, user):
        """How many outreach of the user the ledger holds, still pending."""
        seen = self.daemon.user(user)
        return seen["rate"]["pending"] if seen else 0
