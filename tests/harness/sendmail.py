"""A private Sendmail: own configuration, queue, data, users and log.

The program comes from a directory that Debian's packages were unpacked to,
see tests/tools/sendmail.sh: they cannot be installed beside Postfix's.  It
runs as root, in namespaces of its own, see sendmail.sh; `available` says
whether that can be.
"""

import contextlib
import os
import pwd
import signal
import socket
import subprocess
import threading

from . import manual
from .mta import DOMAIN, REFUSED, SASL_CONF, SEARCH, Mta, program, write
from .place import wait_until

CLIENT = "mail"         # whom sendmail(1) runs as; it may not be root
HERE = os.path.dirname(os.path.abspath(__file__))

# The two agents share a beginning and an end.
BEGIN_MC = """\
define(`_USE_ETC_MAIL_')dnl
include(`{root}/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `{name}')dnl
define(`confSERVICE_SWITCH_FILE', `{home}/etc/service.switch')dnl
define(`confTO_IDENT', `0')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confLOG_LEVEL', `12')dnl
define(`confDONT_BLAME_SENDMAIL',
    `GroupReadableSASLDBFile,GroupWritableDirPathSafe,TrustStickyBit')dnl
"""

SENDMAIL_MC = """\
define(`QUEUE_DIR', `{home}/mqueue')dnl
define(`confPID_FILE', `{home}/sendmail.pid')dnl
define(`STATUS_FILE', `{home}/statistics')dnl
define(`HELP_FILE', `{home}/helpfile')dnl
define(`ALIAS_FILE', `{home}/etc/aliases')dnl
define(`confTO_QUEUEWARN', `')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl
define(`confAUTH_REALM', `{domain}')dnl
TRUST_AUTH_MECH(`PLAIN LOGIN')dnl
RELAY_DOMAIN(`{domain}')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port={inbound}')dnl
DAEMON_OPTIONS(`Name=MSA, Family=inet, Addr=127.0.0.1, Port={submission},
    M=Ea')dnl
CLIENT_OPTIONS(`Family=inet, Addr=127.0.0.1')dnl
define(`SMART_HOST', `esmtp:[127.0.0.1]')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h {relay}')dnl
define(`SMTP_MAILER_ARGS', `TCP $h {relay}')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {inbound}')dnl
{milter}
{more}
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_RULESETS
SLocal_check_rcpt
R$*	$: $>canonify $1
R{refused}	$#error $@ 5.7.1 $: "550 5.7.1 refused here"
"""

# What the manual says: the filter, and, as its own bounces pass no milter, a
# copy of each that comes in by the front door and is thrown away behind it.
# Mail waits while replygate is away.
_FILTER, _, _BOUNCES, ALIASES = manual.displays("Wiring into Sendmail")
MILTER_MC = _FILTER.replace("/run/replygate/milter.sock", "{socket}") \
    .replace(" T=", " F=T, T=")
SHOW_BOUNCES = _BOUNCES.replace("example.com", DOMAIN)

SUBMIT_MC = """\
define(`confCF_VERSION', `Submit')dnl
define(`__OSTYPE__',`')dnl
define(`_USE_DECNET_SYNTAX_', `1')dnl
define(`MSP_QUEUE_DIR', `{home}/clientmqueue')dnl
define(`confPID_FILE', `{home}/msp.pid')dnl
define(`STATUS_FILE', `{home}/msp-statistics')dnl
define(`confRUN_AS_USER', `{user}')dnl
define(`confTRUSTED_USER', `root')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {inbound}')dnl
FEATURE(`msp', `[127.0.0.1]')dnl
"""


def root():
    """Where Sendmail's packages lie unpacked."""
    return os.environ.get("REPLYGATE_SENDMAIL", os.path.join(
        os.environ.get("REPLYGATE_BUILD", "build"), "sendmail"))


def binary():
    return os.path.join(root(), "usr/libexec/sendmail/sendmail")


def available():
    """Why a private Sendmail cannot be started here, or None: it can."""
    if os.geteuid() != 0:
        return "Sendmail must be started by root"
    for name in ("m4", "saslpasswd2", "unshare"):
        if not program(name):
            return f"{name} is not installed"
    if not os.access(binary(), os.X_OK):
        return "Sendmail is not there, see tests/tools/sendmail.sh"
    answer = subprocess.run(
        ["unshare", "--uts", "--mount", "--pid", "--fork", "true"],
        check=False, timeout=30, stderr=subprocess.PIPE, text=True)
    if answer.returncode != 0:
        return f"no namespaces for Sendmail: {answer.stderr.strip()}"
    return None


def _environment():
    """Where the loader finds what the program needs and the system lacks."""
    folders = [os.path.join(root(), prefix, "lib") for prefix in ("", "usr")]
    found = [where for top in folders for where, _, files in os.walk(top)
             if any(".so." in name for name in files)]
    return {"PATH": SEARCH, "LC_ALL": "C", "TZ": "UTC",
            "LD_LIBRARY_PATH": ":".join(found)}


