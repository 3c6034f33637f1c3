"""How it starts: as whom, in the background, with which files and sockets."""

import grp
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import unittest

from harness import place
from harness.daemon import ACCOUNT, Daemon
from harness.place import wait_until
from house import build

ROOT = os.geteuid() == 0
NEEDS_ROOT = "only root has rights to give away"
LINUX = os.path.exists("/proc/self/status")
NEEDS_LINUX = "needs Linux's /proc"


def identities(pid):
    """Of a process of Linux: real, effective, saved user and group, groups."""
    found = {}
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("Uid", "Gid", "Groups", "CapEff", "CapPrm",
                        "NoNewPrivs"):
                found[name] = rest.split()
    return found


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class LaunchTest(unittest.TestCase):

    def setUp(self):
        self.directory = place.make_directory()
        self.addCleanup(place.remove_directory, self.directory)
        home = os.path.join(self.directory, "home")
        os.mkdir(home, 0o711)
        self.daemon = Daemon(build(), home)
        self.daemon.make_key()
        self.addCleanup(self.daemon.kill)
        self.pid_file = os.path.join(self.directory, "pid")

    def rewrite(self, *pairs):
        with open(self.daemon.configuration, encoding="ascii") as file:
            text = file.read()
        for old, new in pairs:
            self.assertIn(old, text)
            text = text.replace(old, new)
        with open(self.daemon.configuration, "w", encoding="ascii") as file:
            file.write(text)

    def run_command(self, command, user=None):
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, check=False, text=True,
            cwd=self.daemon.home, user=user)

    def assert_ends(self, answer, code, *expected):
        self.assertEqual(answer.returncode, code, answer.stderr)
        self.assertEqual(len(answer.stderr.splitlines()), 1, answer.stderr)
        for part in expected:
            self.assertIn(part, answer.stderr)

    def read_pid(self):
        with open(self.pid_file, encoding="ascii") as file:
            return int(file.read() or 0)

    def start_detached(self, *options):
        """As a start script does; what it leaves is ended by the test."""
        answer = self.run_command(self.daemon.command(
            "-d", "-p", self.pid_file, *options))
        if answer.returncode == 0:
            self.addCleanup(self.end, self.read_pid())
        return answer

    @staticmethod
    def end(pid):
        if is_alive(pid):
            os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not is_alive(pid), "replygate ends")


