"""What `make install` puts into a system, and the scripts that start it.

The scripts are the installed ones, and run a real replygate; only the library
of the system they are for is a stand-in, tests/rc/rc.subr.SYSTEM, which is
what that library's manual promises.
"""

import os
import signal
import subprocess
import unittest

from harness import place
from harness.daemon import ACCOUNT, Daemon
from harness.place import wait_until
from house import build

TREE = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
RC = os.path.join(TREE, "tests", "rc")


class SystemTest(unittest.TestCase):

    system = ""

    def setUp(self):
        self.directory = place.make_directory()
        self.addCleanup(place.remove_directory, self.directory)
        self.root = os.path.join(self.directory, "root")
        self.build = os.path.abspath(build())

    def path(self, *names):
        return os.path.join(self.root, *names)

    def install(self, what="install"):
        places = {"BUILD": self.build, "DESTDIR": self.root, "RC": self.system,
                  "PREFIX": "/opt", "SYSCONFDIR": "/opt/etc",
                  "MANDIR": "/opt/man", "STATEDIR": "/var/db",
                  "RUNDIR": "/var/run"}
        return subprocess.run(
            ["sh", "rc.d/install.sh", what], cwd=TREE, check=True,
            env=dict(os.environ, **places), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=60).stdout

    def files(self):
        return {os.path.relpath(os.path.join(where, name), self.root)
                for where, _, names in os.walk(self.root) for name in names}

    @staticmethod
    def read(path):
        with open(path, encoding="utf-8") as file:
            return file.read()


class Install(SystemTest):

    system = "systemd"

    def test_paths_are_those_of_the_installation(self):
        self.install()
        texts = [one for one in self.files()
                 if not one.startswith(("opt/sbin/", "opt/bin/"))]
        self.assertGreater(len(texts), 10)
        for one in texts:
            text = self.read(self.path(one))
            for old in ("/usr/local/sbin/replygate", "/usr/local/share",
                        " /etc/replygate", '"/etc/replygate',
                        "/var/lib/replygate", " /run/replygate",
                        '"/run/replygate', ":/run/replygate"):
                self.assertFalse(old in text, f"{one} has {old}")
        self.assertIn("ExecStart=/opt/sbin/replygate\n", self.read(
            self.path("opt/lib/systemd/system/replygate.service")))
        for one in self.files():
            mode = os.stat(self.path(one)).st_mode & 0o7777
            self.assertEqual(mode, 0o755 if "bin/" in one else 0o644, one)

    @staticmethod
    def uncomment(line):
        """What stands right behind "#", unless it wants another file."""
        if (line.startswith("#") and line[1:2].strip(" ") and
                "/opt/etc/" not in line and "smtp_user" not in line or
                line.startswith("#\t")):
            return line[1:]
        return line

    def test_sample_is_right(self):
        """All of it, also the keys behind "#"."""
        self.install()
        path = self.path("opt/etc/replygate/replygate.conf")
        os.rename(self.path("opt/etc/replygate/users.sample"),
                  self.path("opt/etc/replygate/users"))
        text = "\n".join(map(self.uncomment, self.read(path).splitlines()))
        for old, new in (
                ("/opt/share", self.path("opt/share")),
                ('"replygate"', f'"{ACCOUNT}"'),
                ('group = "postfix"', 'group = "daemon"'),
                ('group = "wheel"', 'group = "daemon"')):
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.assertGreater(text.count("="), 40)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        answer = subprocess.run(
            [self.path("opt/sbin/replygate"), "-n", "-f", path],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=30, check=False)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))

    def test_tarball(self):
        """The same bytes each time; what is in it can be made."""
        if not os.path.exists(os.path.join(TREE, ".git")):
            self.skipTest("this is no repository")
        made = []
        for name in ("one", "two"):
            folder = os.path.join(self.directory, name)
            answer = subprocess.run(
                ["sh", "rc.d/dist.sh", folder], cwd=TREE, check=True,
                stdout=subprocess.PIPE, text=True, timeout=60)
            with open(answer.stdout.strip(), "rb") as file:
                made.append(file.read())
        self.assertEqual(made[0], made[1])
        names = subprocess.run(
            ["tar", "-tzf", answer.stdout.strip()], check=True, timeout=60,
            stdout=subprocess.PIPE, text=True).stdout.splitlines()
        top = names[0].split("/")[0]
        self.assertRegex(top, r"^replygate-\d+\.\d+\.\d+$")
        for one in ("Makefile", "src/replygate.c", "tests/setup.sh",
                    "rc.d/debian/rules", "conf/replygate.conf", "LICENSE"):
            self.assertIn(f"{top}/{one}", names)

    def test_again_and_away(self):
        self.install()
        first = self.files()
        conf = self.path("opt/etc/replygate/replygate.conf")
        with open(conf, "a", encoding="ascii") as file:
            file.write("# mine\n")
        self.install()
        self.assertEqual(self.files(), first)
        self.assertIn("# mine", self.read(conf))
        self.assertIn(conf, self.install("uninstall"))
        self.assertEqual(self.files(), {os.path.relpath(conf, self.root)})
        os.unlink(conf)
        self.install()
        self.install("uninstall")
        self.assertEqual(self.files(), set())

    def test_port_lists_what_is_installed(self):
        self.system = "freebsd"
        self.install()
        listed = set()
        with open(os.path.join(TREE, "rc.d/port/pkg-plist"),
                  encoding="ascii") as file:
            for line in file:
                words = line.split()
                if not words[0].startswith("@dir"):
                    listed.add(words[-1])
        installed = {one.removeprefix("opt/").replace("man/", "share/man/") +
                     (".gz" if "man/" in one else "")
                     for one in self.files()}
        # the package makes it from the sample
        installed.remove("etc/replygate/replygate.conf")
        self.assertEqual(installed, listed)

    def test_paths_with_spaces(self):
        self.install()
        usual = self.files()
        self.root = os.path.join(self.directory, "the root")
        self.build = os.path.join(self.directory, "the build")
        os.symlink(os.path.abspath(build()), self.build)
        self.install()
        self.assertEqual(self.files(), usual)
        self.install("uninstall")
        self.assertEqual(self.files(), set())

    def test_unknown_system(self):
        self.system = "plan9"
        with self.assertRaises(subprocess.CalledProcessError):
            self.install()


