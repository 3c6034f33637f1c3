"""What the manual says, for the tests to do just that."""

import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
ESCAPES = {r"\(ga": "`", r"\(aq": "'", r"\(dq": '"', r"\-": "-",
           r"\e": "\\"}


def displays(section):
    """The literal displays of a section of replygate(8), in order."""
    path = os.path.join(HERE, "..", "..", "src", "replygate.8")
    with open(path, encoding="ascii") as file:
        text = file.read()
    begin = text.index(f"\n.Ss {section}\n") + 1
    end = re.compile(r"^\.S[sh] ", re.MULTILINE).search(text, begin + 1)
    found = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$",
                       text[begin:end.start()], re.MULTILINE | re.DOTALL)
    return [_plain(one) for one in found]


def _plain(text):
    for escape, meant in ESCAPES.items():
        text = text.replace(escape, meant)
    return text
