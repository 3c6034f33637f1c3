"""A stream of messages at a rate, with a reload every so often in between.

Every reload changes something, by the command and by signal in turn; each
fifth finds a wrong file.  What came of it is held against four accounts: what
the sender was answered, the ledger, the metrics, and the memory that is used.
"""

import json
import os
import re
import signal
import subprocess
import time

# In the buckets of the daemon's own histogram, in microseconds.
BOUNDS = [100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000,
          250000, 500000, 1000000, 2500000, 5000000, 10000000]

# The store's cache is as small as can be, so that it is full early and memory
# that grows later is memory that is lost.
STEADY = """
store_cache = "8M";
users_file = "{home}/users";
"""


def varying(number):
    """Lines of the configuration of reload `number`."""
    policy = f"minimum = {100000 + number};"
    contact = f"desk{number}@example.test"
    return (f'postmaster = "{contact}"; '
            f'lists = ["many{number}@outside.test many"]; '
            f'policies = {{ default = {{ {policy} }}; '
            f'extra{number} = {{ {policy} }}; }};')


def metric(text, name):
    """The sum of a metric's samples."""
    values = re.findall(rf"^{re.escape(name)}(?:{{[^}}]*}})? (\S+)$", text,
                        re.MULTILINE)
    return sum(float(value) for value in values)


def buckets(text, labels):
    """A decision histogram's cumulative counts."""
    found = re.findall(
        rf'^replygate_decision_seconds_bucket{{{labels},le="[^"]*"}} (\d+)$',
        text, re.MULTILINE)
    return [int(value) for value in found]


class Storm:
    """daemon: made, with its key, not started; program: the sender's."""

    def __init__(self, daemon, program, rate, seconds, every=1.0):
        self.daemon, self.program = daemon, program
        self.rate, self.seconds, self.every = rate, seconds, every
        self.reloads = self.wrong = 0
        self.memory = []            # (when, kilobytes)
        self.trouble = []
        self.sent = self.metrics = self.ledger = None

    def run(self):
        """Starts, storms, stops; what is wrong is in `trouble`."""
        self.configure(0)
        self.daemon.start()
        child = self.daemon.child()
        sender = subprocess.Popen(
            [self.program, "-s", self.daemon.milter_socket,
             "-r", str(self.rate), "-t", str(self.seconds)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        try:
            self.reload_until(sender, child)
            output = sender.communicate(timeout=60)[0]
        finally:
            sender.kill()
            sender.wait()
        self.sent = json.loads(output)
        if self.daemon.child() != child:
            self.trouble.append("the daemon crashed")
        self.metrics = self.read_metrics()
        self.ledger = self.read_ledger()
        self.judge()
        status = self.daemon.stop()
        if status != 0:
            self.trouble.append(f"it ended with status {status}: "
                                f"{self.daemon.log()[-2000:]}")

    def configure(self, number):
        users = os.path.join(self.daemon.home, "users")
        with open(users + "-", "w", encoding="ascii") as file:
            file.write(f"robot{number} robot{number}@example.test\n")
        os.replace(users + "-", users)
        self.daemon.configure(
            STEADY.format(home=self.daemon.home) + varying(number))

    def reload_until(self, sender, child):
        begun = due = time.monotonic()
        while sender.poll() is None:
            due += self.every
            time.sleep(max(0, due - time.monotonic()))
            if sender.poll() is not None:
                break
            self.reload(self.reloads + self.wrong + 1)
            self.memory.append((time.monotonic() - begun, resident(child)))

    def reload(self, number):
        if number % 5 == 0:
            self.daemon.configure("colour = 1;")
            self.wrong += 1
            answer = self.daemon.control("reload", "--reason", "storm",
                                         check=False)
            if answer.returncode == 0 or "unknown key" not in answer.stderr:
                self.trouble.append(f"a wrong file: {answer}")
            return
        self.configure(number)
        self.reloads += 1
        if number % 2 == 0:
            self.daemon.process.send_signal(signal.SIGHUP)
        else:
            answer = self.daemon.control("reload", "--reason", "storm")
            if "Changed" not in answer.stdout:
                self.trouble.append(f"nothing changed: {answer.stdout}")

    def read_metrics(self):
        return self.daemon.get("/metrics")

    def read_ledger(self):
        """Outreach and answers of all users, as the rows have them."""
        users = self.daemon.ask("users")["users"]
        return {name: sum(user["sent"][name] for user in users)
                for name in ("outreach", "answered")}

    def judge(self):
        sent = self.sent
        for name in ("refused", "tempfailed", "broken"):
            if sent[name] != 0:
                self.trouble.append(f"{sent[name]} messages {name}")
        self.same("messages", sent["outbound"] + sent["inbound"],
                  self.rate * self.seconds)
        self.same("outreach in the ledger", self.ledger["outreach"],
                  sent["outreach"])
        self.same("answers in the ledger", self.ledger["answered"],
                  sent["inbound"])
        self.same("messages in metrics", metric(
            self.metrics, "replygate_messages_total"),
            sent["outbound"] + sent["inbound"])
        self.same("reloads", metric(self.metrics, "replygate_reloads_total"),
                  self.reloads + self.wrong)
        self.judge_latency()

    def same(self, what, got, want):
        if got != want:
            self.trouble.append(f"{what}: {got}, not {want}")

    def judge_latency(self):
        """The sender waits at least as long as the daemon says it took.

        Of answers to ends each bucket can hold only as many as the daemon has
        in it or below: its own measure is the shorter one, every time.
        """
        ours = buckets(self.metrics, 'stage="end"')
        theirs = self.sent["end_cumulative"]
        self.same("ends measured", ours[-1], theirs[-1])
        for bound, mine, other in zip(BOUNDS, ours, theirs):
            if mine < other:
                self.trouble.append(f"{other} answers came within {bound} us,"
                                    f" {mine} by the daemon's account")
        if self.end_seconds() > self.sent["end_sum_us"] / 1e6:
            self.trouble.append("the daemon took longer than was waited for")

    def end_seconds(self):
        return metric(re.sub(r'stage="(?!end).*', "", self.metrics),
                      "replygate_decision_seconds_sum")

    def growth(self):
        """Kilobytes in the second half, when the caches are full."""
        if len(self.memory) < 6:
            return 0
        return self.memory[-1][1] - self.memory[len(self.memory) // 2][1]


def resident(pid):
    """Kilobytes of memory a process has."""
    answer = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], text=True,
                            stdout=subprocess.PIPE, check=False, timeout=30)
    return int(answer.stdout or 0)
