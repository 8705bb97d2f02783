"""Changes permission rules by the API while clients are open, and lets a client miss what it is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from playwright.sync_api import Page

from tests.browser.portal_api import Person, PortalApi

# A client that misses `permissions.changed`, as at the moment when its connection breaks.
MISSES_CHANGES = """
window.sockets = [];
const { get, set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", {
  configurable: true,
  get,
  set(handler) {
    window.sockets.push(this);
    set.call(this, (message) => String(message.data).includes("permissions.changed") || handler.call(this, message));
  },
});
"""


@contextmanager
def rule(portal: PortalApi, person: Person, kind: str, permission: str, *targets: str) -> Iterator[None]:
    """Have a rule for one person."""
    url = f"/admin/client-permission/{kind}/rules"
    subjects = [{"kind": "extension", "id": person.id}]
    body = {"name": "Test", "permission": permission, "targets": targets, "subjects": subjects}
    made = portal.call("POST", url, body)
    try:
        yield
    finally:
        portal.call("POST", f"{url}/delete", {"ids": [made["id"]]})


def hidden(portal: PortalApi, person: Person, *menus: str) -> AbstractContextManager[None]:
    return rule(portal, person, "menu", "disallow", *menus)


def locked(portal: PortalApi, person: Person, *items: str) -> AbstractContextManager[None]:
    return rule(portal, person, "setting", "disallow", *items)


def break_events(page: Page) -> None:
    """Close the connection for events, which comes back by itself. Needs MISSES_CHANGES."""
    page.evaluate("""() => {
      for (const socket of window.sockets) if (socket.url.endsWith("/ws/events")) socket.close();
    }""")
