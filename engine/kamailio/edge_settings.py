"""The instance's settings, from edge.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    internal: str  # the loopback address of this installation's parts
    core_port: int
    core_side_port: int  # the edge's own port for the core
    rpc_port: int
    relay_port: int
    websocket_port: int
    two_interfaces: bool
    edge_key: str
    core_key: str
    rpc_key: str
    proxy_key: str
    origins: tuple[str, ...]

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> "Settings":
        return cls(
            internal=parameters["internal"],
            core_port=parameters["core_port"],
            core_side_port=parameters["core_side_port"],
            rpc_port=parameters["rpc_port"],
            relay_port=parameters["relay_port"],
            websocket_port=parameters["websocket_port"],
            two_interfaces=parameters["addresses"]["two_interfaces"],
            edge_key=parameters["edge_key"],
            core_key=parameters["core_key"],
            rpc_key=parameters["rpc_key"],
            proxy_key=parameters["proxy_key"],
            origins=tuple(parameters["origins"]),
        )
