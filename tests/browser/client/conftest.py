"""Users with the web client open."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.client import settings
from tests.browser.conftest import OpenPage, opening, sign_in
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.support.workers import port_of_worker
from tests.walk import softphone
from tests.walk.desk_phone import DeskPhone
from tests.walk.tone import write_phone_tone

DESK_PASSWORD = "Desk-Phone-Walk-84"
HANDHELD = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_ports = itertools.count(port_of_worker(15000), 400)

OpenClient = Callable[..., Page]
MakeDeskPhone = Callable[[Person], DeskPhone]


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open pages with reduced motion. The processor that makes the sound also draws what moves while it rings. The walk
    and the oldest browser test the motion."""
    with opening(chromium, request, reduced_motion="reduce") as open_page:
        yield open_page


@pytest.fixture
def open_client(product: Product, portal: PortalApi, open_page: OpenPage) -> OpenClient:
    """Open a person's client, signed in by password or link and ready for calls. With `tones`, record its tones."""

    def open_client(
        person: Person, *, kind: str = "web", tones: bool = False, script: str = "", **options: object
    ) -> Page:
        page = open_page(**{**(HANDHELD if kind == "mobile" else {}), **options})
        if tones:
            settings.listen_to_tones(page.context)
        if script:
            page.context.add_init_script(script)
        if kind == "web":
            sign_in(page, product.address, person.number, person.password, client_kind="web")
            page.goto(product.address)
        else:
            softphone.redeem(page, portal.login_link(person, kind), person.number)
        softphone.is_ready(page)
        return page

    return open_client


@pytest.fixture
def alice(portal: PortalApi) -> Person:
    return portal.add_user("王", "小芳")


@pytest.fixture
def bob(portal: PortalApi) -> Person:
    return portal.add_user("李", "建国")


@pytest.fixture
def carol(portal: PortalApi) -> Person:
    return portal.add_user("陈", "晨", registration_password=DESK_PASSWORD)


@pytest.fixture
def desk_phone(product: Product, portal: PortalApi, tmp_path: Path) -> Iterator[MakeDeskPhone]:
    """Return Carol's desk phone, registered."""
    with ExitStack() as open_phones:

        def make(person: Person) -> DeskPhone:
            tone = write_phone_tone(tmp_path / "tone.wav", hertz=600)
            phone = open_phones.enter_context(DeskPhone(tmp_path / "phone", next(_ports), tone))
            phone.start(product.host, f"{person.number}.phone", person.registration_name, DESK_PASSWORD)
            portal.wait_online(person, "phone")
            return phone

        yield make
