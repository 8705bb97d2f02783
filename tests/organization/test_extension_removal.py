"""Rules that name a deleted extension: announced before, and recorded with what they named before and after."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL
from tests.organization.organizing import API, EXTENSIONS, make_extensions
from tests.organization.test_removal import entries, menu_rule, visibility_rule
from tests.support.api import Server, frames


async def impact_of(admin: httpx.AsyncClient, *ids: int) -> dict[str, Any]:
    answer = await admin.post(f"{EXTENSIONS}/delete-impact", json={"ids": ids})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_the_rules_that_end_are_announced(admin: httpx.AsyncClient, server: Server) -> None:
    one, two, three, other = await make_extensions(server, "1001", "1002", "1003", "1004")
    alone = await menu_rule(admin, "Alone", "disallow", ("extension", one), ("extension", two))
    among = await menu_rule(admin, "Among", "disallow", ("extension", one), ("extension", three))
    await menu_rule(admin, "Other", "disallow", ("extension", other))
    seen = await visibility_rule(admin, "Seen", {"extension_ids": [three]}, {"extension_ids": [one, two]})
    impact = await impact_of(admin, one, two)
    assert [(rule["kind"], rule["id"], rule["side"], rule["ends"]) for rule in impact["rules"]] == [
        ("menu", alone["id"], "subject", "no_subjects"),
        ("menu", among["id"], "subject", None),
        ("visibility", seen["id"], "target", "no_targets"),
    ]
    # without a target the rule hides nobody any more: 1003 sees 1004, too
    effects = [(effect["kind"], effect["first"][0]["number"], effect["gaining"]) for effect in impact["effects"]]
    assert effects == [("visibility", "1003", 1)]
    assert (await admin.get(f"{EXTENSIONS}/{one}")).status_code == 200  # it is only an announcement
    nothing = await impact_of(admin, other + 1000)
    assert (nothing["rules"], nothing["effects"]) == ([], [])


@pytest.mark.parametrize("way", ["single", "many"])
async def test_the_audit_log_tells_what_the_rules_have_lost(admin: httpx.AsyncClient, server: Server, way: str) -> None:
    one, two = await make_extensions(server, "1001", "1002")
    menu = await menu_rule(admin, "M", "disallow", ("extension", one), ("extension", two))
    seen = await visibility_rule(admin, "V", {"extension_ids": [two]}, {"extension_ids": [one]})
    await menu_rule(admin, "Other", "disallow", ("extension", two))
    begun = len(await entries(server))
    portal = server.listen(PORTAL)
    if way == "single":
        assert (await admin.delete(f"{EXTENSIONS}/{one}")).status_code == 204
    else:
        assert (await admin.post(f"{EXTENSIONS}/delete", json={"ids": [one]})).status_code == 200
    deleted, of_menu, of_visibility = (await entries(server))[begun:]
    assert (deleted.object_kind, deleted.action) == ("extension", "deleted")
    assert (of_menu.object_kind, of_menu.object_id, of_menu.action) == ("menu_rule", menu["id"], "changed")
    before, after = of_menu.before["subjects"], of_menu.after["subjects"]
    assert len(before) == 2
    assert next(one for one in before if one not in after).startswith("1001")
    assert (of_visibility.object_kind, of_visibility.object_id) == ("visibility_rule", seen["id"])
    assert "1001" in str(of_visibility.before)
    assert "1001" not in str(of_visibility.after)
    heard = {frame["type"] for frame in frames(portal)}
    assert {"permission_rule.changed", "visibility_rule.changed"} <= heard


async def test_a_form_that_was_opened_before_is_told_of_the_conflict(admin: httpx.AsyncClient, server: Server) -> None:
    one, two = await make_extensions(server, "1001", "1002")
    made = await menu_rule(admin, "M", "disallow", ("extension", one), ("extension", two))
    await admin.delete(f"{EXTENSIONS}/{one}")
    body = {name: made[name] for name in ("name", "note", "permission", "targets", "enabled", "version")}
    url = f"{API}/client-permission/menu/rules/{made['id']}"
    stale = await admin.put(url, json={**body, "subjects": [{"kind": "extension", "id": two}]})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")


async def used_extension(admin: httpx.AsyncClient, server: Server) -> int:
    """Make an extension that a route, a paging group, a contact and a role need."""
    [two] = await make_extensions(server, "1002")
    one = (await server.make_extension("1001", email="a@example.com")).id
    route = {"name": "Sales", "destination": "voicemail", "extension_id": one}
    group = {"number": "6000", "name": "All", "member_ids": [one, two]}
    contact = {"extension_id": one, "levels": ["alert"]}
    role = {
        "role": "supervisor",
        "extension_id": one,
        "confirmed_logins": [{"extension_id": one, "email": "a@example.com"}],
    }
    for url, body in (
        ("inbound-routes", route),
        ("paging-groups", group),
        ("notification-contacts", contact),
        ("administrators", role),
    ):
        answer = await admin.post(f"{API}/{url}", json=body)
        assert answer.status_code == 201, answer.text
    return one


async def test_what_else_goes_with_it_is_announced(admin: httpx.AsyncClient, server: Server) -> None:
    used = await used_extension(admin, server)
    objects = (await impact_of(admin, used))["objects"]
    assert [(concerned["kind"], concerned["name"]) for concerned in objects] == [
        ("administrator", "1001"),
        ("notification_contact", "F1001"),
        ("inbound_route", "Sales"),
        ("paging_group", "6000 All"),
    ]


@pytest.mark.parametrize("way", ["single", "many"])
async def test_the_audit_log_tells_what_else_went_with_it(admin: httpx.AsyncClient, server: Server, way: str) -> None:
    used = await used_extension(admin, server)
    begun = len(await entries(server))
    portal = server.listen(PORTAL)
    if way == "single":
        assert (await admin.delete(f"{EXTENSIONS}/{used}")).status_code == 204
    else:
        assert (await admin.post(f"{EXTENSIONS}/delete", json={"ids": [used]})).status_code == 200
    extension, role, contact, route, group = (await entries(server))[begun:]
    assert (extension.object_kind, extension.action) == ("extension", "deleted")
    assert (role.object_kind, role.action, role.object_name) == ("administrator", "deleted", "1001")
    assert role.before["role"] == "supervisor"
    assert (contact.object_kind, contact.action, contact.object_name) == ("notification_contact", "changed", "F1001")
    assert (route.object_kind, route.action, route.object_name) == ("inbound_route", "deleted", "Sales")
    assert route.before["destination_number"] == "1001"
    assert (group.object_kind, group.action, group.object_name) == ("paging_group", "changed", "6000 All")
    assert ("1001" in str(group.before), "1001" in str(group.after)) == (True, False)
    heard = {frame["type"] for frame in frames(portal)}
    assert {"administrator.changed", "route.changed", "paging_group.changed", "notification_contact.changed"} <= heard
