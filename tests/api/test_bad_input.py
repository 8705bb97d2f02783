"""Sends any input to every endpoint: the answer is never a 5xx, and never one that the API does not describe."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linkus.app import create_app
from linkus.kit.error_handlers import MAX_FIELDS
from linkus.kit.settings import Settings
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.support.live import LiveServer, live_server

# Takes as long as all other tests of a database together. PostgreSQL refuses more: NUL, numbers that are too large.
pytestmark = [pytest.mark.slow, pytest.mark.only_on("postgresql")]
EXAMPLES = 10
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
_names = itertools.count(1)
_connections = requests.Session()  # kept open: there are thousands of requests


@pytest.fixture(scope="module")
def live(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    home: Path = tmp_path_factory.mktemp("bad-input")
    with live_server(Settings(home=home, database_url=database_url, engine="off")) as server:
        yield server


@dataclass(frozen=True)
class People:
    """The signed-in people."""

    admin: dict[str, str]
    client: dict[str, str]
    extension: Extension


_signed_in: dict[str, People] = {}  # by server


def _people(live: LiveServer) -> People:
    if live.base_url not in _signed_in:
        _signed_in[live.base_url] = live.run(_sign_in(live))
    return _signed_in[live.base_url]


async def _sign_in(live: LiveServer) -> People:
    administrator: Administrator = await live.server.make_administrator(f"admin{next(_names)}")
    extension = await live.server.make_extension(str(50_000_000 + next(_names)))
    admin, client = await live.server.open_session(administrator), await live.server.open_session(extension)
    return People({"Authorization": f"Bearer {admin.token}"}, {"Authorization": f"Bearer {client.token}"}, extension)


def _stay_on_this_machine(case: schemathesis.Case) -> None:
    """Keep the mail server's name on loopback: a made-up name would be looked up, and the host contacted."""
    body = case.body
    if "mail-server" in case.path and isinstance(body, dict) and body.get("host"):
        body["host"] = "127.0.0.1" if isinstance(body["host"], str) else body["host"]


def _is_refused_at_the_door(case: schemathesis.Case) -> bool:
    """Return whether a case has a wrong type. There are thousands, none reaches a database, so SQLite is enough."""
    meta = case.meta
    return meta is not None and (meta.phase.name, meta.generation.mode) == (TestPhase.COVERAGE, GenerationMode.NEGATIVE)


@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    # unlike `__members__`, iterating leaves out the deprecated ones; pyright does not know it
    suppress_health_check=list(HealthCheck),  # pyright: ignore[reportArgumentType, reportCallIssue]
)
def test_no_input_breaks_it(case: schemathesis.Case, live: LiveServer) -> None:
    if not live.server.database.is_sqlite and _is_refused_at_the_door(case):
        return
    people = _people(live)
    if "extension_id" in case.path_parameters and next(_names) % 2:
        case.path_parameters["extension_id"] = people.extension.id  # an existing one: other ids are nearly always a 404
    _stay_on_this_machine(case)
    headers = people.client if case.path.startswith("/api/v1/client/") else people.admin
    answer = case.call_and_validate(base_url=live.base_url, headers=headers, checks=CHECKS, session=_connections)
    if answer.status_code in (401, 404, 429):  # the example before removed or locked somebody: create them again
        _signed_in.pop(live.base_url, None)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/internal/calls/plan", "/api/v1/openapi.json"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE", "BREW"])
@pytest.mark.parametrize("query", ["", "?from=%00&to=%FF&kind=%ED%A0%80", "?call=" + "9" * 5000])
def test_nor_does_it_break_others(live: LiveServer, path: str, method: str, query: str) -> None:
    key = live.server.services.internal_key
    answer = requests.request(method, f"{live.base_url}{path}{query}", headers={"X-Linkus-Key": key}, timeout=10)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({f"field {number}": 1 for number in range(40_000)}),
        json.dumps({"ids": ["a"] * 19_000}),
        '{"ids":' * 100_000,
        '{"ids": [' + "1" * 900_000 + "]}",
    ],
    ids=["fields", "wrong items", "depth", "long number"],
)
def test_a_large_bad_body_gets_a_short_answer(live: LiveServer, body: str) -> None:
    people = _people(live)
    url = f"{live.base_url}/api/v1/admin/extensions/delete"
    answer = requests.post(url, body, headers={**people.admin, "Content-Type": "application/json"}, timeout=30)
    assert answer.status_code == 422
    assert len(answer.json()["fields"]) <= MAX_FIELDS
