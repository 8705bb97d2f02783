"""Actions of a user in the web client."""

import re

from playwright.sync_api import Page, expect

from tests.walk.browser import energy_of_a_second, heard, wait_until

HEARD_PACKETS = 25  # half a second of Opus or G.711
# A second of the fake microphone's tone is far above, a second of silence or comfort noise far below.
SPEECH_ENERGY, SILENCE_ENERGY = 0.005, 0.0005


def redeem(page: Page, link: str, number: str) -> None:
    """Open the link of the mail, and press the button of its page."""
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text(number)
    page.get_by_role("button", name="登录", exact=True).click()


def is_ready(page: Page, seconds: float = 15) -> None:
    expect(page.get_by_role("status").get_by_text("已就绪")).to_be_visible(timeout=1000 * seconds)


def is_ready_as(page: Page, number: str) -> None:
    expect(page.get_by_role("navigation", name="主菜单").get_by_text(number, exact=True)).to_be_visible()
    is_ready(page)


def sign_in_by_hand(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/login")
    expect(page.get_by_text(address.partition("://")[2], exact=True)).to_be_visible()
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def choose_own_password(page: Page, new: str, current: str | None = None) -> None:
    """Choose a password first, if an administrator set the present one."""
    expect(page.get_by_role("heading", name="设置你自己的密码")).to_be_visible(timeout=15_000)
    if current is not None:
        page.get_by_label("当前密码").fill(current)
    page.get_by_label("新密码", exact=True).fill(new)
    page.get_by_label("再次输入新密码").fill(new)
    page.get_by_role("button", name="保存并继续").click()


def dial(page: Page, number: str) -> None:
    page.get_by_role("link", name="拨号盘").click()
    page.get_by_role("textbox", name="号码").fill(number)
    page.get_by_role("button", name="呼叫", exact=True).click()


def rings(page: Page, caller: str) -> None:
    call = page.get_by_role("alertdialog")
    expect(call).to_be_visible()
    expect(call).to_contain_text(caller)


def answer(page: Page) -> None:
    page.get_by_role("button", name="接听", exact=True).click()


def hang_up(page: Page) -> None:
    page.get_by_role("button", name="挂断").first.click()


def in_call(page: Page, words: str = "通话中") -> None:
    expect(page.get_by_role("region", name="通话")).to_contain_text(words)


def no_call(page: Page) -> None:
    expect(page.get_by_role("button", name="挂断")).to_have_count(0)


def press(page: Page, control: str) -> None:
    page.get_by_role("region", name="通话").get_by_role("button", name=control, exact=True).click()


def hears(page: Page) -> None:
    """Check that packets with audible sound arrive."""
    wait_until(lambda: heard(page).packets >= HEARD_PACKETS, "packets arrive", page)
    wait_until(lambda: energy_of_a_second(page) > SPEECH_ENERGY, "sound arrives", page)


def hears_music(page: Page) -> None:
    """Check for hold music, which is softer than the tone, and not silent."""
    wait_until(lambda: energy_of_a_second(page) > SILENCE_ENERGY, "music arrives", page)


def hears_nothing(page: Page) -> None:
    wait_until(lambda: energy_of_a_second(page) < SILENCE_ENERGY, "it is silent", page)


def missed_call(page: Page, caller: str) -> None:
    """Check the badge on the menu, and the row in the log."""
    expect(page.get_by_label(re.compile("1 个未接来电"))).to_be_visible()
    page.get_by_role("link", name="通话记录").click()
    expect(page.get_by_role("link", name=re.compile(f"^{caller}，未接来电，"))).to_be_visible()
