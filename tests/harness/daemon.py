"""A replygate process, and the command that asks it."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess

from .place import Timeout, wait_until
from .mta import DOMAIN, INSIDE

PHRASES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "..", "..", "conf", "out-of-office")

NOTICES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "..", "..", "conf", "notices")

ACCOUNT = "nobody"      # whom replygate becomes when root runs the tests

CONFIGURATION = """\
local_domains = ( "{domain}" );
internal_hosts = ( "{inside}/32" );
milter_socket = "unix:{home}/milter.sock";
milter_socket_mode = "0666";
control_socket = "{home}/control.sock";
control_socket_mode = "0600";
store_directory = "{home}/store";
key_file = "{home}/key";
phrases_file = "{phrases}";
notices_directory = "{notices}";
contact = "postmaster@{domain}";
smtp_server = "smtp://127.0.0.1:{mail_port}";
log = "stderr";
log_level = "info";
{more}
"""


def _faketime_library():
    """What the faketime command would have the loader load.

    The command itself gives up where a killed one of the same process number
    has left a semaphore behind.
    """
    for _ in range(9):
        answer = subprocess.run(
            ["faketime", "-m", "-f", "+0", "printenv", "LD_PRELOAD"],
            stdout=subprocess.PIPE, timeout=30)
        if answer.returncode == 0:
            break
    answer.check_returncode()
    return answer.stdout.decode().strip()


def can_fake_time():
    return shutil.which("faketime") is not None


def _environment(date):
    env = dict(os.environ, LC_ALL="C", TZ="UTC")
    if date is not None:
        env.update(LD_PRELOAD=_faketime_library(), FAKETIME="@" + date,
                   DONT_FAKE_MONOTONIC="1", FAKETIME_DONT_RESET="1")
    return env


def _group(leader):
    """The processes of a group that still live."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,pgid=,stat="], check=True, timeout=30,
        stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    return [int(pid) for pid, group, state, *_ in rows
            if int(group) == leader and not state.startswith("Z")]


def _child_of(parent):
    """The one child that lives, None without."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat="], check=True, timeout=30,
        stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    return next((int(pid) for pid, above, state, *_ in rows
                 if int(above) == parent and not state.startswith("Z")), None)


class Daemon:
    """Made with its directory and key; started and stopped at will.

    phrases: the phrases_file; mail_port: where notices go, by default where
    nobody takes them.  Another one holds from `configure` on.
    """

    def __init__(self, build, home, more=""):
        self.build = os.path.abspath(build)
        self.home = home
        self.configuration = os.path.join(home, "replygate.conf")
        self.milter_socket = os.path.join(home, "milter.sock")
        self.control_socket = os.path.join(home, "control.sock")
        self.log_path = os.path.join(home, "log")
        self.phrases = os.path.join(home, "out-of-office")
        shutil.copy(PHRASES, self.phrases)
        self.notices = os.path.join(home, "notices")
        shutil.copytree(NOTICES, self.notices)
        self.mail_port = 9
        self.process = None
        self.configure(more)
        os.makedirs(os.path.join(home, "store"), mode=0o700)
        for where, _, names in os.walk(home):
            self.give(where, *(os.path.join(where, one) for one in names))

    def configure(self, more=""):
        with open(self.configuration, "w", encoding="ascii") as file:
            file.write(CONFIGURATION.format(
                domain=DOMAIN, inside=INSIDE, home=self.home,
                phrases=self.phrases, notices=self.notices,
                mail_port=self.mail_port, more=more))
        self.give(self.configuration)

    def program(self, name):
        return os.path.join(self.build, name)

    def give(self, *paths):
        """What replygate has to read or write alone becomes its own."""
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            for path in paths:
                os.chown(path, account.pw_uid, account.pw_gid)

    def command(self, *options):
        """Root's replygate has to become somebody."""
        if os.geteuid() == 0 and "-u" not in options:
            options = ("-u", ACCOUNT) + options
        return [self.program("replygate"), "-f", self.configuration,
                *options]

    def run(self, *options):
        """replygate with options, to its end."""
        return subprocess.run(
            self.command(*options),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=30, check=False, text=True,
            env=_environment(None))

    def make_key(self):
        answer = self.run("-K")
        if answer.returncode != 0:
            raise AssertionError(f"replygate -K: {answer.stderr}")

    def start(self, date=None):
        """Returns when it answers; date is "2026-01-05 09:00:00" (UTC)."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, env=_environment(date))
        wait_until(self._answers, "replygate answers")

    def _answers(self):
        if self.process.poll() is not None:
            raise Timeout(f"replygate ended: {self.log()[-2000:]}")
        return (os.path.exists(self.milter_socket) and
                self.control("version", check=False).returncode == 0)

    def ask_to_stop(self):
        """Asks, and returns what waits for the end and its exit status."""
        self.process.terminate()
        return self._wait_for_end

    def stop(self):
        """Ends it in good order; its exit status, None when not up."""
        if self.process is None:
            return None
        return self.ask_to_stop()()

    def _wait_for_end(self):
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Timeout("replygate does not stop") from None
        self.process = None
        return status

    def kill(self):
        """As a power cut does: parent and child at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        group = self.process.pid
        self.process = None
        wait_until(lambda: not _group(group), "replygate's child dies")

    def kill_child(self):
        """Kills the process that serves; its parent stays."""
        os.kill(self.child(), signal.SIGKILL)

    def child(self):
        """The process that serves; waits until there is one."""
        return wait_until(lambda: _child_of(self.process.pid),
                          "there is a process that serves")

    def reload(self):
        """Returns when the log says how it went."""
        before = self.log().count("reload: ")
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.log().count("reload: ") > before,
                   "replygate reloads")

    def control(self, *words, check=True):
        """replygatectl with words."""
        answer = subprocess.run(
            [self.program("replygatectl"), "-s", self.control_socket,
             *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, check=False, text=True)
        if check and answer.returncode != 0:
            raise AssertionError(
                f"replygatectl {' '.join(words)}: {answer.stderr}")
        return answer

    def get(self, path, accept="application/openmetrics-text"):
        """What the control socket says to an HTTP request."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(self.control_socket)
            connection.sendall(
                f"GET {path} HTTP/1.0\r\nAccept: {accept}\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise AssertionError(f"GET {path}: {head.decode()}")
        return body.decode()

    def ask(self, *words):
        """The same, as JSON."""
        return json.loads(self.control("--json", *words).stdout)

    def user(self, name):
        """A user as the rule sees them; None for one never seen."""
        answer = self.control("--json", "user", f"{name}@{DOMAIN}",
                              check=False)
        if answer.returncode != 0:
            return None
        return json.loads(answer.stdout)

    def log(self):
        try:
            with open(self.log_path, encoding="utf-8") as file:
                return file.read()
        except OSError:
            return ""
