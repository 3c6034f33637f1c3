"""SMTP clients: a mannerly one, and a dialogue written by hand."""

import base64
import contextlib
import email.utils
import itertools
import os
import smtplib
import socket
import time

from .mta import ABROAD, DOMAIN, INSIDE, PASSWORD
from .place import Timeout

_numbers = itertools.count(1)
TIMEOUT = 60


def new_message_id(domain=DOMAIN):
    return f"<{os.getpid()}.{next(_numbers)}.{time.time_ns()}@{domain}>"


def compose(sender, recipients, message_id, references=(), headers=()):
    """A message as bytes; message_id None leaves the field out."""
    lines = [f"From: {sender}", f"To: {recipients[0]}",
             "Subject: A position that may interest you",
             f"Date: {email.utils.formatdate()}"]
    if message_id:
        lines.append(f"Message-ID: {message_id}")
    if references:
        lines.append(f"In-Reply-To: {references[-1]}")
        lines.append("References: " + " ".join(references))
    lines.extend(headers)
    lines += ["", "Good morning,", "", "would you like to talk?", ""]
    return "\r\n".join(lines).encode("ascii")


@contextlib.contextmanager
def submission(mta, user):
    """A connection on which the user has said the password."""
    with smtplib.SMTP("127.0.0.1", mta.submission, timeout=TIMEOUT,
                      local_hostname="client." + DOMAIN,
                      source_address=(INSIDE, 0)) as smtp:
        smtp.login(f"{user}@{DOMAIN}", PASSWORD)
        yield smtp


@contextlib.contextmanager
def inbound(mta):
    """A connection from the outside world."""
    with smtplib.SMTP("127.0.0.1", mta.inbound, timeout=TIMEOUT,
                      local_hostname="mx.outside.test",
                      source_address=(ABROAD, 0)) as smtp:
        yield smtp


class Dialogue:
    """A client that says exactly what it is told, and may vanish."""

    def __init__(self, port, source=INSIDE):
        self._socket = socket.create_connection(
            ("127.0.0.1", port), TIMEOUT, (source, 0))
        self._file = self._socket.makefile("rb")

    def write(self, text):
        self._socket.sendall(text.encode("ascii"))

    def read(self):
        """One whole reply, as a list of lines; [] when the peer is gone."""
        lines = []
        while True:
            line = self._file.readline().decode("ascii").rstrip("\r\n")
            if not line:
                return lines
            lines.append(line)
            if line[3:4] != "-":
                return lines

    def say(self, text, code):
        """Writes a line, reads a reply, insists on its code."""
        self.write(text + "\r\n")
        return self.expect(code)

    def expect(self, code):
        lines = self.read()
        if not lines or not lines[-1].startswith(str(code)):
            raise Timeout(f"expected {code}, got {lines}")
        return lines

    def hello(self, user):
        """Greeting, EHLO and the user's password."""
        self.expect(220)
        self.say("EHLO client." + DOMAIN, 250)
        self.say("AUTH PLAIN " + credentials(user), 235)

    def vanish(self):
        """Closes without a word."""
        self._file.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.vanish()


def credentials(user):
    text = f"\0{user}@{DOMAIN}\0{PASSWORD}"
    return base64.b64encode(text.encode("ascii")).decode("ascii")
