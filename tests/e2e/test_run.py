"""The show of `make run`: it comes to its end, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import tempfile

from harness.place import wait_until
from house import EACH, HouseTest, build, mta

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                   "..", "run", "run.py")


class Run(HouseTest):
    mtas = EACH

    def test_the_show(self):
        self.skip_without(mta())
        with tempfile.NamedTemporaryFile() as self.said:
            show = subprocess.Popen(
                [sys.executable, "-B", RUN, "--build", build(),
                 "--mta", mta()], stdin=subprocess.DEVNULL, stdout=self.said,
                stderr=subprocess.STDOUT, start_new_session=True)
            try:
                self.watch(show)
            finally:
                self.end(show)

    def watch(self, show):
        text = wait_until(lambda: self.shows(show, "It is all yours"),
                          "the show")
        for part in ("550-5.7.1 bulk sending is paused", "answered",
                     "bounced", "automatic: subject", "the notice alice"):
            self.assertIn(part, text)
        directory = re.search(r"(/\S*/rg-[^/]+)/", text)[1]
        self.assertTrue(os.path.isdir(directory))
        show.send_signal(signal.SIGINT)
        wait_until(lambda: self.shows(show, "nothing is left behind"),
                   "its end")
        self.assertEqual(show.wait(30), 0)
        self.assertFalse(os.path.exists(directory))

    def shows(self, show, words):
        """What it has said once it has said these words; or it has ended."""
        ended = show.poll() is not None
        with open(self.said.name, encoding="utf-8") as file:
            text = file.read()
        if words not in text and ended:
            self.fail(f"the show ended:\n{text[-2000:]}")
        return text if words in text else None

    @staticmethod
    def end(show):
        if show.poll() is None:
            show.terminate()
            show.wait(60)
