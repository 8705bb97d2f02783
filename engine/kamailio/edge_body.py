"""Rules for the body of a SIP message. Does not import Kamailio."""

import re

from edge_text import mask

MAX_BODY_BYTES = 12_000
MAX_MEDIA_LINES = 8  # each takes ports of the relay
# rtpengine adds an rtpmap line for each format that has none, and its answer must fit into a datagram. Otherwise it
# would send nothing, and Kamailio would regard it as dead, for all calls.
MAX_FORMATS = 64  # per media line
MAX_SDP_LINES = 400

_BOUNDARY = re.compile(rb'boundary[ \t]*=[ \t]*(?:"([^"\r\n]{1,70})"|([^\s;",]{1,70}))', re.IGNORECASE)
_CONTENT_TYPE = re.compile(rb"^(?:content-type|c)[ \t]*:[ \t]*([^\s;,]+)", re.IGNORECASE | re.MULTILINE)
_SDP = b"application/sdp"
# type/subtype and parameters (RFC 3261 25.1). The core takes any character for the slash; what edge and core could read
# differently goes no further.
_TOKEN = rb"([!%'*+.\-0-9A-Z_`a-z~]{1,64})"
_MEDIA_TYPE = re.compile(_TOKEN + rb"[ \t]*/[ \t]*" + _TOKEN + rb"[ \t]*(?:;.*)?", re.DOTALL)
_FORMATS = re.compile(rb"^m=[^\r\n]*+", re.MULTILINE)
_RTPMAP = re.compile(rb"^a=rtpmap:[^\n]*+\n?", re.MULTILINE)
# Payload type, name, clock rate, channels (RFC 8866 6.6). rtpengine makes a codec of it, and exits when the clock rate
# is 800,080,008,000.
_PLAUSIBLE_RTPMAP = re.compile(rb"a=rtpmap:\d{1,3} +[A-Za-z0-9][A-Za-z0-9._+-]{0,31}/(\d{4,6})(?:/[1-8])?[ \t]*\r?\n?")
_MAX_CLOCK_RATE = 192_000


class BodyRefused(Exception):
    """Carries the status to answer with and the reason to count."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def clean_body(content_type: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Return the content type and the body to pass on, never longer than they came.

    Of a multipart body (RFC 2046 5.1) keep only the SDP, because the core and rtpengine read nothing else. Raise
    BodyRefused for a body that no component here can read.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyRefused(513, "body-too-long")
    media_type = _MEDIA_TYPE.fullmatch(content_type)
    if media_type is None:
        raise BodyRefused(415, "content-type")
    kind = b"/".join(media_type.groups()).lower()
    if kind.startswith(b"multipart/"):
        body, kind = _sdp_part(content_type, body), _SDP
    if kind == _SDP:
        content_type = _SDP
    if b"\0" in body:
        raise BodyRefused(400, "nul")
    if kind == _SDP:
        _check_sdp(body)
        body = _RTPMAP.sub(_without_odd_rtpmap, body)
    return content_type, mask(body)


def _check_sdp(body: bytes) -> None:
    if body.count(b"\r") != body.count(b"\r\n"):
        raise BodyRefused(400, "line-ending")
    media_lines = body.count(b"\nm=") + body.startswith(b"m=")
    if media_lines > MAX_MEDIA_LINES:
        raise BodyRefused(488, "too-many-media-lines")
    # rtpengine counts a format after each blank
    has_many_formats = any(line[0].count(b" ") - 2 > MAX_FORMATS for line in _FORMATS.finditer(body))
    if has_many_formats or body.count(b"\n") > MAX_SDP_LINES:
        raise BodyRefused(488, "too-many-formats")


def _without_odd_rtpmap(line: re.Match[bytes]) -> bytes:
    """Drop an implausible rtpmap. Its format is then unknown to everybody, or a static one (RFC 3551 6)."""
    plausible = _PLAUSIBLE_RTPMAP.fullmatch(line[0])
    return line[0] if plausible and 1_000 <= int(plausible[1]) <= _MAX_CLOCK_RATE else b""


def _sdp_part(content_type: bytes, body: bytes) -> bytes:
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise BodyRefused(400, "multipart")
    delimiter = b"--" + (match[1] or match[2])
    for part in body.split(delimiter)[1:]:
        headers, separator, content = part.partition(b"\r\n\r\n")
        kind = _CONTENT_TYPE.search(headers.lstrip(b"\r\n"))
        if separator and kind and kind[1].lower() == _SDP:
            sdp = content.removesuffix(b"\r\n")  # the line end before a boundary belongs to the boundary
            return sdp if sdp.endswith(b"\n") else content
    raise BodyRefused(415, "multipart")
