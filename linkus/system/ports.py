"""The engine's interface to the server's pages. `linkus serve` sets it as `app.state.engine_status`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol


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
    def message(self, language: str = ...) -> str: ...


class EngineParts(Protocol):
    @property
    def parts(self) -> Sequence[Part]: ...
    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]: ...


async def no_edge() -> bool:
    """Return False, because an edge that does not run is not being filled. Default of
    `app.state.edge_is_being_filled`."""
    return False


class NoEngine:
    """The engine of an instance with LINKUS_ENGINE=off."""

    parts: Sequence[Part] = ()

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        return lambda: None
