"""PBX 设置 > 语音提示: listening, replacing, refusing, restoring."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal.conftest import NARROW, OpenPortal, press
from tests.browser.portal_api import PortalApi
from tests.browser.product import Product
from tests.prompt.recordings import is_tone, opened, recording, tone

TEXT = "您拨打的电话正在通话中，请稍后再拨。"


@pytest.fixture(autouse=True)
def spoken_again(portal: PortalApi) -> Iterator[None]:
    yield
    for language in ("zh-CN", "en"):
        portal.call("DELETE", f"/admin/prompts/busy/{language}")


def row(page: Page, language: str = "中文") -> Locator:
    return page.get_by_role("region", name="对方忙线").get_by_role("listitem").filter(has_text=language)


def upload(page: Page, place: Locator, name: str, data: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        place.get_by_role("button", name="录音").first.click()
    chooser.value.set_files({"name": name, "mimeType": "audio/mpeg", "buffer": data})


def test_a_recording_takes_the_spoken_one_s_place_and_goes(
    open_portal: OpenPortal, product: Product, tmp_path: Path
) -> None:
    page, other = open_portal(""), open_portal("prompts")
    page.get_by_role("link", name="语音提示").click()
    expect(row(page)).to_contain_text(TEXT)
    expect(row(page)).to_contain_text("合成语音")
    upload(page, row(page), "我们的忙音.mp3", recording(tone(900, 2), kind="MP3"))
    expect(page.get_by_text("已保存，从下一通电话开始播放")).to_be_visible()
    expect(row(page)).to_contain_text("我们的忙音.mp3，2")
    expect(row(other)).to_contain_text("我们的忙音.mp3")  # another administrator's page
    expect(row(page, "English")).to_contain_text("合成语音")
    with page.expect_download() as download:
        row(page).get_by_role("button", name="下载").click()
    assert download.value.suggested_filename == "busy-zh-CN.wav"
    assert is_tone(*opened(Path(download.value.path()).read_bytes()), 900)
    played = product.home / "prompts" / "zh-CN" / "busy.wav"
    end = time.monotonic() + 5
    while not is_tone(*opened(played.read_bytes()), 900):
        assert time.monotonic() < end, "the core still has the spoken prompt"
        time.sleep(0.1)

    row(page).get_by_role("button", name="恢复合成语音").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("我们的忙音.mp3")
    press(dialog, "恢复合成语音")
    expect(row(page)).to_contain_text("合成语音")
    expect(row(page).get_by_role("button", name="恢复合成语音")).to_have_count(0)


def test_what_is_wrong_with_a_file_stands_at_its_prompt(open_portal: OpenPortal) -> None:
    page = open_portal("prompts")
    upload(page, row(page), "a.mp3", recording(tone(900, 1), kind="FLAC"))
    expect(row(page).get_by_role("alert")).to_contain_text("文件是 FLAC 格式")
    upload(page, row(page), "a.wav", b"not a sound")
    expect(row(page).get_by_role("alert")).to_contain_text("不是音频，或已损坏")
    upload(page, row(page), "a.wav", recording(tone(900, 61, 8000), 8000))
    expect(row(page).get_by_role("alert")).to_contain_text("超过 60 秒")
    upload(page, row(page), "a.wav", b"x" * (10 * 1024 * 1024 + 1))
    expect(row(page).get_by_role("alert")).to_contain_text("超过 10 MB")
    expect(row(page)).to_contain_text("合成语音")


def test_one_voice_at_a_time(open_portal: OpenPortal) -> None:
    page = open_portal("prompts")
    chinese, english = row(page), row(page, "English")
    chinese.get_by_role("button", name="播放").click()
    expect(chinese.get_by_role("button", name="停止")).to_be_visible()
    english.get_by_role("button", name="播放").click()
    expect(english.get_by_role("button", name="停止")).to_be_visible()
    expect(chinese.get_by_role("button", name="播放")).to_be_visible()
    expect(english.get_by_role("button", name="播放")).to_be_visible(timeout=15_000)  # it has ended


def test_on_a_narrow_screen_nothing_sticks_out(open_portal: OpenPortal) -> None:
    page = open_portal("prompts", viewport=NARROW)
    expect(row(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
