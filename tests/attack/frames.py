"""Makes WebSocket frames, good and bad ones (RFC 6455 5.2). Pure: the same seed makes the same frames."""

from __future__ import annotations

from random import Random

from tests.attack.mutate import split


def websocket_frame(rng: Random, payload: bytes) -> bytes:
    """Return octets for a connection after its handshake: one good or bad frame, or several."""
    kind = rng.choice(
        ("text", "binary", "fragments", "pings", "reserved", "lies", "unmasked", "control", "close", "continuation")
    )
    if kind == "fragments":
        pieces = split(rng, payload)
        last = len(pieces) - 1
        return b"".join(
            _frame(rng, piece, 0 if index else 1, is_last=index == last) for index, piece in enumerate(pieces)
        )
    if kind == "pings":
        return _frame(rng, b"p" * rng.choice((0, 125)), 9) * rng.choice((1, 300))
    if kind == "lies":
        return (
            bytes([0x81, 0xFF])
            + rng.choice((b"\xff" * 8, b"\x00" * 7 + b"\x7f", b"\x00\x00\x00\x01" + b"\x00" * 4))
            + payload
        )
    opcodes = {
        "text": 1,
        "binary": 2,
        "reserved": rng.choice((3, 7, 11, 15)),
        "unmasked": 1,
        "control": 9,
        "close": 8,
        "continuation": 0,
    }
    first = 0x70 if rng.random() < 0.1 else 0  # extension bits that were not negotiated
    return _frame(rng, payload, opcodes[kind] | first, is_masked=kind != "unmasked")


def _frame(rng: Random, payload: bytes, opcode: int, *, is_last: bool = True, is_masked: bool = True) -> bytes:
    length = len(payload)
    mask_bit = 0x80 if is_masked else 0
    head = bytes([(0x80 if is_last else 0) | opcode])
    if length < 126:
        head += bytes([mask_bit | length])
    elif length < 1 << 16:
        head += bytes([mask_bit | 126]) + length.to_bytes(2, "big")
    else:
        head += bytes([mask_bit | 127]) + length.to_bytes(8, "big")
    if not is_masked:
        return head + payload
    mask = rng.randbytes(4)
    return head + mask + bytes(octet ^ mask[index % 4] for index, octet in enumerate(payload))
