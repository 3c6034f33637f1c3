"""A whole mail house on loopback, for tests and for trying replygate out.

A World is a private Postfix or Sendmail, an outside world that records what
it is sent, and a replygate between them, all under one temporary directory:

    with World(build) as world:
        world.send("alice", ["c1@outside.test"])
        world.outside.wait(1)
        world.control("user", "alice@example.test")

Nothing here listens on a fixed port, touches the system's own mail, or
leaves a process or a file behind.
"""
