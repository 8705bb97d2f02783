"""Types for the call events of the core (Asterisk manager events)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A leg of a call. All legs of the same call share `linked_id`.

    `call`, `user` and `kind` are the edge's call id, the extension and the kind of its client. They are empty in the
    first event of a channel: the caller's are known from the plan request on, and a called leg's from DialBegin on. A
    leg to or from a provider has the kind `trunk`, the outside number as `user`, and the trunk's id.
    """

    name: str
    unique_id: str
    linked_id: str
    state: str
    call: str = ""
    user: str = ""
    kind: str = ""
    trunk: str = ""
    at: float | None = None  # Unix seconds of the event, by the core's clock


@dataclass(frozen=True, slots=True)
class Connected:
    """The manager connection is up (again). Earlier events were missed, so read `CoreManager.channels()`."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection is lost: the core restarts (which ends its calls) or is unreachable."""


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    channel: Channel


class NewChannel(ChannelEvent):
    """A leg begins."""


class NewState(ChannelEvent):
    """A leg's state changed: Down, Ring, Ringing, Up, Busy."""


class HangupRequested(ChannelEvent):
    """The other end of this leg has ended it. The core's own end of it (Hangup) follows, at once or later."""


class Held(ChannelEvent):
    """This leg put the call on hold."""


class Unheld(ChannelEvent):
    """This leg resumed the call."""


@dataclass(frozen=True, slots=True)
class DialBegin:
    """The core starts to ring a leg. `aor` is the dialled identity, such as `1002.web`."""

    caller: Channel | None
    called: Channel
    aor: str


@dataclass(frozen=True, slots=True)
class DialEnd:
    """A leg has answered, or its dialling failed. `status`: ANSWER, BUSY, NOANSWER, CANCEL, CONGESTION, CHANUNAVAIL,
    ..."""

    caller: Channel | None
    called: Channel
    status: str


@dataclass(frozen=True, slots=True)
class BridgeEnter:
    channel: Channel
    bridge: str


@dataclass(frozen=True, slots=True)
class BridgeLeave:
    channel: Channel
    bridge: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """A leg transferred its peer. `attended`: after talking to the third party."""

    by: Channel
    attended: bool
    to: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """A leg has ended, with a Q.850 cause."""

    channel: Channel
    cause: int


CoreEvent = (
    Connected
    | Lost
    | NewChannel
    | NewState
    | HangupRequested
    | Held
    | Unheld
    | DialBegin
    | DialEnd
    | BridgeEnter
    | BridgeLeave
    | Transfer
    | Hangup
)
# Header and value of a manager message. ChanVariable occurs several times, so its variables get keys of their own.
Message = Mapping[str, str]


def channel(message: Message, prefix: str = "") -> Channel | None:
    """Return the channel of a message. `prefix` is `Dest` for the called channel of two."""
    name = message.get(f"{prefix}Channel")
    if not name:
        return None
    return Channel(
        name=name,
        unique_id=message.get(f"{prefix}Uniqueid", ""),
        linked_id=message.get(f"{prefix}Linkedid", ""),
        state=message.get(f"{prefix}ChannelStateDesc", ""),
        call=message.get(f"{prefix}ChanVariable(LK_CALL)", ""),
        user=message.get(f"{prefix}ChanVariable(LK_USER)", ""),
        kind=message.get(f"{prefix}ChanVariable(LK_KIND)", ""),
        trunk=message.get(f"{prefix}ChanVariable(LK_TRUNK)", ""),
        at=_seconds(message.get("Timestamp")),
    )


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def dialled_aor(dial_string: str) -> str:
    """Return `1002.web` for `edge/sip:1002.web@127.0.0.1:5070`, or for `1002.web@edge` of a page."""
    return dial_string.rpartition("sip:")[2].partition("@")[0]


def _dial_begin(message: Message) -> CoreEvent | None:
    called = channel(message, "Dest")
    return DialBegin(channel(message), called, dialled_aor(message.get("DialString", ""))) if called else None


def _dial_end(message: Message) -> CoreEvent | None:
    called = channel(message, "Dest")
    return DialEnd(channel(message), called, message.get("DialStatus", "")) if called else None


def _transfer(attended: bool, prefix: str, target: str) -> Callable[[Message], CoreEvent | None]:
    def parse(message: Message) -> CoreEvent | None:
        by = channel(message, prefix)
        return Transfer(by, attended, message.get(target, "")) if by else None

    return parse


def _of_channel(
    kind: type[NewChannel | NewState | HangupRequested | Held | Unheld],
) -> Callable[[Message], CoreEvent | None]:
    def parse(message: Message) -> CoreEvent | None:
        its = channel(message)
        return kind(its) if its else None

    return parse


def _bridge(kind: type[BridgeEnter | BridgeLeave]) -> Callable[[Message], CoreEvent | None]:
    def parse(message: Message) -> CoreEvent | None:
        its = channel(message)
        return kind(its, message.get("BridgeUniqueid", "")) if its else None

    return parse


def _hangup(message: Message) -> CoreEvent | None:
    its = channel(message)
    cause = message.get("Cause", "")
    return Hangup(its, int(cause) if cause.isdigit() else 0) if its else None


_PARSERS: dict[str, Callable[[Message], CoreEvent | None]] = {
    "Newchannel": _of_channel(NewChannel),
    "Newstate": _of_channel(NewState),
    "Hold": _of_channel(Held),
    "Unhold": _of_channel(Unheld),
    "DialBegin": _dial_begin,
    "DialEnd": _dial_end,
    "BridgeEnter": _bridge(BridgeEnter),
    "BridgeLeave": _bridge(BridgeLeave),
    "BlindTransfer": _transfer(False, "Transferer", "Extension"),
    "AttendedTransfer": _transfer(True, "OrigTransferer", "SecondTransfererConnectedLineNum"),
    "HangupRequest": _of_channel(HangupRequested),
    "Hangup": _hangup,
}


def parse_event(message: Message) -> CoreEvent | None:
    """Return the event of a manager message, or None if the message is not about a call."""
    parser = _PARSERS.get(message.get("Event", ""))
    return parser(message) if parser else None
