"""Decides what a role allows. Pure functions: the routes, the event gateway and the documents use them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from linkus.kit.errors import FieldError
from linkus.shared.roles.builtin import SUPER
from linkus.shared.roles.catalogue import PAGES, VIEW_ONLY, Action, Page, Role

MAX_ROLE_NAME = 63


def is_super(role: Role) -> bool:
    return role.key == SUPER


def allows(role: Role, page: Page, action: Action) -> bool:
    """Return whether the holders of a role may view or edit a page. Who may edit may view."""
    held = role.permissions.get(page)
    return held == "edit" or (held is not None and held == action)


def allows_any(role: Role, pages: Collection[Page], action: Action) -> bool:
    """Return whether a role allows the action on one of the pages, for what several pages show."""
    return any(allows(role, page, action) for page in pages)


def covers(holder: Role, other: Role) -> bool:
    """Return whether the holders of a role may do all that another role allows: nobody grants more than they hold.
    Only super administrators make, change and remove super administrators."""
    if is_super(other):
        return is_super(holder)
    return all(allows(holder, page, action) for page, action in other.permissions.items())


def permission_errors(permissions: Mapping[Page, Action]) -> dict[str, FieldError]:
    """Return errors for a custom role that grants nothing, or the changing of what nobody can change."""
    if not permissions:
        return {"permissions": FieldError("role_grants_nothing")}
    return {
        f"permissions.{page}": FieldError("role_page_view_only")
        for page in PAGES
        if page in VIEW_ONLY and permissions.get(page) == "edit"
    }
