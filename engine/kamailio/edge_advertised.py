"""Chooses the address of ours that each peer gets in the messages of calls. The rules are in edge_addresses."""

import edge_addresses as addresses
import edge_media as media
import edge_trunks as trunks
import KSR

REPLY = 2  # $mt


class Reach:
    @staticmethod
    def sender():
        """Return the address that this message came from."""
        return addresses.canonical(KSR.pv.get("$si"))

    @staticmethod
    def receiver():
        """Return the address that this message goes to, or "" for a name. An answer follows its Vias, of which the
        first is ours (RFC 3261 18.2.2)."""
        if KSR.pv.get("$mt") == REPLY:
            return addresses.host_in_via(KSR.pv.get("$(hdr(Via)[1])"))
        return addresses.host_of(KSR.pv.get("$du") or KSR.pv.get("$ru"))

    def told(self, from_core, trunk=None):
        """Return our address for the client, phone or provider at the other end of this message."""
        if not from_core:
            return self.addresses.told(self.sender(), addresses.canonical(KSR.pv.get("$Ri")))
        if trunk is not None:
            return self.addresses.told(trunk.address)
        return self.addresses.told(self.receiver(), addresses.host_of(KSR.pv.get("$fs")))

    def media_route(self, leg, from_core, trunk=None):
        """Return where media of this leg arrives: rtpengine's interface and the address family. A browser gets all
        addresses and finds the one that works (ICE)."""
        if not self.two_interfaces:
            return None
        if leg == "webrtc":
            return media.Route(self.addresses.browser_interface, addresses.family(self.addresses.endpoints[0].local))
        told = self.told(from_core, trunk)
        return media.Route(told.interface, addresses.family(told.local))

    def record_route(self, parameter, leg, *, from_core, trunk=None):
        """Put ourselves into the dialog's route, with `parameter`. Kamailio names its socket by its public address. A
        peer on our side of a NAT gets this machine's own address."""
        KSR.rr.add_rr_param(parameter)
        told = None if leg == "webrtc" else self.told(from_core, trunk)
        if told is None or self.addresses.is_plain(told):
            KSR.rr.record_route()
            return
        transport = self.transport_to_peer(from_core, trunk)
        outside = f"{addresses.bracketed(told.address)}:{trunks.PORT_OF[transport]};transport={transport};r2=on"
        inside = f"{self.internal}:{self.core_side_port};transport=udp;r2=on"
        # the socket that the message leaves by comes first (RFC 5658 5)
        pair = (outside, inside) if from_core else (inside, outside)
        KSR.rr.record_route_preset(*pair)

    @staticmethod
    def transport_to_peer(from_core, trunk):
        if not from_core:
            return str(KSR.pv.get("$pr")).lower()
        if trunk is not None:
            return trunk.transport
        return str(KSR.pv.get("$fs") or "udp").partition(":")[0].lower()

    def socket_towards(self, address, transport):
        """Return our socket for requests to this address."""
        local = self.addresses.told(address).local
        return f"{transport}:{addresses.bracketed(local)}:{trunks.PORT_OF[transport]}"
