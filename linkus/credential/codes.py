"""Builds QR codes quickly for many links that differ only in their token.

A QR code of one version, mode and mask is an affine function of its bits over GF(2): the data is placed as it is, the
Reed-Solomon remainder is linear, mask and patterns are constant (ISO/IEC 18004, 7.5 to 7.8). A link's code is therefore
the code of the first link of its kind, XORed with one fixed pattern for each bit of the token that differs. The library
makes a pattern when it is first needed. Codes are held as one integer each, one bit per module.
"""

from __future__ import annotations

import string
import struct
import zlib
from functools import lru_cache

import segno

MASK = 3  # trying all eight masks for the best-looking code takes three to four times as long
BORDER_MODULES = 4  # of white around a code (ISO/IEC 18004, 5.3.8)
TOKEN_CHARACTERS = string.ascii_letters + string.digits + "-_"  # base64url (RFC 4648, 5)
MAX_FAMILIES = 16  # public addresses times the three kinds of clients


def code(link: str) -> segno.QRCode:
    return segno.make_qr(link, error="m", mask=MASK, mode="byte", boost_error=False)


_patterns: dict[tuple[int | str, int, int], int] = {}  # some hundreds; making them takes a second or two


class _Family:
    """Builds the codes of links that have the same length and the same beginning."""

    def __init__(self, stem: str, token: str) -> None:
        self._stem = stem
        self._token = token.encode()
        first = code(stem + token)
        self.size = len(first.matrix)
        self._version = int(first.version)
        self._base = _bits(first)
        self._places: list[dict[int, int]] = [{} for _ in self._token]  # by the byte at that place

    def bits(self, token: str) -> int:
        bits = self._base
        for place, (patterns, new) in enumerate(zip(self._places, token.encode(), strict=True)):
            pattern = patterns.get(new)
            bits ^= self._learn(place, new) if pattern is None else pattern
        return bits

    def _learn(self, place: int, new: int) -> int:
        different, bits = self._token[place] ^ new, 0
        while different:
            bit = different & -different
            different ^= bit
            bits ^= self._pattern(place, bit)
        self._places[place][new] = bits
        return bits

    def _pattern(self, place: int, bit: int) -> int:
        """Return the pattern of one bit. All codes of a version share it if the bit is at the same place."""
        ascii_only = self._stem.isascii()  # otherwise the code begins with the name of its character set
        key = (self._version, len(self._stem) + place, bit) if ascii_only else (self._stem, place, bit)
        if key not in _patterns:
            changed = bytearray(self._token)
            changed[place] ^= bit
            changed_code = code(self._stem + changed.decode("ascii"))
            if int(changed_code.version) != self._version:
                raise ValueError("codes of one family differ in their version")
            _patterns[key] = _bits(changed_code) ^ self._base
        return _patterns[key]


@lru_cache(MAX_FAMILIES)
def _family(stem: str, length: int) -> _Family:
    return _Family(stem, "A" * length)


def _bits(qr_code: segno.QRCode) -> int:
    return int("".join("1" if module else "0" for row in qr_code.matrix for module in row), 2)


def png(link: str, pixels: int) -> bytes:
    """Return a PNG of one bit per pixel. `link` must end in `#t=<token>`, with a token of ASCII."""
    stem, mark, token = link.rpartition("=")
    family = _family(stem + mark, len(token))
    return _write_png(family.bits(token), family.size, pixels)


def learn(stem: str, length: int) -> None:
    """Prepare all patterns for links of this stem and tokens of this length: some hundreds of codes, a second of
    work."""
    family = _family(stem, length)
    for character in TOKEN_CHARACTERS:
        family.bits(character * length)


def _deflate(data: bytes) -> bytes:
    """Compress with a window that suits seven kilobytes, because preparing the usual window takes longer than all the
    rest."""
    compressor = zlib.compressobj(3, zlib.DEFLATED, 12, 6)
    return compressor.compress(data) + compressor.flush()


@lru_cache(4)
def _eights(pixels: int) -> list[bytes]:
    """Return the pixels of eight modules, indexed by the byte that these modules form; 1 is white."""
    white, black = "1" * pixels, "0" * pixels
    wide = ("".join(black if digit == "1" else white for digit in f"{byte:08b}") for byte in range(256))
    return [int(digits, 2).to_bytes(pixels) for digits in wide]


def _write_png(bits: int, size: int, pixels: int) -> bytes:
    """Return a PNG (RFC 2083) in one-bit grey scale, where 1 is white; each row of modules becomes `pixels` rows."""
    width = (size + 2 * BORDER_MODULES) * pixels
    line_bytes = (width + 7) // 8
    row_bytes = (size + 2 * BORDER_MODULES + 7) // 8
    eights, place, modules = _eights(pixels), 8 * row_bytes - BORDER_MODULES - size, (1 << size) - 1
    # the other rows of a module are "up" with no difference (RFC 2083, 6.4): zeros, which compress in no time
    same = b"\2" + bytes(line_bytes)
    again = same * (pixels - 1)
    border = b"\0" + eights[0] * row_bytes
    border = border[: line_bytes + 1] + same * (BORDER_MODULES * pixels - 1)
    rows = [border]
    for start in range((size - 1) * size, -1, -size):
        row = (((bits >> start) & modules) << place).to_bytes(row_bytes)
        rows += (b"\0", b"".join([eights[byte] for byte in row])[:line_bytes], again)
    rows.append(border)
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", _deflate(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
