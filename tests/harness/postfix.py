"""A private Postfix: own configuration, queue, data, users and log.

It listens on two ports of loopback: `submission`, for users who say their
password, and `inbound`, for the outside world.  Whatever it accepts it
relays to one place.  Postfix's master must be started by root; `available`
says whether that can be.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess

from .place import Timeout, wait_until

DOMAIN = "example.test"
PASSWORD = "secret"
REFUSED = "refused@outside.test"    # a recipient that Postfix refuses
INSIDE = "127.0.0.1"                # where users submit from
ABROAD = "127.0.0.2"                # where the outside world connects from
ATTEMPTS = 5                        # at ports that somebody else takes

SEARCH = "/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/usr/local/bin:/bin"

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/data
maillog_file = {home}/maillog
maillog_file_prefixes = {home}
myhostname = {name}
mydomain = {domain}
myorigin = {domain}
mydestination =
{mailboxes}
relayhost = [127.0.0.1]:{relay}
mynetworks = 127.0.0.1/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_bind_address = 127.0.0.1
smtp_dns_support_level = disabled
smtp_host_lookup = native
disable_dns_lookups = yes
alias_maps =
alias_database =
local_recipient_maps =
local_header_rewrite_clients =
append_dot_mydomain = no
biff = no
minimal_backoff_time = 1s
queue_run_delay = 5s
smtpd_recipient_limit = 2000
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_timeout = 60s
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions =
    check_recipient_access inline:{{{refused}=REJECT}}
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = {domain}
smtpd_sasl_security_options = noanonymous
cyrus_sasl_config_path = {home}/etc/sasl
{milter}
{more}
"""

NO_MAILBOXES_CF = """\
relay_domains = {domain}
"""

MAILBOXES_CF = """\
relay_domains =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = inline:{{{users}}}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""

MILTER_CF = """\
smtpd_milters = unix:{socket}
non_smtpd_milters = unix:{socket}
milter_default_action = tempfail
milter_connect_timeout = 10s
"""

MASTER_CF = """\
127.0.0.1:{inbound} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
    -o smtpd_sasl_auth_enable=yes
    -o smtpd_client_restrictions=permit_sasl_authenticated,reject
    -o milter_macro_daemon_name=ORIGINATING
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

SASL_CONF = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {home}/sasl/sasldb2
mech_list: PLAIN LOGIN
"""


def program(name):
    return shutil.which(name, path=SEARCH)


def available():
    """Why a private Postfix cannot be started here, or None: it can."""
    if os.geteuid() != 0:
        return "Postfix's master must be started by root"
    for name in ("postfix", "saslpasswd2"):
        if not program(name):
            return f"{name} is not installed"
    return None


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


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


class Postfix:
    """Made with its directory; `start` and `stop` as often as wanted.

    mailboxes: mail to users stays here, and `mailbox` has it.
    """

    def __init__(self, home, relay_port, users, milter_socket=None, more="",
                 mailboxes=False):
        self.home, self.more = home, more
        self.users = users if mailboxes else ()
        self.relay_port = relay_port
        self.milter_socket = milter_socket
        self.name = f"pf-{secrets.token_hex(6)}.{DOMAIN}"
        self.submission = self.inbound = 0
        self.running = False
        self._make_directories()
        self._make_users(users)

    def _make_directories(self):
        owner = pwd.getpwnam("postfix")
        for name in ("etc", "etc/sasl", "spool", "data", "sasl"):
            os.makedirs(os.path.join(self.home, name))
        os.chown(os.path.join(self.home, "data"), owner.pw_uid, owner.pw_gid)
        os.chown(os.path.join(self.home, "sasl"), owner.pw_uid, owner.pw_gid)
        if self.users:
            os.mkdir(os.path.join(self.home, "mail"))
            os.chown(os.path.join(self.home, "mail"), owner.pw_uid,
                     owner.pw_gid)
        # postsuper complains into it as the owner of the queue
        log = os.path.join(self.home, "maillog")
        os.close(os.open(log, os.O_CREAT | os.O_WRONLY, 0o644))
        os.chown(log, owner.pw_uid, owner.pw_gid)
        _write(os.path.join(self.home, "etc/sasl/smtpd.conf"),
               SASL_CONF.format(home=self.home))

    def _make_users(self, users):
        base = os.path.join(self.home, "sasl/sasldb2")
        for user in users:
            subprocess.run(
                [program("saslpasswd2"), "-p", "-c", "-f", base,
                 "-u", DOMAIN, user],
                input=PASSWORD.encode(), check=True, timeout=30,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        owner = pwd.getpwnam("postfix")
        os.chown(base, owner.pw_uid, owner.pw_gid)
        os.chmod(base, 0o600)

    def _configure(self):
        self.submission, self.inbound = free_ports(2)
        milter = ""
        if self.milter_socket:
            milter = MILTER_CF.format(socket=self.milter_socket)
        _write(os.path.join(self.home, "etc/main.cf"), MAIN_CF.format(
            home=self.home, name=self.name, domain=DOMAIN,
            relay=self.relay_port, refused=REFUSED, milter=milter,
            mailboxes=self._mailboxes_cf(), more=self.more))
        _write(os.path.join(self.home, "etc/master.cf"), MASTER_CF.format(
            inbound=self.inbound, submission=self.submission))

    def _mailboxes_cf(self):
        if not self.users:
            return NO_MAILBOXES_CF.format(domain=DOMAIN)
        owner = pwd.getpwnam("postfix")
        maps = ", ".join(f"{user}@{DOMAIN}={user}/" for user in self.users)
        return MAILBOXES_CF.format(
            domain=DOMAIN, home=self.home, users=maps, uid=owner.pw_uid,
            gid=owner.pw_gid)

    def mailbox(self, user):
        """What has been delivered to a user: messages as bytes."""
        folder = os.path.join(self.home, "mail", user, "new")
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            return []
        mails = []
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                mails.append(file.read())
        return mails

    def _postfix(self, verb):
        return subprocess.run(
            [program("postfix"), "-c", os.path.join(self.home, "etc"), verb],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=60, check=False,
            env={"PATH": SEARCH, "LC_ALL": "C"})

    def start(self):
        """Starts with the ports it had, or, if they were taken, others."""
        for attempt in range(ATTEMPTS):
            if attempt > 0 or not self.submission:
                self._configure()
            self.running = True
            answer = self._postfix("start")
            if answer.returncode == 0 and self._is_up():
                return
            self.stop()
        raise Timeout("Postfix does not start: "
                      f"{answer.stdout.decode()}\n{self.log()[-2000:]}")

    def _is_up(self):
        def greeted():
            if self._master_pid() is None:
                return "no"
            return "yes" if all(self._greets(port) for port in
                                (self.submission, self.inbound)) else ""
        try:
            return wait_until(greeted, "Postfix greets", 15) == "yes"
        except Timeout:
            return False

    def _master_pid(self):
        path = os.path.join(self.home, "spool/pid/master.pid")
        try:
            with open(path, encoding="ascii") as file:
                pid = int(file.read())
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid

    def _greets(self, port):
        """Is it ours?  Another Postfix would bear another name."""
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as one:
                return self.name.encode() in one.recv(512)
        except OSError:
            return False

    def stop(self, verb="stop"):
        """Returns when the master is gone."""
        if self.running:
            pid = self._master_pid()
            self._postfix(verb)
            if pid is not None:
                wait_until(lambda: self._master_pid() is None,
                           "Postfix stops")
            self.running = False

    def log(self):
        try:
            with open(os.path.join(self.home, "maillog"),
                      encoding="latin-1") as file:
                return file.read()
        except OSError:
            return ""
