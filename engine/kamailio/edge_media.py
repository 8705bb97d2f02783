"""Flags for rtpengine. Does not import Kamailio.

A message with SDP comes from one side and goes to another. The flags of the source side describe its address, learning
and strict-source. Those of the target side choose new addresses and its transport. `strict-source` belongs to the
source side: packets from any address but the agreed one are dropped (AST-2017-005, CVE-2025-53399).
"""

import ipaddress
import re
from typing import Literal, NamedTuple

Side = Literal["core", "webrtc", "sip"]  # the core, or the kind of the leg outside (edge_identity.Leg)

# port-latching: a re-offer keeps the ports that the other side already sends to, whatever address it names.
COMMON_FLAGS = ("replace-origin", "port-latching")

# The SDP names the address and port that media comes from. Other packets are dropped (RFC 4961: symmetric RTP).
STRICT_SOURCE_FLAGS = ("strict-source", "endpoint-learning-off")
# The SDP of a phone behind NAT names an unreachable address. Its media comes from the address that its SIP comes from,
# and only its first packet shows the port. While the relay learns, the address of the SIP wins over any other.
BEHIND_NAT_FLAGS = ("strict-source", "SIP-source-address")
# Before a call is answered nothing is agreed: all packets to its ports are dropped.
UNANSWERED_FLAG = "drop-traffic=start"
ANSWERED_FLAG = "drop-traffic=stop"

# By the side that the SDP comes from.
FLAGS_FROM: dict[Side, tuple[str, ...]] = {
    "core": STRICT_SOURCE_FLAGS,
    # DTLS-SRTP authenticates a browser's packets, and its address may change in mid-call (ICE): no strict-source. The
    # browser opens the DTLS handshake, because it alone knows when its network lets packets through. It keeps its DTLS
    # association when it restarts ICE (RFC 8842 5.5). Without no-tls-id the relay would wait for another handshake.
    "webrtc": ("DTLS=passive", "no-tls-id"),
    "sip": STRICT_SOURCE_FLAGS,
}

# By the side that an offer goes to. An answer follows its offer, so fewer flags are needed.
OFFER_FLAGS_TO: dict[Side, tuple[str, ...]] = {
    "core": ("ICE=remove", "DTLS=off", "SDES-off", "RTP/AVP", "rtcp-mux-demux"),
    "webrtc": ("ICE=force", "SDES-off", "UDP/TLS/RTP/SAVPF", "rtcp-mux-offer", "generate-mid"),
    "sip": ("ICE=remove", "DTLS=off", "SDES-off", "RTP/AVP", "rtcp-mux-demux"),
}
ANSWER_FLAGS_TO: dict[Side, tuple[str, ...]] = {
    "core": ("ICE=remove", "rtcp-mux-demux"),
    "webrtc": ("ICE=force", "rtcp-mux-accept", "generate-mid"),
    "sip": ("ICE=remove",),
}


class Route(NamedTuple):
    """The interface of rtpengine, and the address family, for the media of the leg outside the core."""

    interface: str
    family: str


def offer_flags(
    source: Side, target: Side, *, route: Route | None, behind_nat: bool = False, is_first: bool = False
) -> str:
    """Return the flags of an offer. The first offer of a call keeps its ports silent until the answer.

    `route` is None if there is only one interface. The core's own is on IPv4's loopback.
    """
    flags = [*COMMON_FLAGS, *_from(source, behind_nat), *OFFER_FLAGS_TO[target]]
    if is_first:
        flags.append(UNANSWERED_FLAG)
    if route is not None:
        from_core = source == "core"
        directions = ("internal", route.interface) if from_core else (route.interface, "internal")
        flags += [f"direction={direction}" for direction in directions]
        flags.append(f"address-family={route.family if from_core else 'IP4'}")
    return " ".join(flags)


def answer_flags(source: Side, target: Side, *, behind_nat: bool = False) -> str:
    # DTLS=passive is only for a browser's offer: its answer has settled who opens the handshake (RFC 5763 5).
    own = [flag for flag in _from(source, behind_nat) if flag != "DTLS=passive"]
    return " ".join([*COMMON_FLAGS, *own, *ANSWER_FLAGS_TO[target], ANSWERED_FLAG])


