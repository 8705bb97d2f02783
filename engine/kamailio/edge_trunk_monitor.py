"""Watches the trunks. The uac module registers, and the edge reads the answers. The edge also sends OPTIONS to every
provider regularly, which keeps NAT bindings open, and reports the states to the brain.
"""

import time
import uuid

import edge_tables as tables
import edge_trunks as trunks
import KSR
from edge_faults import guarded
from edge_log import log

PING_SECONDS = 20
PING_AGAIN_SECONDS = 10  # a provider that does not answer is probed more often
REGISTER_WAITS_SECONDS = 7  # the transaction gives up after tm's fr_timer


class Watch:
    # ------------------------------------------------------------------ state of this revision of a trunk
    @staticmethod
    def recall(trunk, what):
        return KSR.htable.sht_get("trunkstate", f"{trunk.id}:{trunk.stamp}:{what}")

    @staticmethod
    def remember(trunk, what, value):
        KSR.htable.sht_sets("trunkstate", f"{trunk.id}:{trunk.stamp}:{what}", value)

    def all_trunks(self):
        found = (trunks.parse(*each) for each in tables.entries("trunks"))
        return [trunk for trunk in found if trunk is not None]

    # ------------------------------------------------------------------ every two seconds
    def watch_trunks(self):
        now = int(time.time())
        for trunk in self.all_trunks():
            if now >= int(self.recall(trunk, "next") or 0):
                self.ping(trunk, now)
            sent = self.recall(trunk, "sent")
            if sent and now - int(sent) > REGISTER_WAITS_SECONDS:
                self.remember(trunk, "sent", "")
                self.registration_is(trunk, trunks.Standing("unreachable", 0, ""))

    def ping(self, trunk, now):
        self.remember(trunk, "next", str(now + PING_SECONDS))
        KSR.pv.sets("$uac_req(method)", "OPTIONS")
        KSR.pv.sets("$uac_req(ruri)", f"sip:{trunk.domain}")
        KSR.pv.sets("$uac_req(ouri)", trunk.next_hop)
        KSR.pv.sets("$uac_req(furi)", trunk.request_uri(trunk.user or trunks.CONTACT_USER))
        KSR.pv.sets("$uac_req(turi)", f"sip:{trunk.domain}")
        KSR.pv.sets("$uac_req(hdrs)", f"Contact: <{self.contact_uri(trunk)}>\r\n")
        KSR.pv.sets("$uac_req(sock)", self.socket_towards(trunk.address, trunk.transport))
        KSR.pv.sets("$uac_req(callid)", trunks.ping_id(trunk, uuid.uuid4().hex))
        KSR.pv.seti("$uac_req(evroute)", 1)
        KSR.pv.sets("$uac_req(evparam)", f"{trunk.id}:{trunk.stamp}")
        if KSR.uac.uac_req_send() < 0:
            self.ping_is(trunk, trunks.of_ping(0, "", timeout=True))

    @guarded
    def ksr_uac_event(self, msg, evname):
        """Handle a ping without an answer (evtype 2). The reply route has handled any answer."""
        trunk_id, _, stamp = (KSR.pv.get("$uac_req(evparam)") or "").partition(":")
        trunk = self.trunk(trunk_id)
        if trunk is not None and trunk.stamp == stamp and int(KSR.pv.get("$uac_req(evtype)") or 0) == 2:
            self.ping_is(trunk, trunks.of_ping(0, "", timeout=True))
        return 1

    def ping_answered(self):
        """Handle an answer to a ping. Any is a sign of life, even a challenge, which uac does not report."""
        trunk_id, stamp = trunks.pinged(KSR.pv.get("$ci"))
        trunk = self.trunk(trunk_id)
        status = int(KSR.pv.get("$rs"))
        if trunk is not None and trunk.stamp == stamp and status >= 200:
            self.ping_is(trunk, trunks.of_ping(status, KSR.pv.get("$rr") or "", timeout=False))

    def ping_is(self, trunk, standing):
        before = trunks.standing(self.recall(trunk, "ping"))
        self.remember(trunk, "ping", standing.text)
        if standing.state == "unreachable":
            self.remember(trunk, "next", str(int(time.time()) + PING_AGAIN_SECONDS))
        else:
            self.remember(trunk, "answers", "1")
            if trunk.register and before is not None and before.state == "unreachable":
                # The provider may have lost our registration while it was away.
                self.remember(trunk, "registration", "")
                self.register_now(trunk)
        self.tell(trunk)

    @staticmethod
    def register_now(trunk):
        if tables.ask("uac.reg_register", "l_uuid", trunk.contact) is None:
            log("trunk-not-registered", trunk=trunk.id)

    # ------------------------------------------------------------------ registrations
    @guarded
    def ksr_tm_event(self, msg, evname):
        """Note, for a REGISTER that the edge sends itself, its trunk and whether it has credentials."""
        if KSR.pv.get("$rm") == "REGISTER":
            user = trunks.user_of(KSR.hdr.get("Contact"))
            trunk = self.trunk(KSR.htable.sht_get("trunkcontact", user))
            if trunk is not None:
                authorized = KSR.hdr.is_present("Authorization") > 0 or KSR.hdr.is_present("Proxy-Authorization") > 0
                key = f"{KSR.pv.get('$ci')}:{KSR.pv.get('$cs')}"
                KSR.htable.sht_sets("trunkregister", key, f"{trunk.id}:{trunk.stamp}:{int(authorized)}")
                self.remember(trunk, "sent", str(int(time.time())))
        return 1

    def register_answered(self):
        key = f"{KSR.pv.get('$ci')}:{KSR.pv.get('$cs')}"
        trunk_id, _, rest = (KSR.htable.sht_get("trunkregister", key) or "").partition(":")
        stamp, _, authorized = rest.partition(":")
        trunk = self.trunk(trunk_id)
        if trunk is None or trunk.stamp != stamp:
            return
        self.remember(trunk, "sent", "")
        status = int(KSR.pv.get("$rs"))
        standing = trunks.of_register(status, KSR.pv.get("$rr") or "", authorized=authorized == "1")
        if standing is not None:
            self.registration_is(trunk, standing)

    def registration_is(self, trunk, standing):
        self.remember(trunk, "registration", standing.text)
        self.tell(trunk)

    # ------------------------------------------------------------------ edge -> brain
    def tell(self, trunk):
        """Report the full state each time, changed or not: a datagram may be lost, and the brain may have restarted."""
        standing = trunks.joined(
            trunk,
            trunks.standing(self.recall(trunk, "registration")),
            trunks.standing(self.recall(trunk, "ping")),
            answers=self.recall(trunk, "answers") is not None,
        )
        if standing is not None:
            if self.recall(trunk, "told") != standing.text:
                self.remember(trunk, "told", standing.text)
                log("trunk", trunk=trunk.id, state=standing.state, code=standing.code, address=trunk.next_hop)
            self.notices.trunk(int(trunk.id), trunk.stamp, standing.state, standing.code, standing.reason)
