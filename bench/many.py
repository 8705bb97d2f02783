"""Measures ten thousand extensions: adding, listing, changing their settings, and undoing that, each in one step."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

from bench.figures import Figure
from bench.instance import Instance

COUNT, FIRST_NUMBER, NAME = 10_000, 20_001, "Many"
ADD_LIMIT_S, CHECK_LIMIT_S, CHANGE_LIMIT_S = 20, 2, 30
TRIES = 5
LISTS: dict[str, dict[str, str | int]] = {
    "first_page": {},
    "last_page": {"search": NAME, "sort": "-name", "page": COUNT // 50, "page_size": 50},
    "search": {"search": str(FIRST_NUMBER + COUNT - 1)},
}
BULK = "/admin/client-settings/bulk"


def many_extensions(instance: Instance) -> Iterator[Figure]:
    portal = instance.http
    begun = time.monotonic()
    bulk = {
        "from_number": str(FIRST_NUMBER), "count": COUNT, "first_name_pattern": f"{NAME} {{number}}",
        "linkus_enabled": True,
    }  # fmt: skip
    portal.post("/admin/extensions/bulk", json=bulk).raise_for_status()
    yield Figure("many_add", time.monotonic() - begun, "s", "limit", ADD_LIMIT_S)
    nothing = _slowest(portal, {"search": "nobody has this name"})
    for name, asked in LISTS.items():
        yield Figure(f"many_list_{name}", _slowest(portal, asked), "ms", "nothing_found", nothing)
    yield from _change(portal)


def _slowest(portal: httpx.Client, asked: dict[str, str | int]) -> float:
    """Return the time in milliseconds."""
    spent = []
    for _ in range(TRIES):
        begun = time.monotonic()
        portal.get("/admin/extensions", params=asked).raise_for_status()
        spent.append((time.monotonic() - begun) * 1000)
    return max(spent)


def _change(portal: httpx.Client) -> Iterator[Figure]:
    """Change two settings of each of the three kinds of client: 60,000 values."""
    ids = portal.get("/admin/extensions/ids", params={"search": NAME}).raise_for_status().json()["ids"]
    values = {"call_waiting": False, "auto_answer_delay": 7}
    asked = {"extension_ids": ids, "changes": dict.fromkeys(("web", "desktop", "mobile"), values)}
    begun = time.monotonic()
    portal.post(f"{BULK}/check", json=asked).raise_for_status()
    yield Figure("many_settings_check", time.monotonic() - begun, "s", "limit", CHECK_LIMIT_S)
    begun = time.monotonic()
    change = portal.post(BULK, json=asked).raise_for_status().json()
    _wait_for(portal, change, "done")
    yield Figure("many_settings_change", time.monotonic() - begun, "s", "limit", CHANGE_LIMIT_S)
    begun = time.monotonic()
    portal.post(f"{BULK}/{change['id']}/undo").raise_for_status()
    _wait_for(portal, change, "undone")
    yield Figure("many_settings_undo", time.monotonic() - begun, "s", "limit", CHANGE_LIMIT_S)


def _wait_for(portal: httpx.Client, change: dict[str, Any], state: str) -> None:
    while change["state"] != state:
        if change["state"] == "failed":
            raise RuntimeError(f"the change failed: {change}")
        time.sleep(0.05)
        change = portal.get(f"{BULK}/{change['id']}").raise_for_status().json()
