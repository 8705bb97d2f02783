"""Refuses requests that rules forbid. A client that ignores its rules gains nothing (PM-3, PS-4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.rules import repository
from linkus.client_permission.rules.catalogue import (
    CHANGE_PASSWORD,
    ITEM_OF_SETTING,
    MENUS,
    SETTINGS,
    TARGETS,
    Kind,
    is_on_client,
)
from linkus.client_permission.rules.resolution import Decision, decide
from linkus.client_permission.rules.schemas import OwnPermissions
from linkus.kit.errors import Forbidden
from linkus.kit.work import ReadSession
from linkus.session.auth import SET_BY_ADMINISTRATOR, ClientSession, ExtensionPrincipal
from linkus.shared.models.extension import Extension


class MenuHidden(Forbidden):
    """Raised for a request behind a menu that a rule hides."""

    code = "menu_hidden"


class SettingLocked(Forbidden):
    """Raised for the change of a setting that a rule makes read-only. `item` names what the rule locks."""

    code = "setting_locked"


async def decisions(db: AsyncSession, kind: Kind, extension_id: int) -> dict[str, Decision]:
    """Decide all menus, or all setting items, of an extension."""
    rows = await repository.rules_concerning(db, kind, extension_id)
    return decide(TARGETS[kind], [repository.rule_of(row) for row in rows])


async def allowed_targets(db: AsyncSession, kind: Kind, extension_id: int) -> frozenset[str]:
    """Return the menus that the user of an extension sees, or the setting items that they may change."""
    decided = await decisions(db, kind, extension_id)
    return frozenset(target for target in decided if decided[target].is_allowed)


async def own_permissions(db: AsyncSession, extension_id: int, client_kind: str) -> OwnPermissions:
    menus = await allowed_targets(db, "menu", extension_id)
    return permissions_of(menus, await allowed_targets(db, "setting", extension_id), client_kind)


def permissions_of(menus: Collection[str], items: Collection[str], client_kind: str) -> OwnPermissions:
    """Describe allowed menus and items to a kind of client."""
    locked = [item for item in SETTINGS if item not in items and is_on_client(item, client_kind)]
    return OwnPermissions(
        menus=[menu for menu in MENUS if menu in menus],
        locked=locked,
        locked_settings=[setting for setting, item in ITEM_OF_SETTING[client_kind].items() if item in locked],
    )


async def check_menu(db: AsyncSession, menu: str, extension_id: int) -> None:
    """Raise MenuHidden if a rule hides the menu from the user of an extension."""
    if menu not in await allowed_targets(db, "menu", extension_id):
        raise MenuHidden(extra={"menu": menu})


async def check_settings(db: AsyncSession, client_kind: str, extension_id: int, changed: Collection[str]) -> None:
    """Raise SettingLocked if a rule locks one of the client settings that would change. The others stay as they are,
    too: a request is granted or refused as a whole."""
    items = [ITEM_OF_SETTING[client_kind].get(setting) for setting in sorted(changed)]
    await _check_items(db, extension_id, [item for item in items if item is not None])


async def check_password_change(db: AsyncSession, extension: Extension) -> None:
    """Raise SettingLocked if a rule locks the user's password. Users who have no password of their own yet may choose
    one, because they can do nothing else before (PS-4)."""
    if extension.password_hash is not None and extension.password_set_by != SET_BY_ADMINISTRATOR:
        await _check_items(db, extension.id, [CHANGE_PASSWORD])


async def _check_items(db: AsyncSession, extension_id: int, items: Collection[str]) -> None:
    if not items:
        return
    allowed = await allowed_targets(db, "setting", extension_id)
    for item in items:
        if item not in allowed:
            raise SettingLocked(extra={"item": item})


@dataclass(frozen=True)
class RequireMenu:
    """Requires a client whose user sees the menu."""

    menu: str

    async def __call__(self, who: ClientSession, db: ReadSession) -> ExtensionPrincipal:
        await check_menu(db, self.menu, who.extension_id)
        return who


ExtensionsMenu = Annotated[ExtensionPrincipal, Depends(RequireMenu("extensions"))]
CallLogsMenu = Annotated[ExtensionPrincipal, Depends(RequireMenu("call_logs"))]
VoicemailsMenu = Annotated[ExtensionPrincipal, Depends(RequireMenu("voicemails"))]
PreferencesMenu = Annotated[ExtensionPrincipal, Depends(RequireMenu("preferences"))]
