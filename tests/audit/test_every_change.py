"""Every operation that changes something writes an entry: who, from where, what, before and after."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import delete, select

from linkus.app import create_app
from linkus.audit.words import catalogue
from linkus.kit.http import SAFE_METHODS
from linkus.kit.messages import LANGUAGES
from linkus.kit.settings import Settings
from linkus.shared.models.audit import AuditEntry
from linkus.shared.models.extension import Extension
from tests.audit.changes import ADDRESS, CHANGES, SECRETS, UNTOLD, make_world
from tests.support.api import Server

pytestmark = pytest.mark.slow

BY_USERS = {"sign_out_own_device", "update_own_device", "accept_privacy", "update_own_settings", "reset_password",
            "change_own_password"}  # fmt: skip
BY_VISITORS = {"set_up"}
BY_NEW_ADMINISTRATORS = {"choose_administrator_password"}


def _changing_operations() -> set[str]:
    routes = iter_route_contexts(create_app(Settings()).routes)
    return {
        str(route.name)
        for route in routes
        if (route.path or "").startswith("/api/v1/") and set(route.methods or ()) - SAFE_METHODS
    }


def test_every_operation_is_told_of_or_has_a_reason() -> None:
    assert CHANGES.keys() | UNTOLD.keys() == _changing_operations()
    assert not CHANGES.keys() & UNTOLD.keys()


@pytest.mark.parametrize("operation", CHANGES)
async def test_a_change_writes_an_entry(
    server: Server, admin: httpx.AsyncClient, extension: Extension, operation: str
) -> None:
    world = await make_world(server, admin, extension)
    async with server.database.transaction() as db:
        await db.execute(delete(AuditEntry))
    await CHANGES[operation](world)
    async with server.database.transaction(write=False) as db:
        entries = list((await db.scalars(select(AuditEntry).order_by(AuditEntry.id))).all())
    assert entries
    last = entries[-1]
    kind = "user" if operation in BY_USERS else "visitor" if operation in BY_VISITORS else "administrator"
    assert (last.actor_kind, last.address) == (kind, ADDRESS)
    own_name = "li.na" if operation in BY_NEW_ADMINISTRATORS else "1001" if kind == "user" else "boss"
    assert kind == "visitor" or last.actor_name.startswith(own_name)
    for entry in entries:
        _check_entry(entry)


def _check_entry(entry: AuditEntry) -> None:
    told = json.dumps([entry.before, entry.after, entry.object_name], ensure_ascii=False) + entry.words
    assert not [secret for secret in SECRETS if secret.lower() in told.lower()]
    assert "argon2" not in told
    assert "gAAAA" not in told  # the beginning of what is sealed
    for language in LANGUAGES:
        words = catalogue(language)
        assert entry.object_kind in words["objects"]
        assert entry.action in words["actions"]
        assert entry.actor_kind in words["actors"]
        assert _names(entry.before) | _names(entry.after) <= words["fields"].keys()


def _names(values: dict[str, Any]) -> set[str]:
    inner = [value for value in values.values() if isinstance(value, dict)]
    return set(values).union(*(_names(value) for value in inner))


def test_both_languages_have_the_same_words() -> None:
    one, other = (catalogue(language) for language in LANGUAGES)
    assert {section: words.keys() for section, words in one.items()} == {
        section: words.keys() for section, words in other.items()
    }
