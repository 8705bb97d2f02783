"""Makes one request for every operation that changes something, in an installation that has one of everything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from pyotp.totp import TOTP

from linkus.kit.clock import now
from linkus.kit.secrets import hash_token
from linkus.lockout.models import BlockedAddress
from linkus.shared.models.administrator import SetupToken
from linkus.shared.models.extension import Extension
from tests.prompt.recordings import recording, tone
from tests.support.api import PASSWORD, Server

API = "/api/v1"
ADDRESS = "192.0.2.7"
NEW_PASSWORD = "Battery-Staple-8"
TRUNK = {
    "name": "Provider", "kind": "register", "host": "sip.example.com", "username": "0108888",
    "password": "Trunk-Secret-7",
}  # fmt: skip
MAIL_SERVER = {
    "host": "smtp.example.cn", "port": 465, "tls_mode": "tls", "username": "pbx@example.cn",
    "password": "Mail-Secret-7", "sender_address": "pbx@example.cn",
}  # fmt: skip
CONTACT = {"name": "Duty", "email": "duty@example.cn", "levels": ["alert"]}
RULE = {"name": "Rule", "permission": "disallow", "subjects": [{"kind": "group", "id": 0}]}
PORTABLE_RULE = {
    "name": "New", "permission": "allow", "targets": ["contacts"],
    "subjects": [{"kind": "extension", "number": "1001"}],
}  # fmt: skip
PORTABLE_VISIBILITY = {"name": "V", "subjects": [{"kind": "extension", "number": "1001"}], "targets": []}
SECRETS = (PASSWORD, NEW_PASSWORD, "Trunk-Secret-7", "Mail-Secret-7", "Desk-phone-8", "593818")


@dataclass
class World:
    """Holds who is signed in, and the ids of what exists."""

    server: Server
    admin: httpx.AsyncClient
    user: httpx.AsyncClient
    stranger: httpx.AsyncClient
    extension: Extension
    other: Extension
    ids: dict[str, int]
    session_id: int = 0

    async def ask(self, method: str, path: str, body: Any = None, *, who: httpx.AsyncClient | None = None) -> Any:
        answer = await (who or self.admin).request(method, f"{API}{path}", **({} if body is None else {"json": body}))
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def version(self, path: str) -> int:
        return int((await self.ask("GET", path))["version"])


async def make_world(server: Server, admin: httpx.AsyncClient, extension: Extension) -> World:
    """`admin` and the users come from ADDRESS."""
    other = await server.make_extension("1002", first_name="B", email="b@example.cn")
    session = await server.open_session(extension)
    user = server.browser(cookies={"linkus_client": session.token}, address=ADDRESS)
    admin.headers["X-Forwarded-For"] = ADDRESS
    world = World(server, admin, user, server.browser(address=ADDRESS), extension, other, {}, session.session.id)
    for name, path, body in (
        ("trunk", "/admin/trunks", TRUNK),
        ("group", "/admin/extension-groups", {"name": "Sales"}),
        ("department", "/admin/departments", {"name": "North"}),
        ("other_department", "/admin/departments", {"name": "South"}),
        ("paging_group", "/admin/paging-groups", {"number": "6001", "name": "Page", "member_ids": [extension.id]}),
        ("contact", "/admin/notification-contacts", CONTACT),
        ("menu_rule", "/admin/client-permission/menu/rules", {**RULE, "targets": ["contacts"]}),
        ("visibility_rule", "/admin/visibility-rules", _visibility("Blind", extension.id)),
    ):
        world.ids[name] = (await world.ask("POST", path, body))["id"]
    for name in ("in", "in2"):
        body = {**_inbound(name, extension.id), "did_number": f"0108888{len(name)}"}
        world.ids[name] = (await world.ask("POST", "/admin/inbound-routes", body))["id"]
    for name in ("out", "out2"):
        body = {"name": name, "pattern": f"9{len(name)}.", "trunk_ids": [world.ids["trunk"]]}
        world.ids[name] = (await world.ask("POST", "/admin/outbound-routes", body))["id"]
    return world


def _visibility(name: str, extension_id: int) -> dict[str, Any]:
    return {"name": name, "subjects": {"extension_ids": [extension_id]}, "targets": {}}


def _inbound(name: str, extension_id: int) -> dict[str, Any]:
    return {"name": name, "destination": "extension", "extension_id": extension_id}


def _extension(**values: Any) -> dict[str, Any]:
    return {"number": "1001", "first_name": "伟", "last_name": "张", "email": "zhang.wei@example.cn", **values}


def _restores(path: str) -> Callable[[World], Awaitable[Any]]:
    """Return a change that deletes something and takes that back."""

    async def change(world: World) -> None:
        await world.ask("DELETE", path.format(**world.ids))
        await world.ask("POST", f"{path.format(**world.ids)}/restore")

    return change


def sends(method: str, path: str, body: Any = None, *, as_user: bool = False) -> Callable[[World], Awaitable[Any]]:
    """Return a change that one request makes. `{name}` in the path is an id; `body` may be made from the world."""

    async def change(world: World) -> None:
        ids = {"extension": world.extension.id, "session": world.session_id, **world.ids}
        asked: Any = body(world) if callable(body) else body
        await world.ask(method, path.format(**ids), asked, who=world.user if as_user else None)

    return change


def updates(path: str, body: Any) -> Callable[[World], Awaitable[Any]]:
    """Return a PUT with the version that is there now."""

    async def change(world: World) -> None:
        place = path.format(extension=world.extension.id, **world.ids)
        asked: Any = body(world) if callable(body) else body
        await world.ask("PUT", place, {**asked, "version": await world.version(place)})

    return change


async def _set_up(world: World) -> None:
    await world.server.clean()
    async with world.server.database.transaction() as db:
        db.add(SetupToken(token_hash=hash_token("t" * 43)))
    world.stranger = world.server.browser(address=ADDRESS)
    asked = {"token": "t" * 43, "username": "chief", "password": NEW_PASSWORD}
    await world.ask("POST", "/setup", asked, who=world.stranger)


async def _sign_in(world: World) -> None:
    asked = {"username": "boss", "password": PASSWORD, "client_kind": "web", "transport": "cookie"}
    await world.ask("POST", "/sessions", asked, who=world.stranger)


async def _make_password_link(world: World) -> str:
    account_id = await _add_administrator(world)
    made = await world.ask("POST", f"/admin/administrators/{account_id}/password-link")
    return str(made["link"].partition("#t=")[2])


async def _choose_administrator_password(world: World) -> None:
    asked = {"token": await _make_password_link(world), "new_password": NEW_PASSWORD}
    await world.ask("POST", "/setup/password", asked, who=world.stranger)


async def _reset_password(world: World) -> None:
    from datetime import timedelta

    from linkus.credential.schemas import Purpose
    from linkus.credential.service import issue
    from linkus.shared.models.credential import Credential

    async with world.server.database.transaction() as db:
        credential, token = issue(db, world.extension.id, "web", timedelta(hours=1))
        credential.purpose = Purpose.PASSWORD_RESET
        assert isinstance(credential, Credential)
    await world.ask("POST", "/password-reset", {"token": token, "new_password": NEW_PASSWORD}, who=world.stranger)


async def _accept_privacy(world: World) -> None:
    await world.ask("PUT", "/admin/settings/privacy", {"text_zh": "隐私", "version": 1})
    version = (await world.ask("GET", "/privacy-text"))["version"]
    await world.ask("POST", "/client/privacy", {"version": version}, who=world.user)


async def _undo_bulk(world: World) -> None:
    asked = {"extension_ids": [world.extension.id], "changes": {"web": {"auto_answer": True}}}
    change = await world.ask("POST", "/admin/client-settings/bulk", asked)
    await world.server.services.background.idle()
    await world.ask("POST", f"/admin/client-settings/bulk/{change['id']}/undo")
    await world.server.services.background.idle()


async def _bulk(world: World) -> None:
    asked = {"extension_ids": [world.extension.id], "changes": {"web": {"auto_answer": True}}}
    await world.ask("POST", "/admin/client-settings/bulk", asked)
    await world.server.services.background.idle()


_OWN_FACTOR = "/admin/account/second-factor"
_ADMINISTRATOR = {"role": "operator", "username": "li.na", "password": NEW_PASSWORD}
_ROLE = {"name": "Night", "permissions": {"extensions": "view"}}


async def _add_administrator(world: World) -> int:
    return int((await world.ask("POST", "/admin/administrators", _ADMINISTRATOR))["id"])


async def _update_administrator(world: World) -> None:
    path = f"/admin/administrators/{await _add_administrator(world)}"
    await world.ask("PUT", path, {"role": "accounting", "disabled": True})


async def _delete_administrator(world: World) -> None:
    await world.ask("DELETE", f"/admin/administrators/{await _add_administrator(world)}")


async def _update_role(world: World) -> None:
    made = await world.ask("POST", "/admin/roles", _ROLE)
    await world.ask("PUT", f"/admin/roles/{made['id']}", {**_ROLE, "name": "Day", "version": made["version"]})


async def _delete_role(world: World) -> None:
    made = await world.ask("POST", "/admin/roles", _ROLE)
    await world.ask("DELETE", f"/admin/roles/{made['id']}")


async def _set_up_factor(world: World, password: str = PASSWORD, who: httpx.AsyncClient | None = None) -> list[str]:
    """Return the recovery codes."""
    begun = await world.ask("POST", _OWN_FACTOR, {"current_password": password}, who=who)
    code = TOTP(begun["secret"]).now()
    codes: list[str] = (await world.ask("POST", f"{_OWN_FACTOR}/confirm", {"code": code}, who=who))["codes"]
    return codes


async def _renew_codes(world: World) -> None:
    code = (await _set_up_factor(world))[0]
    await world.ask("POST", f"{_OWN_FACTOR}/recovery-codes", {"current_password": PASSWORD, "code": code})


async def _remove_factor(world: World) -> None:
    code = (await _set_up_factor(world))[0]
    await world.ask("POST", f"{_OWN_FACTOR}/remove", {"current_password": PASSWORD, "code": code})


async def _reset_factor(world: World) -> None:
    account_id = await _add_administrator(world)
    asked = {"username": "li.na", "password": NEW_PASSWORD, "client_kind": "web", "transport": "cookie"}
    await world.ask("POST", "/sessions", asked, who=world.stranger)
    await _set_up_factor(world, NEW_PASSWORD, world.stranger)
    await world.ask("POST", f"/admin/administrators/{account_id}/second-factor/reset")


async def _require_factor(world: World) -> None:
    await _set_up_factor(world)
    await world.ask("PUT", "/admin/settings/second-factor", {"required": True, "version": 1})


async def _restore(world: World) -> None:
    path = f"/admin/extensions/{world.extension.id}/client-settings/web"
    await world.ask("PUT", path, {"kind": "web", "version": 1, "values": {"auto_answer": True}})
    asked = {"names": ["auto_answer"], "moment": "2026-01-01T00:00:00Z"}
    await world.ask("POST", f"{path}/history/restore", asked)


def _uploads(method: str, path: str, name: str, data: bytes) -> Callable[[World], Awaitable[Any]]:
    async def change(world: World) -> None:
        answer = await world.admin.request(method, f"{API}{path}", files={"file": (name, data)})
        assert answer.status_code < 300, answer.text
        await world.server.services.background.idle()

    return change


_SOUND = recording(tone(440, 1.0))
_upload_prompt = _uploads("PUT", "/admin/prompts/busy/zh-CN", "busy.wav", _SOUND)


async def _remove_prompt(world: World) -> None:
    await _upload_prompt(world)
    await world.ask("DELETE", "/admin/prompts/busy/zh-CN")


async def _unblock(world: World) -> None:
    async with world.server.database.transaction() as db:
        row = BlockedAddress(address="198.51.100.9", reason="sip_authentication", failures=9, blocked_at=now())
        db.add(row)
        await db.flush()
    await world.ask("DELETE", f"/admin/blocked-addresses/{row.id}")


async def _unblock_many(world: World) -> None:
    async with world.server.database.transaction() as db:
        row = BlockedAddress(address="198.51.100.8", reason="sign_in", failures=15, blocked_at=now())
        db.add(row)
        await db.flush()
    await world.ask("POST", "/admin/blocked-addresses/unblock", {"ids": [row.id]})


async def _allow(world: World) -> int:
    allowed = await world.ask("POST", "/admin/allowed-addresses", {"network": "198.51.100.0/24", "note": "Office"})
    return int(allowed["id"])


async def _disallow(world: World) -> None:
    await world.ask("DELETE", f"/admin/allowed-addresses/{await _allow(world)}")


async def _lock_later(world: World) -> None:
    settings = await world.ask("GET", "/admin/lockout-settings")
    await world.ask("PUT", "/admin/lockout-settings", {**settings, "max_failures": 7})


async def _mails(world: World) -> list[int]:
    await world.ask("PUT", "/admin/mail-server", {**MAIL_SERVER, "version": 1})
    await world.ask("POST", "/admin/welcome-mails", {"extension_ids": [world.extension.id]})
    found = await world.ask("GET", "/admin/welcome-mails")
    return [item["id"] for item in found["items"]]


def _with_mails(path: str) -> Callable[[World], Awaitable[Any]]:
    async def change(world: World) -> None:
        await world.ask("POST", path, {"ids": await _mails(world)})

    return change


def _ids_of(*names: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"ids": [world.ids[name] for name in names]}


_CSV = "分机号码,名\n1001,Changed\n1009,New\n".encode()
_ROUTES_CSV = "名称,DID 号码,目的地,目的地号码\nagain,01088882,分机,1001\nfresh,01099999,分机,1001\n".encode()
_PASSWORDS = {
    "user_password": NEW_PASSWORD, "registration_password": "Desk-phone-8", "voicemail_pin": "593818",
    "first_name": "W",
}  # fmt: skip
CHANGES: dict[str, Callable[[World], Awaitable[Any]]] = {
    "set_up": _set_up,
    "create_session": _sign_in,
    "create_administrator": sends("POST", "/admin/administrators", _ADMINISTRATOR),
    "update_administrator": _update_administrator,
    "delete_administrator": _delete_administrator,
    "make_password_link": _make_password_link,
    "choose_administrator_password": _choose_administrator_password,
    "create_role": sends("POST", "/admin/roles", _ROLE),
    "update_role": _update_role,
    "delete_role": _delete_role,
    "confirm_second_factor": _set_up_factor,
    "renew_recovery_codes": _renew_codes,
    "remove_second_factor": _remove_factor,
    "reset_second_factor": _reset_factor,
    "update_second_factor_policy": _require_factor,
    "update_account": sends(
        "PUT", "/admin/account", {"language": "en", "new_password": NEW_PASSWORD, "current_password": PASSWORD}
    ),
    "delete_admin_session": sends("DELETE", "/admin/session"),
    "sign_out_device": sends("DELETE", "/admin/sessions/{session}"),
    "update_device": sends("PUT", "/admin/sessions/{session}", {"remark": "desk"}),
    "sign_out_own_device": sends("DELETE", "/client/devices/{session}", as_user=True),
    "update_own_device": sends("PUT", "/client/devices/{session}", {"remark": "desk"}, as_user=True),
    "sign_out_extension": sends("POST", "/admin/extensions/{extension}/sign-out"),
    "update_login_mode": updates("/admin/linkus-server/login-mode", {"login_by_number": True, "login_by_email": False}),
    "accept_privacy": _accept_privacy,
    "update_privacy_settings": updates("/admin/settings/privacy", {"text_zh": "隐私"}),
    "update_general_settings": updates(
        "/admin/settings/general", {"company_name": "Star", "system_language": "en", "public_address": ""}
    ),
    "create_extension": sends("POST", "/admin/extensions", _extension(number="1003", email="")),
    "create_many_extensions": sends(
        "POST", "/admin/extensions/bulk", {"from_number": "1005", "count": 2, "first_name_pattern": "U"}
    ),
    "delete_many_extensions": sends(
        "POST", "/admin/extensions/delete", lambda world: {"ids": [world.extension.id, world.other.id]}
    ),
    "switch_linkus": sends(
        "POST", "/admin/extensions/linkus", lambda world: {"ids": [world.extension.id], "enabled": False}
    ),
    "import_extensions": _uploads("POST", "/admin/extensions/import", "people.csv", _CSV),
    "update_extension": updates(
        "/admin/extensions/{extension}",
        lambda world: _extension(
            **_PASSWORDS, department_ids=[world.ids["department"]], group_ids=[world.ids["group"]]
        ),
    ),
    "delete_extension": sends("DELETE", "/admin/extensions/{extension}"),
    "assign_extensions": sends(
        "POST",
        "/admin/organization/assign",
        lambda world: {
            "extension_ids": [world.extension.id],
            "department_ids": [world.ids["department"]],
            "mode": "add",
        },
    ),
    "create_department": sends("POST", "/admin/departments", {"name": "West"}),
    "rename_department": updates("/admin/departments/{department}", {"name": "Far North"}),
    "move_department": sends(
        "POST",
        "/admin/departments/{department}/move",
        lambda world: {"parent_id": world.ids["other_department"], "version": 1},
    ),
    "delete_department": sends("DELETE", "/admin/departments/{department}"),
    "restore_department": _restores("/admin/departments/{department}"),
    "create_extension_group": sends("POST", "/admin/extension-groups", {"name": "Service"}),
    "update_extension_group": updates(
        "/admin/extension-groups/{group}", lambda world: {"name": "Sellers", "member_ids": [world.extension.id]}
    ),
    "delete_extension_group": sends("DELETE", "/admin/extension-groups/{group}"),
    "restore_extension_group": _restores("/admin/extension-groups/{group}"),
    "create_screen_code": sends("POST", "/admin/extensions/{extension}/credential", {"client_kind": "mobile"}),
    "update_own_settings": sends(
        "PUT", "/client/settings", {"kind": "web", "version": 1, "values": {"auto_answer": True}}, as_user=True
    ),
    "update_client_settings": sends(
        "PUT",
        "/admin/extensions/{extension}/client-settings/web",
        {"kind": "web", "version": 1, "values": {"auto_answer": True}},
    ),
    "restore_settings": _restore,
    "update_mobile_default": updates("/admin/linkus-server/mobile-default", {"codec": "pcma", "apply_to": "all"}),
    "start_bulk_change": _bulk,
    "undo_bulk_change": _undo_bulk,
    "reset_password": _reset_password,
    "change_own_password": sends(
        "PUT", "/client/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD}, as_user=True
    ),
    "update_linkus_server": updates("/admin/linkus-server", {"credential_validity_days": 14}),
    "update_mail_template": updates(
        "/admin/linkus-server/mail-template", {"mode": "default", "credential_validity_days": 30}
    ),
    "send_welcome_mails": sends("POST", "/admin/welcome-mails", lambda world: {"extension_ids": [world.extension.id]}),
    "revoke_welcome_mails": _with_mails("/admin/welcome-mails/revoke"),
    "send_welcome_mails_again": _with_mails("/admin/welcome-mails/send-again"),
    "update_mail_server": updates("/admin/mail-server", MAIL_SERVER),
    "update_mail_language": updates("/admin/mail/language", {"language": "en"}),
    "update_event_types": updates(
        "/admin/event-types", {"items": [{"kind": "trunk_failed", "level": "alert", "notified": True}]}
    ),
    "update_event_template": updates(
        "/admin/event-types/trunk_failed/templates/en", {"mode": "custom", "subject": "S", "body": "<p>B</p>"}
    ),
    "create_notification_contact": sends("POST", "/admin/notification-contacts", {**CONTACT, "name": "Second"}),
    "update_notification_contact": sends(
        "PUT", "/admin/notification-contacts/{contact}", {**CONTACT, "levels": ["warning"], "version": 1}
    ),
    "delete_notification_contact": sends("DELETE", "/admin/notification-contacts/{contact}"),
    "unblock_address": _unblock,
    "unblock_addresses": _unblock_many,
    "allow_address": _allow,
    "disallow_address": _disallow,
    "update_lockout_settings": _lock_later,
    "create_trunk": sends("POST", "/admin/trunks", {**TRUNK, "name": "Second"}),
    "update_trunk": updates("/admin/trunks/{trunk}", {**TRUNK, "host": "sip2.example.com"}),
    "delete_trunk": sends("DELETE", "/admin/trunks/{trunk}"),
    "create_inbound_route": sends(
        "POST", "/admin/inbound-routes", lambda world: {**_inbound("new", world.extension.id), "did_number": "01077"}
    ),
    "order_inbound_routes": sends("PUT", "/admin/inbound-routes/order", _ids_of("in2", "in")),
    "delete_inbound_routes": sends("POST", "/admin/inbound-routes/delete", _ids_of("in", "in2")),
    "import_inbound_routes": _uploads("POST", "/admin/inbound-routes/import", "routes.csv", _ROUTES_CSV),
    "update_inbound_route": updates(
        "/admin/inbound-routes/{in}", lambda world: _inbound("Renamed", world.extension.id)
    ),
    "delete_inbound_route": sends("DELETE", "/admin/inbound-routes/{in}"),
    "create_outbound_route": sends(
        "POST",
        "/admin/outbound-routes",
        lambda world: {"name": "n", "pattern": "8.", "trunk_ids": [world.ids["trunk"]]},
    ),
    "order_outbound_routes": sends("PUT", "/admin/outbound-routes/order", _ids_of("out2", "out")),
    "update_outbound_route": updates(
        "/admin/outbound-routes/{out}",
        lambda world: {"name": "out", "pattern": "7.", "trunk_ids": [world.ids["trunk"]]},
    ),
    "delete_outbound_route": sends("DELETE", "/admin/outbound-routes/{out}"),
    "create_paging_group": sends("POST", "/admin/paging-groups", {"number": "6002", "name": "Second"}),
    "update_paging_group": updates("/admin/paging-groups/{paging_group}", {"number": "6001", "name": "Louder"}),
    "delete_paging_group": sends("DELETE", "/admin/paging-groups/{paging_group}"),
    "upload_prompt": _upload_prompt,
    "remove_prompt_upload": _remove_prompt,
    "create_permission_rule": sends(
        "POST", "/admin/client-permission/setting/rules", {**RULE, "targets": ["features"], "name": "No features"}
    ),
    "import_permission_rules": sends(
        "POST",
        "/admin/client-permission/menu/rules/import",
        {"document": {"kind": "menu", "rules": [PORTABLE_RULE]}, "delete_others": True, "dry_run": False},
    ),
    "update_permission_rule": sends(
        "PUT", "/admin/client-permission/menu/rules/{menu_rule}", {**RULE, "targets": ["recordings"], "version": 1}
    ),
    "delete_permission_rules": sends("POST", "/admin/client-permission/menu/rules/delete", _ids_of("menu_rule")),
    "create_visibility_rule": sends("POST", "/admin/visibility-rules", lambda world: _visibility("2", world.other.id)),
    "import_visibility_rules": sends(
        "POST",
        "/admin/visibility-rules/import",
        {"document": {"kind": "visibility", "rules": [PORTABLE_VISIBILITY]}, "delete_others": True, "dry_run": False},
    ),
    "update_visibility_rule": updates(
        "/admin/visibility-rules/{visibility_rule}", lambda world: _visibility("Blinder", world.other.id)
    ),
    "delete_visibility_rule": sends("DELETE", "/admin/visibility-rules/{visibility_rule}"),
    "update_linkus_sdk": updates("/admin/integrations/linkus-sdk", {"enabled": True}),
}
UNTOLD = {
    "begin_second_factor": "nothing counts until a code confirms it",
    "inspect_setup": "reads",
    "inspect_password_link": "reads",
    "inspect_credential": "reads",
    "inspect_password_reset": "reads",
    "find_extensions": "reads",
    "check_extension_deletion": "reads",
    "preview_visibility_rule": "reads",
    "check_bulk_change": "reads",
    "check_welcome_mails": "reads",
    "preview_permission_rule": "reads",
    "preview_mail_template": "reads",
    "try_number": "reads",
    "try_pattern": "reads",
    "mark_events_seen": "changes only what the administrator's own page counts",
    "try_trunk": "asks the provider, and changes nothing",
    "try_mail_server": "sends one mail, and changes nothing",
    "try_mail_template": "sends one mail, and changes nothing",
    "try_notification_contact": "sends one mail, and changes nothing",
    "preview_event_template": "renders a draft, and stores nothing",
    "try_webhook": "sends one example, and changes nothing",
    "try_event_template": "sends one mail, and changes nothing",
    "request_password_reset": "a stranger can ask for it a thousand times; the new password is told of",
    "redeem_credential": "a user's sign-in, which the list of devices shows",
    "delete_client_session": "a user's sign-out, which the list of devices shows",
    "create_sip_credential": "every client renews it every few minutes",
    "leave_calls": "what users do with their calls is in the call records",
    "claim_call": "what users do with their calls is in the call records",
    "give_back_call": "what users do with their calls is in the call records",
    "mark_calls_seen": "a user's own list of calls; the call record stays",
    "hide_call": "a user's own list of calls; the call record stays",
    "mark_voicemail": "a user's own messages",
    "delete_voicemail": "a user's own messages",
}