class ScriptTest(SystemTest):
    """One life under a start script; needs root, for whom such scripts are."""

    script = ""         # below the root
    settings = ""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("start scripts are root's")
        self.install()
        self.rc = os.path.join(self.directory, "rc")
        os.symlink(RC, self.rc)     # a path without a space, for scripts
        home = os.path.join(self.directory, "home")
        os.mkdir(home, 0o711)
        self.daemon = Daemon(build(), home)
        self.daemon.make_key()
        self.configure("")
        self.run_directory = os.path.join(self.directory, "run")
        self.pid_file = self.run_directory + ".pid"
        self.conf = os.path.join(self.directory, "rc.conf")
        with open(self.conf, "w", encoding="ascii") as file:
            file.write(self.settings.format(
                conf=self.daemon.configuration, account=ACCOUNT,
                run=self.run_directory, store=home + "/store"))
        self.place_script()
        self.addCleanup(self.end)

    def configure(self, more):
        self.daemon.configure(more)
        text = self.read(self.daemon.configuration)
        with open(self.daemon.configuration, "w", encoding="ascii") as file:
            file.write(text.replace('log = "stderr"', 'log = "syslog"'))

    def place_script(self):
        """The paths nobody can set are changed, and where rc.subr is."""
        path = self.path(self.script)
        text = self.read(path)
        for old, new in (
                ("/opt/sbin/replygate", self.path("opt/sbin/replygate")),
                ("/etc/rc.subr", os.path.join(self.rc, "rc.subr.freebsd")),
                ("/etc/rc.d/rc.subr", os.path.join(self.rc, "rc.subr.openbsd")),
                ("/var/run/replygate.pid", self.pid_file),
                ("/var/run/replygate", self.run_directory),
                ("/var/db/replygate", self.daemon.home + "/store"),
                ("_replygate", ACCOUNT)):
            text = text.replace(old, new)
        self.placed = os.path.join(self.directory, "replygate")
        with open(self.placed, "w", encoding="ascii") as file:
            file.write(text)

    def command(self, word):
        return ["sh", self.placed, word]

    def call(self, word):
        environment = dict(
            os.environ, RC_CONF=self.conf, _rc_subr_loaded="",
            FIND=os.path.join(self.rc, "find.sh"))
        return subprocess.run(
            self.command(word), env=environment, check=False, timeout=60,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)

    def assert_call(self, word, good=True):
        answer = self.call(word)
        self.assertEqual(answer.returncode == 0, good,
                         f"{word}: {answer.returncode} {answer.stdout}")
        return answer.stdout

    def pid(self):
        return int(self.read(self.pid_file))

    def end(self):
        if os.path.exists(self.pid_file) and self.read(self.pid_file):
            os.kill(self.pid(), signal.SIGTERM)
            wait_until(lambda: not (os.path.exists(self.pid_file) and
                                    self.read(self.pid_file)), "the end")

    def life(self):
        self.assert_call(self.status, good=False)
        self.assert_call("start")
        self.assert_call(self.status)
        self.assertTrue(os.path.isdir(self.run_directory))
        first = self.pid()
        self.assertEqual(self.daemon.ask("health")["mode"], "enforce")
        self.configure('mode = "monitor";')
        self.assert_call("configtest")
        self.assert_call("reload")
        wait_until(lambda: self.daemon.ask("health")["mode"] == "monitor",
                   "the new configuration holds")
        self.assertEqual(self.pid(), first)
        self.configure('colour = "red";')
        self.assertIn("colour", self.assert_call("configtest", good=False))
        self.assert_call("reload", good=False)
        self.assert_call("restart", good=False)
        self.assertEqual(self.pid(), first)
        self.assertEqual(self.daemon.ask("health")["mode"], "monitor")
        self.configure("")
        self.assert_call("restart")
        self.assertNotEqual(self.pid(), first)
        self.assertEqual(self.daemon.ask("health")["mode"], "enforce")
        self.assert_call("stop")
        self.assert_call(self.status, good=False)
        self.assertFalse(os.path.exists(self.daemon.control_socket))
        self.configure('colour = "red";')
        self.assert_call("start", good=False)
        self.assert_call(self.status, good=False)

    status = "status"


