"""Keeps the live calls and their legs for all readers. Only the tracker writes (tracker.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from linkus.call.call_state import Call, Channel
from linkus.call.live.ended_channels import EndedChannels
from linkus.call.types import TRUNK
from linkus.kit.kinds import SipKind


class CallBook:
    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._by_caller: dict[str, Call] = {}
        self._by_leg: dict[str, Call] = {}
        self._ended = EndedChannels()

    def calls(self) -> list[Call]:
        return sorted(self._by_caller.values(), key=lambda call: call.started_at)

    def on_call(self) -> set[str]:
        """Return the numbers that are on a call: callers, and those who answered. A number that only rings is not."""
        return {number for number, kind in self._talking() if kind != TRUNK}

    def busy_kinds(self, number: str) -> frozenset[SipKind]:
        """Return which clients of an extension are on a call (CW-2, CW-3)."""
        return frozenset(SipKind(kind) for whose, kind in self._talking() if whose == number and kind in set(SipKind))

    def calls_of(self, number: str) -> Counter[SipKind]:
        """Count the calls of each client of an extension, including ringing ones: a third call is refused (CW-2)."""
        calls_by_kind: Counter[SipKind] = Counter()
        for call in self._by_caller.values():
            is_talking = call.answered_at is not None and not call.is_page
            called = [call.answered_channel] if is_talking else call.legs
            sides = {(call.from_number, call.from_kind), *(self.identity(leg) for leg in called)}
            calls_by_kind.update(SipKind(kind) for whose, kind in sides if whose == number and kind in set(SipKind))
        return calls_by_kind

    def is_page(self, call_id: str) -> bool:
        return any(call.is_page for call in self._by_caller.values() if call.call_id == call_id)

    def calls_on_trunk(self, trunk_id: int) -> int:
        return sum(call.trunk_id == trunk_id for call in self._by_caller.values())

    def _talking(self) -> Iterator[tuple[str, str]]:
        """Yield (number, kind) of every leg that is on a call: callers, and those who answered."""
        for call in self._by_caller.values():
            yield call.from_number, call.from_kind
            if call.is_page:
                yield from (self.identity(leg) for leg in call.on_page)
            elif call.answered_at and call.answered_channel:
                yield call.to_number, call.answered_kind

    def identity(self, channel: str) -> tuple[str, str]:
        """Return the number and kind of a channel's owner. Only the dial string names the owner of a called leg, and
        the core then forgets it. An ended channel stays known for a while, because a party that transfers a caller is
        often gone before the core asks for the caller's next plan."""
        known = self._channels.get(channel)
        return (known.number, known.kind) if known else self._ended.identity(channel)

    def others_of_member(self, leg: str) -> list[str]:
        """Return a page's other legs to the person who has just answered with `leg`."""
        call, number = self._by_leg.get(leg), self.identity(leg)[0]
        if call is None or not call.is_page:
            return []
        return [name for name in call.legs if name != leg and self.identity(name)[0] == number]

    def is_bridged(self, channel: str) -> bool:
        """Return whether the core has connected this leg with others."""
        return channel in self._channels and bool(self._channels[channel].bridge)

    def channels_of(self, number: str, kind: str) -> list[str]:
        """Return the legs of one client."""
        return [item.name for item in self._channels.values() if (item.number, item.kind) == (number, kind)]

    def clients(self) -> set[tuple[str, SipKind]]:
        """Return the clients with a leg, except desk phones and trunks: the connection of such a client can break."""
        kinds = set(SipKind) - {SipKind.PHONE}
        return {(item.number, SipKind(item.kind)) for item in self._channels.values() if item.kind in kinds}

    def ids_of(self, name: str) -> set[str]:
        """Return the ids of the leg's call: the current id, and the id before a transfer."""
        channel, call = self._channels.get(name), self._by_caller.get(name) or self._by_leg.get(name)
        return {call_id for call_id in (channel and channel.last_call, call and call.call_id) if call_id}

    def unique_of(self, name: str) -> str:
        """Return the core's unique id of a leg, which stays unique after a restart of the core."""
        channel = self._channels.get(name)
        return channel.unique if channel else ""

    # ------------------------------------------------------------------ two-party calls
    def call_of(self, leg: str) -> Call | None:
        """Return the two-party call with this leg on one side. Return None for a page, an echo call or a ringing
        call."""
        call = self._by_caller.get(leg) or self._by_leg.get(leg)
        return call if call and call.answered_channel and leg in call.sides else None

    def own_id(self, leg: str) -> str:
        """Return the call id that the client at the end of this leg knows. The edge assigned it to the client's
        INVITE."""
        channel, call = self._channels.get(leg), self._by_caller.get(leg) or self._by_leg.get(leg)
        return (channel.last_call if channel else "") or (call.call_id if call else "")

    def is_connected_anew(self, leg: str, number: str) -> bool:
        """Note the number of a leg's other side. Return whether the leg was connected to another one before."""
        channel = self._channels.get(leg)
        if channel is None:
            return False
        before, channel.connected_to = channel.connected_to, number
        return before not in ("", number)

    def leg_of(self, number: str, kind: str, call_id: str) -> str | None:
        """Return the leg of this client in the call that the client knows by `call_id`."""
        return next((leg for leg in self.channels_of(number, kind) if self.own_id(leg) == call_id), None)

    def is_holding(self, leg: str) -> bool:
        channel = self._channels.get(leg)
        return channel is not None and channel.holds