class Identity(LaunchTest):

    @unittest.skipUnless(ROOT, NEEDS_ROOT)
    def test_root_alone_is_refused(self):
        answer = self.run_command([self.daemon.program("replygate"), "-f",
                                   self.daemon.configuration])
        self.assert_ends(answer, os.EX_NOPERM, "root", 'user = "')
        self.assertFalse(os.path.exists(self.daemon.control_socket))

    @unittest.skipUnless(ROOT, NEEDS_ROOT)
    def test_root_is_no_user_to_become(self):
        self.assert_ends(self.daemon.run("-u", "root"), os.EX_CONFIG,
                         "root has root's rights")

    def test_nobody_else_becomes_another(self):
        command = self.daemon.command("-u", "daemon")
        if ROOT:
            command[0] = shutil.copy(command[0], self.daemon.home)
        self.assert_ends(self.run_command(command, user=ACCOUNT if ROOT
                                          else None),
                         os.EX_NOPERM, "cannot become daemon")

    def test_whoever_is_that_user_already(self):
        """As under a service manager that has changed to it."""
        name = pwd.getpwuid(os.geteuid()).pw_name if not ROOT else ACCOUNT
        self.rewrite(('log = "stderr"', f'user = "{name}"; log = "syslog"'))
        program = shutil.copy(self.daemon.program("replygate"),
                              self.daemon.home)
        self.pid_file = os.path.join(self.daemon.home, "pid")
        answer = self.run_command(
            [program, "-d", "-p", self.pid_file, "-f",
             self.daemon.configuration], user=name if ROOT else None)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        pid = self.read_pid()
        self.end(pid)
        self.assertFalse(os.path.exists(self.pid_file))

    def test_unknown_user(self):
        self.rewrite(('log = "stderr"', 'user = "no-such-user"; '
                      'log = "stderr"'))
        command = [self.daemon.program("replygate"), "-f",
                   self.daemon.configuration]
        for options in ([], ["-n"], ["-K"]):
            self.assert_ends(self.run_command(command + options),
                             os.EX_CONFIG, "no user no-such-user")

    @unittest.skipUnless(ROOT and LINUX, f"{NEEDS_ROOT}; {NEEDS_LINUX}")
    def test_rights_are_given_away_for_good(self):
        account = pwd.getpwnam(ACCOUNT)
        self.daemon.start()
        parent = self.daemon.process.pid
        with open(f"/proc/{parent}/task/{parent}/children",
                  encoding="ascii") as file:
            family = [parent] + [int(one) for one in file.read().split()]
        self.assertEqual(len(family), 2)
        groups = sorted(os.getgrouplist(ACCOUNT, account.pw_gid))
        for pid in family:
            now = identities(pid)
            self.assertEqual(now["Uid"], [str(account.pw_uid)] * 4)
            self.assertEqual(now["Gid"], [str(account.pw_gid)] * 4)
            self.assertEqual(sorted(map(int, now["Groups"])), groups)
            self.assertEqual(int(now["CapEff"][0], 16), 0)
            self.assertEqual(int(now["CapPrm"][0], 16), 0)
            self.assertEqual(now["NoNewPrivs"], ["1"])
        for path in (self.daemon.milter_socket, self.daemon.control_socket,
                     os.path.join(self.daemon.home, "store", "replygate.db"),
                     os.path.join(self.daemon.home, "key")):
            if os.path.exists(path):
                self.assertEqual(os.stat(path).st_uid, account.pw_uid, path)

    @unittest.skipUnless(ROOT and LINUX, f"{NEEDS_ROOT}; {NEEDS_LINUX}")
    def test_user_of_the_configuration(self):
        self.rewrite(('log = "stderr"', f'user = "{ACCOUNT}"; '
                      'log = "syslog"'))
        answer = self.run_command([
            self.daemon.program("replygate"), "-d", "-p", self.pid_file,
            "-f", self.daemon.configuration])
        self.assertEqual(answer.returncode, 0, answer.stderr)
        pid = self.read_pid()
        self.addCleanup(self.end, pid)
        self.assertEqual(identities(pid)["Uid"],
                         [str(pwd.getpwnam(ACCOUNT).pw_uid)] * 4)

    def test_what_it_makes_is_its_own(self):
        self.daemon.start()
        store = os.path.join(self.daemon.home, "store")
        names = os.listdir(store)
        self.assertTrue(names)
        for name in names:
            mode = os.stat(os.path.join(store, name)).st_mode
            self.assertEqual(mode & 0o077, 0, name)


@unittest.skipUnless(LINUX, NEEDS_LINUX)
class Background(LaunchTest):

    def setUp(self):
        super().setUp()
        self.rewrite(('log = "stderr"', 'log = "syslog"'))

    def test_it_returns_when_it_serves(self):
        answer = self.start_detached()
        self.assertEqual((answer.returncode, answer.stdout, answer.stderr),
                         (0, "", ""))
        self.assertTrue(self.daemon.ask("health"))
        pid = self.read_pid()
        self.assertEqual(os.readlink(f"/proc/{pid}/cwd"), "/")
        self.assertNotEqual(os.getsid(pid), os.getsid(0))
        self.assertEqual(stat.S_IMODE(os.stat(self.pid_file).st_mode), 0o644)

    def test_a_start_that_fails_says_so(self):
        os.unlink(os.path.join(self.daemon.home, "key"))
        self.assert_ends(self.start_detached(), os.EX_CONFIG, "key")

    def test_a_second_one_is_refused(self):
        self.assertEqual(self.start_detached().returncode, 0)
        pid = self.read_pid()
        self.assert_ends(self.start_detached(), os.EX_UNAVAILABLE,
                         f"runs already, as process {pid}")
        self.assertEqual(self.read_pid(), pid)
        self.assertTrue(self.daemon.ask("health"))

    def test_signals_by_the_pid_file(self):
        self.assertEqual(self.start_detached().returncode, 0)
        pid = self.read_pid()
        self.rewrite(('log_level = "info"', 'log_level = "info"; '
                      'mode = "monitor"'))
        os.kill(pid, signal.SIGHUP)
        wait_until(lambda: self.daemon.ask("health")["mode"] == "monitor",
                   "the new configuration holds")
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not is_alive(pid), "replygate ends")
        # Root's directory: the file is there, but names nobody.
        self.assertFalse(os.path.exists(self.pid_file) and self.read_pid())
        self.assertEqual(self.start_detached().returncode, 0)

    def test_pid_file_of_a_killed_daemon_is_no_obstacle(self):
        self.assertEqual(self.start_detached().returncode, 0)
        pid = self.read_pid()
        with open(f"/proc/{pid}/task/{pid}/children",
                  encoding="ascii") as file:
            child = int(file.read())
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(pid) and not is_alive(child),
                   "it dies, and its child with it")
        self.assertEqual(self.start_detached().returncode, 0)
        self.assertNotEqual(self.read_pid(), pid)

    def test_what_would_be_lost_is_refused(self):
        self.rewrite(('log = "syslog"', 'log = "stderr"'))
        self.assert_ends(self.start_detached(), os.EX_USAGE, "syslog")
        self.assert_ends(self.daemon.run("-p", "pid"), os.EX_USAGE, "-p pid")


