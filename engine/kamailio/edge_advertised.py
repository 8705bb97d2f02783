"""Chooses the address of ours that each peer gets in the messages of calls. The rules are in edge_addresses."""

import edge_addresses as addresses
import edge_current as current
import edge_media as media
import edge_routing as routing
import edge_trunk_table as trunk_table
import edge_trunks as trunks
import KSR
from edge_addresses import Addresses, OwnAddress
from edge_identity import Leg
from edge_settings import Settings
from edge_trunks import Trunk

REPLY = 2  # $mt


class Advertiser:
    def __init__(self, settings: Settings, own_addresses: Addresses) -> None:
        self._settings = settings
        self._own_addresses = own_addresses
        self._own_hosts = {
            settings.internal,
            *(name for endpoint in own_addresses.endpoints for name in (endpoint.local, endpoint.address)),
        }
        self._own_ports = {settings.core_side_port, settings.websocket_port, *trunks.PORT_OF.values()}

    def media_route(self, leg: Leg, from_core: bool, trunk: Trunk | None = None) -> media.Route | None:
        """Return where media of this leg arrives: rtpengine's interface and the address family. A browser gets all
        addresses and finds the one that works (ICE)."""
        if not self._settings.two_interfaces:
            return None
        if leg == "webrtc":
            return media.Route(
                self._own_addresses.browser_interface, addresses.family(self._own_addresses.endpoints[0].local)
            )
        own_address = self._choose(from_core, trunk)
        return media.Route(own_address.interface, addresses.family(own_address.local))

    def record_route(self, parameter: str, leg: Leg, *, from_core: bool, trunk: Trunk | None = None) -> None:
        """Put ourselves into the dialog's route, with `parameter`. Kamailio names its socket by its public address. A
        peer on our side of a NAT gets this machine's own address."""
        KSR.rr.add_rr_param(parameter)
        own_address = None if leg == "webrtc" else self._choose(from_core, trunk)
        if own_address is None or self._own_addresses.is_advertised_by_socket(own_address):
            KSR.rr.record_route()
            return
        transport = self._transport_to_peer(from_core, trunk)
        outside = f"{addresses.bracketed(own_address.address)}:{trunks.PORT_OF[transport]};transport={transport};r2=on"
        inside = f"{self._settings.internal}:{self._settings.core_side_port};transport=udp;r2=on"
        # the socket that the message leaves by comes first (RFC 5658 5)
        pair = (outside, inside) if from_core else (inside, outside)
        KSR.rr.record_route_preset(*pair)

    def socket_towards(self, address: str, transport: str) -> str:
        """Return our socket for requests to this address."""
        local = self._own_addresses.own_address_for(address).local
        return f"{transport}:{addresses.bracketed(local)}:{trunks.PORT_OF[transport]}"

    def contact_uri(self, trunk: Trunk) -> str:
        suffix = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
        own = addresses.bracketed(self._own_addresses.own_address_for(trunk.address).address)
        return f"sip:{trunks.CONTACT_USER}@{own}:{trunks.PORT_OF[trunk.transport]}{suffix}"

    def show_edge_as_contact(self, trunk: Trunk) -> None:
        """Replace the core's Contact: its address means nothing outside, and some providers refuse a private one."""
        KSR.hdr.remove("Contact")
        KSR.hdr.append(f"Contact: <{self.contact_uri(trunk)}>\r\n")

    def show_edge_to(self, trunk_id: str | None) -> None:
        trunk = trunk_table.find(trunk_id)
        if trunk is not None:
            self.show_edge_as_contact(trunk)

    def keep_own_routes(self) -> None:
        """Remove routes that a called client added: the core would send to them first, and not through the edge."""
        headers = current.headers("Record-Route")
        own = [header for header in headers if routing.is_own_route(header, self._own_hosts, self._own_ports)]
        if own != headers:
            KSR.hdr.remove("Record-Route")
            KSR.hdr.append("".join(f"Record-Route: {header}\r\n" for header in own))

    def _choose(self, from_core: bool, trunk: Trunk | None = None) -> OwnAddress:
        """Return our address for the client, phone or provider at the other end of this message."""
        if not from_core:
            return self._own_addresses.own_address_for(current.sender(), addresses.canonical(KSR.pv.get("$Ri")))
        if trunk is not None:
            return self._own_addresses.own_address_for(trunk.address)
        return self._own_addresses.own_address_for(_receiver(), addresses.host_of(KSR.pv.get("$fs")))

    @staticmethod
    def _transport_to_peer(from_core: bool, trunk: Trunk | None) -> str:
        if not from_core:
            return KSR.pv.get("$pr").lower()
        if trunk is not None:
            return trunk.transport
        return (KSR.pv.get("$fs") or "udp").partition(":")[0].lower()


def _receiver() -> str:
    """Return the address that this message goes to, or "" for a name. An answer follows its Vias, of which the first is
    ours (RFC 3261 18.2.2)."""
    if KSR.pv.get("$mt") == REPLY:
        return addresses.host_in_via(KSR.pv.get("$(hdr(Via)[1])"))
    return addresses.host_of(KSR.pv.get("$du") or KSR.pv.get("$ru"))
