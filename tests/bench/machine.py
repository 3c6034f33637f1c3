"""Who used a machine's processors, and what its disk is like.

Processors are read where Linux has its /proc; elsewhere nothing is known.
"""

import contextlib
import os
import statistics
import sys
import time

KNOWN = sys.platform.startswith("linux") and os.path.exists("/proc/self/stat")
TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")


def _process(pid):
    """Its parent, and its time, with that of its children that have ended."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    return int(fields[1]), sum(int(ticks) for ticks in fields[11:15])


def _tree_us(root):
    """Microseconds of a process and of those that come from it."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            found[int(name)] = _process(name)
    tree = [root]
    for pid in tree:
        tree += [child for child, (parent, _) in found.items()
                 if parent == pid]
    return sum(found[pid][1] for pid in tree if pid in found) * TICK_US


class Meter:
    """Of one process and its children, from its making to `read`."""

    def __init__(self, root):
        self.root = root
        self.before = self._now() if KNOWN else None

    def _now(self):
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(word) for word in file.readline().split()[1:9]]
        user, nice, system, _, _, hard, soft, stolen = ticks
        ours = sum(os.times()[:4]) * 1e6    # with children that have ended
        return (_tree_us(self.root), ours, sum(ticks) * TICK_US,
                (user + nice + system + hard + soft) * TICK_US,
                stolen * TICK_US)

    def read(self):
        """The process' microseconds; the shares of others, and stolen."""
        if not KNOWN:
            return None, None, None
        tree, ours, all_of_it, busy, stolen = (
            now - then for now, then in zip(self._now(), self.before))
        return (tree, max(0.0, busy - tree - ours) / all_of_it,
                stolen / all_of_it)


def flush_us(directory):
    """What it takes to have a few bytes on the disk, in microseconds."""
    path, took = os.path.join(directory, "flush"), []
    with open(path, "wb", buffering=0) as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            began = time.monotonic()
            os.fsync(file.fileno())
            took.append(time.monotonic() - began)
    os.unlink(path)
    return statistics.median(took) * 1e6


def file_system(directory):
    """What kind of file system it is on, as far as that is known."""
    best = ("", "a file system not known")
    with contextlib.suppress(OSError):
        with open("/proc/self/mounts", encoding="utf-8") as file:
            for line in file:
                _, place, kind = line.split()[:3]
                inside = os.path.join(directory, "").startswith(
                    os.path.join(place, ""))
                if inside and len(place) >= len(best[0]):
                    best = (place, kind)
    return best[1]
