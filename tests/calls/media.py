"""Sends and receives RTP for the tests: a tone is sent, and received sound is measured."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import struct
from dataclasses import dataclass

import numpy as np

RATE = 8000
FRAME = 160


def encode_ulaw(samples: np.ndarray) -> bytes:
    """Encode G.711 mu-law (ITU-T G.711)."""
    value = np.clip(samples, -32635, 32635).astype(np.int32)
    sign = np.where(value < 0, 0x80, 0)
    magnitude = np.abs(value) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def decode_ulaw(data: bytes) -> np.ndarray:
    code = ~np.frombuffer(data, np.uint8) & 0xFF
    exponent, mantissa = (code >> 4) & 0x07, code & 0x0F
    magnitude = ((mantissa.astype(np.int32) << 3) + 132 << exponent) - 132
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def tone(frequency: int, seconds: float, rate: int = RATE) -> np.ndarray:
    at = np.arange(int(rate * seconds)) / rate
    return (12000 * np.sin(2 * np.pi * frequency * at)).astype(np.int16)


def share(samples: np.ndarray, frequency: int, rate: int = RATE) -> float:
    """Return the share of energy within 30 Hz of this frequency: near 1 for that tone, 0 for another or for silence."""
    if len(samples) < rate // 4:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples.astype(float) * np.hanning(len(samples)))) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / rate)
    whole = float(spectrum[frequencies > 50].sum())
    # Silence has no energy to compare.
    if whole < 1e6 * len(samples):
        return 0.0
    return float(spectrum[np.abs(frequencies - frequency) < 30].sum()) / whole


@dataclass(frozen=True)
class Packet:
    payload_type: int
    sequence: int
    ssrc: int
    payload: bytes
    source: tuple[str, int]
    at: float


class Rtp(asyncio.DatagramProtocol):
    """Acts as one end of a media stream."""

    transport: asyncio.DatagramTransport
    address: tuple[str, int]

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.peer: tuple[str, int] | None = None
        self._sender: asyncio.Task[None] | None = None
        self.ssrc = secrets.randbits(32)

    @classmethod
    async def open(cls, host: str, *, sock: socket.socket | None = None) -> Rtp:
        """Open a stream's end at `host`, or on `sock`, which may be in another network (tests/network/topology.py)."""
        local = (host, 0) if sock is None else None
        transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            cls, local_addr=local, sock=sock
        )
        protocol.transport = transport
        protocol.address = transport.get_extra_info("sockname")[:2]
        return protocol

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > 12 and 200 <= data[1] <= 207:
            return
        first, second, sequence, _, ssrc = struct.unpack("!BBHII", data[:12])
        start = 12 + 4 * (first & 0x0F)
        at = asyncio.get_running_loop().time()
        self.packets.append(Packet(second & 0x7F, sequence, ssrc, data[start:], addr[:2], at))

    def offer(self, formats: str = "0 8 101", rtpmaps: tuple[str, ...] = ("0 PCMU/8000", "8 PCMA/8000")) -> str:
        host, port = self.address
        family = "IP6" if ":" in host else "IP4"
        lines = [
            "v=0",
            f"o=- 1 1 IN {family} {host}",
            "s=-",
            f"c=IN {family} {host}",
            "t=0 0",
            f"m=audio {port} RTP/AVP {formats}",
        ]
        lines += [f"a=rtpmap:{each}" for each in (*rtpmaps, "101 telephone-event/8000")]
        return "\r\n".join([*lines, "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv"]) + "\r\n"

    def connect(self, sdp: str) -> None:
        """Send to the address in this SDP."""
        host = re.search(r"^c=IN IP[46] (\S+)", sdp, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", sdp, re.MULTILINE)
        assert host, sdp
        assert port, sdp
        self.peer = (host[1], int(port[1]))

    def play(self, frequency: int) -> None:
        """Send a tone in mu-law until stopped."""
        self.stop()
        self._sender = asyncio.create_task(self._play(frequency))

    async def _play(self, frequency: int) -> None:
        second = encode_ulaw(tone(frequency, 1))
        loop = asyncio.get_running_loop()
        started, sequence = loop.time(), secrets.randbits(15)
        for index in range(60 * 50):
            begin = index * FRAME % len(second)
            self.send_packet(0, sequence + index, index * FRAME, second[begin : begin + FRAME])
            await asyncio.sleep(max(0.0, started + (index + 1) * 0.02 - loop.time()))

    def send_packet(
        self, payload_type: int, sequence: int, timestamp: int, payload: bytes, *, mark: bool = False
    ) -> None:
        assert self.peer
        header = struct.pack(
            "!BBHII", 0x80, payload_type | (0x80 if mark else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self.ssrc
        )
        self.transport.sendto(header + payload, self.peer)

    def stop(self) -> None:
        if self._sender:
            self._sender.cancel()
            self._sender = None

    def heard(self, seconds: float = 1.0) -> np.ndarray:
        """Return the sound of the last `seconds`, decoded from mu-law."""
        since = asyncio.get_running_loop().time() - seconds
        ordered = [packet for packet in self.packets if packet.at >= since and packet.payload_type == 0]
        return decode_ulaw(b"".join(packet.payload for packet in ordered))

    def close(self) -> None:
        self.stop()
        self.transport.close()
