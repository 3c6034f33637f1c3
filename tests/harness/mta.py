"""What the mail systems of the tests have in common.

A private mail system listens on two ports of loopback: `submission`, for
users who say their password, and `inbound`, for the outside world.  Whatever
it accepts it relays to one place.  It has its own configuration, queue, users
and log, and a name of its own by which it is told from others.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess

from .place import Timeout, wait_until

DOMAIN = "example.test"
PASSWORD = "secret"
REFUSED = "refused@outside.test"    # a recipient that the mail system refuses
INSIDE = "127.0.0.1"                # where users submit from
ABROAD = "127.0.0.2"                # where the outside world connects from
ATTEMPTS = 5                        # at ports that somebody else takes

SEARCH = "/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/usr/local/bin:/bin"

SASL_CONF = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {base}
mech_list: PLAIN LOGIN
"""


def program(name):
    return shutil.which(name, path=SEARCH)


def free_ports(count):
    """Ports nobody has at the moment; somebody may take one before us."""
    sockets = []
    for _ in range(count):
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        sockets.append(one)
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


class Mta:
    """Made with its directory; `start` and `stop` as often as wanted.

    Each mail system fills in what is not implemented here.
    more: lines of its configuration; mailboxes: mail to users stays here,
    and `mailbox` has it.
    """

    label = None            # what people call it
    lost = None             # what it logs when a client vanishes, a pattern

    def __init__(self, home, relay_port, users, milter_socket=None, more="",
                 mailboxes=False):
        self.home, self.more = home, more
        self.users = users if mailboxes else ()
        self.relay_port = relay_port
        self.milter_socket = milter_socket
        self.name = f"mx-{secrets.token_hex(6)}.{DOMAIN}"
        self.submission = self.inbound = 0
        self.running = False

    def make_passwords(self, base, users):
        for user in users:
            subprocess.run(
                [program("saslpasswd2"), "-p", "-c", "-f", base,
                 "-u", DOMAIN, user],
                input=PASSWORD.encode(), check=True, timeout=30,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.chmod(base, 0o600)

    def start(self):
        """Starts with the ports it had, or, if they were taken, others."""
        said = ""
        for attempt in range(ATTEMPTS):
            if attempt > 0 or not self.submission:
                self.submission, self.inbound = free_ports(2)
                self._configure()
            self.running = True
            said = self._launch()
            if said is None and self._is_up():
                return
            self.stop()
        raise Timeout(f"{self.label} does not start: "
                      f"{said}\n{self.log()[-2000:]}")

    def _is_up(self):
        def greeted():
            if not self._alive():
                return "no"
            return "yes" if all(self.greets(port) for port in
                                (self.submission, self.inbound)) else ""
        try:
            return wait_until(greeted, f"{self.label} greets", 15) == "yes"
        except Timeout:
            return False

    def _alive(self):
        raise NotImplementedError

    def _configure(self):
        raise NotImplementedError

    def _launch(self):
        """None, or why there is nothing to wait for."""
        raise NotImplementedError

    def stop(self, at_once=False):
        """Returns when nothing of it runs."""
        raise NotImplementedError

    def mailbox(self, user):
        """What has been delivered to a user: messages as bytes."""
        raise NotImplementedError

    def submit(self, user, recipients, data):
        """As a program on this machine does, by sendmail(1)."""
        raise NotImplementedError

    def greets(self, port):
        """Is it ours?  Another one would bear another name."""
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as one:
                return self.name.encode() in one.recv(512)
        except OSError:
            return False

    def lost_clients(self):
        """How many clients have vanished, by the log."""
        return len(re.findall(self.lost, self.log()))

    def log_path(self):
        return os.path.join(self.home, "maillog")

    def log(self):
        try:
            with open(self.log_path(), encoding="latin-1") as file:
                return file.read()
        except OSError:
            return ""
