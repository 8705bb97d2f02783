"""Limits connections of strangers: they expire sooner when few places are left, and the addresses with the most of them
lose some."""

from pathlib import Path

import edge_eviction as strangers
import edge_tables as tables
import edge_trunks as trunks
import KSR
from edge_addresses import bracketed, canonical
from edge_log import log

STRANGER_SECONDS = 120  # equals tcp_connection_lifetime: for a silent connection without a valid credential
SHORT_STRANGER_SECONDS = 30  # more than a provider needs, which is probed every 20 s
SHORT, ENOUGH = 0.5, 0.4  # shares of all places; for strangers, of the places that authenticated peers leave
SIP_PORTS = (trunks.PORT_OF["tcp"], trunks.PORT_OF["tls"])
WEBSOCKET = 0  # in the place of our port: browsers come by way of nginx
KINDS = {"connections": (*SIP_PORTS, WEBSOCKET), "tls_connections": (trunks.PORT_OF["tls"],)}
KERNEL_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


class Places:
    stranger_seconds = STRANGER_SECONDS  # only the timer's process reads and writes it

    def watch_places(self):
        found, limits = tables.ask("core.tcp_info"), tables.ask("core.tcp_options")
        if found is None or limits is None:
            return
        places = {kind: (found[f"opened_{kind}"], max(1, limits[f"max_{kind}(soft)"])) for kind in KINDS}
        taken = max(opened / limit for opened, limit in places.values())
        seconds = lifetime(taken, self.stranger_seconds)
        if seconds != self.stranger_seconds and tables.ask("cfg.set_now_int", "tcp", "connection_lifetime", seconds):
            self.stranger_seconds = seconds
            log("places", taken=f"{taken:.2f}", stranger_seconds=seconds)
        if taken > SHORT:
            present = [peer for peer in self.peers() if not self.is_known(peer)] + self.new_websockets()
            for kind, (opened, limit) in places.items():
                self.close_strangers([peer for peer in present if peer.own_port in KINDS[kind]], opened, limit)

    def close_strangers(self, found, opened, limit):
        """Close connections of the strangers in `found` when they hold too many places."""
        free = limit - (opened - len(found))
        if len(found) <= SHORT * free:
            return
        closed = strangers.surplus(found, int(ENOUGH * free))
        for peer in closed:
            self.close_connection(peer)
        log("strangers-closed", strangers=len(found), closed=len(closed))

    @staticmethod
    def peers():
        """Return who is connected to the SIP ports."""
        found = []
        for name in KERNEL_TABLES:
            if Path(name).exists():  # tcp6 is not there on a machine without IPv6
                with Path(name).open(encoding="ascii") as lines:
                    found += strangers.parse_connections(lines, SIP_PORTS)
        return [peer._replace(address=canonical(peer.address)) for peer in found]

    @staticmethod
    def new_websockets():
        """Return who has a WebSocket over which nobody has registered; their `port` is the connection's id."""
        return [
            strangers.Peer(KSR.htable.sht_get("wsaddress", connection) or "", int(connection), WEBSOCKET)
            for connection, _ in tables.entries("wsnew")
        ]

    def is_known(self, peer):
        is_known = KSR.htable.sht_get("known", f"{peer.address} {peer.port}") is not None
        return is_known or self.is_provider(peer.address)

    @staticmethod
    def close_connection(peer):
        """Close a connection if it is ours. Another instance may listen on the same port of another address."""
        if peer.own_port == WEBSOCKET:
            KSR.tcpops.tcp_close_connection_id(peer.port)
            return
        KSR.pv.seti("$var(connection)", 0)
        KSR.tcpops.tcp_get_conid(f"{bracketed(peer.address)}:{peer.port}", "$var(connection)")
        connection = int(KSR.pv.get("$var(connection)") or 0)
        if connection > 0:
            KSR.tcpops.tcp_close_connection_id(connection)


def lifetime(taken, now):
    """Return the lifetime of a stranger's new connection at this share of places taken. `now` is the present one."""
    if taken > SHORT:
        return SHORT_STRANGER_SECONDS
    return STRANGER_SECONDS if taken < ENOUGH else now
