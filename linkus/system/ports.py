"""The engine's interface to the server's pages. `linkus serve` passes it to the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from linkus.kit.messages import Language


class Part(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def since(self) -> float: ...
    @property
    def restarts(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def detail(self) -> str: ...
    def message(self, language: Language = ...) -> str: ...


class EngineParts(Protocol):
    @property
    def parts(self) -> Sequence[Part]: ...
    def subscribe(self, listener: Callable[[Part], None]) -> Callable[[], None]: ...


@dataclass(frozen=True)
class RunningEngine:
    """Describes the engine of a supervised instance."""

    status: EngineParts
    versions: Mapping[str, str]  # of the programs, by name


async def no_edge() -> bool:
    """Return False, because an edge that does not run is not being filled."""
    return False


class NullEngine:
    """The engine of an instance with LINKUS_ENGINE=off."""

    parts: Sequence[Part] = ()

    def subscribe(self, listener: Callable[[Part], None]) -> Callable[[], None]:
        return lambda: None
