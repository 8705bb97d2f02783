"""Remembers what the two sides of a leg have agreed on, so that a refused offer leaves it as it was (RFC 3261 14.1).

The relay takes each offer at once: it must give ports to whoever answers. It cannot take one back, so that it is told
the agreed offer and answer again.
"""

from typing import NamedTuple

import edge_current as current
import KSR


class AgreedSdp(NamedTuple):
    """Holds the last SDP of one side, and whether a NAT stood before it."""

    sdp: str
    behind_nat: bool

    @property
    def text(self) -> str:
        return f"{int(self.behind_nat)}{self.sdp}"


def note_offer(sdp: str, *, behind_nat: bool) -> None:
    """Note an offer until it is answered."""
    KSR.htable.sht_sets("offers", current.request_key(), AgreedSdp(sdp, behind_nat).text)


def note_answer(sdp: str, *, behind_nat: bool, from_core: bool) -> None:
    """Note an answer, and that the offer is accepted. A provisional one agrees on nothing: its call may still fail, and
    what was noted for it would stay."""
    is_final = not current.is_reply() or KSR.pv.get("$rs") >= 200
    offer = _read("offers", current.request_key())
    if offer is not None and is_final:
        KSR.htable.sht_sets("agreed", _key(is_core=not from_core), offer.text)
        KSR.htable.sht_sets("agreed", _key(is_core=from_core), AgreedSdp(sdp, behind_nat).text)


def is_offered() -> bool:
    """Return whether this request made an offer."""
    return KSR.htable.sht_get("offers", current.request_key()) is not None


def of_side(*, is_core: bool) -> AgreedSdp | None:
    return _read("agreed", _key(is_core=is_core))


def forget() -> None:
    for is_core in (False, True):
        KSR.htable.sht_rm("agreed", _key(is_core=is_core))


def _read(table: str, key: str) -> AgreedSdp | None:
    text = KSR.htable.sht_get(table, key)
    return AgreedSdp(text[1:], text[0] == "1") if text else None


def _key(*, is_core: bool) -> str:
    """Return a key for one side of this message's dialog. Of the two sides, either may have sent it."""
    dialog = current.dialog()
    tags = sorted((dialog.from_tag, dialog.to_tag))
    return f"{dialog.call_id} {tags[0]} {tags[1]} {'core' if is_core else 'peer'}"
