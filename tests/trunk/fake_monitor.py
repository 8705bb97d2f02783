"""Trunks for tests, and a fake monitor. The real one is tested with the engine."""

from __future__ import annotations

from typing import Any

from linkus.trunk.schemas import TrunkStatus

URL = "/api/v1/admin/trunks"


def trunk_body(**values: Any) -> dict[str, Any]:
    return {
        "name": "电信",
        "kind": "register",
        "host": "sip.example.com",
        "username": "01088886666",
        "password": "Trunk-Secret-7",
        **values,
    }


class FakeTrunkMonitor:
    """Holds the state of each trunk at the edge, and the result of a test."""

    def __init__(self) -> None:
        self.statuses: dict[int, TrunkStatus] = {}
        self.test_result = TrunkStatus()
        self.tested: list[int] = []

    def status(self, trunk_id: int) -> TrunkStatus:
        return self.statuses.get(trunk_id, TrunkStatus())

    def addresses(self) -> frozenset[str]:
        return frozenset()

    async def test(self, trunk_id: int) -> TrunkStatus:
        self.tested.append(trunk_id)
        return self.test_result
