"""Measures permission rules in an installation of 10,000 extensions: deciding, previewing, and telling clients."""

import asyncio
import hashlib
import random
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

from bench.figures import Figure, percentile
from bench.instance import HOST, Instance
from linkus.client_permission.people import Person
from linkus.client_permission.rules.catalogue import MENUS, SETTINGS, TARGETS, expand
from linkus.client_permission.rules.changes import Look
from linkus.client_permission.rules.resolution import Rule, Subject

EXTENSIONS, FIRST_NUMBER, NAME = 10_000, 40_001, "Ruled"
RULES, GROUPS, DEPARTMENTS = 300, 40, 60
CLIENTS = 2000
TRIES = 5
CHANGES = 5
REACHED_BY = "voicemails"  # no other rule names this menu, so a rule that does changes something for every client
DECIDE_LIMIT_S, PREVIEW_LIMIT_S, REACH_LIMIT_MS = 1, 1, 500
RULE_URL = "/admin/client-permission/{kind}/rules"


def permissions(instance: Instance) -> Iterator[Figure]:
    yield Figure("permissions_effective", _decide(), "s", "limit", DECIDE_LIMIT_S)
    ids = _prepare(instance.http)
    yield Figure("permissions_preview", _slowest_preview(instance.http), "s", "limit", PREVIEW_LIMIT_S)
    tokens = _sign_in(instance, ids[:CLIENTS])
    reached = asyncio.run(_reach(instance, tokens))
    yield Figure("permissions_reach_p99", percentile(reached, 0.99) * 1000, "ms", "limit", REACH_LIMIT_MS)


def _decide() -> float:
    """Return the seconds that it takes to decide all menus and items of 10,000 extensions under 300 rules."""
    chance = random.Random(7)  # noqa: S311 - the same rules every time
    persons = {
        number: Person(
            number,
            frozenset(chance.sample(range(1, DEPARTMENTS + 1), 3)),
            frozenset(chance.sample(range(1, GROUPS + 1), 2)),
        )
        for number in range(1, EXTENSIONS + 1)
    }
    look = Look({"menu": _rules(chance, "menu"), "setting": _rules(chance, "setting")}, persons)
    begun = time.monotonic()
    look.allowed(persons)
    return time.monotonic() - begun


