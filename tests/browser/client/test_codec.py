"""The mobile client's codec: chosen by its user or an administrator, and used by the next call."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.client import signalling
from tests.browser.client.conftest import OpenClient
from tests.browser.conftest import OpenPage
from tests.browser.portal_api import Person, PortalApi
from tests.walk import softphone

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PCMA, G722, ILBC = "G.711 A-law (PCMA)", "G.722", "iLBC"


@pytest.fixture
def mobile(portal: PortalApi, open_page: OpenPage, alice: Person) -> Page:
    """Open Alice's mobile client, and record its SIP messages."""
    page = open_page(**PHONE)
    page.add_init_script(signalling.SCRIPT)
    softphone.redeem(page, portal.login_link(alice, "mobile"), alice.number)
    softphone.is_ready(page)
    return page


def open_codecs(page: Page) -> None:
    page.get_by_role("link", name="设置", exact=True).click()
    page.get_by_role("link", name="编解码").click()


def agreed_codec(page: Page) -> str:
    return str(page.evaluate("() => window.linkusStats()")["codec"]).upper()


def choose_for(portal: PortalApi, person: Person, codec: str, only: bool = False) -> None:
    path = f"/admin/extensions/{person.id}/client-settings/mobile"
    version = portal.call("GET", path)["version"]
    values = {"codec": codec, "only_this_codec": only}
    portal.call("PUT", path, {"kind": "mobile", "version": version, "values": values})


@pytest.mark.manual("CO-3", "CO-4")
@pytest.mark.parametrize("only", [False, True])
def test_the_next_call_has_the_chosen_codec(
    portal: PortalApi, mobile: Page, open_client: OpenClient, alice: Person, bob: Person, only: bool
) -> None:
    other = open_client(bob)
    open_codecs(mobile)
    mobile.get_by_role("radio", name=PCMA).check()
    if only:
        mobile.get_by_role("checkbox", name="只使用此编解码").check()
    expect(mobile.get_by_role("status").filter(has_text="已保存")).to_contain_text(PCMA)

    mobile.get_by_role("link", name="返回").click()
    softphone.dial(mobile, bob.number)
    softphone.answer(other)
    softphone.hears(mobile)
    softphone.hears(other)
    assert agreed_codec(mobile) == "PCMA"
    offered = signalling.invites(mobile).codecs
    softphone.hang_up(mobile)
    softphone.no_call(mobile)

    softphone.dial(other, alice.number)
    softphone.answer(mobile)
    softphone.hears(mobile)
    softphone.hears(other)
    assert agreed_codec(mobile) == "PCMA"
    assert agreed_codec(other) == "OPUS"
    [answer] = signalling.answers(mobile)
    for description in (offered, answer.codecs):
        assert description[0] == "PCMA"
        assert ("OPUS" in description) is not only
        assert (len(description) == 1) is only
    softphone.hang_up(other)


@pytest.mark.manual("CO-3")
def test_an_administrators_change_is_in_the_open_client_at_once(portal: PortalApi, mobile: Page, alice: Person) -> None:
    open_codecs(mobile)
    expect(mobile.get_by_role("radio", name="Opus")).to_be_checked()
    choose_for(portal, alice, "g722")
    expect(mobile.get_by_role("radio", name=G722)).to_be_checked()
    expect(mobile.get_by_role("status").filter(has_text="已在别处更改")).to_be_visible()
    # The client's next change is based on it, and the administrator sees it.
    mobile.get_by_role("radio", name=PCMA).check()
    expect(mobile.get_by_role("status").filter(has_text="已保存")).to_be_visible()
    read = portal.call("GET", f"/admin/extensions/{alice.id}/client-settings/mobile")
    assert {"codec": "pcma", "only_this_codec": False}.items() <= read["values"].items()


def test_a_change_against_an_old_version_shows_the_present_value(
    portal: PortalApi, mobile: Page, alice: Person
) -> None:
    """The event of the other change is lost. The server refuses this one, and sends the present value."""
    open_codecs(mobile)
    expect(mobile.get_by_role("radio", name="Opus")).to_be_checked()
    settings = "**/api/v1/client/settings"

    def overtaken(route: Route) -> None:
        choose_for(portal, alice, "g722")
        route.continue_()

    mobile.route(settings, overtaken, times=1)
    mobile.get_by_role("radio", name=PCMA).click()
    expect(mobile.get_by_role("radio", name=G722)).to_be_checked()
    expect(mobile.get_by_role("status").filter(has_text="已在别处更改")).to_be_visible()


@pytest.mark.manual("CO-4")
def test_a_codec_that_is_only_passed_through_falls_back(
    mobile: Page, open_client: OpenClient, alice: Person, bob: Person
) -> None:
    other = open_client(bob)
    open_codecs(mobile)
    expect(mobile.get_by_text("此客户端不支持")).to_have_count(2)
    # A browser that lacks a codec which others have.
    mobile.evaluate(
        """() => {
            const all = RTCRtpReceiver.getCapabilities.bind(RTCRtpReceiver);
            const lacks = ({ mimeType }) => !/G722/.test(mimeType);
            RTCRtpReceiver.getCapabilities = (kind) => ({ codecs: all(kind).codecs.filter(lacks) });
        }"""
    )
    mobile.get_by_role("radio", name=G722).check()
    expect(mobile.get_by_role("alert")).to_contain_text(f"客户端不支持 {G722}。通话时将自动改用：Opus")
    mobile.get_by_role("radio", name=ILBC).check()
    expect(mobile.get_by_role("alert")).to_contain_text(f"客户端不支持 {ILBC}。通话时将自动改用：Opus")
    mobile.get_by_role("link", name="返回").click()
    softphone.dial(mobile, bob.number)
    softphone.answer(other)
    softphone.hears(mobile)
    assert agreed_codec(mobile) == "OPUS"
    softphone.hang_up(mobile)


def test_the_web_client_has_no_such_setting(open_client: OpenClient, alice: Person) -> None:
    page = open_client(alice)
    page.get_by_role("link", name="设置", exact=True).click()
    expect(page.get_by_role("heading", name="音频选项")).to_be_visible()
    expect(page.get_by_role("link", name="编解码")).to_have_count(0)
