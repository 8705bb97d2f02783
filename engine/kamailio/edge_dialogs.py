"""Tracks every leg as a dialog, so that the edge can end it when the core has died and cannot."""

import json
import time
from typing import Literal

import edge_rpc as rpc
import edge_tables as tables
import KSR
from edge_advertised import Advertiser
from edge_bye import Bye, parse_bye
from edge_log import log
from edge_relay_control import RelayControl
from edge_relayed_calls import free_media

REASON = 'Reason: Q.850;cause=41;text="Temporary failure"\r\n'  # 41: the network failed, and a new call may succeed


class Dialogs:
    def __init__(self, advertiser: Advertiser, relay: RelayControl) -> None:
        self._advertiser = advertiser
        self._relay = relay

    def end_for_core(self, body: str | None) -> None:
        """Send a BYE in the core's place. Its CSeq is the time, which is greater than any CSeq of the core."""
        fields = parse_bye(body)
        if fields is None:
            KSR.xhttp.xhttp_reply(400, "Bad Request", "text/plain", "not a BYE")
            return
        log("core-lost", call_id=fields["call_id"], target=fields["target"])
        is_datagram = fields["transport"] == "udp"
        bye = Bye(
            target=fields["target"],
            next_hop=fields["next_hop"],
            call_id=fields["call_id"],
            sequence=int(time.time()),
            local=(fields["local_uri"], fields["local_tag"]),
            remote=(fields["remote_uri"], fields["remote_tag"]),
            headers=REASON + (f"Route: {fields['route']}\r\n" if fields["route"] else ""),
            socket=self._advertiser.socket_towards(fields["address"], "udp") if is_datagram else "",
        )
        self._relay.forget(fields["call_id"])
        if not _send_bye(bye.parameters):
            KSR.xhttp.xhttp_reply(500, "Not Sent", "text/plain", "not sent")
        else:
            KSR.xhttp.xhttp_reply(200, "OK", "text/plain", "sent")


def track_dialog(phone: Literal["caller", "called"] | None = None) -> bool:
    """Track the dialog of a first INVITE before it is sent on. Return True for a first INVITE. Create the transaction
    first: only then can the dialog be ended before it is answered. `phone` is the side of a telephone, which is asked
    during the call whether it is still there (edge_vanished)."""
    if KSR.pv.get("$rm") != "INVITE" or KSR.siputils.has_totag() > 0:
        return False
    KSR.tm.t_newtran()
    if phone is not None:
        KSR.pv.sets("$dlg_ctx(timeout_route)", "phone-unanswering")
        KSR.pv.sets("$dlg_var(phone)", phone)
    KSR.dialog.dlg_manage()
    if phone is not None:
        KSR.dialog.dlg_set_property("ka-src" if phone == "caller" else "ka-dst")
    return True


def relay(phone: Literal["caller", "called"] | None = None) -> None:
    is_call = track_dialog(phone)
    if KSR.tm.t_relay() < 0:
        if is_call:
            free_media()  # only for a new call: an established one keeps its ports
        KSR.sl.sl_reply_error()


def send_bye_soon(bye: Bye) -> None:
    """Have the heartbeat send a BYE. Within a message's own transaction, the command would take its place."""
    KSR.htable.sht_sets("byes", f"{bye.call_id} {bye.remote[1]}", json.dumps(bye.parameters))


def send_byes() -> None:
    for key, parameters in tables.entries("byes"):
        KSR.htable.sht_rm("byes", key)
        _send_bye(json.loads(parameters))


def _send_bye(parameters: list[str]) -> bool:
    """Send a BYE in another party's place. Return whether it was sent. `$uac_req` would give it a new From tag and no
    To tag, and the other side knows no such dialog (RFC 3261 12.2.2)."""
    return rpc.call("tm.t_uac_start", *parameters) is not None
