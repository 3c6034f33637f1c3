#!/usr/bin/env python3
"""A private mail system with replygate and a history, to try it out.

Everything lies in one temporary directory and listens on loopback; Ctrl-C
ends and removes it.  Several may be up at once.
"""

import argparse
import datetime
import json
import os
import shlex
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

# pylint: disable=wrong-import-position
from harness import client, letters, postfix, sendmail      # noqa: E402
from harness.place import wait_until                        # noqa: E402
from harness.mta import ABROAD, DOMAIN, PASSWORD    # noqa: E402
from harness.world import MTAS, World, available    # noqa: E402

ALICE = f"alice@{DOMAIN}"
BOB = f"bob@{DOMAIN}"


def say(text=""):
    print(text, flush=True)


def title(text):
    say()
    say(f"== {text}")


# A history: who wrote to how many, how long ago, and how many answered.

# days ago, user, messages, candidates of each, answers to each
STORY = (
    (24.0, ALICE, 3, 40, 1),        # 3 of 120 answer: warned
    (20.0, ALICE, 3, 40, 2),        # 6 of 120: restricted
    (15.0, BOB, 4, 10, 4),          # 16 of 40: fine
    (3.5, ALICE, 12, 1, 0),         # one by one, while restricted
    (3.4, ALICE, 1, 1, 1),
    (2.0, BOB, 2, 10, 3),
)


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def history(now):
    """The story as events, each with its time, in order."""
    events = []
    for days, user, messages, people, answers in STORY:
        for n in range(messages):
            when = now - datetime.timedelta(days=days, minutes=-n)
            events += exchange(when, user, f"{days}-{n}", people, answers)
    return sorted(events, key=lambda event: event["time"])


def exchange(when, user, name, people, answers):
    """One message, and the answers to it a day later."""
    message_id = f"<{name}@{DOMAIN}>"
    to = [f"{user[:3]}-{name}-{n}@outside.test" for n in range(people)]
    yield {"time": stamp(when), "direction": "out", "user": user,
           "address": user, "recipients": to, "message_id": message_id}
    for n in range(answers):
        yield {"time": stamp(when + datetime.timedelta(hours=20, minutes=n)),
               "direction": "in", "address": user, "from": to[n],
               "message_id": f"<re-{name}-{n}@outside.test>",
               "references": [message_id], "automatic": False}


def import_history(world):
    path = os.path.join(world.directory, "history.jsonl")
    with open(path, "w", encoding="ascii") as file:
        for event in history(datetime.datetime.now(datetime.timezone.utc)):
            file.write(json.dumps(event) + "\n")
    say(world.daemon.control("import", path).stdout.rstrip())
    wait_until(lambda: world.daemon.user("alice")["standing"] == "restricted",
               "alice is restricted")
    say(world.daemon.control("users").stdout.rstrip())


# What is shown

def talk(world, user, recipients):
    """One submission with both sides on the terminal; its Message-ID."""
    message_id = client.new_message_id()
    sender = f"{user}@{DOMAIN}"
    commands = [f"MAIL FROM:<{sender}>"]
    commands += [f"RCPT TO:<{one}>" for one in recipients] + ["DATA"]
    with client.Dialogue(world.mta.submission) as one:
        one.hello(user)
        for command in commands:
            reply = converse(world, one, user, command)
        if reply[-1].startswith("354"):
            data = client.compose(sender, recipients, message_id)
            say(f"  {user:>{len(world.mta.label)}}: "
                f"(a message, Message-ID {message_id})")
            converse(world, one, user, data.decode("ascii") + "\r\n.", ".")
    return message_id


def converse(world, one, user, command, shown=None):
    label = world.mta.label
    say(f"  {user:>{len(label)}}: {shown or command}")
    one.write(command + "\r\n")
    reply = one.read()
    for line in reply:
        say(f"  {label}: {line}")
    return reply


def exchange_letters(world):
    """bob writes to three: one answers, one is away, one does not exist."""
    there, away, gone = [f"{name}@outside.test"
                         for name in ("dora", "emil", "nobody")]
    world.outside.unknown.add(gone)
    message_id = talk(world, "bob", [there, away, gone])
    say("  then Dora answers, Emil's mail program says that he is away, and "
        "nobody@ bounces")
    world.deliver(there, [BOB], letters.gmail_reply(there, BOB, message_id))
    world.deliver(away, [BOB], letters.vacation(away, BOB, message_id))
    wait_until(lambda: all(
        row["bounced_at"] or row["automatic_at"] or row["answered_at"]
        for row in world.daemon.ask("why", message_id)["outreach"]),
        "all three have come back")
    return message_id