class _Log:
    """Takes what is sent to /dev/log."""

    def __init__(self, socket_path, log_path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(socket_path)
        os.chmod(socket_path, 0o666)
        self._log_path = log_path
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        with open(self._log_path, "ab", buffering=0) as log:
            while True:
                line = self._socket.recv(65536)
                if line == b"":
                    break
                log.write(line.partition(b">")[2].rstrip(b"\0\n") + b"\n")


class Sendmail(Mta):
    """See Mta."""

    label = "Sendmail"
    lost = "lost input channel|collect: premature EOM|did not issue MAIL"

    def __init__(self, home, relay_port, users, *rest, **more):
        super().__init__(home, relay_port, users, *rest, **more)
        self._process = None
        for name in ("etc", "sasl", "dev", "mqueue", "clientmqueue"):
            os.mkdir(os.path.join(home, name), 0o700)
        os.chmod(os.path.join(home, "dev"), 0o755)
        os.chmod(os.path.join(home, "etc"), 0o755)
        owner = pwd.getpwnam(CLIENT)
        os.chown(os.path.join(home, "clientmqueue"), owner.pw_uid,
                 owner.pw_gid)
        for name in ("null", "zero", "random", "urandom"):
            write(os.path.join(home, "dev", name), "")
        write(os.path.join(home, "hosts"), "127.0.0.1 localhost\n"
              f"127.0.0.1 {self.name} {self.name.partition('.')[0]}\n")
        write(os.path.join(home, "etc/service.switch"),
              "hosts files\naliases files\npasswd files\n")
        write(os.path.join(home, "etc/aliases"), ALIASES)
        base = os.path.join(home, "sasl/sasldb2")
        write(os.path.join(home, "sasl/Sendmail.conf"),
              SASL_CONF.format(base=base))
        self.make_passwords(base, users)
        self._log = _Log(os.path.join(home, "dev/log"), self.log_path())

    def _configure(self):
        milter = ""
        if self.milter_socket:
            milter = MILTER_MC.format(socket=self.milter_socket)
        user, _, domain = REFUSED.partition("@")
        values = {
            "root": root(), "home": self.home, "name": self.name,
            "domain": DOMAIN, "relay": self.relay_port, "milter": milter,
            "inbound": self.inbound, "submission": self.submission,
            "user": CLIENT, "more": self.more,
            "refused": f"{user} < @ {domain} . >"}
        self._make_cf("sendmail", BEGIN_MC + SENDMAIL_MC, values)
        self._make_cf("submit", BEGIN_MC + SUBMIT_MC, values)

    def _make_cf(self, name, text, values):
        source = os.path.join(self.home, "etc", name + ".mc")
        write(source, text.format(**values))
        with open(source[:-3] + ".cf", "wb") as file:
            subprocess.run(
                ["m4", f"-D_CF_DIR_={root()}/usr/share/sendmail/cf/", source],
                check=True, timeout=60, stdout=file)

    def _inside(self, *words):
        """A command line of Sendmail's in its namespaces."""
        return ["sh", os.path.join(HERE, "sendmail.sh"), self.home, self.name,
                binary(), *words]

    def _launch(self):
        with open(os.path.join(self.home, "said"), "wb") as file:
            self._process = subprocess.Popen(
                self._inside("-bD", "-q2s", "-C",
                             os.path.join(self.home, "etc/sendmail.cf")),
                stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                start_new_session=True, env=_environment())

    def _alive(self):
        return self._process.poll() is None

    def stop(self, at_once=False):
        """As a power cut does: with the first process all others end."""
        if not self.running:
            return
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            wait_until(lambda: not (self.greets(self.submission) or
                                    self.greets(self.inbound)),
                       "Sendmail stops")
        self.running = False

    def submit(self, user, recipients, data):
        """What it exits with says whether the mail was taken."""
        answer = subprocess.run(
            self._inside("-Ac", "-i", "-C",
                         os.path.join(self.home, "etc/submit.cf"),
                         "-f", f"{user}@{DOMAIN}", "--", *recipients),
            input=data.replace(b"\r\n", b"\n"), check=False, timeout=60,
            env=_environment())
        if answer.returncode not in (os.EX_OK, os.EX_UNAVAILABLE):
            raise AssertionError(f"sendmail exits {answer.returncode}")

    def parse(self, address):
        """What ruleset "parse" makes of what ruleset "canonify" left."""
        answer = subprocess.run(
            self._inside("-bt", "-C",
                         os.path.join(self.home, "etc/sendmail.cf")),
            input=f"parse {address}\n", check=True, timeout=60, text=True,
            stdout=subprocess.PIPE, env=_environment()).stdout
        return answer.rpartition("parse            returns: ")[2] \
            .partition("\n")[0]
