"""Makes bad SIP messages from good ones. Pure: the same seed makes the same messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.attack.ingredients import (
    COMPACT_NAMES,
    DISGUISES,
    HUGE_NUMBERS,
    ODD_TEXT,
    PARAMETERS,
    REPEATED_HEADERS,
    SDP_LINES,
    SDP_REPEATS,
    START_LINES,
    VALUES,
)

Mutation = Callable[[Random, bytes], bytes]


# ---------------------------------------------------------------------- parts
def _split(message: bytes) -> tuple[list[bytes], bytes]:
    head, _, body = message.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


def _join(lines: list[bytes], body: bytes) -> bytes:
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _any_header(rng: Random, lines: list[bytes]) -> int:
    return rng.randrange(1, len(lines)) if len(lines) > 1 else 0


# ---------------------------------------------------------------------- octets
def flip_bits(rng: Random, message: bytes) -> bytes:
    octets = bytearray(message)
    for _ in range(rng.choice((1, 1, 2, 8))):
        if octets:
            octets[rng.randrange(len(octets))] ^= 1 << rng.randrange(8)
    return bytes(octets)


def cut(rng: Random, message: bytes) -> bytes:
    return message[: rng.randrange(len(message) + 1)]


def insert_odd_text(rng: Random, message: bytes) -> bytes:
    at = rng.randrange(len(message) + 1)
    return message[:at] + rng.choice(ODD_TEXT) * rng.choice((1, 1, 1, 40)) + message[at:]


def repeat_a_part(rng: Random, message: bytes) -> bytes:
    start = rng.randrange(len(message) + 1)
    part = message[start : start + rng.choice((1, 4, 60))]
    return message[:start] + part * rng.choice((2, 100, 1500)) + message[start:]


def change_line_ends(rng: Random, message: bytes) -> bytes:
    ends = list(re.finditer(rb"\r\n", message))
    if not ends:
        return message
    place = rng.choice(ends)
    other = rng.choice((b"\r", b"\n", b"\n\r", b"\r\r\n", b"\r\n\r\n", b" \r\n", b"\r\n ", b"\x0b", b"\x00\r\n"))
    if rng.random() < 0.2:
        return message.replace(b"\r\n", other)
    return message[: place.start()] + other + message[place.end() :]


# ---------------------------------------------------------------------- headers
def repeat_a_header(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    line = lines[_any_header(rng, lines)]
    at = rng.randrange(1, len(lines) + 1)
    lines[at:at] = [line] * rng.choice((1, 1, 3, 150))
    return _join(lines, body)


def remove_a_header(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    if len(lines) > 1:
        del lines[_any_header(rng, lines)]
    return _join(lines, body)


def shuffle_headers(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    rest = lines[1:]
    rng.shuffle(rest)
    return _join([lines[0], *rest], body)


def fold_a_header(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    index = _any_header(rng, lines)
    at = rng.randrange(len(lines[index]) + 1)
    lines[index] = lines[index][:at] + rng.choice((b"\r\n ", b"\r\n\t", b"\r\n \r\n ")) + lines[index][at:]
    return _join(lines, body)


def compact_or_space_names(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    for index, line in enumerate(lines[1:], 1):
        name, colon, value = line.partition(b":")
        if rng.random() < 0.5:
            name = COMPACT_NAMES.get(name, name)
        if rng.random() < 0.2:
            name = name.swapcase() + rng.choice((b"", b" ", b"\t "))
        lines[index] = name + colon + value
    return _join(lines, body)


def add_a_disguise(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    extra = rng.choice(DISGUISES)
    if rng.random() < 0.4:  # hidden in another header's value
        extra = b"X-Note: a" + rng.choice((b"\r", b"\n", b"\x00", b"\x0b", b"\x85", b"\r\n ")) + extra
    lines.insert(rng.randrange(1, len(lines) + 1), extra)
    return _join(lines, body)


def change_a_number(rng: Random, message: bytes) -> bytes:
    numbers = list(re.finditer(rb"\d+", message))
    if not numbers:
        return message
    place = rng.choice(numbers)
    return message[: place.start()] + rng.choice(HUGE_NUMBERS) + message[place.end() :]


def change_a_value(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    index = _any_header(rng, lines)
    name = lines[index].partition(b":")[0]
    value = rng.choice(VALUES)
    lines[index] = name + b": " + value
    return _join(lines, body)


def many_of_a_kind(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    header = rng.choice(REPEATED_HEADERS)
    count = rng.choice((2, 70, 200, 800))
    lines[1:1] = [header % number for number in range(count)]
    return _join(lines, body)


def parameters(rng: Random, message: bytes) -> bytes:
    """Insert parameters without values, names or end, at a place where parameters may be."""
    places = list(re.finditer(rb"[;>@?]", message))
    if not places:
        return message
    at = rng.choice(places).end()
    extra = rng.choice(PARAMETERS)
    return message[:at] + extra * rng.choice((1, 1, 50)) + message[at:]


def lie_about_the_length(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    lie = rng.choice(
        (
            b"0",
            b"1",
            b"%d" % (len(body) + 1),
            b"%d" % max(0, len(body) - 7),
            b"99999",
            b"-5",
            b"0x10",
            b"",
            b"4294967295",
        )
    )
    lines = [b"Content-Length: " + lie if line.lower().startswith(b"content-length") else line for line in lines]
    return _join(lines, body)


def other_start_line(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    lines[0] = rng.choice(
        (
            lines[0] + b" ",
            lines[0].replace(b"SIP/2.0", b"SIP/3.0"),
            lines[0].lower(),
            lines[0].replace(b" ", b"  "),
            *START_LINES,
        )
    )
    return _join(lines, body)


# ---------------------------------------------------------------------- bodies
def multipart(rng: Random, message: bytes) -> bytes:
    lines, body = _split(message)
    boundary = rng.choice((b"b", b"b" * 70, b"b" * 300, b"--", b'"', b"a;b"))
    part = b"--" + boundary + b"\r\nContent-Type: application/sdp\r\n\r\n" + body + b"\r\n"
    body = part * rng.choice((1, 2, 40)) + rng.choice((b"", b"--" + boundary + b"--\r\n", b"--" + boundary))
    lines = [line for line in lines if not line.lower().startswith((b"content-length", b"content-type"))]
    lines += [b"Content-Type: multipart/mixed;boundary=" + boundary, b"Content-Length: %d" % len(body)]
    return _join(lines, body)


def change_sdp(rng: Random, message: bytes) -> bytes:
    """Change the body and correct Content-Length, so that the media relay reads the body."""
    lines, body = _split(message)
    body = rng.choice(SDP_MUTATIONS)(rng, body)
    lines = [
        b"Content-Length: %d" % len(body) if line.lower().startswith(b"content-length") else line for line in lines
    ]
    return _join(lines, body)


def _sdp_line(rng: Random, sdp: bytes) -> bytes:
    lines = sdp.split(b"\r\n")
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(SDP_LINES))
    return b"\r\n".join(lines)


def _sdp_many(rng: Random, sdp: bytes) -> bytes:
    line = rng.choice(SDP_REPEATS)
    return sdp + line * rng.choice((7, 60, 300))


def _sdp_remove(rng: Random, sdp: bytes) -> bytes:
    lines = sdp.split(b"\r\n")
    del lines[rng.randrange(len(lines))]
    return b"\r\n".join(lines)


SDP_MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    cut,
    insert_odd_text,
    repeat_a_part,
    change_line_ends,
    change_a_number,
    _sdp_line,
    _sdp_line,
    _sdp_many,
    _sdp_remove,
)
MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    cut,
    insert_odd_text,
    repeat_a_part,
    change_line_ends,
    repeat_a_header,
    remove_a_header,
    shuffle_headers,
    fold_a_header,
    compact_or_space_names,
    add_a_disguise,
    change_a_number,
    change_a_value,
    many_of_a_kind,
    parameters,
    lie_about_the_length,
    other_start_line,
    multipart,
    change_sdp,
    change_sdp,
    change_sdp,
)
MAX_DATAGRAM_BYTES = 60_000


def mutate(rng: Random, message: bytes) -> bytes:
    """Change a message in one to three ways."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        message = rng.choice(MUTATIONS)(rng, message)
    return message[:MAX_DATAGRAM_BYTES]


def split(rng: Random, data: bytes) -> list[bytes]:
    """Cut the data for a stream into pieces at places where no message ends."""
    places = sorted(rng.randrange(len(data) + 1) for _ in range(rng.choice((0, 1, 2, 9))))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]
