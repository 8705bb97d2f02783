"""Inbound routes as CSV: export, change as in a spreadsheet, and import."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from linkus.kit.bus import PORTAL
from linkus.route import shadow
from linkus.route.csv_columns import COLUMNS
from tests.support.api import Server, frames

URL = "/api/v1/admin/inbound-routes"
HEADING = "Name,Trunk,DID Number,DID Name,Destination,Destination Number,Enabled"


async def imported(server: Server, admin: httpx.AsyncClient, content: str) -> dict[str, Any]:
    """Run an import, and return its final state."""
    answer = await admin.post(f"{URL}/import", files={"file": ("routes.csv", content.encode(), "text/csv")})
    assert answer.status_code == 202, answer.text
    await server.services.background.idle()
    view: dict[str, Any] = (await admin.get(f"/api/v1/admin/imports/{answer.json()['id']}")).json()
    return view


async def routes(admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await admin.get(URL)).json()["items"]
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def trunk(admin: httpx.AsyncClient) -> int:
    body = {"name": "Telecom", "kind": "peer", "host": "192.0.2.7"}
    return int((await admin.post("/api/v1/admin/trunks", json=body)).json()["id"])


@pytest_asyncio.fixture(loop_scope="session")
async def group(admin: httpx.AsyncClient) -> None:
    body = {"number": "0640", "name": "Hall", "mode": "one_way", "callers": "all"}
    assert (await admin.post("/api/v1/admin/paging-groups", json=body)).status_code == 201


@pytest.mark.usefixtures("trunk", "group")
async def test_exported_file_can_be_imported(admin: httpx.AsyncClient, server: Server) -> None:
    await server.make_extension("1001")
    await server.make_extension("0100")
    content = "\n".join(
        [
            HEADING,
            "=Sales,Telecom,+861088886601,@Hotline,Extension,1001,1",
            "Night,,01088886602,,Voicemail,0100,0",
            "Hall,telecom,0086123456789012,,Paging Group,0640,",
            "acme,,acme-4711,,,1001,",
            "Rest,,,,Extension,1001,1",
        ]
    )
    assert (await imported(server, admin, content))["created"] == 5
    before = await routes(admin)
    assert [route["did_number"] for route in before] == [
        "+861088886601", "01088886602", "0086123456789012", "acme-4711", "",
    ]  # fmt: skip
    assert [route["enabled"] for route in before] == [True, False, True, True, True]
    assert [route["trunk_name"] for route in before] == ["Telecom", "", "Telecom", "", ""]
    assert [route["destination_number"] for route in before] == ["1001", "0100", "0640", "1001", "1001"]

    for language in ("zh-CN", "en"):
        answer = await admin.get(f"{URL}/export", headers={"Accept-Language": language})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        # neither a formula nor a number that a spreadsheet would calculate with
        numbers = [row[2] for row in rows[1:]]
        assert numbers == ["'+861088886601", "'01088886602", "'0086123456789012", "acme-4711", ""]
        assert rows[1][0] == "'=Sales"
        view = await imported(server, admin, answer.content.decode("utf-8-sig"))
        assert (view["kind"], view["updated"], view["created"], view["failed"]) == ("inbound_routes", 5, 0, 0)
        assert await routes(admin) == before  # the version too: nothing was changed


@pytest.mark.usefixtures("trunk")
async def test_import_changes_existing_routes_and_adds_the_others(admin: httpx.AsyncClient, server: Server) -> None:
    first = await server.make_extension("1001")
    second = await server.make_extension("1002")
    for name, did in (("One", "100"), ("Rest", "")):
        body = {"name": name, "did_number": did, "destination": "extension", "extension_id": first.id}
        assert (await admin.post(URL, json=body)).status_code == 201
    heard = server.listen(PORTAL)
    # without trunk and name: any trunk, and the old name; a new route is named after its DID
    view = await imported(server, admin, "DID 号码,目的地号码\n+100,1002\n200,1002\n300,1001\n")
    assert (view["created"], view["updated"], view["failed"]) == (2, 1, 0)
    found = await routes(admin)
    assert [(route["name"], route["did_number"]) for route in found] == [
        ("One", "+100"), ("200", "200"), ("300", "300"), ("Rest", ""),
    ]  # fmt: skip
    assert found[0]["extension_id"] == second.id
    assert [route["version"] for route in found] == [2, 1, 1, 1]
    assert not any(route["shadowed_by"] for route in found)
    kinds = [frame["type"] for frame in frames(heard)]
    assert "route.changed" in kinds
    assert kinds[-1] == "import.progress"


@pytest.mark.usefixtures("trunk", "group")
async def test_import_reports_wrong_cells_and_saves_good_rows(admin: httpx.AsyncClient, server: Server) -> None:
    await server.make_extension("1001", voicemail_enabled=False)
    content = "\n".join(
        [
            HEADING,
            "A,Telecom,100,,Extension,1001,1",
            "B,Nobody,101,,Extension,1001,2",
            "C,,1.38E+10,,Queue,1001,1",
            "D,,103,,Extension,7777,1",
            "E,,104,,Voicemail,1001,1",
            "F,,105,,Paging Group,9999,1",
            "G,,106,,Extension,,1",
            "H,TELECOM,+100,,Extension,1001,1",
            f"{'I' * 64},,1(0)9,\x07,Extension,1001,1",
            ",,,,Extension,1001,1",
            "short",
        ]
    )
    view = await imported(server, admin, content)
    assert sorted((error["row"], error["column"], error["code"]) for error in view["errors"]) == [
        (3, "Enabled", "csv_flag_invalid"),
        (3, "Trunk", "csv_trunk_unknown"),
        (4, "DID Number", "csv_number_shortened"),
        (4, "Destination", "csv_destination_unknown"),
        (5, "Destination Number", "csv_extension_unknown"),
        (6, "Destination Number", "route_voicemail_off"),
        (7, "Destination Number", "csv_group_unknown"),
        (8, "Destination Number", "field_required"),
        (9, "DID Number", "csv_did_twice"),
        (10, "DID Name", "field_invalid_characters"),
        (11, "Name", "field_required"),
        (12, "DID Number", "csv_did_twice"),
    ]
    assert "“Nobody”" in next(error["message"] for error in view["errors"] if error["code"] == "csv_trunk_unknown")
    assert (view["created"], view["failed"], view["done"]) == (1, 10, 11)
    assert [route["name"] for route in await routes(admin)] == ["A"]


async def test_file_without_numbers_is_refused(admin: httpx.AsyncClient) -> None:
    answer = await admin.post(f"{URL}/import", files={"file": ("x.csv", b"Name\nA\n", "text/csv")})
    assert answer.status_code == 422
    assert answer.json()["fields"]["file"]["code"] == "csv_no_did_column"


async def test_import_of_a_thousand_routes(admin: httpx.AsyncClient, server: Server) -> None:
    await server.make_extension("1001")
    await imported(server, admin, "DID Number,Name,Destination Number\n,Rest,1001\n")
    rows = "".join(f"0{number},1001\n" for number in range(21_000, 22_000))
    view = await imported(server, admin, f"DID Number,Destination Number\n{rows}")
    assert (view["created"], view["failed"]) == (1000, 0)
    found = await routes(admin)
    assert [found[0]["did_number"], found[999]["did_number"], found[1000]["name"]] == ["021000", "021999", "Rest"]


def test_headings_are_unique_in_both_languages() -> None:
    for headings in ([column.english for column in COLUMNS], [column.chinese for column in COLUMNS]):
        assert len(set(headings)) == len(headings)


@dataclass(eq=False)
class Route:
    id: int
    trunk_id: int | None
    did_number: str
    enabled: bool


routes_given = st.lists(
    st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from(["", "1", "+1", "2", "02"]), st.booleans()), max_size=12
)


@given(routes_given, routes_given)
def test_imported_route_stands_before_a_catch_all(present: list[Any], new: list[Any]) -> None:
    """A new route comes last, but before the first that would take all its calls. Of two equal ones the older wins."""
    old = [Route(at, *one) for at, one in enumerate(present)]
    order = shadow.InboundOrder(old)
    for at, one in enumerate(new, 100):
        route = Route(at, *one)
        before = list(order.routes)
        order.insert(route)
        place = order.routes.index(route)
        wider = [
            at for at, other in enumerate(before)
            if other.enabled and shadow.takes(other, route) and not shadow.takes(route, other)
        ]  # fmt: skip
        assert place == min(wider, default=len(before))
    assert [route for route in order.routes if route.id < 100] == old
