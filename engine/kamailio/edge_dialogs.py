"""Every leg is a dialog that the edge knows, so that it can end the leg when the core, which has died, cannot."""

import time

import KSR
from edge_bye import parse_bye
from edge_log import log

REASON = 'Reason: Q.850;cause=41;text="Temporary failure"\r\n'  # 41: the network failed, and a new call may succeed


class Dialogs:
    @staticmethod
    def remember_dialog():
        """Of a first INVITE, before it is sent on; True if it is one. Its transaction comes first: a dialog that has it
        can be ended before it is answered."""
        if KSR.pv.get("$rm") != "INVITE" or KSR.siputils.has_totag() > 0:
            return False
        KSR.tm.t_newtran()
        KSR.dialog.dlg_manage()
        return True

    def end_dialog(self, body):
        """A BYE in the core's place. Its CSeq is the time, which is greater than any the core has counted up to."""
        bye = parse_bye(body)
        if bye is None:
            KSR.xhttp.xhttp_reply(400, "Bad Request", "text/plain", "not a BYE")
            return 1
        log("core-lost", call_id=bye["call_id"], target=bye["target"])
        sock = self.socket_towards(bye["address"], "udp") if bye["transport"] == "udp" else ""
        fields = {
            "method": "BYE",
            "ruri": bye["target"],
            "ouri": bye["next_hop"],
            "furi": bye["local_uri"],
            "turi": bye["remote_uri"],
            "ftag": bye["local_tag"],
            "ttag": bye["remote_tag"],
            "callid": bye["call_id"],
            "hdrs": REASON + (f"Route: {bye['route']}\r\n" if bye["route"] else ""),
            "sock": sock,
        }
        for name, value in fields.items():
            KSR.pv.sets(f"$uac_req({name})", value)
        KSR.pv.seti("$uac_req(cseqno)", int(time.time()))
        KSR.pv.seti("$uac_req(evroute)", 0)
        sent = KSR.uac.uac_req_send()
        for name in ("ftag", "ttag", "callid", "sock", "ouri"):
            KSR.pv.sets(f"$uac_req({name})", "")
        KSR.pv.seti("$uac_req(cseqno)", 0)
        if sent < 0:
            KSR.xhttp.xhttp_reply(500, "Not Sent", "text/plain", "not sent")
        else:
            KSR.xhttp.xhttp_reply(200, "OK", "text/plain", "sent")
        return 1
