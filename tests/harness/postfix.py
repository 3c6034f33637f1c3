"""A private Postfix: own configuration, queue, data, users and log.

Postfix's master must be started by root; `available` says whether that can
be.
"""

import os
import pwd
import subprocess

from . import manual
from .mta import (ABROAD, DOMAIN, INSIDE, PASSWORD, REFUSED, SASL_CONF,
                  SEARCH, Mta, program, write)
from .place import wait_until

__all__ = ["ABROAD", "DOMAIN", "INSIDE", "PASSWORD", "REFUSED", "SHOW_BOUNCES",
           "Postfix", "available", "program"]

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

# What the manual says, but that mail waits while replygate is away; and the
# line without which its own bounces pass no milter.
_MILTER, SHOW_BOUNCES = manual.displays("Wiring into Postfix")[0].rstrip() \
    .rsplit("\n", 1)
MILTER_CF = _MILTER.replace("unix:replygate/milter.sock", "unix:{socket}") \
    .replace("= accept", "= tempfail") + "\nmilter_connect_timeout = 10s\n"

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


def available():
    """Why a private Postfix cannot be started here, or None: it can."""
    if os.geteuid() != 0:
        return "Postfix's master must be started by root"
    for name in ("postfix", "saslpasswd2"):
        if not program(name):
            return f"{name} is not installed"
    return None


class Postfix(Mta):
    """See Mta."""

    label = "Postfix"
    lost = "lost connection"

    def __init__(self, home, relay_port, users, *rest, **more):
        super().__init__(home, relay_port, users, *rest, **more)
        self._make_directories()
        base = os.path.join(self.home, "sasl/sasldb2")
        self.make_passwords(base, users)
        owner = pwd.getpwnam("postfix")
        os.chown(base, owner.pw_uid, owner.pw_gid)

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
        write(os.path.join(self.home, "etc/sasl/smtpd.conf"),
              SASL_CONF.format(
                  base=os.path.join(self.home, "sasl/sasldb2")))

    def _configure(self):
        milter = ""
        if self.milter_socket:
            milter = MILTER_CF.format(socket=self.milter_socket)
        write(os.path.join(self.home, "etc/main.cf"), MAIN_CF.format(
            home=self.home, name=self.name, domain=DOMAIN,
            relay=self.relay_port, refused=REFUSED, milter=milter,
            mailboxes=self._mailboxes_cf(), more=self.more))
        write(os.path.join(self.home, "etc/master.cf"), MASTER_CF.format(
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

    def _launch(self):
        answer = self._postfix("start")
        return None if answer.returncode == 0 else answer.stdout.decode()

    def _alive(self):
        return self._master_pid() is not None

    def _master_pid(self):
        path = os.path.join(self.home, "spool/pid/master.pid")
        try:
            with open(path, encoding="ascii") as file:
                pid = int(file.read())
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid

    def stop(self, at_once=False):
        if self.running:
            pid = self._master_pid()
            self._postfix("abort" if at_once else "stop")
            if pid is not None:
                wait_until(lambda: self._master_pid() is None,
                           "Postfix stops")
            self.running = False

    def submit(self, user, recipients, data):
        subprocess.run(
            [program("sendmail"), "-C", os.path.join(self.home, "etc"),
             "-i", "-f", f"{user}@{DOMAIN}", "--", *recipients],
            input=data.replace(b"\r\n", b"\n"), check=True, timeout=60,
            env={"PATH": SEARCH, "LC_ALL": "C"})
