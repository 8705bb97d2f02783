"""Ends the call of a phone that has vanished: without power or network, it sends no BYE.

A phone may be silent for long and be well: it only listens (RFC 3264 5.1), is muted, or leaves pauses out. So the edge
asks each phone in a call every half minute (OPTIONS within the dialog, RFC 3261 12.2, by Kamailio's dialog module).
Three questions without an answer, and a minute without a packet at the relay, mean that nobody is there. A phone that
does not answer such questions keeps its call as long as it sends sound.
"""

import time

import KSR
from edge_bye import Bye
from edge_core import Core
from edge_dialogs import send_bye_soon
from edge_log import log
from edge_relay_control import RelayControl
from edge_silence import silence

MAX_SILENT_SECONDS = 60
REASON = 'Reason: Q.850;cause=27;text="Destination out of order"\r\n'


class VanishedPhones:
    def __init__(self, core: Core, relay: RelayControl) -> None:
        self._core = core
        self._relay = relay

    def unanswered(self) -> None:
        """Handle a dialog that ends because its phone has left three questions unanswered."""
        call_id = KSR.pv.get("$dlg(callid)")
        caller = (KSR.pv.get("$dlg(from_uri)"), KSR.pv.get("$dlg(from_tag)"))
        called = (KSR.pv.get("$dlg(to_uri)"), KSR.pv.get("$dlg(to_tag)"))
        phone, core = (caller, called) if KSR.pv.get("$dlg_var(phone)") == "caller" else (called, caller)
        if not all((call_id, *phone, *core)):
            return
        told = self._relay.query(call_id)  # only the dialog module's timer waits here, and no message
        silent_for = silence(told, phone[1], time.time()) if told is not None else None
        log("phone-unanswering", target=phone[0], silent=silent_for)
        if silent_for is None or silent_for < MAX_SILENT_SECONDS:
            return
        # The core ends the call as if the phone had hung up. Its CSeq is the time, as `Dialogs.end_for_core`.
        send_bye_soon(
            Bye(
                target=self._core.uri,
                next_hop=self._core.uri,
                call_id=call_id,
                sequence=int(time.time()),
                local=phone,
                remote=core,
                headers=REASON,
                socket=self._core.socket,
            )
        )
        self._relay.forget(call_id)
