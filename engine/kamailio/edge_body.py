"""Rules for the body of a SIP message, apart from Kamailio."""

import re

from edge_text import mask

MAX_BODY_BYTES = 12_000
MAX_MEDIA_LINES = 8  # each takes ports of the relay

_BOUNDARY = re.compile(rb'boundary[ \t]*=[ \t]*(?:"([^"\r\n]{1,70})"|([^\s;",]{1,70}))', re.IGNORECASE)
_CONTENT_TYPE = re.compile(rb"^(?:content-type|c)[ \t]*:[ \t]*([^\s;,]+)", re.IGNORECASE | re.MULTILINE)
_SDP = b"application/sdp"


class BodyRefused(Exception):
    """Names the status to answer with and the reason to count."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def clean_body(content_type: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Return the content type and the body that may travel on; never longer than they came.

    Of a multipart body (RFC 2046 5.1) the SDP is kept and the other parts go: the core and rtpengine read SDP only.
    Raise BodyRefused for a body that nobody here could read.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyRefused(513, "body-too-long")
    kind = content_type.split(b";")[0].strip().lower()
    if kind.startswith(b"multipart/"):
        content_type, body = _SDP, _sdp_part(content_type, body)
        kind = _SDP
    if b"\0" in body:
        raise BodyRefused(400, "nul")
    if kind == _SDP:
        _check_sdp(body)
    return content_type, mask(body)


def _check_sdp(body: bytes) -> None:
    if body.count(b"\r") != body.count(b"\r\n"):
        raise BodyRefused(400, "line-ending")
    media_lines = body.count(b"\nm=") + body.startswith(b"m=")
    if media_lines > MAX_MEDIA_LINES:
        raise BodyRefused(488, "too-many-media-lines")


def _sdp_part(content_type: bytes, body: bytes) -> bytes:
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise BodyRefused(400, "multipart")
    delimiter = b"--" + (match[1] or match[2])
    for part in body.split(delimiter)[1:]:
        headers, separator, content = part.partition(b"\r\n\r\n")
        kind = _CONTENT_TYPE.search(headers.lstrip(b"\r\n"))
        if separator and kind and kind[1].lower() == _SDP:
            sdp = content.removesuffix(b"\r\n")  # the line's end before a boundary is the boundary's
            return sdp if sdp.endswith(b"\n") else content
    raise BodyRefused(415, "multipart")