def _rules(chance: random.Random, kind: str) -> list[Rule]:
    targets = TARGETS["menu" if kind == "menu" else "setting"]
    return [
        Rule(number, chance.random() < 0.3, frozenset(_subjects(chance)), expand(chance.sample(targets, 2)))
        for number in range(1, RULES // 2 + 1)
    ]


def _subjects(chance: random.Random) -> list[Subject]:
    return [
        Subject("extension", chance.randint(1, EXTENSIONS)),
        Subject("group", chance.randint(1, GROUPS)),
        Subject("department", chance.randint(1, DEPARTMENTS)),
    ]


def _prepare(portal: httpx.Client) -> list[int]:
    """Make the extensions, their departments and groups, and the rules. Return the ids of the extensions."""
    bulk = {
        "from_number": str(FIRST_NUMBER), "count": EXTENSIONS, "first_name_pattern": f"{NAME} {{number}}",
        "linkus_enabled": True,
    }  # fmt: skip
    portal.post("/admin/extensions/bulk", json=bulk).raise_for_status()
    ids: list[int] = portal.get("/admin/extensions/ids", params={"search": NAME}).raise_for_status().json()["ids"]
    chance = random.Random(7)  # noqa: S311 - the same rules every time
    owners = {
        "group_ids": [_made(portal, "/admin/extension-groups", name=f"Group {n}") for n in range(GROUPS)],
        "department_ids": [_made(portal, "/admin/departments", name=f"Department {n}") for n in range(DEPARTMENTS)],
    }
    for name, owner_ids in owners.items():
        for owner_id in owner_ids:
            members = chance.sample(ids, 2 * EXTENSIONS // len(owner_ids))
            body = {"extension_ids": members, name: [owner_id], "mode": "add"}
            portal.post("/admin/organization/assign", json=body).raise_for_status()
    named_menus = [menu for menu in MENUS if menu != REACHED_BY]
    for number in range(RULES):
        kind, targets = ("menu", named_menus) if number % 2 else ("setting", SETTINGS)
        body = {
            "name": f"Rule {number}",
            "permission": "disallow",
            "targets": chance.sample(targets, 2),
            "subjects": [
                {"kind": "group", "id": chance.choice(owners["group_ids"])},
                {"kind": "department", "id": chance.choice(owners["department_ids"])},
                {"kind": "extension", "id": chance.choice(ids)},
            ],
        }
        portal.post(RULE_URL.format(kind=kind), json=body).raise_for_status()
    return ids


def _made(portal: httpx.Client, path: str, **values: Any) -> int:
    return int(portal.post(path, json=values).raise_for_status().json()["id"])


def _slowest_preview(portal: httpx.Client) -> float:
    """Return the seconds of the slowest preview of a rule for everybody, the worst one there is."""
    values = {
        "name": "All", "permission": "disallow", "targets": ["recordings"], "subjects": [{"kind": "group", "id": 0}],
    }  # fmt: skip
    spent = []
    for _ in range(TRIES):
        begun = time.monotonic()
        portal.post("/admin/client-permission/menu/preview", json={"values": values}).raise_for_status()
        spent.append(time.monotonic() - begun)
    return max(spent)


def _sign_in(instance: Instance, extension_ids: list[int]) -> list[str]:
    """Return a session's token of each extension. Written into the database: signing in hashes for a minute."""
    tokens = [secrets.token_urlsafe(32) for _ in extension_ids]
    now = datetime.now(UTC)
    stored, ends = now.strftime("%Y-%m-%d %H:%M:%S.%f"), (now + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    rows = [
        (hashlib.sha256(token.encode()).hexdigest(), extension_id, "web", stored, stored, ends, "number")
        for token, extension_id in zip(tokens, extension_ids, strict=True)
    ]
    with closing(sqlite3.connect(instance.home / "linkus.db", timeout=30)) as database, database:
        database.executemany(
            "INSERT INTO session (token_hash, extension_id, client_kind, created_at, last_seen_at, expires_at,"
            " signed_in_by, device_name, remark, user_agent, address) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', '', '')",
            rows,
        )
    return tokens


async def _reach(instance: Instance, tokens: list[str]) -> list[float]:
    """Return the seconds from each change of a rule to each client that follows it."""
    sockets = [await _open(token) for token in tokens]
    reached: list[float] = []
    rule: dict[str, Any] = {
        "name": "Reach", "permission": "disallow", "targets": [REACHED_BY], "subjects": [{"kind": "group", "id": 0}],
    }  # fmt: skip
    url, rule_id = RULE_URL.format(kind="menu"), 0
    async with httpx.AsyncClient(
        base_url=f"{instance.portal}/api/v1", headers=instance.http.headers, cookies=instance.http.cookies, timeout=60
    ) as portal:
        for number in range(CHANGES):
            waiting = [asyncio.create_task(_next_change(socket)) for socket in sockets]
            await asyncio.sleep(1)  # nothing else goes on
            rule["enabled"] = number % 2 == 0
            begun = time.monotonic()
            changed = await (portal.put(f"{url}/{rule_id}", json=rule) if number else portal.post(url, json=rule))
            changed.raise_for_status()
            rule_id, rule["version"] = changed.json()["id"], changed.json()["version"]
            done, lost = await asyncio.wait(waiting, timeout=30)
            if lost:
                raise RuntimeError(f"change {number} did not reach {len(lost)} of {CLIENTS} clients")
            reached += [task.result() - begun for task in done]
    for socket in sockets:
        await socket.close()
    return reached


async def _open(token: str) -> ClientConnection:
    url = f"ws://{HOST}:8088/ws/events"
    return await connect(url, additional_headers={"Authorization": f"Bearer {token}"}, ping_interval=None)


async def _next_change(socket: ClientConnection) -> float:
    while True:
        if orjson.loads(await socket.recv())["type"] == "permissions.changed":
            return time.monotonic()
