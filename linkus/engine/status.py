"""The state of the parts of the running instance, as the supervisor knows it and the portal shows it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import structlog

from linkus.kit.messages import Language, text

log = structlog.get_logger("supervisor")


class PartStateName(StrEnum):
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"
    FAILED = "failed"


class Reason(StrEnum):
    """Reasons why a part is not ready. `detail` has the specifics: a log line, an exit status, a version."""

    NONE = ""
    EXITED = "exited"
    KILLED = "killed"
    NOT_ANSWERING = "not_answering"
    TOO_OLD = "too_old"
    MISSING = "missing"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class PartState:
    name: str
    state: PartStateName = PartStateName.STOPPED
    pid: int | None = None
    since: float = 0.0
    restarts: int = 0
    reason: Reason = Reason.NONE
    detail: str = ""
    udp_problem: str = ""  # why its UDP ports are not guarded against other users (udp_guard.py)

    def message(self, language: Language = "zh-CN") -> str:
        return text(language, f"part_{self.reason}", detail=self.detail) if self.reason else ""


Listener = Callable[[PartState], None]


class EngineStatus:
    """Holds the present state of every part, and notifies listeners of changes."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._parts = {name: PartState(name) for name in names}
        self._listeners: list[Listener] = []

    @property
    def parts(self) -> list[PartState]:
        return list(self._parts.values())

    def part(self, name: str) -> PartState:
        return self._parts[name]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener in the event loop at each change. Return a function that unsubscribes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def set(self, part: PartState) -> None:
        if self._parts.get(part.name) == part:
            return
        self._parts[part.name] = part
        for listener in list(self._listeners):
            try:
                listener(part)
            except Exception as error:
                # a failing listener (such as a file on a full disk) must not end the caller, which supervises the part
                log.error("listener_failed", part=part.name, state=part.state, exc_info=error)

    def change(self, name: str, **values: object) -> None:
        self.set(replace(self._parts[name], **values))  # type: ignore[arg-type]  # checked by PartState itself


def encode(part: PartState) -> bytes:
    """Return the state as one line of the channel from the supervisor to the brain."""
    return json.dumps(asdict(part)).encode() + b"\n"


def decode(line: bytes) -> PartState:
    values = json.loads(line)
    values["state"] = PartStateName(values["state"])
    values["reason"] = Reason(values["reason"])
    return PartState(**values)
