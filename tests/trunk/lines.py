"""Trunks for tests, and a scripted edge. The real one is tested with the engine."""

from __future__ import annotations

from typing import Any

from linkus.trunk.schemas import TrunkStatus

URL = "/api/v1/admin/trunks"


def given(**values: Any) -> dict[str, Any]:
    return {
        "name": "电信",
        "kind": "register",
        "host": "sip.example.com",
        "username": "01088886666",
        "password": "Trunk-Secret-7",
        **values,
    }


class SaidLines:
    """Holds the state of each trunk at the edge, and the result of a test."""

    def __init__(self) -> None:
        self.said: dict[int, TrunkStatus] = {}
        self.found = TrunkStatus()
        self.tested: list[int] = []

    def status(self, trunk_id: int) -> TrunkStatus:
        return self.said.get(trunk_id, TrunkStatus())

    def addresses(self) -> frozenset[str]:
        return frozenset()

    async def test(self, trunk_id: int) -> TrunkStatus:
        self.tested.append(trunk_id)
        return self.found
