#!/usr/bin/env python3
"""make soak: a minute of a busy site's mail, a reload each second."""

import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

from harness import place               # noqa: E402
from harness.daemon import Daemon       # noqa: E402
from soak.storm import Storm            # noqa: E402

# Kilobytes the daemon may grow by in the second half of the time: a page of a
# heap here and there.  The few kilobytes that a reload alone could lose are for
# the sanitizer to find.
GROWTH_MAX = 2048


def report(storm):
    sent = storm.sent
    memory = [kilobytes for _, kilobytes in storm.memory]
    ends = sent["end_cumulative"][-1]
    print(f"sent       {sent['outbound']} out, {sent['inbound']} in, "
          f"{sent['outreach']} outreach in {sent['took_us'] / 1e6:.1f} s; "
          f"at most {sent['latest_us'] / 1e3:.0f} ms behind the schedule")
    print(f"answered   {sent['refused']} refused, {sent['tempfailed']} "
          f"tempfailed, {sent['broken']} broken")
    print(f"reloads    {storm.reloads} done, {storm.wrong} of wrong files")
    print(f"ledger     {storm.ledger['outreach']} outreach, "
          f"{storm.ledger['answered']} answered")
    print(f"end        {sent['end_sum_us'] / ends:.0f} us waited for, "
          f"{storm.end_seconds() * 1e6 / ends:.0f} us by the daemon's metrics")
    print(f"memory     {', '.join(str(m) for m in memory[::10])} ... "
          f"{memory[-1]} kB; {storm.growth()} kB more in the second half")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--any-growth", action="store_true",
                        help="for a sanitizer, which keeps what is freed")
    arguments = parser.parse_args()
    build = os.environ.get("BUILD", "build")
    home = place.make_directory()
    daemon = Daemon(build, home)
    daemon.make_key()
    storm = Storm(daemon, os.path.join(build, "soak"), arguments.rate,
                  arguments.seconds, arguments.every)
    try:
        storm.run()
        report(storm)
    finally:
        daemon.kill()
        place.remove_directory(home)
    if storm.growth() > GROWTH_MAX and not arguments.any_growth:
        storm.trouble.append(f"memory grew by {storm.growth()} kB")
    for line in storm.trouble:
        print(f"WRONG: {line}")
    print(f"{0 if storm.trouble else 1} passed, "
          f"{1 if storm.trouble else 0} failed, 0 skipped")
    sys.exit(1 if storm.trouble else 0)


if __name__ == "__main__":
    main()
