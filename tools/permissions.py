"""Writes docs/permissions.md: every route of the server, who may call it, and which role, menu and item it needs.

The table comes from the types in the signatures of the routes. Run `python -m tools.permissions` after a change of
routes or roles; tests/api/test_permission_matrix.py compares the document, and the table with what the server answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from linkus.app import create_app
from linkus.client_permission.rules.catalogue import CHANGE_PASSWORD, ITEM_OF_SETTING
from linkus.client_permission.rules.enforcement import RequireMenu
from linkus.kit.messages import text
from linkus.kit.settings import Settings
from linkus.session import auth
from linkus.session.access import RequirePage
from linkus.shared.roles.builtin import BUILTIN
from linkus.shared.roles.catalogue import PAGES, VIEW_ONLY, Action, Page, Role
from linkus.shared.roles.rules import allows_any

DOCUMENT = Path(__file__).parents[1] / "docs" / "permissions.md"
BEGIN, END = "<!-- begin: python -m tools.permissions -->", "<!-- end -->"
# The framework's own constant answer, and the socket, which checks the session before it accepts.
OTHERWISE = frozenset({"/api/v1/openapi.json", "/ws/events"})
WHO: dict[Callable[..., object], str] = {
    auth.anyone: "anyone",
    auth.require_core: "core",
    auth.require_metrics: "metrics",
    auth.require_extension: "client",
    auth.require_extension_before_password: "client before the own password",
    auth.require_extension_before_privacy: "client before the privacy text",
    auth.require_administrator: "administrator",
}
# Which items lock what a route changes. Whether one is touched depends on what is sent, so no type can say it.
ITEMS: dict[str, frozenset[str]] = {
    "update_own_settings": frozenset(item for items in ITEM_OF_SETTING.values() for item in items.values()),
    "change_own_password": frozenset({CHANGE_PASSWORD}),
    "reset_password": frozenset({CHANGE_PASSWORD}),
    "inspect_password_reset": frozenset(),
}


@dataclass(frozen=True)
class Row:
    """Describes one route."""

    method: str
    path: str
    operation: str
    who: str
    action: Action | None = None
    pages: tuple[Page, ...] = ()
    menu: str | None = None
    items: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def is_allowed_to(self, role: Role) -> bool:
        """Return whether the holders of a role may call it. Without a page it is for an administrator's own account."""
        return self.who == "administrator" and (self.action is None or allows_any(role, self.pages, self.action))


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def routes() -> list[RouteContext]:
    return [route for route in iter_route_contexts(create_app(Settings()).routes) if route.path not in OTHERWISE]


def row_of(route: RouteContext) -> Row:
    """Read what the signature of a route states. Fail if it states nothing, or more than one permission."""
    calls = list(dict.fromkeys(_calls(route.dependant)))
    # the outermost comes first: what it depends on is part of it
    stated = [WHO[call] for call in calls if callable(call) and call in WHO]
    pages = [call for call in calls if isinstance(call, RequirePage)]
    menus = [call for call in calls if isinstance(call, RequireMenu)]
    methods = sorted((route.methods or set()) - {"HEAD"})
    name = f"{methods} {route.path}"
    if not stated or len(pages) > 1 or len(menus) > 1 or len(methods) != 1:
        raise ValueError(f"{name} states no permission, or more than one")
    operation = route.name or ""
    return Row(
        method=methods[0],
        path=route.path or "",
        operation=operation,
        who=stated[0],
        action=pages[0].action if pages else None,
        pages=pages[0].pages if pages else (),
        menu=menus[0].menu if menus else None,
        items=ITEMS.get(operation, frozenset()),
    )


def rows() -> list[Row]:
    return [row_of(route) for route in routes()]


def _mark(is_allowed: bool) -> str:
    return "✓" if is_allowed else "–"


def _table(head: list[str], body: list[list[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(cells)} |" for cells in body)])


def _short(row: Row) -> str:
    return f"`{row.method} {row.path.removeprefix('/api/v1')}`"


def _roles_table() -> str:
    roles = list(BUILTIN.values())
    head = ["page", *(text("en", f"role_{role.key}") for role in roles)]
    body = []
    for page in PAGES:
        name = text("en", f"page_{page}") + (" (view only)" if page in VIEW_ONLY else "")
        body.append([f"{name} `{page}`", *(role.permissions.get(page, "–") for role in roles)])
    return _table(head, body)


def _portal_table(found: list[Row]) -> str:
    roles = list(BUILTIN.values())
    head = ["route", "needs", *(text("en", f"role_{role.key}") for role in roles)]
    body = []
    for row in found:
        needs = f"{row.action} {' or '.join(f'`{page}`' for page in row.pages)}" if row.action else "own account"
        body.append([_short(row), needs, *(_mark(row.is_allowed_to(role)) for role in roles)])
    return _table(head, body)


def _client_table(found: list[Row]) -> str:
    body = [
        [
            _short(row),
            row.who.removeprefix("client").strip() or "signed in",
            f"`{row.menu}`" if row.menu else "",
            ", ".join(f"`{item}`" for item in sorted(row.items)),
        ]
        for row in found
    ]
    return _table(["route", "when", "hidden with the menu", "refused for a locked item"], body)


def tables() -> str:
    found = rows()
    portal = [row for row in found if row.who == "administrator"]
    client = [row for row in found if row.who.startswith("client")]
    rest = [row for row in found if row not in portal and row not in client]
    return "\n\n".join(
        [
            "## Roles and pages",
            _roles_table(),
            "## Routes of the portal",
            _portal_table(portal),
            "## Routes of clients",
            _client_table(client),
            "## Other routes",
            _table(
                ["route", "who", "refused for a locked item"],
                [[_short(row), row.who, ", ".join(f"`{item}`" for item in sorted(row.items))] for row in rest],
            ),
        ]
    )


def document() -> str:
    """Return the document with its tables as the routes state them."""
    head, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    return f"{head}{BEGIN}\n{tables()}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    DOCUMENT.write_text(document(), "utf-8")


if __name__ == "__main__":
    main()
