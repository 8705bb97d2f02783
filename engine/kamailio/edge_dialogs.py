"""Tracks every leg as a dialog, so that the edge can end it when the core has died and cannot."""

import json
import time

import edge_tables as tables
import KSR
from edge_bye import Bye, parse_bye
from edge_log import log

REASON = 'Reason: Q.850;cause=41;text="Temporary failure"\r\n'  # 41: the network failed, and a new call may succeed


class Dialogs:
    @staticmethod
    def remember_dialog():
        """Track the dialog of a first INVITE before it is sent on. Return True for a first INVITE. Create the
        transaction first: only then can the dialog be ended before it is answered."""
        if KSR.pv.get("$rm") != "INVITE" or KSR.siputils.has_totag() > 0:
            return False
        KSR.tm.t_newtran()
        KSR.dialog.dlg_manage()
        return True

    def end_dialog(self, body):
        """Send a BYE in the core's place. Its CSeq is the time, which is greater than any CSeq of the core."""
        bye = parse_bye(body)
        if bye is None:
            KSR.xhttp.xhttp_reply(400, "Bad Request", "text/plain", "not a BYE")
            return 1
        log("core-lost", call_id=bye["call_id"], target=bye["target"])
        sock = self.socket_towards(bye["address"], "udp") if bye["transport"] == "udp" else ""
        own = Bye(
            target=bye["target"],
            next_hop=bye["next_hop"],
            call_id=bye["call_id"],
            sequence=int(time.time()),
            local=(bye["local_uri"], bye["local_tag"]),
            remote=(bye["remote_uri"], bye["remote_tag"]),
            headers=REASON + (f"Route: {bye['route']}\r\n" if bye["route"] else ""),
            socket=sock,
        )
        if not self.send_bye(own.parameters):
            KSR.xhttp.xhttp_reply(500, "Not Sent", "text/plain", "not sent")
        else:
            KSR.xhttp.xhttp_reply(200, "OK", "text/plain", "sent")
        return 1

    @staticmethod
    def send_bye(parameters):
        """Send a BYE in another party's place. Return whether it was sent. `$uac_req` would give it a new From tag and
        no To tag, and the other side knows no such dialog (RFC 3261 12.2.2)."""
        return tables.ask("tm.t_uac_start", *parameters) is not None

    @staticmethod
    def send_bye_soon(bye):
        """Have the heartbeat send a BYE. Within a message's own transaction, the command would take its place."""
        KSR.htable.sht_sets("byes", f"{bye.call_id} {bye.remote[1]}", json.dumps(bye.parameters))

    def send_byes(self):
        for key, parameters in tables.entries("byes"):
            KSR.htable.sht_rm("byes", key)
            self.send_bye(json.loads(parameters))