def show_arrival(received):
    say(f"  From <{received.sender}> to "
        f"{', '.join(f'<{one}>' for one in received.recipients)}")
    for line in received.data.decode("latin-1").splitlines():
        say(f"  | {line}")


def show_notice(world):
    """What alice was sent when the history had made her restricted."""
    found = []

    def there(received):
        found[:] = [one for one in received
                    if one.sender == "" and ALICE in one.recipients]
        return bool(found)

    world.outside.wait_for(there, f"a notice to {ALICE}")
    say(f"  From <> to <{ALICE}>")
    message = found[-1].message
    for name in ("From", "To", "Subject", "Date", "Auto-Submitted"):
        say(f"  | {name}: {message[name]}")
    for line in [""] + message.get_content().splitlines():
        say(f"  | {line}")


def demonstrate(world):
    title("the notice alice was mailed")
    show_notice(world)
    title("alice, restricted, writes to three candidates at once")
    talk(world, "alice", [f"dev{n}@outside.test" for n in range(1, 4)])
    title("alice writes to one candidate")
    message_id = talk(world, "alice", ["dev1@outside.test"])
    arrived = world.outside.wait_for_message(message_id, "dev1@outside.test")
    title("what the outside world received")
    show_arrival(arrived)
    title(f"replygatectl user {ALICE}")
    say(world.daemon.control("user", ALICE).stdout.rstrip())
    title("bob, in good standing, writes to three candidates")
    message_id = exchange_letters(world)
    title(f"replygatectl why '{message_id}'")
    say(world.daemon.control("why", message_id).stdout.rstrip())


def explain(world):
    port = world.mta.submission
    command = shlex.quote(world.daemon.program("replygatectl"))
    title("It is all yours; Ctrl-C ends it")
    say(f"""
Send as alice (restricted), bob or carol, password "{PASSWORD}":
  swaks --server 127.0.0.1:{port} --auth PLAIN \\
      --auth-user {ALICE} --auth-password {PASSWORD} \\
      --from {ALICE} --to dev1@outside.test,dev2@outside.test
Answer from outside:
  swaks --server 127.0.0.1:{world.mta.inbound} \\
      --local-interface {ABROAD} --from dev1@outside.test --to {ALICE} \\
      --header 'In-Reply-To: <the Message-ID>'
Look (as root: the socket is replygate's alone):
  {command} -s {world.daemon.control_socket} users
  {command} -s {world.daemon.control_socket} \\
      user {ALICE}
  {command} -s {world.daemon.control_socket} \\
      why MESSAGE-ID
  {command} -s {world.daemon.control_socket} \\
      notice preview warning {BOB}
  tail -f {world.daemon.log_path}
  tail -f {world.mta.log_path()}
What the outside world receives is shown here.
""")


def stay(world):
    """Until a signal, or until our parent or replygate is gone."""
    parent, shown = os.getppid(), len(world.outside.received())
    while os.getppid() == parent:
        if world.daemon.process.poll() is not None:
            raise SystemExit(f"replygate ended:\n{world.daemon.log()}")
        for one in world.outside.received()[shown:]:
            shown += 1
            say(f"outside received: from <{one.sender}> to "
                f"{', '.join(one.recipients)}, {one.message_id}")
        signal.sigtimedwait([], 0.2)


def interrupt(_number, _frame):
    """The first signal ends us; the clean-up is not interrupted."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("--mta", default="postfix", choices=sorted(MTAS))
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    os.environ["REPLYGATE_BUILD"] = arguments.build
    why = available(arguments.mta)
    if why is not None:
        raise SystemExit(f"make run: {why}")
    world = World(arguments.build, arguments.mta,
                  more_postfix=postfix.SHOW_BOUNCES,
                  more_sendmail=sendmail.SHOW_BOUNCES)
    label = MTAS[arguments.mta][1].label
    try:
        title(f"Starting a private {label} and replygate")
        with world:
            title("Importing a history")
            import_history(world)
            demonstrate(world)
            explain(world)
            stay(world)
    except KeyboardInterrupt:
        say("\nStopped; nothing is left behind.")


if __name__ == "__main__":
    main()
