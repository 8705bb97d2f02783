"""Measures calls with audio in both directions. Every packet that is sent must arrive."""

import selectors
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from socket import AF_INET, SOCK_DGRAM, socket

from bench.calls import pairs_of
from bench.figures import Figure
from bench.instance import HOST, PARTS, PEERS, Instance
from bench.phones import CALLEE_PORT, CALLER_PORT, Phone
from bench.processes import cpu_ms
from bench.sipp import Sipp, write_users

CALLS, DURATION_SECONDS = 50, 20
# sipp's [auto_media_port] gives call n the port base + 4 (n - 1)
CALLER_MEDIA, CALLEE_MEDIA = 50000, 40000
PACKET_SECONDS = 0.02


@dataclass(slots=True)
class Ear:
    """Acts as one end of a call: a port that sends a packet every 20 ms and counts the packets it receives."""

    port: int
    target: int = 0
    sent: int = 0
    got: set[int] = field(default_factory=set)
    plug: socket = field(default_factory=lambda: socket(AF_INET, SOCK_DGRAM))

    def __post_init__(self) -> None:
        self.plug.bind((PEERS, self.port))
        self.plug.setblocking(False)

    def send(self) -> None:
        header = struct.pack("!BBHII", 0x80, 0, self.sent & 0xFFFF, self.sent * 160, self.port)  # RFC 3550 5.1
        self.plug.sendto(header + bytes([0x55]) * 160, (HOST, self.target))
        self.sent += 1

    def read(self) -> None:
        while True:
            try:
                packet = self.plug.recv(2048)
            except BlockingIOError:
                return
            self.got.add(struct.unpack_from("!H", packet, 2)[0])


def media(instance: Instance, phones: list[Phone]) -> Iterator[Figure]:
    folder = instance.home / "bench" / "media"
    pairs = pairs_of(phones[: 2 * CALLS])
    users = write_users(folder / "users.csv", [[who.identity, who.digest, to] for who, to in pairs])
    callee = Sipp(folder / "callee", "callee.xml", PEERS, CALLEE_PORT, "-mi", "127.0.0.1", "-mp", str(CALLEE_MEDIA))
    hold_ms = (DURATION_SECONDS + 10) * 1000
    caller = Sipp(
        folder / "caller", "caller.xml", PEERS, CALLER_PORT, "-mi", "127.0.0.1", "-mp", str(CALLER_MEDIA),
        "-inf", str(users), "-r", "10", "-m", str(CALLS), "-d", str(hold_ms), "-timeout", "120", f"{HOST}:5060",
    )  # fmt: skip
    try:
        ears = _ears(caller, CALLER_MEDIA) + _ears(callee, CALLEE_MEDIA)
        pids = instance.pids()
        before = {part: cpu_ms(pids[part]) for part in PARTS}
        _talk(ears, DURATION_SECONDS)
        spent = {part: (cpu_ms(pids[part]) - before[part]) / DURATION_SECONDS / 10 / CALLS for part in PARTS}
        outcome = caller.wait(120)
    finally:
        caller.stop()
        callee.stop()
    sent, got = sum(ear.sent for ear in ears), sum(len(ear.got) for ear in ears)
    yield Figure("media_calls_failed", CALLS - outcome.good, f"of_{CALLS}", "allowed", 0)
    yield Figure("media_packets_lost", sent - got, f"of_{sent}", "allowed", 0)
    yield Figure("media_cpu_rtpengine", spent["rtpengine"], "percent_of_a_core_per_call", "trial_2026_11", 0.41)
    yield Figure("media_cpu_asterisk", spent["asterisk"], "percent_of_a_core_per_call", "trial_2026_11", 0.43)


def _ears(sipp: Sipp, base: int, seconds: float = 30) -> list[Ear]:
    """Wait until all calls are up. The scenario logs each call's number and the port for its media."""
    end = time.monotonic() + seconds
    while len(lines := sipp.log()) < CALLS:
        if time.monotonic() > end:
            raise RuntimeError(f"{len(lines)} of {CALLS} calls came up: {sipp.errors()}")
        time.sleep(0.1)
    return [Ear(base + 4 * (int(number) - 1), int(port)) for number, port in lines]


def _talk(ears: list[Ear], seconds: float) -> None:
    with selectors.DefaultSelector() as selector:
        for ear in ears:
            selector.register(ear.plug, selectors.EVENT_READ, ear)
        begun = time.monotonic()
        turns = int(seconds / PACKET_SECONDS)
        for turn in range(turns + 50):  # the last second only receives
            if turn < turns:
                for ear in ears:
                    ear.send()
            next_turn = begun + (turn + 1) * PACKET_SECONDS
            while (left := next_turn - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    key.data.read()
        for ear in ears:
            ear.plug.close()
