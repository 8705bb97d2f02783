"""The preview of a visibility rule: whom it concerns, how many, and one extension now and then."""

from __future__ import annotations

from typing import Any

import httpx

from tests.client_permission.visibility.test_endpoints import RULES, rule
from tests.organization.organizing import make_extensions
from tests.support.api import Server


async def preview(admin: httpx.AsyncClient, **body: Any) -> Any:
    answer = await admin.post(f"{RULES}/preview", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def figures(shown: dict[str, Any]) -> tuple[int, int, int, int]:
    return shown["concerned"], shown["changed"], shown["gaining"], shown["losing"]


def numbers(extensions: list[dict[str, Any]]) -> list[str]:
    return [extension["number"] for extension in extensions]


async def test_of_a_new_rule(admin: httpx.AsyncClient, server: Server) -> None:
    one, two, _three = await make_extensions(server, "1001", "1002", "1003")
    values = {"subjects": {"extension_ids": [one, two]}, "targets": {"extension_ids": [two]}}
    shown = await preview(admin, values=values)
    assert figures(shown) == (2, 2, 0, 2)
    assert numbers(shown["examples"]) == ["1001", "1002"]
    assert shown["extension"]["number"] == "1001"
    assert (shown["now"]["is_restricted"], numbers(shown["now"]["first"])) == (False, ["1002", "1003"])
    assert (shown["then"]["visible"], numbers(shown["then"]["first"])) == (1, ["1002"])
    assert shown["warnings"] == []
    other = await preview(admin, values=values, extension_id=two)
    assert (other["extension"]["number"], other["then"]["visible"]) == ("1002", 0)
    assert len((await admin.get(RULES)).json()["items"]) == 1


async def test_of_a_change_a_deletion_and_a_rule_without_effect(admin: httpx.AsyncClient, server: Server) -> None:
    one, two, three = await make_extensions(server, "1001", "1002", "1003")
    made = await rule(admin, {"extension_ids": [one]}, {"extension_ids": [two]})
    other = {"subjects": {"extension_ids": [one]}, "targets": {"extension_ids": [three]}}
    assert figures(await preview(admin, rule_id=made["id"], values=other)) == (1, 1, 1, 1)
    gone = await preview(admin, rule_id=made["id"])
    assert (figures(gone), gone["now"]["visible"], gone["then"]["visible"]) == ((0, 1, 1, 0), 1, 2)
    same = {"subjects": {"extension_ids": [one]}, "targets": {"extension_ids": [two]}}
    assert (await preview(admin, values=same))["warnings"] == ["no_effect"]
    off = await preview(admin, rule_id=made["id"], values={**same, "enabled": False})
    assert figures(off) == (1, 1, 1, 0)
    nobody = {"subjects": {"extension_ids": [999_999]}, "targets": {}}
    assert (await preview(admin, values=nobody))["warnings"] == ["nobody"]
    assert (await admin.post(f"{RULES}/preview", json={"rule_id": 999_999})).status_code == 404


async def test_of_many_the_first_are_named_by_number(admin: httpx.AsyncClient, server: Server) -> None:
    ids = await make_extensions(server, *(str(number) for number in range(1020, 999, -1)))
    shown = await preview(
        admin, values={"subjects": {"extension_ids": [ids[0]]}, "targets": {"group_ids": [0]}}, extension_id=ids[0]
    )
    assert (shown["now"]["visible"], shown["then"]["visible"]) == (20, 20)
    assert numbers(shown["then"]["first"]) == [str(number) for number in range(1000, 1010)]
    assert shown["warnings"] == ["no_effect"]
