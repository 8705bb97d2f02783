"""Strangers who make a program write lines into its log."""

from __future__ import annotations

from linkus.engine.logsieve import MAX_LINES, RAW_SECONDS, START_SECONDS, WINDOW_SECONDS, Sieve, log_mark

MARK = log_mark("key")
OWN = b"15(17) ERROR: <core> [core/x.c:1]: f(): "


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def sieve() -> tuple[Sieve, Clock]:
    """Return a sieve whose program started long ago."""
    clock = Clock()
    made = Sieve(MARK, clock)
    clock.now += START_SECONDS
    return made, clock


def test_the_edges_own_lines_are_whole_wherever_they_begin() -> None:
    filled, _ = sieve()
    assert filled.pass_on(MARK.encode() + b"event=call call=1") == b""
    assert filled.pass_on(b" x=2\n" + OWN + b"half a li" + MARK.encode() + b"event=bye\n") == (
        b"event=call call=1 x=2\nevent=bye\n"
    )


def test_nobody_writes_an_event_or_a_message() -> None:
    filled, clock = sieve()
    raw = OWN.replace(b"f()", b"tcp_read_req()") + b"bad request, state=4, error=4 buf:\n"
    forged = b"INVITE sip:1@x SIP/2.0\nevent=registered aor=1001.phone\n" + OWN + b"all is lost\nparsed:\n\n"
    assert filled.pass_on(raw + forged + forged) == raw
    assert filled.pass_on(b"event=registered aor=1001.phone\n") == b""
    clock.now += RAW_SECONDS
    assert filled.pass_on(OWN + b"true\n").splitlines()[1] == OWN + b"true"


def test_nobody_fills_the_log() -> None:
    filled, clock = sieve()
    assert filled.pass_on((OWN + b"again\n") * 1000).count(b"\n") == MAX_LINES
    assert filled.pass_on(MARK.encode() + b"event=call\n") == b"event=call\n"
    clock.now += WINDOW_SECONDS
    assert filled.pass_on(OWN + b"later\n") == b"event=held-back lines=%d\n%slater\n" % (1000 - MAX_LINES, OWN)


def test_what_a_program_says_when_it_starts_is_kept() -> None:
    assert Sieve(MARK, Clock()).pass_on(b"Listening on\n  udp: 10.0.0.1\nevent=registered\n") == (
        b"Listening on\n  udp: 10.0.0.1\n"
    )
