"""Effects of a deleted department or group: announced before, recorded, and taken back by an undo."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from linkus.organization import removal
from linkus.organization.layout import Layout, read_layout
from linkus.organization.tree import Node, Tree
from linkus.shared.models.audit import AuditEntry
from tests.organization.organizing import API, DEPARTMENTS, GROUPS, assign, department, group, make_extensions, tree
from tests.support.api import Server

MENU_RULES = f"{API}/client-permission/menu/rules"
VISIBILITY = f"{API}/visibility-rules"


async def menu_rule(admin: httpx.AsyncClient, name: str, permission: str, *subjects: tuple[str, int]) -> dict[str, Any]:
    body = {
        "name": name,
        "permission": permission,
        "targets": ["call_logs"],
        "subjects": [{"kind": kind, "id": one} for kind, one in subjects],
    }
    answer = await admin.post(MENU_RULES, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def visibility_rule(
    admin: httpx.AsyncClient, name: str, subjects: dict[str, Any], targets: dict[str, Any]
) -> dict[str, Any]:
    answer = await admin.post(VISIBILITY, json={"name": name, "subjects": subjects, "targets": targets})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def impact_of(admin: httpx.AsyncClient, url: str) -> Any:
    answer = await admin.get(f"{url}/delete-impact")
    assert answer.status_code == 200, answer.text
    return answer.json()


def effects(impact: dict[str, Any]) -> dict[str, tuple[list[str], int, int]]:
    return {
        one["kind"]: ([each["number"] for each in one["first"]], one["gaining"], one["losing"])
        for one in impact["effects"]
    }


async def sees(admin: httpx.AsyncClient, extension_id: int) -> list[str]:
    answer = (await admin.get(f"{VISIBILITY}/effect/{extension_id}")).json()
    return [one["number"] for one in answer["first"]]


async def allowed(admin: httpx.AsyncClient, extension_id: int) -> set[str]:
    menus = (await admin.get(f"{API}/extensions/{extension_id}/permissions")).json()["menus"]
    return {menu["target"] for menu in menus if menu["allowed"]}


async def entries(server: Server) -> list[AuditEntry]:
    async with server.database.transaction(write=False) as db:
        return list((await db.scalars(select(AuditEntry).order_by(AuditEntry.id))).all())


class TestImpact:
    async def test_names_those_whose_view_changes_not_those_who_move(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        """The only target of a rule goes: its subjects see everybody again, and only they are named."""
        seller, fitter, other = await make_extensions(server, "1001", "1002", "1003")
        works = await department(admin, "Works")
        await assign(admin, [fitter], department_ids=[works["id"]])
        made = await visibility_rule(admin, "R", {"extension_ids": [seller]}, {"department_ids": [works["id"]]})
        impact = await impact_of(admin, f"{DEPARTMENTS}/{works['id']}")
        assert [one["number"] for one in impact["first"]] == ["1002"]
        assert effects(impact) == {"visibility": (["1001"], 1, 0)}
        assert impact["rules"] == [
            {
                "kind": "visibility", "id": made["id"], "name": "R", "side": "target", "effect": "leaves",
                "ends": "no_targets",
            }
        ]  # fmt: skip
        assert await sees(admin, seller) == ["1002"]
        assert (await admin.delete(f"{DEPARTMENTS}/{works['id']}")).status_code == 204
        assert await sees(admin, seller) == ["1002", "1003"]
        assert (await admin.get(f"{VISIBILITY}/{made['id']}")).json()["idle"] == "no_targets"
        assert other

    async def test_of_the_only_subject_and_of_one_among_others(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        sales = await group(admin, "Sales", [one, two])
        alone = await menu_rule(admin, "Alone", "disallow", ("group", sales["id"]))
        both = await menu_rule(admin, "Both", "disallow", ("group", sales["id"]), ("extension", two))
        impact = await impact_of(admin, f"{GROUPS}/{sales['id']}")
        assert [(rule["id"], rule["ends"]) for rule in impact["rules"]] == [
            (alone["id"], "no_subjects"),
            (both["id"], None),
        ]
        assert effects(impact) == {"menu": (["1001"], 1, 0)}  # 1002 is still named by the second rule
        await admin.delete(f"{GROUPS}/{sales['id']}")
        assert "call_logs" in await allowed(admin, one)
        assert "call_logs" not in await allowed(admin, two)

    async def test_of_a_rule_for_the_department_above_nothing_changes(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        (one,) = await make_extensions(server, "1001")
        top = await department(admin, "A")
        below = await department(admin, "B", top["id"])
        await assign(admin, [one], department_ids=[below["id"]])
        await menu_rule(admin, "R", "disallow", ("department", top["id"]))
        impact = await impact_of(admin, f"{DEPARTMENTS}/{below['id']}")
        assert (impact["rules"], impact["effects"]) == ([], [])
        answer = await admin.get(f"{DEPARTMENTS}/{below['id']}/move-impact", params={"parent_id": 0})
        assert effects(answer.json()) == {"menu": (["1001"], 1, 0)}


class TestAudit:
    async def test_says_what_goes_with_a_department(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        top = await department(admin, "A")
        works = await department(admin, "Works", top["id"])
        await department(admin, "Night", works["id"])
        await assign(admin, [one, two], department_ids=[works["id"]])
        menu = await menu_rule(admin, "Menu", "disallow", ("department", works["id"]))
        seen = await visibility_rule(admin, "Seen", {"extension_ids": [one]}, {"department_ids": [works["id"]]})
        before = len(await entries(server))
        await admin.delete(f"{DEPARTMENTS}/{works['id']}")
        told = (await entries(server))[before:]
        assert [(entry.object_kind, entry.action, entry.object_id) for entry in told] == [
            ("department", "deleted", works["id"]),
            ("menu_rule", "changed", menu["id"]),
            ("visibility_rule", "changed", seen["id"]),
        ]
        assert told[0].before["members"] == ["1001", "1002"]
        assert told[0].before["departments_below"] == ["Night"]
        assert told[0].after == {"moved_to": "A"}
        assert "1002" in told[0].words
        assert (told[1].before, told[1].after) == ({"subjects": ["A/Works"]}, {"subjects": []})
        assert told[2].before["targets"]["departments"] == ["A/Works"]
        assert told[2].after["targets"]["departments"] == []
        assert (await admin.get(f"{VISIBILITY}/{seen['id']}")).json()["version"] == 2

    async def test_says_what_goes_with_a_group(self, admin: httpx.AsyncClient, server: Server) -> None:
        (one,) = await make_extensions(server, "1001")
        sales = await group(admin, "Sales", [one])
        await menu_rule(admin, "Menu", "disallow", ("group", sales["id"]))
        before = len(await entries(server))
        await admin.delete(f"{GROUPS}/{sales['id']}")
        told = (await entries(server))[before:]
        assert [(entry.object_kind, entry.action) for entry in told] == [
            ("extension_group", "deleted"),
            ("menu_rule", "changed"),
        ]
        assert told[0].before["members"] == ["1001"]


class TestUndo:
    async def test_a_department_gets_back_its_place_its_members_and_its_rules(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        one, two, three = await make_extensions(server, "1001", "1002", "1003")
        top = await department(admin, "A")
        first, same, last = [await department(admin, name, top["id"]) for name in ("First", "Same", "Last")]
        child = await department(admin, "same", same["id"])  # meets its parent's name when it moves up
        await assign(admin, [one, two], department_ids=[same["id"]])
        await assign(admin, [two], department_ids=[top["id"]])
        menu = await menu_rule(admin, "Menu", "allow", ("extension", three), ("department", same["id"]))
        seen = await visibility_rule(
            admin, "Seen", {"department_ids": [same["id"]]}, {"department_ids": [same["id"], last["id"]]}
        )
        was = await tree(admin)
        async with server.database.transaction(write=False) as db:
            layout = await read_layout(db)
        assert (await admin.delete(f"{DEPARTMENTS}/{same['id']}")).status_code == 204
        assert await tree(admin) != was
        async with server.database.transaction(write=False) as db:
            after = await read_layout(db)
        predicted = layout.without_department(same["id"])
        assert (after.departments, after.groups) == (predicted.departments, predicted.groups)
        assert {node.id: node.parent_id for node in after.tree.in_order()} == {
            node.id: node.parent_id for node in predicted.tree.in_order()
        }

        before = len(await entries(server))
        answer = await admin.post(f"{DEPARTMENTS}/{same['id']}/restore")
        assert answer.status_code == 200, answer.text
        assert answer.json()["path"] == ["A", "Same"]
        assert await tree(admin) == was
        async with server.database.transaction(write=False) as db:
            back = await read_layout(db)
        assert (back.departments, back.groups) == (layout.departments, layout.groups)
        again = (await admin.get(MENU_RULES)).json()["items"][0]
        assert [(each["kind"], each["id"]) for each in again["subjects"]] == [
            ("extension", three),
            ("department", same["id"]),
        ]
        rule = (await admin.get(f"{VISIBILITY}/{seen['id']}")).json()
        assert (rule["subjects"]["department_ids"], rule["idle"]) == ([same["id"]], None)
        assert set(rule["targets"]["department_ids"]) == {same["id"], last["id"]}
        told = (await entries(server))[before:]
        assert [(entry.object_kind, entry.action, entry.object_id) for entry in told] == [
            ("department", "undone", same["id"]),
            ("menu_rule", "undone", menu["id"]),
            ("visibility_rule", "undone", seen["id"]),
        ]
        assert (await admin.post(f"{DEPARTMENTS}/{same['id']}/restore")).json()["code"] == "removal_undo_over"
        assert first["id"] < child["id"]

    async def test_only_what_is_still_where_the_deletion_left_it(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        works, other = await department(admin, "Works"), await department(admin, "Other")
        child = await department(admin, "Child", works["id"])
        await assign(admin, [one, two], department_ids=[works["id"]])
        await admin.delete(f"{DEPARTMENTS}/{works['id']}")
        await admin.post(f"{DEPARTMENTS}/{child['id']}/move", json={"parent_id": other["id"], "version": 1})
        await admin.delete(f"{API}/extensions/{one}")
        assert (await admin.post(f"{DEPARTMENTS}/{works['id']}/restore")).status_code == 200
        assert sorted(await tree(admin)) == [("Other", 0, 0), ("Other/Child", 0, 0), ("Works", 1, 1)]

    async def test_is_refused_when_the_name_or_the_place_is_taken(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        top = await department(admin, "A")
        works = await department(admin, "Works", top["id"])
        await admin.delete(f"{DEPARTMENTS}/{works['id']}")
        taken = await department(admin, "works", top["id"])
        refused = await admin.post(f"{DEPARTMENTS}/{works['id']}/restore")
        assert (refused.status_code, refused.json()["code"]) == (409, "department_name_taken")
        await admin.delete(f"{DEPARTMENTS}/{taken['id']}")
        await admin.delete(f"{DEPARTMENTS}/{top['id']}")
        refused = await admin.post(f"{DEPARTMENTS}/{works['id']}/restore")
        assert (refused.status_code, refused.json()["code"]) == (409, "department_parent_unknown")
        sales = await group(admin, "Sales")
        await admin.delete(f"{GROUPS}/{sales['id']}")
        await group(admin, "SALES")
        refused = await admin.post(f"{GROUPS}/{sales['id']}/restore")
        assert (refused.status_code, refused.json()["code"]) == (409, "extension_group_name_taken")

    async def test_a_group_gets_back_its_members_and_its_rules(self, admin: httpx.AsyncClient, server: Server) -> None:
        one, two = await make_extensions(server, "1001", "1002")
        sales = await group(admin, "Sales", [one, two])
        made = await menu_rule(admin, "Menu", "disallow", ("group", sales["id"]))
        await admin.delete(f"{GROUPS}/{sales['id']}")
        await admin.delete(f"{API}/extensions/{two}")
        answer = await admin.post(f"{GROUPS}/{sales['id']}/restore")
        assert (answer.status_code, answer.json()["member_ids"]) == (200, [one])
        rule = (await admin.get(MENU_RULES)).json()["items"][0]
        assert (rule["id"], rule["subjects"][0]["id"], rule["without_effect"]) == (made["id"], sales["id"], False)
        assert "call_logs" not in await allowed(admin, one)

    async def test_ends_after_a_minute(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        works = await department(admin, "Works")
        await admin.delete(f"{DEPARTMENTS}/{works['id']}")
        monkeypatch.setattr(removal, "KEPT_SECONDS", -1.0)
        gone = await admin.post(f"{DEPARTMENTS}/{works['id']}/restore")
        assert (gone.status_code, gone.json()["code"]) == (404, "removal_undo_over")


def test_of_many_removals_only_the_last_are_kept() -> None:
    kept = removal.Kept[str]()
    for number in range(removal.MAX_KEPT + 1):
        kept.keep(number, str(number))
    assert len(kept.by_id) == removal.MAX_KEPT
    assert kept.find(removal.MAX_KEPT) == str(removal.MAX_KEPT)
    with pytest.raises(removal.NotFound):
        kept.find(0)


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=6),
    st.frozensets(st.tuples(st.integers(1, 4), st.integers(1, 6))),
    st.integers(1, 6),
)
def test_without_a_department_everybody_is_one_step_up(
    parents: list[int], pairs: frozenset[tuple[int, int]], gone: int
) -> None:
    """Compare with what somebody would do on paper: cross the department out, and write its parent in its place."""
    parent_of = {number: min(parent, number - 1) for number, parent in enumerate(parents, 1)}
    known = frozenset(pair for pair in pairs if pair[1] in parent_of)
    layout = Layout(Tree(Node(number, parent, str(number)) for number, parent in parent_of.items()), known, frozenset())
    after = layout.without_department(gone)
    above = parent_of.get(gone, 0)
    expected = {number: above if parent == gone else parent for number, parent in parent_of.items() if number != gone}
    assert {node.id: node.parent_id for node in after.tree.in_order()} == expected
    for extension in range(1, 5):
        own = {above if owner == gone else owner for one, owner in known if one == extension} - {0}
        assert {owner for one, owner in after.departments if one == extension} == own
