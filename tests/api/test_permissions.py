"""A route without a declared permission fails here (FreePBX CVE-2025-57819: a request without a login reached SQL)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from linkus.app import create_app
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.settings import Settings
from linkus.kit.work import _write_session, _write_work
from linkus.session.access import RequirePage
from linkus.session.auth import (
    PERMISSIONS,
    anyone,
    require_administrator,
    require_core,
    require_extension,
    require_extension_before_password,
    require_extension_before_privacy,
    require_metrics,
)

# the framework's own constant answer, and the socket that checks the session before it is accepted
OTHERWISE = {"/api/v1/openapi.json", "/ws/events"}
PUBLIC = {
    "/api/v1/system/info",
    "/api/v1/setup/inspect",
    "/api/v1/setup",
    "/api/v1/setup/password/inspect",
    "/api/v1/setup/password",
    "/api/v1/sessions",
    "/api/v1/credentials/inspect",
    "/api/v1/credentials/redeem",
    "/api/v1/password-reset/request",
    "/api/v1/password-reset/inspect",
    "/api/v1/password-reset",
    "/api/v1/privacy-text",
    "/api/docs",
    "/api/docs/start.js",
    "/api/docs/{name}",
    "/healthz",
    "/readyz",
}


# all that every administrator may call, whatever the role: their own session and account
OWN_ACCOUNT = {
    "/api/v1/admin/session",
    "/api/v1/admin/account",
    "/api/v1/admin/account/second-factor",
    "/api/v1/admin/account/second-factor/confirm",
    "/api/v1/admin/account/second-factor/recovery-codes",
    "/api/v1/admin/account/second-factor/remove",
    "/api/v1/admin/events/seen",
}
# requests with a body that change nothing: they search, check or preview
COMPUTED = {
    "find_extensions",
    "check_extension_deletion",
    "check_bulk_change",
    "check_welcome_mails",
    "preview_event_template",
    "preview_mail_template",
    "preview_permission_rule",
    "preview_visibility_rule",
    "try_number",
    "try_pattern",
}
# all that a client may call before its user has accepted the privacy text, or chosen a password
BEFORE_PRIVACY = {"/api/v1/client/session", "/api/v1/client/privacy"}
BEFORE_PASSWORD = {"/api/v1/client/password"}


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def _routes() -> list[RouteContext]:
    return [route for route in iter_route_contexts(create_app(Settings()).routes) if route.path not in OTHERWISE]


ROUTES = _routes()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.path} {route.name}")
def test_route_declares_who_may_call_it(route: RouteContext) -> None:
    declared = PERMISSIONS & set(_calls(route.dependant))
    path = route.path or ""
    if path in PUBLIC:
        assert declared == {anyone}
    elif path.startswith("/api/v1/admin/"):
        assert declared == {require_administrator}
        stated = [call for call in _calls(route.dependant) if isinstance(call, RequirePage)]
        assert len(stated) == (0 if path in OWN_ACCOUNT else 1)
    elif path == "/metrics":
        assert declared == {require_metrics}
    elif path in BEFORE_PRIVACY:
        assert declared == {require_extension_before_privacy}
    elif path in BEFORE_PASSWORD:
        assert declared == {require_extension_before_password, require_extension_before_privacy}
    elif path.startswith("/api/v1/client/"):
        assert declared == {require_extension, require_extension_before_privacy}  # the first depends on the second
    else:
        assert path.startswith("/internal/")
        assert declared == {require_core}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.path} {route.name}")
def test_reading_needs_view_and_changes_need_edit(route: RouteContext) -> None:
    stated = [call for call in _calls(route.dependant) if isinstance(call, RequirePage)]
    reads = route.methods == {"GET"} or route.name in COMPUTED
    for call in stated:
        # the progress of an import is for whoever may start one
        assert call.action == ("view" if reads else "edit") or (route.path or "").startswith("/api/v1/admin/imports/")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.path} {route.name}")
def test_only_administrators_and_the_core_may_send_much(route: RouteContext) -> None:
    """Bodies from strangers and users are read and checked on the event loop, so they must be small."""
    declared = PERMISSIONS & set(_calls(route.dependant))
    if route.dependant.body_params and not declared & {require_administrator, require_core}:
        limit = route.max_body_size
        assert limit is not None
        assert limit <= MAX_CLIENT_BODY_BYTES


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.path} {route.name}")
def test_the_sender_is_known_before_the_transaction_begins(route: RouteContext) -> None:
    """The transaction asks first whether the sender may still do this (`check_still_may`)."""
    calls = list(_calls(route.dependant))
    writes = [place for place, call in enumerate(calls) if call in (_write_work, _write_session)]
    known = [place for place, call in enumerate(calls) if call in PERMISSIONS]
    assert not writes or max(known) < min(writes)


def test_the_walk_sees_the_routes() -> None:
    assert len(ROUTES) > 30
