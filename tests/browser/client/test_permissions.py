"""Menus and settings of a client that is open while an administrator changes the rules."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.client import settings
from tests.browser.client.conftest import OpenClient
from tests.browser.client.permissions import MISSES_CHANGES, break_events, hidden, locked, rule
from tests.browser.portal_api import Person, PortalApi
from tests.walk import softphone
from tests.walk.browser import WAIT_MS

UPDATE_TIMEOUT_MS = 3_000  # "at once" for a person, on a busy machine
KINDS = pytest.mark.parametrize("kind", ["web", "desktop", "mobile"])
ON_A_COMPUTER = pytest.mark.parametrize("kind", ["web", "desktop"])
# By menu of the rules: its name, its route, and what the client asks the server for it.
MENUS = {
    "extensions": ("分机", "colleagues", "/client/colleagues"),
    "call_logs": ("通话记录", "calls", "/client/calls?"),
    "voicemails": ("语音信箱", "voicemail", "/client/voicemail"),
    "preferences": ("设置", "settings", "/client/devices"),
}
NEW_PASSWORD = "Lamp-under-The-Tree-46"


def menu(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="主菜单").get_by_role("link", name=re.compile(f"(^| ){name}$"))


def explains(page: Page, name: str, within_ms: int = UPDATE_TIMEOUT_MS) -> None:
    """Check that the dial pad is open, with the reason why the page of a menu is not."""
    note = page.get_by_role("status").filter(has_text=f"管理员已隐藏“{name}”菜单。如需使用，请联系管理员。")
    expect(note).to_be_visible(timeout=within_ms)
    expect(page.get_by_role("textbox", name="号码")).to_be_visible()


def asked_of(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def typed_delay(page: Page) -> Locator:
    return page.get_by_role("textbox", name="自动接听延迟时长")


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name).first


def open_page_of_settings(page: Page, name: str) -> None:
    menu(page, "设置").click()
    page.get_by_role("link", name=re.compile(f"^{name}")).click()


@pytest.mark.manual("PM-3")
class TestMenus:
    @KINDS
    def test_each_menu_goes_and_comes_back_without_a_new_login(
        self, portal: PortalApi, open_client: OpenClient, alice: Person, kind: str
    ) -> None:
        page = open_client(alice, kind=kind)
        for target, (name, route, path) in MENUS.items():
            menu(page, name).click()
            with hidden(portal, alice, target):
                expect(menu(page, name)).to_have_count(0, timeout=UPDATE_TIMEOUT_MS)
                explains(page, name)
                asked = asked_of(page)
                page.get_by_role("button", name="知道了").click()
                page.evaluate("(route) => { location.hash = route }", f"#/{route}/1")
                explains(page, name)
                # As from a bookmark.
                page.evaluate("(route) => { location.hash = route; location.reload() }", f"#/{route}")
                explains(page, name)
                softphone.is_ready(page)
                expect(menu(page, name)).to_have_count(0)
                assert [url for url in asked if path in url] == []
                for other, _, _ in MENUS.values():
                    expect(menu(page, other)).to_have_count(0 if other == name else 1)
            expect(menu(page, name)).to_be_visible(timeout=UPDATE_TIMEOUT_MS)
            expect(page.get_by_text("管理员已隐藏")).to_have_count(0)
            menu(page, name).click()
            expect(page.get_by_role("heading", name=name)).to_be_visible()

    @KINDS
    def test_the_dial_pad_and_signing_out_stay(
        self, portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, kind: str
    ) -> None:
        page, called = open_client(alice, kind=kind), open_client(bob)
        with rule(portal, alice, "menu", "allow", "conference"):
            for name, _, _ in MENUS.values():
                expect(menu(page, name)).to_have_count(0, timeout=UPDATE_TIMEOUT_MS)
            softphone.dial(page, bob.number)
            softphone.rings(called, alice.name)
            called.get_by_role("button", name="拒接", exact=True).click()
            expect(page.get_by_role("button", name="重拨")).to_be_visible()
            page.get_by_role("button", name="关闭").click()
            page.get_by_role("button", name="退出登录").click()
            expect(page.get_by_role("navigation", name="主菜单")).to_have_count(0)

    def test_a_count_goes_with_its_menu(
        self, portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        page, caller = open_client(alice), open_client(bob)
        softphone.dial(caller, alice.number)
        softphone.rings(page, bob.name)
        softphone.hang_up(caller)
        expect(page.get_by_label("1 个未接来电")).to_be_visible()
        expect(page).to_have_title(re.compile(r"^\(1\)"))
        with hidden(portal, alice, "call_logs"):
            expect(page.get_by_label("1 个未接来电")).to_have_count(0, timeout=UPDATE_TIMEOUT_MS)
            expect(page).not_to_have_title(re.compile(r"^\("))
        expect(page.get_by_label("1 个未接来电")).to_be_visible(timeout=UPDATE_TIMEOUT_MS)

    def test_a_call_goes_on(self, portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person) -> None:
        page, called = open_client(alice), open_client(bob)
        softphone.dial(page, bob.number)
        softphone.answer(called)
        softphone.hears(page)
        menu(page, "设置").click()
        with hidden(portal, alice, *MENUS), locked(portal, alice, "audio_video"):
            explains(page, "设置")
            softphone.in_call(page)
            softphone.hears(page)
            softphone.hears(called)
            page.get_by_role("link", name="返回通话").click()
            softphone.press(page, "麦克风和扬声器")
            microphone = page.get_by_role("region", name="通话").get_by_role("combobox", name="麦克风")
            names = microphone.locator("option").all_inner_texts()
            microphone.select_option(names[-1])
            expect(microphone.locator("option:checked")).to_have_text(names[-1])
            softphone.hears(called)
        softphone.hears(page)
        softphone.hang_up(page)
        softphone.no_call(called)
        # The choice was for this call: the locked setting is as before.
        menu(page, "设置").click()
        expect(page.get_by_role("combobox", name="麦克风")).to_have_value("")

    def test_a_client_that_was_cut_off_reads_them_again(
        self, portal: PortalApi, open_client: OpenClient, alice: Person
    ) -> None:
        page = open_client(alice, script=MISSES_CHANGES)
        with hidden(portal, alice, "voicemails"):
            menu(page, "语音信箱").click()
            expect(page.get_by_text("管理员已隐藏此菜单。如需使用，请联系管理员。")).to_be_visible()
            break_events(page)
            explains(page, "语音信箱", within_ms=WAIT_MS)


@pytest.mark.manual("PS-3", "PS-4")
class TestSettings:
    @ON_A_COMPUTER
    def test_calls_are_read_only_and_typed_input_stays(
        self, portal: PortalApi, open_client: OpenClient, alice: Person, kind: str
    ) -> None:
        settings.change(portal, alice, kind, auto_answer=True, auto_answer_delay=5)
        page = open_client(alice, kind=kind)
        open_page_of_settings(page, "呼叫")
        typed_delay(page).fill("17")
        with locked(portal, alice, "features"):
            expect(page.get_by_text("管理员已锁定此页面的设置，只能查看。如需更改，请联系管理员。")).to_be_visible(
                timeout=UPDATE_TIMEOUT_MS
            )
            expect(typed_delay(page)).not_to_be_editable()
            expect(typed_delay(page)).to_have_value("17")
            expect(page.get_by_text("你输入的内容无法保存")).to_be_visible()
            for name in ("呼叫等待", "自动应答", "自动应答提示音", "自动应答广播组来电"):
                expect(box(page, name)).to_be_disabled()
            expect(box(page, "自动应答")).to_be_checked()
            typed_delay(page).press("Enter")
            typed_delay(page).blur()
            assert settings.read(portal, alice, kind)["auto_answer_delay"] == 5
            # The page shows what an administrator changes meanwhile.
            settings.change(portal, alice, kind, auto_answer_tone=True)
            expect(box(page, "自动应答提示音")).to_be_checked()
        expect(typed_delay(page)).to_be_editable(timeout=UPDATE_TIMEOUT_MS)
        typed_delay(page).press("Enter")
        settings.wait_saved(portal, page, alice, kind, auto_answer_delay=17)

    def test_mobile_has_call_waiting_locked_alone(
        self, portal: PortalApi, open_client: OpenClient, alice: Person
    ) -> None:
        page = open_client(alice, kind="mobile")
        everything = ("user", "presence", "voicemail", "audio_video", "features", "integration", "password_security")
        with locked(portal, alice, *everything):
            open_page_of_settings(page, "高级")
            expect(page.get_by_text("管理员已锁定“呼叫等待”，只能查看。")).to_be_visible()
            expect(box(page, "呼叫等待")).to_be_disabled()
            box(page, "自动应答").check()
            settings.wait_saved(portal, page, alice, "mobile", auto_answer=True)
            menu(page, "设置").click()
            expect(page.get_by_role("combobox", name="麦克风")).to_be_enabled()
            page.get_by_role("link", name=re.compile("^编解码")).click()
            page.get_by_role("radio", name=re.compile("G.722")).check()
            settings.wait_saved(portal, page, alice, "mobile", codec="g722")

    @ON_A_COMPUTER
    def test_the_screen_pop_is_read_only_and_a_typed_address_stays(
        self, portal: PortalApi, open_client: OpenClient, alice: Person, kind: str
    ) -> None:
        url = "https://crm.example.com/?n={{.CallerNumber}}"
        settings.change(portal, alice, kind, screen_pop=True, screen_pop_url=url)
        page = open_client(alice, kind=kind)
        open_page_of_settings(page, "来电弹屏")
        field = page.get_by_role("textbox", name="弹屏地址")
        field.fill(f"{url}&more=1")
        with locked(portal, alice, "integration"):
            expect(field).not_to_be_editable(timeout=UPDATE_TIMEOUT_MS)
            expect(field).to_have_value(f"{url}&more=1")
            expect(page.get_by_role("alert").filter(has_text="你输入的内容无法保存")).to_be_visible()
            expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
            for control in (*page.get_by_role("checkbox").all(), *page.get_by_role("radio").all()):
                expect(control).to_be_disabled()
            assert settings.read(portal, alice, kind)["screen_pop_url"] == url
            # Nothing else is locked.
            open_page_of_settings(page, "呼叫")
            expect(box(page, "呼叫等待")).to_be_enabled()
            menu(page, "设置").click()
            expect(page.get_by_role("combobox", name="麦克风")).to_be_enabled()

    @ON_A_COMPUTER
    def test_audio_is_read_only(self, portal: PortalApi, open_client: OpenClient, alice: Person, kind: str) -> None:
        page = open_client(alice, kind=kind)
        menu(page, "设置").click()
        ring = page.get_by_role("group", name="来电铃声").get_by_role("button")
        with locked(portal, alice, "audio_video"):
            expect(page.get_by_text("管理员已锁定“音频选项”，只能查看。")).to_be_visible(timeout=UPDATE_TIMEOUT_MS)
            for control in (*page.get_by_role("combobox").all(), ring.first):
                expect(control).to_be_disabled()
            expect(page.get_by_role("button", name="试听")).to_be_enabled()
            open_page_of_settings(page, "呼叫")
            expect(box(page, "呼叫等待")).to_be_enabled()
        menu(page, "设置").click()
        expect(ring.first).to_be_enabled()

    @KINDS
    def test_the_password_is_locked_and_what_was_typed_stays(
        self, portal: PortalApi, open_client: OpenClient, alice: Person, kind: str
    ) -> None:
        page = open_client(alice, kind=kind)
        open_page_of_settings(page, "修改密码")
        new = page.get_by_label("新密码", exact=True)
        new.fill(NEW_PASSWORD)
        with locked(portal, alice, "password_security.change_password"):
            expect(
                page.get_by_text("管理员已锁定“修改密码”，现在无法更改密码。如需更改，请联系管理员。")
            ).to_be_visible(timeout=UPDATE_TIMEOUT_MS)
            expect(new).not_to_be_editable()
            expect(new).to_have_value(NEW_PASSWORD)
            expect(page.get_by_role("alert").filter(has_text="你输入的内容无法保存")).to_be_visible()
            expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
        expect(new).to_be_editable(timeout=UPDATE_TIMEOUT_MS)
        expect(page.get_by_role("button", name="保存", exact=True)).to_be_enabled()

    def test_a_first_password_can_be_chosen(self, portal: PortalApi, open_client: OpenClient) -> None:
        person = portal.add_person("周", "新", user_password="")
        with locked(portal, person, "password_security"):
            page = open_client(person, kind="desktop")
            open_page_of_settings(page, "修改密码")
            page.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
            page.get_by_label("再次输入新密码").fill(NEW_PASSWORD)
            page.get_by_role("button", name="保存", exact=True).click()
            expect(page.get_by_role("status").filter(has_text="密码已修改")).to_be_visible()
            # From now on the user has one.
            expect(page.get_by_text("密码已修改。")).to_be_visible()
            expect(page.get_by_text("管理员已锁定“修改密码”")).to_have_count(0)  # both would contradict each other
            page.get_by_role("link", name="分机", exact=True).first.click()
            open_page_of_settings(page, "修改密码")
            expect(page.get_by_text("管理员已锁定“修改密码”")).to_be_visible()

    def test_what_the_server_refuses_is_said_in_words(
        self, portal: PortalApi, open_client: OpenClient, alice: Person
    ) -> None:
        settings.change(portal, alice, auto_answer=True, auto_answer_delay=5)
        page = open_client(alice, script=MISSES_CHANGES)
        open_page_of_settings(page, "呼叫")
        refusal = page.get_by_role("alert").filter(
            has_text="管理员已锁定此设置，更改没有保存。如需更改，请联系管理员。"
        )
        with locked(portal, alice, "features.call"):
            typed_delay(page).fill("9")
            typed_delay(page).press("Enter")
            expect(refusal).to_be_visible()
            expect(typed_delay(page)).to_have_value("9")
            assert settings.read(portal, alice)["auto_answer_delay"] == 5
            break_events(page)
            expect(typed_delay(page)).not_to_be_editable()
            expect(typed_delay(page)).to_have_value("9")
        assert settings.read(portal, alice)["auto_answer_delay"] == 5
