"""Visibility rules by the API, and what clients get to see with them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection

from linkus.kit.bus import CLIENTS, PORTAL
from linkus.shared.models.extension import Extension
from tests.gateway.test_events import address, events, receive, token_of
from tests.organization.organizing import DEPARTMENTS, EXTENSIONS, GROUPS, assign, department, group, make_extensions
from tests.support.api import Server, codes, frames

RULES = "/api/v1/admin/visibility-rules"
COLLEAGUES = "/api/v1/client/colleagues"
assert address  # a fixture


async def rule(
    admin: httpx.AsyncClient, subjects: dict[str, Any], targets: dict[str, Any], **more: Any
) -> dict[str, Any]:
    answer = await admin.post(RULES, json={"subjects": subjects, "targets": targets, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def sees(client: httpx.AsyncClient, search: str = "") -> list[str]:
    answer = await client.get(COLLEAGUES, params={"search": search})
    assert answer.status_code == 200, answer.text
    numbers = [item["number"] for item in answer.json()["items"]]
    assert answer.json()["total"] == len(numbers)
    return numbers


class TestRules:
    async def test_created_read_changed_deleted(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        top = await department(admin, "A")
        below, g = await department(admin, "B", top["id"]), await group(admin, "G")
        page, client = server.listen(PORTAL), server.listen(CLIENTS)
        subjects = {"extension_ids": [two, one, 999_999], "group_ids": [g["id"]]}
        made = await rule(admin, subjects, {"department_ids": [below["id"]], "group_ids": [0]}, name="前台")
        assert (made["subjects"]["extension_ids"], made["subjects"]["group_ids"]) == ([one, two], [g["id"]])
        assert [person["number"] for person in made["subjects"]["extensions"]] == ["1001", "1002"]
        assert made["targets"]["departments"] == [{"id": below["id"], "name": "B", "path": ["A", "B"]}]
        assert made["targets"]["groups"] == [{"id": 0, "name": "所有人"}]
        assert frames(page) == [{"type": "visibility_rule.changed", "id": made["id"]}]
        assert [event["type"] for event in frames(client)] == ["colleagues.changed"]
        url = f"{RULES}/{made['id']}"
        assert (await admin.get(url)).json() == made
        change = {"name": "Lobby", "subjects": {"department_ids": [0]}, "targets": {}, "version": 1}
        changed = (await admin.put(url, json=change)).json()
        assert (changed["subjects"]["group_ids"], changed["targets"]["group_ids"], changed["version"]) == ([0], [], 2)
        stale = await admin.put(url, json=change)
        assert (stale.status_code, stale.json()["current"]) == (409, changed)
        default, only = (await admin.get(RULES)).json()["items"]
        assert (default["id"], default["is_default"], default["targets"]["group_ids"]) == (0, True, [0])
        assert only == changed
        assert (await admin.delete(url)).status_code == 204
        assert (await admin.get(url)).json()["code"] == "visibility_rule_not_found"
        assert (await admin.delete(f"{RULES}/0")).status_code == 422

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"subjects": {}}, {"subjects": "visibility_rule_without_subjects"}),
            ({"subjects": {"group_ids": [99]}}, {"subjects": "extension_group_unknown"}),
            ({"targets": {"department_ids": [99]}}, {"targets": "department_unknown"}),
            ({"only_self": False}, {"targets": "visibility_rule_without_targets"}),
            ({"name": "x" * 64}, {"name": "field_too_long"}),
        ],
    )
    async def test_errors(self, admin: httpx.AsyncClient, body: dict[str, Any], wrong: dict[str, str]) -> None:
        whole = {"subjects": {"group_ids": [0]}, "targets": {}, **body}
        assert codes(await admin.post(RULES, json=whole)) == wrong

    async def test_what_is_named_may_be_deleted(self, admin: httpx.AsyncClient, server: Server) -> None:
        """A rule shows less when something that it names is deleted. It ends with its last target or subject."""
        one, two = await make_extensions(server, "1001", "1002")
        d, g = await department(admin, "D"), await group(admin, "G", [two])
        made = await rule(admin, {"extension_ids": [one]}, {"group_ids": [g["id"]], "department_ids": [d["id"]]})
        effect = f"{RULES}/effect/{one}"
        assert (await admin.get(effect)).json()["visible"] == 1
        await admin.delete(f"{GROUPS}/{g['id']}")
        assert (await admin.get(effect)).json()["visible"] == 0
        await admin.delete(f"{DEPARTMENTS}/{d['id']}")
        left = (await admin.get(f"{RULES}/{made['id']}")).json()
        assert (left["targets"]["group_ids"], left["targets"]["department_ids"], left["only_self"]) == ([], [], False)
        assert (left["idle"], left["extensions"]) == ("no_targets", 1)
        assert (await admin.get(effect)).json() | {"first": []} == {
            "is_restricted": False, "visible": 1, "first": [], "rules": [],
        }  # fmt: skip
        await admin.delete(f"{EXTENSIONS}/{one}")
        left = (await admin.get(f"{RULES}/{made['id']}")).json()
        assert (left["subjects"]["extension_ids"], left["idle"], left["extensions"]) == ([], "no_subjects", 0)
        assert (await admin.get(f"{RULES}/effect/{two}")).json()["is_restricted"] is False
        assert (await admin.get(effect)).status_code == 404

    async def test_a_rule_for_only_oneself_is_chosen(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        d = await department(admin, "D")
        alone = await rule(admin, {"extension_ids": [one]}, {"extension_ids": [two]}, only_self=True)
        assert (alone["only_self"], alone["targets"]["extension_ids"], alone["idle"]) == (True, [], None)
        assert (await admin.get(f"{RULES}/effect/{one}")).json()["visible"] == 0
        empty = await rule(admin, {"department_ids": [d["id"]]}, {"extension_ids": [one]})
        assert (empty["idle"], empty["extensions"]) == ("nobody", 0)
        await admin.delete(f"{EXTENSIONS}/{one}")
        url = f"{RULES}/{empty['id']}"
        version = (await admin.get(url)).json()["version"]  # the deletion has changed the rule
        body = {"subjects": {"department_ids": [d["id"]]}, "targets": {}, "only_self": False, "version": version}
        assert codes(await admin.put(url, json=body)) == {"targets": "visibility_rule_without_targets"}
        off = (await admin.put(url, json={**body, "enabled": False})).json()
        assert (off["enabled"], off["only_self"], off["idle"]) == (False, False, None)

    async def test_impact_of_a_move_names_the_rules(self, admin: httpx.AsyncClient, server: Server) -> None:
        (one,) = await make_extensions(server, "1001")
        old, new, d = [await department(admin, name) for name in ("Old", "New", "D")]
        await admin.post(f"{DEPARTMENTS}/{d['id']}/move", json={"parent_id": old["id"], "version": 1})
        await assign(admin, [one], department_ids=[d["id"]])
        leaves = await rule(admin, {"department_ids": [old["id"]]}, {}, name="old")
        joins = await rule(admin, {"group_ids": [0]}, {"department_ids": [new["id"]]}, name="new")
        stays = await rule(admin, {"department_ids": [d["id"]]}, {"department_ids": [d["id"]]})
        impact = (await admin.get(f"{DEPARTMENTS}/{d['id']}/move-impact", params={"parent_id": new["id"]})).json()
        assert impact["extensions"] == 1
        assert impact["rules"] == [
            {
                "kind": "visibility", "id": leaves["id"], "name": "old", "side": "subject", "effect": "leaves",
                "ends": None,
            },
            {
                "kind": "visibility", "id": joins["id"], "name": "new", "side": "target", "effect": "joins",
                "ends": None,
            },
        ]  # fmt: skip
        impact = (await admin.get(f"{DEPARTMENTS}/{d['id']}/delete-impact")).json()
        assert [(one["id"], one["side"]) for one in impact["rules"]] == [
            (stays["id"], "subject"),
            (stays["id"], "target"),
        ]


class TestColleagues:
    async def test_the_list_and_the_search(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two, three, four = await make_extensions(server, "1001", "1002", "1003", "1004")
        top = await department(admin, "A")
        below, g = await department(admin, "B", top["id"]), await group(admin, "G", [four])
        await assign(admin, [two], department_ids=[below["id"]])
        client = await server.sign_in(await stored(server, one))
        other = await server.sign_in(await stored(server, two))
        assert await sees(client) == ["1002", "1003", "1004"]
        made = await rule(admin, {"extension_ids": [one]}, {"department_ids": [top["id"]]})
        assert await sees(client) == ["1002"]
        assert await sees(other) == ["1001", "1003", "1004"]
        await rule(admin, {"group_ids": [0]}, {"group_ids": [g["id"]], "extension_ids": [three]})
        assert await sees(client) == ["1002", "1003", "1004"]
        assert await sees(other) == ["1003", "1004"]
        assert await sees(other, "F1001") == []
        assert await sees(other, "100") == ["1003", "1004"]
        await admin.delete(f"{RULES}/{made['id']}")
        assert await sees(client) == ["1003", "1004"]

    async def test_follows_the_tree_the_groups_and_new_extensions(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        a, b = await department(admin, "A"), await department(admin, "B")
        client = await server.sign_in(await stored(server, one))
        await rule(admin, {"group_ids": [0]}, {"department_ids": [a["id"]]})
        assert await sees(client) == []
        await assign(admin, [two], department_ids=[b["id"]])
        assert await sees(client) == []
        await admin.post(f"{DEPARTMENTS}/{b['id']}/move", json={"parent_id": a["id"], "version": 1})
        assert await sees(client) == ["1002"]
        await admin.post(EXTENSIONS, json={"number": "1003", "department_ids": [b["id"]]})
        assert await sees(client) == ["1002", "1003"]
        await assign(admin, [two], "remove", department_ids=[b["id"]])
        assert await sees(client) == ["1003"]


class TestEvents:
    async def test_only_of_visible_extensions(self, admin: httpx.AsyncClient, server: Server, address: str) -> None:
        one, two, three = await make_extensions(server, "1001", "1002", "1003")
        await rule(admin, {"extension_ids": [one]}, {"extension_ids": [one, two]})  # a target is left when 1002 goes
        token = await token_of(server, await stored(server, one))
        async with (
            events(address, token=token) as socket,
            events(address, token=await token_of(server, await stored(server, three))) as other,
        ):
            assert (await receive(socket))["type"] == (await receive(other))["type"] == "hello"
            presence = server.services.presence
            presence.publish(["1001", "1002", "1003"])
            assert await heard(socket, 2) == [("presence.changed", "1001"), ("presence.changed", "1002")]
            assert len(await heard(other, 3)) == 3
            for number in (two, three):
                url = f"{EXTENSIONS}/{number}"
                before = (await admin.get(url)).json()
                change = {"number": before["number"], "first_name": "Wei", "linkus_enabled": True}
                change["version"] = before["version"]
                assert (await admin.put(url, json=change)).status_code == 200
            assert await heard(socket, 1) == [("colleague.changed", "1002")]
            assert len(await heard(other, 3)) == 3  # and that its own extension has changed
            await admin.post(EXTENSIONS, json={"number": "1004"})
            assert await heard(other, 1) == [("colleague.changed", "1004")]
            await admin.post(f"{EXTENSIONS}/delete", json={"ids": [two]})
            assert await heard(other, 1) == [("colleague.removed", "1002")]
            assert await heard(socket, 1) == [("colleague.removed", "1002")]
            await admin.delete(f"{EXTENSIONS}/{three}")
            presence.publish(["1001"])
            assert await heard(socket, 1) == [("presence.changed", "1001")]

    async def test_a_change_is_heard_within_a_second(
        self, admin: httpx.AsyncClient, server: Server, address: str
    ) -> None:
        (one,) = await make_extensions(server, "1001")
        async with events(address, token=await token_of(server, await stored(server, one))) as socket:
            await receive(socket)
            for change, expected in [
                (department(admin, "A"), "organization.changed"),
                (group(admin, "G"), "organization.changed"),
                (rule(admin, {"group_ids": [0]}, {}), "colleagues.changed"),
            ]:
                began = time.monotonic()
                await change
                event = await receive(socket)
                assert (event["type"], event["spread_ms"] < 1000) == (expected, True)
                assert time.monotonic() - began < 10  # a slow machine; the event follows the commit at once

    async def test_the_administrator_hears_all(self, admin: httpx.AsyncClient, server: Server) -> None:
        await make_extensions(server, "1001", "1002")
        await rule(admin, {"group_ids": [0]}, {})
        page = server.listen(PORTAL)
        server.services.presence.publish(["1001", "1002"])
        assert [event["number"] for event in frames(page)] == ["1001", "1002"]


class TestDirectoryInMemory:
    async def test_is_read_once_for_all_who_ask(self, admin: httpx.AsyncClient, server: Server) -> None:
        await make_extensions(server, "1001")
        await rule(admin, {"group_ids": [0]}, {})
        visibility = server.services.visibility
        found = await asyncio.gather(*(visibility.current() for _ in range(50)))
        assert len({id(one) for one in found}) == 1
        assert (await visibility.current()) is found[0]

    async def test_follows_changes_by_itself(self, admin: httpx.AsyncClient, server: Server) -> None:
        visibility = server.services.visibility
        following = asyncio.create_task(visibility.follow())
        try:
            ids = await make_extensions(server, "1001", "1002")
            await rule(admin, {"group_ids": [0]}, {})
            async with asyncio.timeout(10):
                while not visibility.latest.hides(*ids):
                    await asyncio.sleep(0.01)
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following

    async def test_a_failed_reading_is_done_again(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def raise_error(**_options: object) -> None:
            raise ValueError("out of order")

        visibility = server.services.visibility
        ids = await make_extensions(server, "1001", "1002")
        await rule(admin, {"group_ids": [0]}, {})
        with monkeypatch.context() as broken, pytest.raises(ValueError, match="out of order"):
            broken.setattr(server.database, "transaction", raise_error)
            await visibility.current()
        assert (await visibility.current()).hides(*ids)


async def stored(server: Server, extension_id: int) -> Extension:
    async with server.database.transaction(write=False) as db:
        return await db.get_one(Extension, extension_id)


async def heard(socket: ClientConnection, count: int) -> list[tuple[str, str]]:
    """Return the next events about extensions, in the order of their numbers within one type."""
    found = []
    while len(found) < count:
        event = await receive(socket)
        if event["type"] not in ("alive", "colleagues.changed", "organization.changed"):
            found.append((event["type"], event.get("number", "")))
    return found
