"""A call from outside opens the page about the caller, with all five variables as a real page receives them (SP-3)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.client import settings
from tests.browser.client.conftest import OpenClient
from tests.browser.client.crm import Crm
from tests.browser.client.outside import Outside
from tests.browser.client.test_screen_pop import NO_POP_MS
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone
from tests.walk.browser import wait_until

DID, DID_NAME = "+862155501001", "售后 & 服务/A"
CALLER, CALLER_NAME = "+8613800138000", "李雷 & Co"
PATH = "/c?n={{.CallerNumber}}&p={{.CallerDisplayName}}&d={{.DIDNumber}}&w=.{{.DIDName}}&t={{.StartTime}}"


@pytest.fixture
def outside(product: Product) -> Iterator[Outside]:
    with Outside(product) as outside:
        yield outside


@pytest.fixture
def crm(product: Product) -> Iterator[Crm]:
    with Crm(product.host) as crm:
        yield crm


@pytest.fixture
def line(portal: PortalApi, outside: Outside, alice: Person) -> Iterator[int]:
    """Create a trunk with a number that leads to Alice."""
    trunk_id = outside.add_line(portal)
    route = {
        "name": "Service", "trunk_id": trunk_id, "did_number": DID, "did_name": DID_NAME,
        "destination": "extension", "extension_id": alice.id,
    }  # fmt: skip
    portal.call("POST", "/admin/inbound-routes", route)
    yield trunk_id
    portal.call("DELETE", f"/admin/trunks/{trunk_id}")


@pytest.mark.manual("SP-3", "SP-4", "SP-6")
def test_a_call_from_outside_opens_it_once_with_the_five_variables(
    portal: PortalApi, open_client: OpenClient, outside: Outside, crm: Crm, line: int, alice: Person
) -> None:
    """呼入 is chosen and 内部 is not. Two pages of the browser are open."""
    values = {"screen_pop": True, "screen_pop_url": crm.address + PATH, "screen_pop_inbound": True}
    settings.change(portal, alice, **values, screen_pop_internal=False)
    one = open_client(alice)
    two = one.context.new_page()
    two.goto(one.url)
    softphone.is_ready(two)
    began = time.time()
    outside.call(DID, CALLER, CALLER_NAME)
    for page in (one, two):
        softphone.rings(page, CALLER_NAME)
        expect(page.get_by_role("alertdialog")).to_contain_text(f"{DID_NAME} {DID}")
    wait_until(lambda: len(crm.asked) > 0, "the page is opened", two)
    softphone.answer(two)
    softphone.hears_music(two)
    two.wait_for_timeout(NO_POP_MS)
    [path] = crm.asked
    found = {name: value for name, [value] in parse_qs(urlsplit(path).query, strict_parsing=True).items()}
    assert (found["n"], found["p"], found["d"], found["w"]) == (CALLER, CALLER_NAME, DID, DID_NAME)
    started = datetime.strptime(found["t"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    assert began - 2 <= started <= time.time() + 1
    # Values are encoded by RFC 3986, so the result does not depend on another language's decoding.
    for value in (CALLER, CALLER_NAME, DID, DID_NAME):
        assert quote(value, safe="") in path
    outside.hang_up()
    softphone.no_call(two)
