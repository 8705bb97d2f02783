"""What the server's own pages need to know of the engine; `linkus serve` puts it on `app.state.engine_status`."""

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
    """An edge that does not run is not being filled: the default of `app.state.edge_is_being_filled`."""
    return False


class NoEngine:
    """Of an instance with LINKUS_ENGINE=off."""

    parts: Sequence[Part] = ()

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        return lambda: None
