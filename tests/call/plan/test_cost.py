"""The plan of a call is part of the ringing delay: its statements and the routes that are tried before it are few."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from tests.call.core import CALLER, ask, registered
from tests.support.api import Server
from tests.support.statements import counted

DID = "+862155500001"


async def created(admin: httpx.AsyncClient, path: str, **body: Any) -> int:
    answer = await admin.post(f"/api/v1/admin/{path}", json=body)
    assert answer.status_code == 201, answer.text
    new_id: int = answer.json()["id"]
    return new_id


@pytest_asyncio.fixture(loop_scope="session")
async def trunk(server: Server, admin: httpx.AsyncClient) -> str:
    """Furnish the server: extensions, two routes of each kind and a group of two. Return the trunk's id."""
    called, *members = [await server.make_extension(number) for number in ("1001", "1002", "1003")]
    trunk = await created(admin, "trunks", name="line", kind="peer", host="192.0.2.1")
    member_ids = [member.id for member in members]
    group = await created(admin, "paging-groups", number="6000", name="all", callers="all", member_ids=member_ids)
    for did_number in ("+862155500009", DID):
        route = {"trunk_id": trunk, "did_number": did_number, "destination": "extension", "extension_id": called.id}
        await created(admin, "inbound-routes", name=did_number, **route)
    page = {"trunk_id": trunk, "did_number": "6000", "destination": "paging_group", "paging_group_id": group}
    await created(admin, "inbound-routes", name="page", **page)
    for pattern in ("8.", "9."):
        await created(admin, "outbound-routes", name=pattern, pattern=pattern, strip=1, trunk_ids=[trunk])
    return str(trunk)


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize(
    ("caller", "kind", "dialled", "action", "statements"),
    [
        ("1001", "phone", "1002", "dial", 1),
        ("1001", "phone", "6000", "page", 3),
        ("1001", "phone", "90013800138000", "trunk", 3),
        ("1001", "phone", "7777", "prompt", 3),
        ("+8613800138000", "trunk", DID, "dial", 3),
        ("+8613800138000", "trunk", "6000", "page", 4),
        ("+8613800138000", "trunk", "+8610", "prompt", 2),
    ],
)
async def test_a_plan_takes_few_statements(
    server: Server, trunk: str, caller: str, kind: str, dialled: str, action: str, statements: int
) -> None:
    with registered(server, "1001.web", "1002.web", "1003.web"), counted(server.database) as sent:
        plan = await ask(server, dialled, **{"from": caller, "kind": kind, "trunk": trunk if kind == "trunk" else ""})
    assert plan["action"] == action
    assert len(sent) == statements, sent


@pytest.mark.usefixtures("calls", "extension")
async def test_a_plan_waits_for_no_other_routes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI tries one route after the other, which takes longer for hundreds of them than all the rest of a plan."""
    tried: list[str] = []
    matches = APIRoute.matches

    def recorded(route: APIRoute, scope: Any) -> Any:
        tried.append(route.path)
        return matches(route, scope)

    monkeypatch.setattr(APIRoute, "matches", recorded)
    await ask(server, "*43", channel=CALLER)
    assert set(tried) == {"/internal/calls/plan"}
