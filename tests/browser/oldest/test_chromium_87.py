"""The web client in the oldest browser of the manual, Chromium 87: signs in, calls, is called and hears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.client.conftest import OpenClient
from tests.browser.oldest.old_browser import OldBrowser
from tests.browser.portal_api import OWN_PASSWORD, Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone
from tests.walk.tone import write_tone


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldBrowser]:
    tone = write_tone(tmp_path_factory.mktemp("sound") / "tone.wav", hertz=440)
    with OldBrowser(tone) as browser:
        yield browser


@pytest.fixture(autouse=True)
def picture_of_a_failure(old: OldBrowser, request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    old.picture(Path("test-results") / "browser" / f"{request.node.name}-chromium87.png")
    old.open("about:blank")


def sign_in(old: OldBrowser, product: Product, person: Person) -> None:
    old.evaluate("1")
    old.open(f"{product.address}/login")
    old.fill("用户名", person.number)
    old.fill("密码", OWN_PASSWORD)
    old.press("登录")
    old.sees("已就绪")


def sign_out(old: OldBrowser) -> None:
    old.press("设置", "link")
    old.press("退出登录")
    old.sees("登录")


def test_it_is_that_engine(old: OldBrowser, product: Product) -> None:
    old.open(f"{product.address}/login")
    old.sees("用户名")
    assert "Chrome/87.0.4280" in old.evaluate("navigator.userAgent")
    assert old.evaluate("(() => { try { document.querySelector(':where(a)'); } catch (e) { return true; } })()")
    assert "undefined" not in old.text()


def test_a_link_signs_in(old: OldBrowser, portal: PortalApi) -> None:
    person = portal.add_user("旧", "链接")
    old.open(portal.login_link(person, "web"))
    old.sees(person.number)
    old.press("登录")
    old.sees("已就绪")
    sign_out(old)


def test_calls_are_placed_received_and_heard(
    old: OldBrowser, product: Product, alice: Person, bob: Person, open_client: OpenClient
) -> None:
    sign_in(old, product, alice)
    other = open_client(bob)
    old.press("拨号盘", "link")
    old.fill("号码", bob.number)
    old.press("拨号")
    softphone.rings(other, alice.number)
    softphone.answer(other)
    softphone.in_call(other)
    old.sees("通话中")
    old.hears()
    softphone.hears(other)
    old.press("挂断")
    softphone.no_call(other)

    softphone.dial(other, alice.number)
    old.sees(bob.number)
    old.press("接听")
    softphone.in_call(other)
    old.hears()
    softphone.hears(other)
    softphone.hang_up(other)
    softphone.no_call(other)
    sign_out(old)
