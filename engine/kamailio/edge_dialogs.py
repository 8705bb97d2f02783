"""Every leg is a dialog that the edge knows, so that it can end the leg when the core, which has died, cannot."""

import json
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
        headers = (
            f"From: <{bye['local_uri']}>;tag={bye['local_tag']}\r\n"
            f"To: <{bye['remote_uri']}>;tag={bye['remote_tag']}\r\n"
            f"Call-ID: {bye['call_id']}\r\nCSeq: {int(time.time())} BYE\r\nMax-Forwards: 70\r\n{REASON}"
        )
        if bye["route"]:
            headers += f"Route: {bye['route']}\r\n"
        # The module uac takes tags, but does not send them; without the right ones a phone does not hang up.
        params = ["BYE", bye["target"], bye["next_hop"], sock or ".", headers, ""]
        KSR.jsonrpcs.exec(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tm.t_uac_start", "params": params}))
        is_sent = int(KSR.pv.get("$jsonrpl(code)") or 0) == 200
        if not is_sent:
            KSR.xhttp.xhttp_reply(500, "Not Sent", "text/plain", "not sent")
        else:
            KSR.xhttp.xhttp_reply(200, "OK", "text/plain", "sent")
        return 1
