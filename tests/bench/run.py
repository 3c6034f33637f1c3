#!/usr/bin/env python3
"""make bench: what replygate costs, beside milters that do nothing.

All milters are up all the time and take turns, in another order each round.
No figure is judged; a message that does not pass or is not in the ledger, or
a milter that ends, is an error.
"""

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

from bench import machine                               # noqa: E402
from bench.milters import Noop, Replygate, Trouble      # noqa: E402
from harness import place                               # noqa: E402

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))

# Name: kind of message, users, bytes, connections, and what it is.
CASES = {
    "out-1": ("out", 5000, 4096, 1, "as out, over one connection"),
    "out": ("out", 5000, 4096, 50, "letters of 4 KB to a candidate each, no "
            "two alike; fifty connections"),
    "out-few": ("out", 100, 4096, 50, "as out, from users who have each sent "
                "scores of them today"),
    "out-100k": ("out", 5000, 102400, 50, "as out, of 100 KB"),
    "stranger": ("stranger", 5000, 4096, 50, "inbound, no reply, from somebody "
                 "not heard of; fifty connections"),
    "reply": ("reply", 5000, 4096, 50, "replies to letters as in out; fifty "
              "connections"),
}
MESSAGES_MAX = 4000000


class Contest:
    """The milters, and what each did in each case, round by round."""

    def __init__(self, milters, seconds):
        self.seconds = seconds
        self.milters = {milter: milter.start() for milter in milters}
        self.runs = 0
        self.samples = {}       # (case, name of the milter): a list

    def load(self, milter, kind, case, name, messages=MESSAGES_MAX):
        """Messages of a kind to a milter; what the load says of them."""
        numbers = (*CASES[case][1:4], self.seconds, messages)
        answer = subprocess.run(
            [os.path.join(BUILD, "bench", "load"), milter.socket, kind, name,
             *map(str, numbers)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True,
            timeout=self.seconds + 120)
        result = json.loads(answer.stdout)
        wrong = [f"messages {what}: {result[what]}" for what in
                 ("refused", "tempfailed", "broken") if result[what]]
        if milter.trouble():
            wrong.append(milter.trouble())
        if wrong or not result["passed"]:
            raise Trouble(f"{case}, {milter.name}: " +
                          (", ".join(wrong) or "no message passed"))
        milter.count(kind, result["passed"])
        return result

    def run(self, case, milter):
        """Replies need letters that have gone out."""
        kind, messages = CASES[case][0], MESSAGES_MAX
        self.runs += 1
        name = f"r{self.runs}"
        if kind == "reply" and isinstance(milter, Replygate):
            messages = self.load(milter, "out", case, name)["passed"]
        meter = machine.Meter(self.milters[milter])
        result = self.load(milter, kind, case, name, messages)
        cpu, others, stolen = meter.read()
        self.samples.setdefault((case, milter.name), []).append({
            "rate": result["passed"] * 1e6 / result["took_us"],
            "cpu": None if cpu is None else cpu / result["passed"],
            "others": others, "stolen": stolen,
            "p50": result["p50_us"], "p99": result["p99_us"]})

    def round(self, number, cases):
        for case in turn(cases, number):
            for milter in turn(list(self.milters), number):
                if CASES[case][0] in milter.kinds:
                    self.run(case, milter)

    def values(self, case, name, what):
        return [one[what] for one in self.samples[case, name]]


def turn(things, by):
    by %= len(things)
    return things[by:] + things[:by]


def ratio(values, others):
    """The median of what two did in the same round."""
    return statistics.median(
        one / max(other, 1e-9) for one, other in zip(values, others))


def row(contest, case, name):
    def median(what):
        return statistics.median(contest.values(case, name, what))

    def times(what):
        return ratio(contest.values(case, name, what),
                     contest.values(case, "no-op", what))

    line = f"{case:<9} {name:<12} {median('rate'):7.0f} {times('rate'):6.2f} "
    if machine.KNOWN:
        cpu = contest.values(case, name, "cpu")
        span = f"{min(cpu):.0f}..{max(cpu):.0f}"
        line += f"{median('cpu'):8.0f} {span:>11} {times('cpu'):6.2f} "
    line += f"{median('p50'):8.0f} {median('p99'):8.0f}"
    if machine.KNOWN:
        line += f" {median('others') + median('stolen'):6.0%}"
    return line


def report(contest, cases):
    print(f"\n{'case':<9} {'milter':<12} {'msg/s':>7} {'ratio':>6} " +
          (f"{'CPU us':>8} {'min..max':>11} {'ratio':>6} "
           if machine.KNOWN else "") + f"{'p50 us':>8} {'p99 us':>8}" +
          (" others" if machine.KNOWN else ""))
    for case in cases:
        for milter in contest.milters:
            if (case, milter.name) in contest.samples:
                print(row(contest, case, milter.name))
    print()
    for case, (*_, what) in CASES.items():
        print(f"{case:<9} {what}")
    print("""
Medians over the rounds; a ratio is that to the no-op in the same round, which
answers each step.  The quiet one sees the same and answers at the end alone.
"no merge" is replygate with merge_minimum = 0.  CPU is the milter's for one
message; p50 and p99 are of all of it, with the waiting for the processor.""")
    if machine.KNOWN:
        most = max(one["stolen"] for many in contest.samples.values()
                   for one in many)
        print(f"""\
"others" is the part of all processors that neither the milter nor the load
had: other processes, the kernel's own for the disk among them, and what the
host of a virtual machine kept for itself, {most:.0%} at most.  Where it is
much, do not believe the row.""")
    else:
        print("No CPU: there is no /proc here that tells.")


def compete(stack, arguments):
    milters = []
    for kind, *options in (
            (Noop, "no-op"),
            (Noop, "no-op quiet", "-q"),
            (Replygate, "replygate"),
            (Replygate, "no merge",
             "policies = { default = { merge_minimum = 0; }; };", ("out",))):
        home = place.make_directory()
        stack.callback(place.remove_directory, home)
        milters.append(kind(BUILD, home, *options))
        stack.callback(milters[-1].kill)
    print(f"{os.cpu_count()} processors, shared with the load; the store is "
          f"on {machine.file_system(home)},\nwhich takes "
          f"{machine.flush_us(home):.0f} us to flush 4 KB", flush=True)
    contest = Contest(milters, arguments.seconds)
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}", flush=True)
        contest.round(number, arguments.cases)
    for milter in milters:
        milter.finish()
    report(contest, arguments.cases)


def interrupt(_number, _frame):
    """Ends as Ctrl-C does, so that everything is cleaned up."""
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("cases", nargs="*", metavar="case",
                        help=", ".join(CASES))
    arguments = parser.parse_args()
    arguments.cases = arguments.cases or list(CASES)
    for case in arguments.cases:
        if case not in CASES:
            parser.error(f"no case {case}; they are {', '.join(CASES)}")
    # What lies in memory is no disk; TMPDIR says where there is one.
    if os.path.isdir("/var/tmp"):
        os.environ.setdefault("TMPDIR", "/var/tmp")
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:
        signal.signal(number, interrupt)
    stack = contextlib.ExitStack()
    try:
        compete(stack, arguments)
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        sys.exit(130)
    except (Trouble, AssertionError, subprocess.SubprocessError) as trouble:
        sys.exit(f"bench: {trouble}")
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        stack.close()


if __name__ == "__main__":
    main()
