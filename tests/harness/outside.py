"""The outside world: an SMTP server that remembers what it takes."""

import dataclasses
import email
import email.policy
import socketserver
import threading
import time

from .place import PATIENCE, Timeout


@dataclasses.dataclass(frozen=True)
class Received:
    """One message as it came, with its envelope."""
    sender: str
    recipients: tuple
    data: bytes

    @property
    def message(self):
        return email.message_from_bytes(self.data,
                                        policy=email.policy.default)

    @property
    def message_id(self):
        return str(self.message["Message-ID"] or "").strip()


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.sender, self.recipients = None, []
        self._say("220 outside.test ESMTP")
        while True:
            line = self.rfile.readline(65536)
            if not line:
                return
            verb, _, rest = line.strip().decode("latin-1").partition(" ")
            act = getattr(self, "do_" + verb.lower(), self._unknown)
            if act(rest) == "close":
                return

    def _say(self, text):
        self.wfile.write(text.encode("latin-1") + b"\r\n")

    def _unknown(self, _rest):
        self._say("500 5.5.1 no such command")

    def do_ehlo(self, _rest):
        self._say("250-outside.test\r\n250-PIPELINING\r\n"
                  "250-ENHANCEDSTATUSCODES\r\n250 8BITMIME")

    def do_helo(self, _rest):
        self._say("250 outside.test")

    def do_mail(self, rest):
        self.sender, self.recipients = _path(rest), []
        self._say("250 2.1.0 ok")

    def do_rcpt(self, rest):
        if _path(rest) in self.server.outside.unknown:
            self._say("550 5.1.1 no such user here")
            return
        self.recipients.append(_path(rest))
        self._say("250 2.1.5 ok")

    def do_rset(self, _rest):
        self.sender, self.recipients = None, []
        self._say("250 2.0.0 ok")

    def do_noop(self, _rest):
        self._say("250 2.0.0 ok")

    def do_quit(self, _rest):
        self._say("221 2.0.0 bye")
        return "close"

    def do_data(self, _rest):
        if not self.recipients:
            self._say("554 5.5.1 no recipients")
            return
        self._say("354 go on")
        lines = []
        while True:
            line = self.rfile.readline()
            if not line:
                return "close"
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.outside.take(Received(
            self.sender, tuple(self.recipients), b"".join(lines)))
        self._say("250 2.0.0 taken")


def _path(rest):
    """The address in "FROM:<a@b> SIZE=1" or "TO:<a@b>"."""
    return rest[rest.index("<") + 1:rest.index(">")]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A Postfix that is stopped hangs up in mid-sentence."""

    block_on_close = False
    request_queue_size = 64


class Outside:
    """Starts on a port of the kernel's choice; `stop` ends it.

    unknown: addresses it refuses with 550 5.1.1; takes all others.
    """

    def __init__(self):
        self.unknown = set()
        self._changed = threading.Condition()
        self._received = []
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.outside = self
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, received):
        with self._changed:
            self._received.append(received)
            self._changed.notify_all()

    def received(self):
        with self._changed:
            return list(self._received)

    def deliveries(self):
        """(Message-ID, recipient) of everything received, repeats too."""
        return [(one.message_id, recipient)
                for one in self.received() for recipient in one.recipients]

    def wait_for(self, condition, what, patience=PATIENCE):
        """Waits until condition(list of Received) is true."""
        deadline = time.monotonic() + patience
        with self._changed:
            while not condition(self._received):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Timeout(f"the outside world never saw: {what}")
                self._changed.wait(left)

    def wait_for_message(self, message_id, recipient):
        """Waits for one delivery and returns what came."""
        found = []

        def there(received):
            found[:] = [one for one in received
                        if recipient in one.recipients
                        and one.message_id == message_id]
            return bool(found)

        self.wait_for(there, f"{message_id} for {recipient}")
        return found[0]
