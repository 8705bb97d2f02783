"""Permission rules by the API, and what the server then refuses to clients."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from linkus.client_permission.rules.catalogue import MENUS
from linkus.client_permission.rules.changes import PermissionsWatch
from linkus.kit.bus import PORTAL, extension_topic
from tests.organization.organizing import assign, department, group
from tests.support.api import PASSWORD, Server, codes, frames

MENU_RULES = "/api/v1/admin/client-permission/menu/rules"
SETTING_RULES = "/api/v1/admin/client-permission/setting/rules"
OWN = "/api/v1/client/permissions"
SETTINGS = "/api/v1/client/settings"


def subject(kind: str, subject_id: int) -> dict[str, Any]:
    return {"kind": kind, "id": subject_id}


async def add_rule(
    admin: httpx.AsyncClient, url: str, permission: str, targets: list[str], *subjects: dict[str, Any], **more: Any
) -> dict[str, Any]:
    body = {"name": "R", "permission": permission, "targets": targets, "subjects": list(subjects), **more}
    answer = await admin.post(url, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def menus(client: httpx.AsyncClient) -> list[str]:
    visible: list[str] = (await client.get(OWN)).json()["menus"]
    return visible


class TestRules:
    async def test_the_list_names_whom_each_rule_concerns(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice, bob = await server.make_extension("1001"), await server.make_extension("1002")
        sales = await department(admin, "Sales")
        field = await department(admin, "Field", sales["id"])
        await assign(admin, [bob.id], department_ids=[field["id"]])
        made = await add_rule(
            admin, MENU_RULES, "allow", ["voicemails", "extensions"],
            subject("extension", alice.id), subject("department", sales["id"]), subject("extension", alice.id),
            name="Lobby", note="asked for by Ms Li",
        )  # fmt: skip
        assert made == {
            "id": made["id"],
            "kind": "menu",
            "name": "Lobby",
            "note": "asked for by Ms Li",
            "permission": "allow",
            "targets": ["extensions", "voicemails"],
            "subjects": [
                {"kind": "extension", "id": alice.id, "label": "1001 F1001"},
                {"kind": "department", "id": sales["id"], "label": "Sales"},
            ],
            "enabled": True,
            "version": 1,
            "extensions": 2,
            "without_effect": False,
        }
        other = await add_rule(admin, MENU_RULES, "disallow", ["conference"], subject("extension", alice.id))
        assert other["without_effect"]
        assert (await admin.get(MENU_RULES)).json() == {
            "items": [made, other],
            "targets": list(MENUS),
            "not_in_clients": ["contacts", "conference", "recordings"],
        }
        of_bob = (await admin.get(MENU_RULES, params={"extension_id": bob.id})).json()["items"]
        assert [rule["id"] for rule in of_bob] == [made["id"]]
        assert (await admin.get(SETTING_RULES)).json()["items"] == []

    async def test_everybody_and_the_whole_company_have_no_label(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        await server.make_extension("1001")
        made = await add_rule(
            admin, MENU_RULES, "disallow", ["recordings"], subject("group", 0), subject("department", 0)
        )
        assert [(each["kind"], each["id"], each["label"]) for each in made["subjects"]] == [
            ("group", 0, ""),
            ("department", 0, ""),
        ]
        assert made["extensions"] == 1

    async def test_a_rule_is_changed_disabled_and_deleted(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001")
        client = await server.sign_in(alice)
        made = await add_rule(admin, MENU_RULES, "disallow", ["recordings"], subject("extension", alice.id))
        url = f"{MENU_RULES}/{made['id']}"
        body = {key: made[key] for key in ("name", "note", "permission", "targets", "version")}
        body |= {"subjects": [subject("extension", alice.id)], "enabled": False}
        changed = (await admin.put(url, json=body)).json()
        assert (changed["enabled"], changed["version"]) == (False, 2)
        assert await menus(client) == list(MENUS)
        conflict = await admin.put(url, json=body)
        assert (conflict.status_code, conflict.json()["current"]) == (409, changed)
        assert (await admin.post(f"{MENU_RULES}/delete", json={"ids": [made["id"]]})).status_code == 204
        assert (await admin.get(MENU_RULES)).json()["items"] == []
        assert (await admin.put(url, json=body | {"version": 2})).json()["code"] == "permission_rule_not_found"

    async def test_a_rule_of_one_kind_is_not_reached_through_the_other(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        made = await add_rule(admin, MENU_RULES, "disallow", ["recordings"], subject("group", 0))
        await admin.post(f"{SETTING_RULES}/delete", json={"ids": [made["id"]]})
        assert len((await admin.get(MENU_RULES)).json()["items"]) == 1
        body = {"name": "R", "permission": "allow", "targets": ["ai"], "subjects": [subject("group", 0)], "version": 1}
        assert (await admin.put(f"{SETTING_RULES}/{made['id']}", json=body)).status_code == 404

    async def test_errors_name_the_field(self, admin: httpx.AsyncClient, server: Server) -> None:
        body = {"name": "", "permission": "allow", "targets": [], "subjects": []}
        assert codes(await admin.post(MENU_RULES, json=body)) == {
            "name": "field_required",
            "targets": "permission_targets_empty",
            "subjects": "permission_subjects_empty",
        }
        body = {"name": "R", "permission": "allow", "targets": ["presence"], "subjects": [subject("extension", 77)]}
        assert codes(await admin.post(MENU_RULES, json=body)) == {
            "targets": "permission_target_unknown",
            "subjects": "permission_subject_gone",
        }

    async def test_a_deleted_subject_leaves_its_rule_and_turns_into_nobody(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        alice = await server.make_extension("1001")
        night = await group(admin, "Night", [alice.id])
        await add_rule(admin, MENU_RULES, "disallow", ["recordings"], subject("group", night["id"]))
        await admin.delete(f"/api/v1/admin/extension-groups/{night['id']}")
        (left,) = (await admin.get(MENU_RULES)).json()["items"]
        assert (left["subjects"], left["extensions"], left["without_effect"]) == ([], 0, True)
        assert await menus(await server.sign_in(alice)) == list(MENUS)

    async def test_the_portal_hears_of_every_change(self, admin: httpx.AsyncClient, server: Server) -> None:
        page = server.listen(PORTAL)
        made = await add_rule(admin, MENU_RULES, "disallow", ["recordings"], subject("group", 0))
        await admin.post(f"{MENU_RULES}/delete", json={"ids": [made["id"]]})
        assert frames(page) == [{"type": "permission_rule.changed", "kind": "menu"}] * 2


class TestWhoIsConcerned:
    @pytest.mark.parametrize("named", ["extension", "group", "department", "parent department", "everybody", "company"])
    async def test_a_rule_reaches_its_users_and_nobody_else(
        self, admin: httpx.AsyncClient, server: Server, named: str
    ) -> None:
        alice, bob = await server.make_extension("1001"), await server.make_extension("1002")
        top = await department(admin, "Top")
        below = await department(admin, "Below", top["id"])
        night = await group(admin, "Night", [alice.id])
        await assign(admin, [alice.id], department_ids=[below["id"]])
        who = {
            "extension": subject("extension", alice.id),
            "group": subject("group", night["id"]),
            "department": subject("department", below["id"]),
            "parent department": subject("department", top["id"]),
            "everybody": subject("group", 0),
            "company": subject("department", 0),
        }[named]
        await add_rule(admin, MENU_RULES, "disallow", ["call_logs"], who)
        assert "call_logs" not in await menus(await server.sign_in(alice))
        assert ("call_logs" in await menus(await server.sign_in(bob))) == (named not in ("everybody", "company"))

    async def test_a_department_does_not_reach_those_above_it(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001")
        top = await department(admin, "Top")
        below = await department(admin, "Below", top["id"])
        await assign(admin, [alice.id], department_ids=[top["id"]])
        await add_rule(admin, MENU_RULES, "disallow", ["call_logs"], subject("department", below["id"]))
        assert "call_logs" in await menus(await server.sign_in(alice))


REQUESTS = [
    ("extensions", "GET", "/client/colleagues"),
    ("extensions", "GET", "/client/organization"),
    ("call_logs", "GET", "/client/calls"),
    ("call_logs", "POST", "/client/calls/seen"),
    ("call_logs", "DELETE", "/client/calls/1"),
    ("voicemails", "GET", "/client/voicemail"),
    ("voicemails", "GET", "/client/voicemail/1/audio"),
    ("voicemails", "PUT", "/client/voicemail/1"),
    ("voicemails", "DELETE", "/client/voicemail/1"),
    ("preferences", "PUT", "/client/settings"),
]


class TestHiddenMenus:
    @pytest.mark.parametrize(("menu", "method", "path"), REQUESTS)
    async def test_a_request_behind_a_hidden_menu_is_refused(
        self, admin: httpx.AsyncClient, server: Server, menu: str, method: str, path: str
    ) -> None:
        alice = await server.make_extension("1001")
        client = await server.sign_in(alice)
        settings = {"kind": "web", "version": 1, "values": {"call_waiting": False}}
        body: Any = settings if menu == "preferences" else {"heard": True} if method == "PUT" else None
        before = await client.request(method, f"/api/v1{path}", json=body)
        assert before.status_code in (200, 204, 404), before.text
        await add_rule(admin, MENU_RULES, "disallow", [menu], subject("extension", alice.id))
        refused = await client.request(method, f"/api/v1{path}", json=body)
        assert (refused.status_code, refused.json()["code"], refused.json()["menu"]) == (403, "menu_hidden", menu)

    async def test_what_a_call_needs_is_never_hidden(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001")
        client = await server.sign_in(alice)
        await add_rule(admin, MENU_RULES, "disallow", list(MENUS), subject("extension", alice.id))
        assert await menus(client) == []
        for path in ("/client/session", "/client/settings", "/client/calls/current", "/client/codecs"):
            assert (await client.get(f"/api/v1{path}")).status_code == 200, path
        assert (await client.post("/api/v1/client/sip-credential")).status_code == 201


class TestLockedSettings:
    async def test_a_change_of_a_locked_setting_is_refused_as_a_whole(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        alice = await server.make_extension("1001")
        client = await server.sign_in(alice)
        await add_rule(admin, SETTING_RULES, "disallow", ["features"], subject("extension", alice.id))
        assert "features.call" in (await client.get(OWN)).json()["locked"]
        body = {"kind": "web", "version": 1, "values": {"screen_pop_mode": "manual", "call_waiting": False}}
        refused = await client.put(SETTINGS, json=body)
        assert refused.status_code == 403
        assert (refused.json()["code"], refused.json()["item"]) == ("setting_locked", "features.call")
        assert (await client.get(SETTINGS)).json()["values"]["screen_pop_mode"] == "automatic"

    async def test_a_locked_setting_may_be_sent_unchanged(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001")
        client = await server.sign_in(alice)
        await add_rule(admin, SETTING_RULES, "disallow", ["features"], subject("extension", alice.id))
        values = (await client.get(SETTINGS)).json()["values"] | {"screen_pop_mode": "manual"}
        saved = await client.put(SETTINGS, json={"kind": "web", "version": 1, "values": values})
        assert (saved.status_code, saved.json()["values"]["screen_pop_mode"]) == (200, "manual")

    async def test_the_mobile_client_locks_call_waiting_alone(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001")
        client = await server.sign_in(alice, "mobile")
        await add_rule(admin, SETTING_RULES, "allow", ["ai"], subject("extension", alice.id))
        assert (await client.get(OWN)).json()["locked_settings"] == ["call_waiting"]
        values = {"codec": "pcmu", "auto_answer": True, "auto_answer_delay": 3}
        saved = await client.put(SETTINGS, json={"kind": "mobile", "version": 1, "values": values})
        assert saved.status_code == 200, saved.text
        refused = await client.put(SETTINGS, json={"kind": "mobile", "version": 2, "values": {"call_waiting": False}})
        assert refused.json()["code"] == "setting_locked"

    async def test_rules_do_not_bind_the_administrator(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001")
        await add_rule(admin, SETTING_RULES, "allow", ["ai"], subject("extension", alice.id))
        url = f"/api/v1/admin/extensions/{alice.id}/client-settings/web"
        saved = await admin.put(url, json={"kind": "web", "version": 1, "values": {"call_waiting": False}})
        assert saved.status_code == 200

    async def test_a_locked_password_is_not_changed(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001", password_set_by="user")
        client = await server.sign_in(alice)
        await add_rule(admin, SETTING_RULES, "disallow", ["password_security"], subject("extension", alice.id))
        body = {"current_password": PASSWORD, "new_password": "Another-Horse-8"}
        refused = await client.put("/api/v1/client/password", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "setting_locked")
        assert refused.json()["item"] == "password_security.change_password"

    async def test_a_first_password_is_chosen_in_spite_of_the_lock(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        alice = await server.make_extension("1001", password_set_by="administrator")
        client = await server.sign_in(alice)
        await add_rule(admin, SETTING_RULES, "disallow", ["password_security"], subject("extension", alice.id))
        body = {"current_password": PASSWORD, "new_password": "Another-Horse-8"}
        assert (await client.put("/api/v1/client/password", json=body)).status_code == 200


class TestPreview:
    async def test_it_shows_whom_a_rule_affects_before_it_is_saved(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        alice, bob = await server.make_extension("1001"), await server.make_extension("1002")
        await add_rule(
            admin, MENU_RULES, "disallow", ["recordings"], subject("extension", bob.id), name="No recordings"
        )
        values = {"name": "N", "permission": "disallow", "targets": ["recordings"], "subjects": [subject("group", 0)]}
        answer = (await admin.post(f"{MENU_RULES[:-6]}/preview", json={"values": values})).json()
        assert (answer["concerned"], answer["changed"], answer["gaining"], answer["losing"]) == (2, 1, 0, 1)
        assert [each["number"] for each in answer["examples"]] == ["1001"]
        assert answer["extension"]["id"] == alice.id
        assert [client["client"] for client in answer["clients"]] == ["mobile", "web", "desktop"]
        (recordings,) = [each for each in answer["clients"][1]["targets"] if each["target"] == "recordings"]
        assert recordings["now"] == {
            "target": "recordings",
            "allowed": True,
            "reason": "default",
            "rules": [],
            "in_clients": False,
        }
        assert recordings["then"]["allowed"] is False
        assert recordings["then"]["rules"] == [{"id": 0, "name": "N"}]
        assert answer["warnings"] == []
        assert len((await admin.get(MENU_RULES)).json()["items"]) == 1
        of_bob = await admin.post(f"{MENU_RULES[:-6]}/preview", json={"values": values, "extension_id": bob.id})
        assert of_bob.json()["extension"]["number"] == "1002"

    async def test_it_warns_of_rules_without_effect(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001")
        made = await add_rule(admin, SETTING_RULES, "disallow", ["features"], subject("extension", alice.id))
        url = f"{SETTING_RULES[:-6]}/preview"

        async def warnings(permission: str, targets: list[str], who: dict[str, Any]) -> list[str]:
            values = {"name": "N", "permission": permission, "targets": targets, "subjects": [who]}
            found: list[str] = (await admin.post(url, json={"values": values})).json()["warnings"]
            return found

        own = subject("extension", alice.id)
        empty = await group(admin, "Empty")
        assert await warnings("disallow", ["features.call"], own) == ["no_effect"]
        assert await warnings("disallow", ["ai"], subject("group", empty["id"])) == ["nobody"]
        assert await warnings("allow", ["features", "ai"], own) == ["other_rule_disallows"]
        assert await warnings("disallow", ["ai"], own) == []
        without = (await admin.post(url, json={"rule_id": made["id"]})).json()
        assert (without["gaining"], without["losing"]) == (1, 0)
        assert (await admin.post(url, json={"rule_id": 99})).status_code == 404

    async def test_an_extension_explains_its_permissions(self, admin: httpx.AsyncClient, server: Server) -> None:
        alice = await server.make_extension("1001")
        made = await add_rule(admin, SETTING_RULES, "allow", ["features.call"], subject("group", 0), name="Calls only")
        shown = (await admin.get(f"/api/v1/admin/extensions/{alice.id}/permissions")).json()
        assert all(menu["reason"] == "default" for menu in shown["menus"])
        by_client = {each["client"]: {d["target"]: d for d in each["decisions"]} for each in shown["settings"]}
        assert by_client["web"]["features.call"] == {
            "target": "features.call",
            "allowed": True,
            "reason": "allowed",
            "rules": [{"id": made["id"], "name": "Calls only"}],
            "in_clients": True,
        }
        assert by_client["mobile"]["ai"]["reason"] == "not_allowed"
        assert "audio_video" not in by_client["mobile"]
        assert "audio_video" in by_client["desktop"]


class TestAtOnce:
    async def test_clients_hear_what_they_gain_and_lose_and_others_nothing(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        alice, bob = await server.make_extension("1001"), await server.make_extension("1002")
        night = await group(admin, "Night", [alice.id])
        for_alice, for_bob = server.listen(extension_topic(alice.id)), server.listen(extension_topic(bob.id))
        frames(for_alice)
        running = asyncio.create_task(
            PermissionsWatch(server.database, server.services.bus, server.services.people).run()
        )
        try:
            await asyncio.sleep(0.2)  # until it has read the rules
            await add_rule(admin, MENU_RULES, "disallow", ["recordings"], subject("group", night["id"]))
            heard = await asyncio.wait_for(for_alice.queue.get(), 5)
            assert heard.body["type"] == "permissions.changed"
            assert "recordings" not in heard.body["clients"]["web"]["menus"]
            await admin.put(
                f"/api/v1/admin/extension-groups/{night['id']}",
                json={"name": "Night", "member_ids": [bob.id], "version": night["version"]},
            )
            heard = await asyncio.wait_for(for_bob.queue.get(), 5)
            while heard.body["type"] != "permissions.changed":
                heard = await asyncio.wait_for(for_bob.queue.get(), 5)
            assert "recordings" not in heard.body["clients"]["web"]["menus"]
        finally:
            running.cancel()


class TestImpact:
    async def test_a_move_names_the_rules_that_begin_and_cease_to_count(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        alice = await server.make_extension("1001")
        sales, support = await department(admin, "Sales"), await department(admin, "Support")
        field = await department(admin, "Field", sales["id"])
        await assign(admin, [alice.id], department_ids=[field["id"]])
        old = await add_rule(admin, MENU_RULES, "disallow", ["recordings"], subject("department", sales["id"]))
        new = await add_rule(admin, SETTING_RULES, "disallow", ["ai"], subject("department", support["id"]))
        await add_rule(admin, SETTING_RULES, "disallow", ["ai"], subject("department", field["id"]))
        answer = await admin.get(
            f"/api/v1/admin/departments/{field['id']}/move-impact", params={"parent_id": support["id"]}
        )
        rules = {(rule["kind"], rule["id"], rule["effect"]) for rule in answer.json()["rules"]}
        assert rules == {("menu", old["id"], "leaves"), ("setting", new["id"], "joins")}
