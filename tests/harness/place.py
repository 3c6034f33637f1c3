"""Temporary directories, and waiting with a deadline."""

import os
import shutil
import stat
import tempfile
import time

# sun_path is 104 bytes on the BSDs; the longest name below the directory
# takes 40 of them.
LONGEST_BASE = 60
PATIENCE = 30.0


class Timeout(AssertionError):
    """Something that should have happened has not."""


def _open_to_others(path):
    """May another user (Postfix's) walk down to this directory?"""
    while True:
        if not os.stat(path).st_mode & stat.S_IXOTH:
            return False
        parent = os.path.dirname(path)
        if parent == path:
            return True
        path = parent


def make_directory():
    """A new directory other users may pass through, on a short path."""
    base = os.path.realpath(tempfile.gettempdir())
    if len(base) > LONGEST_BASE or not _open_to_others(base):
        base = "/tmp"
    path = tempfile.mkdtemp(prefix="rg-", dir=base)
    os.chmod(path, 0o711)
    return path


def remove_directory(path):
    shutil.rmtree(path, ignore_errors=True)


def wait_until(condition, what, patience=PATIENCE):
    """Polls until condition() is true and returns what it gave."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Timeout(f"not within {patience:.0f} s: {what}")
        time.sleep(0.02)
