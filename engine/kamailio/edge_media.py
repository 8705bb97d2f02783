"""What is asked of rtpengine, apart from Kamailio.

A message that carries SDP has a side that it comes from (whose address, learning and strict-source it describes) and a
side that it goes to (which gets new addresses, and the transport that it wants). `strict-source` belongs to the side
that the SDP comes from: once a phone's address is learned, packets from anywhere else are dropped (AST-2017-005,
CVE-2025-53399).
"""

from typing import Literal, NamedTuple

Side = Literal["core", "webrtc", "sip"]

# port-latching: a re-offer keeps the ports that the other side already sends to, whatever address it names.
ALWAYS = ("replace-origin", "port-latching")

# The side that the SDP comes from.
FROM: dict[Side, tuple[str, ...]] = {
    # The core and the relay share this machine.
    "core": (),
    # A browser's packets are proved by DTLS-SRTP, and its address may change in mid-call (ICE): no strict-source. It is
    # the browser that opens the DTLS handshake: it alone knows when its network lets packets through.
    "webrtc": ("DTLS=passive",),
    "sip": ("strict-source",),
}

# The side that an offer goes to. An answer follows the offer that it answers: nothing is asked for.
OFFER_TO: dict[Side, tuple[str, ...]] = {
    "core": ("ICE=remove", "DTLS=off", "SDES-off", "RTP/AVP", "rtcp-mux-demux"),
    "webrtc": ("ICE=force", "SDES-off", "UDP/TLS/RTP/SAVPF", "rtcp-mux-offer", "generate-mid"),
    "sip": ("ICE=remove", "DTLS=off", "SDES-off", "RTP/AVP", "rtcp-mux-demux"),
}
ANSWER_TO: dict[Side, tuple[str, ...]] = {
    "core": ("ICE=remove", "rtcp-mux-demux"),
    "webrtc": ("ICE=force", "rtcp-mux-accept", "generate-mid"),
    "sip": ("ICE=remove",),
}


class Route(NamedTuple):
    """Where the media of the leg outside the core arrives: rtpengine's interface, and the family of addresses."""

    interface: str
    family: str


def offer_flags(source: Side, target: Side, *, route: Route | None, behind_nat: bool) -> str:
    """`route` is None when there is only one interface. The core's own is on IPv4's loopback."""
    flags = [*ALWAYS, *FROM[source], *OFFER_TO[target]]
    if route is not None:
        from_core = source == "core"
        directions = ("internal", route.interface) if from_core else (route.interface, "internal")
        flags += [f"direction={each}" for each in directions]
        flags.append(f"address-family={route.family if from_core else 'IP4'}")
    return " ".join(flags + _address(source, behind_nat))


def answer_flags(source: Side, target: Side, *, behind_nat: bool) -> str:
    # DTLS=passive belongs to a browser's offer only: its answer has settled who opens the handshake (RFC 5763 5).
    own = [flag for flag in FROM[source] if flag != "DTLS=passive"]
    return " ".join([*ALWAYS, *own, *ANSWER_TO[target], *_address(source, behind_nat)])


def _address(source: Side, behind_nat: bool) -> list[str]:
    # The SDP of a phone behind NAT names an address that nobody can reach: its media comes from where its SIP does.
    return ["SIP-source-address"] if source == "sip" and behind_nat else []


def strip_ssrc(sdp: str) -> str:
    """SDP without a=ssrc: the core makes streams of its own, and a browser drops one that was announced otherwise."""
    return "".join(line for line in sdp.splitlines(keepends=True) if not line.startswith(("a=ssrc:", "a=ssrc-group:")))
