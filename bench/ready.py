"""Measures idle clients on a busy machine: whether a page says that it is ready while no call can reach it."""

import sys
from collections.abc import Iterator

from playwright.sync_api import expect

from bench.figures import Figure
from bench.instance import Instance
from tests.browser.portal_api import PortalApi
from tests.support.idle import Idle, hog, watch
from tests.walk import softphone
from tests.walk.browser import Chromium
from tests.walk.tone import write_tone

CLIENTS = 50
CLIENTS_OF_BROWSER = 10
DURATION_SECONDS = 3600.0
PATIENCE_SECONDS = 120.0  # for signing in, before the measurement: a slow machine draws fifty pages slowly


def ready(instance: Instance) -> Iterator[Figure]:
    """Watch fifty idle pages for an hour, while other work keeps all processors busy."""
    folder = instance.home / "bench" / "ready"
    folder.mkdir(parents=True)
    with PortalApi(instance.portal) as portal, Chromium(write_tone(folder / "tone.wav", hertz=440), folder) as chromium:
        caller, *idle = [_client(chromium, portal, number) for number in range(CLIENTS + 1)]
        with hog():
            found = watch(portal, idle, caller.page, DURATION_SECONDS)
    sys.stderr.write(f"{found}\n")
    yield Figure("ready_false", found.false_ready, "looks", "limit", 0)
    yield Figure("ready_calls_unheard", found.unheard, "calls", "limit", 0)
    yield Figure("ready_share", 100 * (1 - found.not_ready / max(found.looks, 1)), "%", "limit", 100)


def _client(chromium: Chromium, portal: PortalApi, number: int) -> Idle:
    if number and number % CLIENTS_OF_BROWSER == 0:
        chromium.open_another()
    user = portal.add_user()
    page = chromium.person()
    page.set_default_timeout(1000 * PATIENCE_SECONDS)
    expect.set_options(timeout=1000 * PATIENCE_SECONDS)
    softphone.sign_in_by_hand(page, portal.address, user.number, user.password)
    softphone.is_ready(page, PATIENCE_SECONDS)
    return Idle(page, user.number)
