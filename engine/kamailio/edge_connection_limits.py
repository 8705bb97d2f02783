"""Limits connections of strangers: they expire sooner when few places are left, and the addresses with the most of them
lose some."""

from collections.abc import Collection
from pathlib import Path

import edge_eviction as eviction
import edge_known_sources as known_sources
import edge_rpc as rpc
import edge_tables as tables
import edge_trunk_table as trunk_table
import edge_trunks as trunks
import KSR
from edge_addresses import Addresses, bracketed, canonical
from edge_eviction import Peer
from edge_log import log

STRANGER_SECONDS = 120  # equals tcp_connection_lifetime: for a silent connection without a valid credential
SHORT_STRANGER_SECONDS = 30  # more than a provider needs, which is probed every 20 s
# Shares of all places; for strangers, of the places that authenticated peers leave.
MAX_TAKEN_SHARE, RELAXED_SHARE = 0.5, 0.4
SIP_PORTS = (trunks.PORT_OF["tcp"], trunks.PORT_OF["tls"])
WEBSOCKET = 0  # in the place of our port: browsers come by way of nginx
KINDS = {"connections": (*SIP_PORTS, WEBSOCKET), "tls_connections": (trunks.PORT_OF["tls"],)}
KERNEL_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


class ConnectionLimiter:
    """Runs in the timer's process only, which alone knows the present lifetime."""

    def __init__(self, own_addresses: Addresses) -> None:
        self._hosts = frozenset(canonical(endpoint.local) for endpoint in own_addresses.endpoints)
        self._stranger_seconds = STRANGER_SECONDS

    def watch(self) -> None:
        counts, limits = rpc.call("core.tcp_info"), rpc.call("core.tcp_options")
        if counts is None or limits is None:
            return
        places = {kind: (counts[f"opened_{kind}"], max(1, limits[f"max_{kind}(soft)"])) for kind in KINDS}
        taken_share = max(opened / limit for opened, limit in places.values())
        seconds = lifetime(taken_share, self._stranger_seconds)
        if seconds != self._stranger_seconds and rpc.call("cfg.set_now_int", "tcp", "connection_lifetime", seconds):
            self._stranger_seconds = seconds
            log("places", taken=f"{taken_share:.2f}", stranger_seconds=seconds)
        if taken_share > MAX_TAKEN_SHARE:
            strangers = [peer for peer in _sip_peers(self._hosts) if not _is_known(peer)] + _new_websockets()
            for kind, (opened, limit) in places.items():
                _close_strangers([peer for peer in strangers if peer.own_port in KINDS[kind]], opened, limit)


def lifetime(taken_share: float, present_seconds: int) -> int:
    """Return the lifetime of a stranger's new connection at this share of places taken."""
    if taken_share > MAX_TAKEN_SHARE:
        return SHORT_STRANGER_SECONDS
    return STRANGER_SECONDS if taken_share < RELAXED_SHARE else present_seconds


def _close_strangers(strangers: list[Peer], opened: int, limit: int) -> None:
    """Close connections of strangers when they hold too many places."""
    # The kernel may know connections that the edge has not accepted yet.
    free = limit - max(0, opened - len(strangers))
    if len(strangers) <= MAX_TAKEN_SHARE * free:
        return
    closed = eviction.peers_to_close(strangers, int(RELAXED_SHARE * free))
    for peer in closed:
        _close_connection(peer)
    log("strangers-closed", strangers=len(strangers), closed=len(closed))


def _sip_peers(hosts: Collection[str]) -> list[Peer]:
    """Return who is connected to the SIP ports of these addresses of ours."""
    peers: list[Peer] = []
    for name in KERNEL_TABLES:
        if Path(name).exists():  # tcp6 is not there on a machine without IPv6
            with Path(name).open(encoding="ascii") as lines:
                peers += eviction.parse_connections(lines, hosts, SIP_PORTS)
    return [peer._replace(address=canonical(peer.address)) for peer in peers]


def _new_websockets() -> list[Peer]:
    """Return who has a WebSocket over which nobody has registered; their `port` is the connection's id."""
    return [
        Peer(KSR.htable.sht_get("wsaddress", connection) or "", int(connection), WEBSOCKET)
        for connection, _ in tables.entries("wsnew")
    ]


def _is_known(peer: Peer) -> bool:
    return known_sources.is_known(peer.address, peer.port) or trunk_table.is_provider(peer.address)


def _close_connection(peer: Peer) -> None:
    """Close a connection, unless it has ended meanwhile."""
    if peer.own_port == WEBSOCKET:
        KSR.tcpops.tcp_close_connection_id(peer.port)
        return
    KSR.pv.seti("$var(connection)", 0)
    KSR.tcpops.tcp_get_conid(f"{bracketed(peer.address)}:{peer.port}", "$var(connection)")
    connection = int(KSR.pv.get("$var(connection)") or 0)
    if connection > 0:
        KSR.tcpops.tcp_close_connection_id(connection)
