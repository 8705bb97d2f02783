"""Clients that are idle for an hour, on a machine that is busy with other work."""

from __future__ import annotations

import os

import pytest

from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import PortalApi
from tests.support.idle import Idle, hog, watch

CLIENTS = int(os.environ.get("LINKUS_LONG_CLIENTS", "50"))
SECONDS = float(os.environ.get("LINKUS_LONG_SECONDS", "3600"))


@pytest.mark.long
@pytest.mark.timeout(0)
def test_idle_clients_are_ready_for_an_hour_beside_a_hog(portal: PortalApi, open_client: OpenClient) -> None:
    caller = open_client(portal.add_user())
    people = [portal.add_user() for _ in range(CLIENTS)]
    idle = [Idle(open_client(person), person.number) for person in people]
    with hog():
        found = watch(portal, idle, caller, SECONDS)
    assert (found.false_ready, found.unheard) == (0, 0), found
    assert found.calls > SECONDS / 60
