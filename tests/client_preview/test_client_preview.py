"""An administrator sees a client as one of its users sees it, and can neither read the user's own data nor change
anything."""

from __future__ import annotations

import httpx
import pytest

from tests.support.api import Server

KINDS = ("web", "desktop", "mobile")
SHOWN = ("session", "permissions", "settings", "codecs", "colleagues", "organization")


async def answer(admin: httpx.AsyncClient, extension_id: int, kind: str, what: str) -> httpx.Response:
    return await admin.get(f"/api/v1/admin/extensions/{extension_id}/client-preview/{kind}/{what}")


async def hide_colleagues(admin: httpx.AsyncClient, extension_id: int) -> None:
    rule = {
        "name": "warehouse", "permission": "disallow", "targets": ["extensions"],
        "subjects": [{"kind": "extension", "id": extension_id}], "note": "",
    }  # fmt: skip
    assert (await admin.post("/api/v1/admin/client-permission/menu/rules", json=rule)).status_code == 201


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", SHOWN)
async def test_preview_is_what_the_client_gets(server: Server, kind: str, what: str) -> None:
    admin = await server.sign_in(await server.make_administrator())
    user = await server.make_extension("1001", first_name="三")
    await server.make_extension("1002")
    shown = await answer(admin, user.id, kind, what)
    own = await (await server.sign_in(user, kind)).get(f"/api/v1/client/{what}")
    assert shown.status_code == own.status_code == 200
    expected = own.json()
    if what == "session":
        expected |= {"session_id": 0}
    assert shown.json() == expected


async def test_preview_hides_what_a_rule_hides(server: Server) -> None:
    admin = await server.sign_in(await server.make_administrator())
    user = await server.make_extension("1001")
    await hide_colleagues(admin, user.id)
    assert "extensions" not in (await answer(admin, user.id, "web", "permissions")).json()["menus"]
    for what in ("colleagues", "organization"):
        refused = await answer(admin, user.id, "web", what)
        assert (refused.status_code, refused.json()["code"]) == (403, "menu_hidden")


async def test_preview_of_a_user_who_cannot_sign_in_says_so(server: Server) -> None:
    admin = await server.sign_in(await server.make_administrator())
    user = await server.make_extension("1001", linkus_enabled=False)
    for what in SHOWN:
        refused = await answer(admin, user.id, "web", what)
        assert (refused.status_code, refused.json()["code"]) == (403, "preview_linkus_disabled")


@pytest.mark.parametrize("what", ["calls", "voicemail", "devices", "sip-credential"])
async def test_preview_has_no_data_of_the_user(server: Server, what: str) -> None:
    admin = await server.sign_in(await server.make_administrator())
    user = await server.make_extension("1001")
    assert (await answer(admin, user.id, "web", what)).status_code == 404


async def test_preview_needs_an_administrator_and_an_extension(server: Server) -> None:
    user = await server.make_extension("1001")
    client = await server.sign_in(user)
    admin = await server.sign_in(await server.make_administrator())
    for what in SHOWN:
        assert (await answer(client, user.id, "web", what)).status_code == 401
        assert (await answer(admin, user.id + 1, "web", what)).status_code == 404
        assert (await answer(admin, user.id, "phone", what)).status_code == 422