class FreeBSD(ScriptTest):

    system = "freebsd"
    script = "opt/etc/rc.d/replygate"
    settings = """\
replygate_enable=YES
replygate_conf={conf}
replygate_runas={account}
replygate_pidfile={run}.pid
replygate_rundir={run}
replygate_statedir={store}
"""

    def test_freebsd(self):
        self.life()

    def test_freebsd_not_enabled(self):
        with open(self.conf, "a", encoding="ascii") as file:
            file.write("replygate_enable=NO\n")
        self.assertIn("Cannot", self.assert_call("start"))
        self.assert_call("status", good=False)


class NetBSD(ScriptTest):

    system = "netbsd"
    script = "etc/rc.d/replygate"
    settings = """\
replygate=YES
replygate_conf={conf}
replygate_runas={account}
replygate_rundir={run}
"""

    def test_netbsd(self):
        self.life()


class OpenBSD(ScriptTest):

    system = "openbsd"
    script = "etc/rc.d/replygate"
    settings = 'replygate_flags="-u {account} -f {conf}"\n'
    status = "check"

    def test_openbsd(self):
        self.life()


class OpenRC(ScriptTest):

    system = "openrc"
    script = "etc/init.d/replygate"
    settings = """\
replygate_conf={conf}
replygate_user={account}
"""

    def command(self, word):
        return ["sh", os.path.join(self.rc, "rc.subr.openrc"),
                self.placed, word]

    def test_openrc(self):
        self.life()


del ScriptTest, SystemTest
