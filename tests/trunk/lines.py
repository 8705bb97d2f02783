"""Trunks for tests, and an edge that says what it is told to: what the real one does is tested with the engine."""

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
    """What the edge has said of each trunk, and what a test will find."""

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
