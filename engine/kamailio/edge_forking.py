"""Gives a call to the first of several contacts that answers it."""

import edge_contact_headers as contact_headers
import edge_current as current
import KSR
from edge_addresses import bracketed
from edge_advertised import Advertiser
from edge_bye import Bye
from edge_dialog_mark import Mark
from edge_dialogs import send_bye_soon
from edge_log import log


class FirstAnswer:
    def __init__(self, advertiser: Advertiser) -> None:
        self._advertiser = advertiser

    @staticmethod
    def is_late() -> bool:
        """Return whether another contact of the same client has already answered this INVITE. Each contact's answer
        counts once. Its tag identifies its retransmissions."""
        call, tag = current.request_key(), KSR.pv.get("$tt") or ""
        if KSR.htable.sht_inc("answers", f"{call}:{tag}") == 1 and KSR.htable.sht_inc("answers", call) == 1:
            KSR.htable.sht_sets("answered", call, tag)
        return KSR.htable.sht_get("answered", call) != tag

    def end_late(self, mark: Mark) -> None:
        """End the second of two simultaneous answers. The core takes one and would ignore the other, which the caller
        should end (RFC 3261 13.2.2.4). So the edge ends it, and the core never sees it."""
        log("answered-twice", call=mark.call, address=KSR.pv.get("$si"))
        transport, sender = KSR.pv.get("$pr").lower(), current.sender()
        send_bye_soon(
            Bye(
                target=contact_headers.contact_uri(KSR.pv.get("$ct")),
                next_hop=f"sip:{bracketed(sender)}:{KSR.pv.get('$sp')};transport={transport}",
                call_id=KSR.pv.get("$ci"),
                sequence=int(KSR.pv.get("$cs")) + 1,
                local=(KSR.pv.get("$fu"), KSR.pv.get("$ft")),
                remote=(KSR.pv.get("$tu"), KSR.pv.get("$tt") or ""),
                headers='Reason: SIP;cause=200;text="Call completed elsewhere"\r\n',
                socket=self._advertiser.socket_towards(sender, transport) if transport == "udp" else "",
            )
        )
