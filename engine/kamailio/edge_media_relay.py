"""Has rtpengine rewrite the SDP of calls. No other SDP passes the edge."""

import edge_agreed_media as agreed
import edge_current as current
import edge_media as media
import edge_relayed_calls as relayed_calls
import edge_trunks as trunks
import KSR
from edge_advertised import Advertiser
from edge_identity import Leg
from edge_log import log
from edge_media import Side
from edge_trunks import Trunk


class MediaRelay:
    def __init__(self, internal: str, advertiser: Advertiser) -> None:
        self._internal = internal
        self._advertiser = advertiser

    def rewrite_request(
        self, method: str, from_core: bool, leg: Leg, *, branch: bool = False, trunk: Trunk | None = None
    ) -> bool:
        """Rewrite the SDP of a request. It is an offer, except in an ACK that answers a late offer in the 200 (RFC 3261
        13.2.1). With `trunk`, an offer names only that provider's codecs. Return False if the offer was refused."""
        has_sdp = current.has_sdp()
        if method == "ACK":
            if has_sdp:
                self._rewrite_ack(from_core, leg)
            return True
        if not has_sdp:
            if method == "INVITE":
                KSR.htable.sht_sets("lateoffer", current.request_key(), "1")
            return True
        if not from_core and not media.offers_audio(KSR.pv.get("$rb") or "", _codecs_of(trunk)):
            KSR.sl.sl_send_reply(488, "Not Acceptable Here")
            return False
        suffix = " via-branch=auto-next" if branch else trunks.codec_flags(trunk)
        if self._rewrite(from_core, leg, is_offer=True, suffix=suffix, trunk=trunk):
            return True
        if not branch:
            KSR.sl.sl_send_reply(503, "Media Relay Unavailable")
        return False

    def _rewrite_ack(self, from_core: bool, leg: Leg) -> None:
        late = current.request_key()
        is_awaited = KSR.htable.sht_get("lateoffer", late) is not None
        KSR.htable.sht_rm("lateoffer", late)
        if not is_awaited:
            take_out_sdp()
        elif not self._rewrite(from_core, leg, is_offer=False):
            self._lead_media_nowhere()

    def rewrite_answer(self, from_core: bool, leg: Leg, *, is_one_of_several: bool = False) -> None:
        """Rewrite the SDP of an answer. It is an offer if the request had none. The answer of one contact of several is
        matched by the branch that its offer was sent with."""
        if not current.has_sdp():
            return
        is_offer = bool(KSR.htable.sht_get("lateoffer", current.request_key()))
        suffix = " via-branch=1" if is_one_of_several and not is_offer else ""
        if not self._rewrite(from_core, leg, is_offer=is_offer, suffix=suffix):
            self._lead_media_nowhere()

    def _rewrite(
        self, from_core: bool, leg: Leg, *, is_offer: bool, suffix: str = "", trunk: Trunk | None = None
    ) -> bool:
        source: Side = "core" if from_core else leg
        target: Side = leg if from_core else "core"
        sdp = media.strip_ssrc(KSR.pv.get("$rb") or "")
        behind_nat = source == "sip" and media.is_behind_nat(sdp, KSR.hdr.get("Contact") or "", KSR.pv.get("$si"))
        KSR.pv.sets("$avp(sdp)", sdp)
        if is_offer:
            route = self._advertiser.media_route(leg, from_core, trunk)
            is_first = KSR.siputils.has_totag() < 0
            flags = media.offer_flags(source, target, route=route, behind_nat=behind_nat, is_first=is_first)
            result = KSR.rtpengine.rtpengine_offer(flags + suffix)
            if result > 0:
                relayed_calls.note_offer()
                if leg != "webrtc":  # see `restore`
                    agreed.note_offer(sdp, behind_nat=behind_nat)
            elif is_first or current.is_reply():
                relayed_calls.forget_refused_offer()
        else:
            flags = media.answer_flags(source, target, behind_nat=behind_nat)
            result = KSR.rtpengine.rtpengine_answer(flags + suffix)
            if result > 0:
                agreed.note_answer(sdp, behind_nat=behind_nat, from_core=from_core)
        if result < 0:
            log("media-relay-failed", offer=is_offer, source=source, target=target)
        return result > 0

    def restore(self, from_core: bool, leg: Leg, trunk: Trunk | None) -> None:
        """Tell the relay again what the sides had agreed on, because the offer of this request was refused. A browser
        is left alone: it offers again by itself, and each offer could cost it a new ICE."""
        own, other = agreed.of_side(is_core=from_core), agreed.of_side(is_core=not from_core)
        if leg == "webrtc" or not agreed.is_offered() or own is None or other is None:
            return
        source: Side = "core" if from_core else leg
        target: Side = leg if from_core else "core"
        route = self._advertiser.media_route(leg, from_core, trunk)
        flags = media.offer_flags(source, target, route=route, behind_nat=own.behind_nat) + trunks.codec_flags(trunk)
        KSR.pv.sets("$avp(sdp)", own.sdp)
        is_restored = KSR.rtpengine.rtpengine_offer(flags) > 0
        if is_restored:
            dialog = current.dialog()
            flags = media.answer_flags(target, source, behind_nat=other.behind_nat)
            KSR.pv.sets("$avp(sdp)", other.sdp)
            tags = f" from-tag={dialog.from_tag} to-tag={dialog.to_tag}"
            is_restored = KSR.rtpengine.rtpengine_answer(flags + tags) > 0
        log("media-restored" if is_restored else "media-relay-failed", source=source, target=target)

    def _lead_media_nowhere(self) -> None:
        """Replace an answer's SDP that the relay has not rewritten. The call is not lost for a relay that was restarted
        since the offer: the brain has each leg offer its media again."""
        sdp = media.without_media(KSR.pv.get("$rb") or "", self._internal)
        if sdp is None:
            take_out_sdp()
        else:
            KSR.textops.set_body(sdp, "application/sdp")


def _codecs_of(trunk: Trunk | None) -> frozenset[str]:
    """Return the codecs of which an offer must have one. A provider's first offer must have one of the trunk's own."""
    named = {trunks.CODECS[codec].lower() for codec in trunk.codecs if codec in trunks.CODECS} if trunk else set()
    codecs = frozenset(named) or media.CORE_CODECS
    return codecs | media.CONVERTED_CODECS if trunk and KSR.siputils.has_totag() > 0 else codecs


def take_out_sdp() -> None:
    """Remove SDP that the relay has not rewritten: the core would send media to any address and port that it names,
    even to the relay's own control port."""
    if current.has_sdp():
        KSR.textopsx.remove_body()
