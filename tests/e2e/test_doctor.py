"""The doctor, with the usual mistakes made on a real Postfix.

Each is made in a Postfix that runs, mail is sent, and the doctor is asked:
it says what is wrong, with the line that mends it, which is then put in, and
the doctor is content.
"""

import json
import os
import shutil
import subprocess

from harness import client
from harness.place import wait_until
from house import HouseTest, candidates

SEARCH = "/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/usr/local/bin:/bin"


class DoctorTest(HouseTest):
    """A house that can be miswired."""

    def setUp(self):
        super().setUp()
        self.open_world()
        postfix = self.world.postfix
        self.config = os.path.join(postfix.home, "etc")
        self.submission = str(postfix.submission)
        self.inbound = str(postfix.inbound)
        self.socket = self.world.daemon.milter_socket
        self.listen_by_ports()
        self.set("milter_default_action=accept",
                 "internal_mail_filter_classes=bounce")
        self.numbers = 0

    def listen_by_ports(self):
        """As in an everyday master.cf: services on loopback alone are those
        that content filters hand mail back to."""
        path = os.path.join(self.config, "master.cf")
        with open(path, encoding="ascii") as file:
            text = file.read()
        with open(path, "w", encoding="ascii") as file:
            file.write(text.replace("127.0.0.1:", ""))

    def command(self, *words):
        program = shutil.which(words[0], path=SEARCH)
        subprocess.run([program, "-c", self.config, *words[1:]], check=True,
                       timeout=30, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def set(self, *settings):
        """Lines of main.cf."""
        self.command("postconf", "-e", *settings)

    def override(self, service, setting):
        """A line of master.cf, "-o NAME=VALUE"."""
        self.command("postconf", "-P", f"{service}/inet/{setting}")

    def no_override(self, service, name):
        self.command("postconf", "-PX", f"{service}/inet/{name}")

    def begin(self):
        """Postfix reads its configuration; replygate has seen nothing."""
        self.command("postfix", "reload")
        self.world.daemon.stop()
        self.world.daemon.start()

    def mail(self, out=1, inward=1):
        """Messages by submission, and from outside; all are delivered."""
        with client.submission(self.world.postfix, "alice") as smtp:
            for _ in range(out):
                self.numbers += 1
                to = candidates("person", 1, self.numbers)
                smtp.sendmail("alice@example.test", to, client.compose(
                    "alice@example.test", to, client.new_message_id()))
        for _ in range(inward):
            self.world.receive("somebody@outside.test", "alice")

    def ask(self):
        """What the doctor finds: {check: [(level, seen, advice), ...]}."""
        answer = self.world.daemon.control(
            "doctor", "--json", "--postfix", self.config, check=False)
        self.assertIn(answer.returncode, (0, 1), answer.stderr)
        found = json.loads(answer.stdout)
        levels = [one["level"] for one in found["findings"]]
        self.assertEqual(found["problems"], levels.count("problem"))
        self.assertEqual(found["warnings"], levels.count("warning"))
        self.assertEqual(answer.returncode, 1 if found["problems"] else 0)
        checks = {}
        for one in found["findings"]:
            checks.setdefault(one["check"], []).append(
                (one["level"], one["seen"], one["advice"] or ""))
        return checks

    def bad(self, but=("milter-socket",)):
        """The findings that are not fine; anybody may use the socket of
        these tests."""
        return {check: rows for check, rows in self.ask().items()
                if check not in but and any(level != "ok"
                                            for level, _, _ in rows)}

    def expect(self, check, level, seen, advice):
        rows = self.bad().get(check, [])
        self.assertTrue(
            any(row[0] == level and seen in row[1] and advice in row[2]
                for row in rows), (check, rows))

    def expect_well(self):
        self.begin()
        self.mail()
        self.assertEqual(self.bad(), {})


class MtaDoctorTest(DoctorTest):
    """Every mistake is mended before the next is made."""

    def test_finds_the_usual_mistakes(self):
        self.expect_well()
        self.only_submission()
        self.only_port_25()
        self.no_milters_option()
        self.programs_left_out()
        self.default_action()
        self.own_bounces()
        self.wrong_place()
        self.macros_without_login()
        self.expect_well()

    def only_submission(self):
        self.override(self.inbound, "smtpd_milters=")
        self.begin()
        self.mail(out=2)
        self.expect("mail-in", "warning", "2 messages left", "smtpd_milters")
        self.mail(out=18, inward=0)
        self.expect("mail-in", "problem", "20 messages left",
                    f"    smtpd_milters = unix:{self.socket}")
        self.expect("postfix-smtpd", "problem",
                    f"{self.inbound} does not pass replygate: replies and "
                    "bounces", f"-o smtpd_milters=unix:{self.socket}")
        self.no_override(self.inbound, "smtpd_milters")

    def only_port_25(self):
        self.set("smtpd_milters=")
        self.override(self.inbound, f"smtpd_milters=unix:{self.socket}")
        self.begin()
        self.mail(inward=3)
        self.expect("mail-out", "warning", "of 3 messages", "internal_hosts")
        self.expect("postfix-smtpd", "problem",
                    f"{self.submission} does not pass replygate: mail that "
                    "is sent", f"main.cf:\n    smtpd_milters = "
                    f"unix:{self.socket}")
        self.set(f"smtpd_milters=unix:{self.socket}")
        self.no_override(self.inbound, "smtpd_milters")

    def no_milters_option(self):
        self.override(self.submission,
                      "receive_override_options=no_milters")
        self.expect("postfix-smtpd", "problem", self.submission,
                    "Take no_milters out")
        self.no_override(self.submission, "receive_override_options")

    def programs_left_out(self):
        self.set("non_smtpd_milters=")
        self.expect("postfix-programs", "warning", "sendmail(1)",
                    "    non_smtpd_milters = $smtpd_milters")
        self.set("non_smtpd_milters=$smtpd_milters")

    def default_action(self):
        for action, level in (("tempfail", "warning"), ("reject", "problem"),
                              ("quarantine", "warning")):
            self.set(f"milter_default_action={action}")
            self.expect("postfix-default-action", level, "while replygate",
                        "    milter_default_action = accept")
        self.set("milter_default_action=accept")

    def own_bounces(self):
        self.set("internal_mail_filter_classes=")
        self.expect("postfix-bounces", "warning", "bounces that Postfix",
                    "    internal_mail_filter_classes = bounce")
        self.set("internal_mail_filter_classes=bounce")

    def wrong_place(self):
        """In a chroot an absolute path is another one."""
        self.command("postconf", "-F", f"{self.inbound}/inet/chroot=y")
        self.expect("postfix-socket", "problem",
                    f"looks for unix:{self.socket} at "
                    f"{self.world.postfix.home}/spool{self.socket}",
                    "    smtpd_milters = unix:replygate/milter.sock")
        self.command("postconf", "-F", f"{self.inbound}/inet/chroot=n")

    def macros_without_login(self):
        """replygate asks for what it needs: this one does no harm."""
        self.set("milter_mail_macros=i {mail_addr}",
                 "milter_end_of_data_macros=", "milter_data_macros=",
                 "milter_rcpt_macros=", "milter_connect_macros=")
        self.begin()
        self.mail(out=3)
        self.assertEqual(self.bad(), {})
        self.assertGreaterEqual(self.world.sent("alice"), 3)
        self.command("postconf", "-#", "milter_mail_macros",
                     "milter_end_of_data_macros", "milter_data_macros",
                     "milter_rcpt_macros", "milter_connect_macros")


class HouseDoctorTest(DoctorTest):
    """What it finds about replygate's own house."""

    def test_finds_what_is_wrong_in_the_house(self):
        daemon = self.world.daemon
        self.begin()
        os.chmod(os.path.join(daemon.home, "store"), 0o755)
        self.expect("store-directory", "problem", "may enter",
                    f"    chmod 700 {daemon.home}/store")
        os.chmod(os.path.join(daemon.home, "store"), 0o700)
        os.chmod(os.path.join(daemon.home, "key"), 0o644)
        self.expect("key-file", "problem", "may read it",
                    f"    chmod 600 {daemon.home}/key")
        os.chmod(os.path.join(daemon.home, "key"), 0o600)
        os.chmod(daemon.milter_socket, 0o600)
        self.expect("postfix-rights", "problem", "the user postfix may not "
                    f"connect to {daemon.milter_socket}", "usermod")
        os.chmod(daemon.milter_socket, 0o666)
        self.configuration(daemon)
        self.nobody_takes_notices(daemon)
        self.nobody_knows_who_sends(daemon)
        self.without_a_daemon(daemon)

    def configuration(self, daemon):
        daemon.configure('reply_horizon = "60d";')
        self.expect("configuration", "warning", "reply_horizon",
                    "replygatectl reload")
        daemon.configure('breaker_minimum = "many";')
        self.expect("configuration", "problem", "breaker_minimum",
                    "next start will fail")
        daemon.configure()

    def nobody_takes_notices(self, daemon):
        port, daemon.mail_port = daemon.mail_port, 9
        daemon.configure()
        daemon.reload()
        self.expect("smtp-server", "problem", "smtp://127.0.0.1:9 takes no",
                    "notice test")
        daemon.mail_port = port
        daemon.configure()
        daemon.reload()

    def nobody_knows_who_sends(self, daemon):
        """A host of ours that is not in internal_hosts."""
        self.set("mynetworks=127.0.0.0/8",
                 "smtpd_relay_restrictions=permit_mynetworks,reject")
        self.begin()
        self.mail(out=1)
        with client.inbound(self.world.postfix) as smtp:
            to = candidates("nameless", 1)
            smtp.sendmail("bob@example.test", to, client.compose(
                "bob@example.test", to, client.new_message_id()))
        wait_until(lambda: "identity" in self.bad(), "it is seen")
        self.expect("identity", "warning", "1 of 2 messages that left",
                    "    internal_hosts = ")
        self.set("mynetworks=127.0.0.1/32", "smtpd_relay_restrictions="
                 "permit_sasl_authenticated,reject_unauth_destination")

    def without_a_daemon(self, daemon):
        daemon.stop()
        answer = daemon.control("doctor", "-f", daemon.configuration,
                                "--postfix", self.config, check=False)
        self.assertEqual(answer.returncode, 1, answer.stderr)
        self.assertIn("no daemon answers", answer.stdout)
        self.assertIn("ok       key-file", answer.stdout)
        self.assertIn("ok       postfix-smtpd", answer.stdout)
        self.assertIn("\n1 problem, no warnings\n", answer.stdout)
        self.assertTrue(all(len(line) <= 80 or "/" in line
                            for line in answer.stdout.splitlines()))