def _from(source: Side, behind_nat: bool) -> tuple[str, ...]:
    return BEHIND_NAT_FLAGS if source == "sip" and behind_nat else FLAGS_FROM[source]


_CONNECTION = re.compile(r"^c=IN IP[46] ([0-9A-Fa-f:.]+)", re.MULTILINE)
_HOST = re.compile(r"sips?:(?:[^@>]*@)?\[?([0-9A-Fa-f:.]*[0-9A-Fa-f])", re.IGNORECASE)
# RFC 1918, 6598, 3927, 4193 and 4291 2.5.6.
_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def is_behind_nat(sdp: str, contact: str, source: str) -> bool:
    """Return whether a NAT stands between this sender and us. Then its SDP names a private address that its packets do
    not come from, or its Contact does (a phone that asked a STUN server for its address, but not for its port).
    Otherwise the SDP is true, even if it names another machine than the one that signals: a provider's media
    gateway."""
    own = _address(source)
    named = [_address(address) for address in _CONNECTION.findall(sdp)]
    if any(address != own and _is_private(address) for address in named):
        return True
    host = _HOST.search(contact)
    contact_address = _address(host[1].rpartition(":")[0] if host[1].count(":") == 1 else host[1]) if host else None
    return own in named and contact_address != own and _is_private(contact_address)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _is_private(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    return address is not None and any(address in network for network in _PRIVATE)


_MEDIA_LINE = re.compile(r"m=(\S+) (\d{1,9})(?:/\d+)? \S+ ([0-9 ]+)")
_KEPT_LINES = ("v=", "o=", "s=", "t=", "a=rtpmap:", "a=fmtp:", "a=ptime:", "a=sendrecv", "a=sendonly", "a=recvonly")
DISCARD_PORT = 9  # RFC 863


def without_media(sdp: str, address: str) -> str | None:
    """Return SDP of the same codecs whose media leads to the discard port of `address`; None when it cannot be read.

    The core gets it in place of an answer that the relay has not rewritten. A relay that has just started does not know
    the call; once it does, each leg is offered its media again.
    """
    lines = []
    for line in sdp.splitlines():
        if line.startswith("m="):
            match = _MEDIA_LINE.fullmatch(line)
            if match is None:
                return None
            port = DISCARD_PORT if int(match[2]) else 0
            lines += [f"m={match[1]} {port} RTP/AVP {match[3]}", f"c=IN IP4 {address}"]
        elif line.startswith(_KEPT_LINES):
            lines.append(line)
    return "".join(f"{line}\r\n" for line in lines)


# Names in rtpmap (RFC 3551, 7587), in lower case, of what the core takes (pjsip.conf).
CORE_CODECS = frozenset({"opus", "g722", "pcmu", "pcma"})
# Codecs that the relay itself converts once a call stands.
CONVERTED_CODECS = frozenset({"g729"})
# RFC 3551 6
_STATIC_CODECS = {"0": "pcmu", "8": "pcma", "9": "g722", "18": "g729"}
_RTPMAP = re.compile(r"a=rtpmap:(\d+) +([^/\s]+)/")


def offers_audio(sdp: str, codecs: frozenset[str]) -> bool:
    """Return whether an offer has sound that somebody here understands. Any other, like a fax (T.38), is refused before
    the relay or the core take it for a change of the call (RFC 3264 6, RFC 3261 13.3.1.3)."""
    has_audio, formats, named = False, set[str](), dict[str, str]()
    for line in [*sdp.splitlines(), "m="]:
        if line.startswith("m="):
            if has_audio and any(named.get(each, _STATIC_CODECS.get(each)) in codecs for each in formats):
                return True
            match = _MEDIA_LINE.match(line)
            has_audio = match is not None and match[1].lower() == "audio" and int(match[2]) > 0
            formats, named = set(match[3].split()) if match else set(), {}
        elif rtpmap := _RTPMAP.match(line):
            named[rtpmap[1]] = rtpmap[2].lower()
    return False


def strip_ssrc(sdp: str) -> str:
    """Return SDP without a=ssrc. The core makes its own streams, and a browser drops one announced with other SSRCs."""
    return "".join(line for line in sdp.splitlines(keepends=True) if not line.startswith(("a=ssrc:", "a=ssrc-group:")))
