"""Client settings as an administrator sees and changes them, and the tones of a client's page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.browser.portal_api import Person, PortalApi
from tests.walk.browser import wait_until


def read(portal: PortalApi, person: Person, kind: str = "web") -> dict[str, Any]:
    values: dict[str, Any] = portal.call("GET", f"/admin/extensions/{person.id}/client-settings/{kind}")["values"]
    return values


def change(portal: PortalApi, person: Person, kind: str = "web", **values: object) -> None:
    """Change settings before the client is opened, or while it is open."""
    path = f"/admin/extensions/{person.id}/client-settings/{kind}"
    version = portal.call("GET", path)["version"]
    portal.call("PUT", path, {"kind": kind, "version": version, "values": values})


def wait_saved(portal: PortalApi, page: Page, person: Person, kind: str = "web", **values: object) -> None:
    """Wait until the user's change has reached the server."""
    wait_until(lambda: values.items() <= read(portal, person, kind).items(), f"{values} is saved", page)


# Oscillators make every tone of the client, so their starts show all tones.
_LISTEN = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) {
  window.tones.push({ hertz: Math.round(this.frequency.value), at: Date.now() });
  return start.call(this, when);
};
"""


def listen_to_tones(context: BrowserContext) -> None:
    context.add_init_script(_LISTEN)


def forget_tones(page: Page) -> None:
    page.evaluate("() => { window.tones.length = 0 }")


def tones(page: Page) -> set[int]:
    """Return the frequencies that have sounded."""
    return set(page.evaluate("() => window.tones.map(({ hertz }) => hertz)"))


WAITING, RING, ANSWERED = 450, 659, 880