class Sockets(LaunchTest):

    def use_tcp(self, family, host):
        if family == socket.AF_INET6 and not has_ipv6():
            self.skipTest("this machine has no IPv6")
        with socket.socket(family) as one:
            one.bind((host.strip("[]"), 0))
            port = one.getsockname()[1]
        kind = "inet6" if family == socket.AF_INET6 else "inet"
        self.rewrite((f"unix:{self.daemon.milter_socket}",
                      f"{kind}:{port}@{host}"))
        return port

    def start_by_tcp(self, family, host):
        port = self.use_tcp(family, host)
        self.daemon.milter_socket = self.daemon.control_socket
        self.daemon.start()
        with socket.socket(family) as one:
            one.settimeout(30)
            one.connect((host.strip("[]"), port))
        return port

    def test_inet(self):
        self.start_by_tcp(socket.AF_INET, "127.0.0.1")

    def test_inet6(self):
        self.start_by_tcp(socket.AF_INET6, "[::1]")

    def test_inet_in_use(self):
        port = self.use_tcp(socket.AF_INET, "127.0.0.1")
        with socket.socket() as other:
            other.bind(("127.0.0.1", port))
            other.listen()
            self.assert_ends(self.daemon.run(), os.EX_UNAVAILABLE,
                             f"inet:{port}@127.0.0.1")

    def test_a_file_in_the_way_is_left(self):
        with open(self.daemon.milter_socket, "w", encoding="ascii") as file:
            file.write("precious")
        self.assert_ends(self.daemon.run(), os.EX_UNAVAILABLE,
                         self.daemon.milter_socket, "no socket")
        with open(self.daemon.milter_socket, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_modes_and_groups(self):
        gid = pwd.getpwnam(ACCOUNT).pw_gid if ROOT else os.getegid()
        group = grp.getgrgid(gid).gr_name
        self.rewrite(('milter_socket_mode = "0666"',
                      f'milter_socket_mode = "0620"; '
                      f'milter_socket_group = "{group}"; '
                      f'control_socket_group = "{group}"'),
                     ('control_socket_mode = "0600"',
                      'control_socket_mode = "0660"'))
        self.daemon.start()
        for path, mode in ((self.daemon.milter_socket, 0o620),
                           (self.daemon.control_socket, 0o660)):
            seen = os.stat(path)
            self.assertEqual(stat.S_IMODE(seen.st_mode), mode)
            self.assertEqual(seen.st_gid, gid)

    @unittest.skipUnless(ROOT, NEEDS_ROOT)
    def test_group_it_is_not_in(self):
        for key in ("milter_socket", "control_socket"):
            self.daemon.configure(f'{key}_group = "daemon";')
            self.assert_ends(self.daemon.run(), os.EX_UNAVAILABLE,
                             "group daemon", "is in")
            self.assertFalse(os.path.exists(self.daemon.milter_socket))
            self.assertFalse(os.path.exists(self.daemon.control_socket))

    @unittest.skipUnless(ROOT, NEEDS_ROOT)
    def test_group_of_the_directory(self):
        """What the manual has for Postfix."""
        folder = os.path.join(self.directory, "milter")
        os.mkdir(folder)
        os.chown(folder, pwd.getpwnam(ACCOUNT).pw_uid, 1)
        os.chmod(folder, 0o2750)
        self.rewrite((self.daemon.milter_socket, folder + "/sock"),
                     ('"0666"', '"0660"'))
        self.daemon.milter_socket = folder + "/sock"
        self.daemon.start()
        self.assertEqual(os.stat(folder + "/sock").st_gid, 1)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
        return True
    except OSError:
        return False


del LaunchTest
