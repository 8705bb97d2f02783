"""Remembers for an hour which addresses and ports have sent a valid credential: the htable `known`."""

import edge_current as current
import edge_nonce as nonces
import KSR
from edge_addresses import canonical, site_of

AUTHENTICATED_SECONDS = 3604  # the longest registration, and a little more


def is_known(address: str, port: int) -> bool:
    return KSR.htable.sht_get("known", f"{address} {port}") is not None


def is_known_address(address: str) -> bool:
    return KSR.htable.sht_get("known", site_of(address)) is not None


def remember() -> None:
    """Give an authenticated sender its own budget and keep its connection, both for an hour."""
    keep_connection()
    sender = current.sender()
    KSR.htable.sht_sets("known", f"{sender} {KSR.pv.get('$sp')}", "1")
    if not current.is_websocket():
        KSR.htable.sht_sets("known", site_of(sender), "1")


def keep_connection() -> None:
    """Keep the connection of a known peer: in a long, quiet call its BYE comes and goes over it."""
    if KSR.pv.get("$pr") != "udp":
        KSR.tcpops.tcp_set_connection_lifetime(AUTHENTICATED_SECONDS)
        if KSR.pv.get("$pr") in ("tcp", "tls"):
            KSR.htable.sht_sets("known", f"{canonical(KSR.pv.get('$si'))} {KSR.pv.get('$sp')}", "1")


def forget(key: str) -> None:
    """Forget a source that failed authentication, even if it succeeded before. Over UDP the nonce must have been sent
    to this very port (`key` seals it): another host at the same address may forge a phone's port in datagrams."""
    if current.is_websocket():
        return
    credentials = [*current.headers("Authorization"), *current.headers("Proxy-Authorization")]
    sender, port = current.sender(), KSR.pv.get("$sp")
    if KSR.pv.get("$pr") != "udp" or nonces.names_port(key, credentials, sender, port):
        KSR.htable.sht_rm("known", f"{sender} {port}")
