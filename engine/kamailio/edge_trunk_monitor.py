"""Watches the trunks. The uac module registers, and the edge reads the answers. The edge also sends OPTIONS to every
provider regularly, which keeps NAT bindings open, and reports the states to the brain.
"""

import time
import uuid

import edge_current as current
import edge_rpc as rpc
import edge_trunk_table as trunk_table
import edge_trunks as trunks
import KSR
from edge_advertised import Advertiser
from edge_events import EventSender
from edge_log import log
from edge_trunks import Trunk, TrunkState

PING_SECONDS = 20
PING_AGAIN_SECONDS = 10  # a provider that does not answer is probed more often
REGISTER_WAITS_SECONDS = 7  # the transaction gives up after tm's fr_timer
NO_ANSWER = 2  # $uac_req(evtype)


class TrunkMonitor:
    def __init__(self, advertiser: Advertiser, events: EventSender) -> None:
        self._advertiser = advertiser
        self._events = events

    # ------------------------------------------------------------------ every two seconds
    def watch(self) -> None:
        now = int(time.time())
        for trunk in trunk_table.all_trunks():
            if now >= int(_recall(trunk, "next") or 0):
                self._ping(trunk, now)
            sent = _recall(trunk, "sent")
            if sent and now - int(sent) > REGISTER_WAITS_SECONDS:
                _remember(trunk, "sent", "")
                self._note_registration(trunk, TrunkState("unreachable", 0, ""))

    # ------------------------------------------------------------------ pings
    def _ping(self, trunk: Trunk, now: int) -> None:
        _remember(trunk, "next", str(now + PING_SECONDS))
        KSR.pv.sets("$uac_req(method)", "OPTIONS")
        KSR.pv.sets("$uac_req(ruri)", f"sip:{trunk.domain}")
        KSR.pv.sets("$uac_req(ouri)", trunk.next_hop)
        KSR.pv.sets("$uac_req(furi)", trunk.request_uri(trunk.user or trunks.CONTACT_USER))
        KSR.pv.sets("$uac_req(turi)", f"sip:{trunk.domain}")
        KSR.pv.sets("$uac_req(hdrs)", f"Contact: <{self._advertiser.contact_uri(trunk)}>\r\n")
        KSR.pv.sets("$uac_req(sock)", self._advertiser.socket_towards(trunk.address, trunk.transport))
        KSR.pv.sets("$uac_req(callid)", trunks.ping_id(trunk, uuid.uuid4().hex))
        KSR.pv.seti("$uac_req(evroute)", 1)
        KSR.pv.sets("$uac_req(evparam)", f"{trunk.id}:{trunk.revision}")
        if KSR.uac.uac_req_send() < 0:
            self._note_ping(trunk, trunks.state_after_ping(0, "", timeout=True))

    def ping_ended(self) -> None:
        """Handle a ping without an answer. The reply route has handled any answer."""
        trunk_id, _, revision = (KSR.pv.get("$uac_req(evparam)") or "").partition(":")
        trunk = trunk_table.find(trunk_id)
        if trunk is not None and trunk.revision == revision and int(KSR.pv.get("$uac_req(evtype)") or 0) == NO_ANSWER:
            self._note_ping(trunk, trunks.state_after_ping(0, "", timeout=True))

    def ping_answered(self) -> None:
        """Handle an answer to a ping. Any is a sign of life, even a challenge, which uac does not report."""
        trunk_id, revision = trunks.parse_ping_id(KSR.pv.get("$ci"))
        trunk = trunk_table.find(trunk_id)
        status = KSR.pv.get("$rs")
        if trunk is not None and trunk.revision == revision and status >= 200:
            self._note_ping(trunk, trunks.state_after_ping(status, KSR.pv.get("$rr") or "", timeout=False))

    def _note_ping(self, trunk: Trunk, ping: TrunkState) -> None:
        before = trunks.parse_state(_recall(trunk, "ping"))
        _remember(trunk, "ping", ping.text)
        if ping.state == "unreachable":
            _remember(trunk, "next", str(int(time.time()) + PING_AGAIN_SECONDS))
        else:
            _remember(trunk, "answers", "1")
            if trunk.register and before is not None and before.state == "unreachable":
                # The provider may have lost our registration while it was away.
                _remember(trunk, "registration", "")
                _register_now(trunk)
        self._report(trunk)

    # ------------------------------------------------------------------ registrations
    @staticmethod
    def note_own_request() -> None:
        """Note, for a REGISTER that the edge sends itself, its trunk and whether it has credentials."""
        if KSR.pv.get("$rm") != "REGISTER":
            return
        trunk = trunk_table.find_by_contact(trunks.user_of(KSR.hdr.get("Contact")))
        if trunk is not None:
            authorized = KSR.hdr.is_present("Authorization") > 0 or KSR.hdr.is_present("Proxy-Authorization") > 0
            value = f"{trunk.id}:{trunk.revision}:{int(authorized)}"
            KSR.htable.sht_sets("trunkregister", current.request_key(), value)
            _remember(trunk, "sent", str(int(time.time())))

    def register_answered(self) -> None:
        value = KSR.htable.sht_get("trunkregister", current.request_key()) or ""
        trunk_id, _, rest = value.partition(":")
        revision, _, authorized = rest.partition(":")
        trunk = trunk_table.find(trunk_id)
        if trunk is None or trunk.revision != revision:
            return
        _remember(trunk, "sent", "")
        reason = KSR.pv.get("$rr") or ""
        registration = trunks.state_after_register(KSR.pv.get("$rs"), reason, authorized=authorized == "1")
        if registration is not None:
            self._note_registration(trunk, registration)

    def _note_registration(self, trunk: Trunk, registration: TrunkState) -> None:
        _remember(trunk, "registration", registration.text)
        self._report(trunk)

    # ------------------------------------------------------------------ edge -> brain
    def _report(self, trunk: Trunk) -> None:
        """Report the full state each time, changed or not: a datagram may be lost, and the brain may have restarted."""
        state = trunks.combined_state(
            trunk,
            trunks.parse_state(_recall(trunk, "registration")),
            trunks.parse_state(_recall(trunk, "ping")),
            answers=_recall(trunk, "answers") is not None,
        )
        if state is not None:
            if _recall(trunk, "told") != state.text:
                _remember(trunk, "told", state.text)
                log("trunk", trunk=trunk.id, state=state.state, code=state.code, address=trunk.next_hop)
            self._events.trunk(int(trunk.id), trunk.revision, state.state, state.code, state.reason)


# ---------------------------------------------------------------------- state of this revision of a trunk
def _recall(trunk: Trunk, name: str) -> str | None:
    return KSR.htable.sht_get("trunkstate", f"{trunk.id}:{trunk.revision}:{name}")


def _remember(trunk: Trunk, name: str, value: str) -> None:
    KSR.htable.sht_sets("trunkstate", f"{trunk.id}:{trunk.revision}:{name}", value)


def _register_now(trunk: Trunk) -> None:
    if rpc.call("uac.reg_register", "l_uuid", trunk.contact) is None:
        log("trunk-not-registered", trunk=trunk.id)
