"""维护 > 事件日志: new events appear at once; filters, search and export."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.portal.conftest import NARROW, OpenPortal, press
from tests.browser.portal.test_security import block, write
from tests.browser.portal_api import PortalApi
from tests.browser.product import Product

STRANGER = "203.0.113.77"


def unblock(portal: PortalApi, address: str) -> None:
    """Cause an event."""
    [blocked] = [one for one in portal.call("GET", "/admin/blocked-addresses")["items"] if one["address"] == address]
    portal.call("DELETE", f"/admin/blocked-addresses/{blocked['id']}")


def test_event_appears_at_once_and_is_found_and_exported(
    product: Product, open_portal: OpenPortal, portal: PortalApi, tmp_path: Path
) -> None:
    page = open_portal("event-log")
    write(product.home, "DELETE FROM event_record")  # the sign-in is one
    page.reload()
    expect(page.get_by_text("还没有事件")).to_be_visible()
    block(product, STRANGER)
    unblock(portal, STRANGER)
    shown = page.get_by_role("row").filter(has_text=STRANGER)
    for text in ("通知", "IP 地址解除封锁", "安全", f"管理员 admin 解除了对 IP 地址 {STRANGER} 的封锁。"):
        expect(shown).to_contain_text(text)
    page.get_by_role("searchbox", name="搜索").fill("no such event")
    expect(shown).to_have_count(0)
    page.get_by_role("searchbox", name="搜索").fill(STRANGER)
    expect(shown).to_be_visible()
    press(page, "级别")
    page.get_by_role("menuitem", name="异常", exact=True).click()
    expect(shown).to_have_count(0)
    page.get_by_role("button", name=re.compile("级别")).first.click()
    page.get_by_role("menuitem", name="通知", exact=True).click()
    expect(shown).to_be_visible()
    press(page, "导出")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="JSON Lines").click()
    download.value.save_as(tmp_path / "events.jsonl")
    assert json.loads((tmp_path / "events.jsonl").read_text())["params"]["address"] == STRANGER
    press(page, "导出")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    file = tmp_path / "events.csv"
    download.value.save_as(file)
    head, line = file.read_text("utf-8-sig").splitlines()
    assert head == "时间,级别,分类,事件,内容,次数"
    assert STRANGER in line


def test_in_english_on_a_telephone(product: Product, open_portal: OpenPortal, portal: PortalApi) -> None:
    block(product, STRANGER)
    unblock(portal, STRANGER)
    page = open_portal("event-log", viewport=NARROW, locale="en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Event log")
    card = page.get_by_role("article").filter(has_text=STRANGER).first
    expect(card).to_contain_text("IP address unblocked")


def test_bell_counts_what_was_not_seen(product: Product, open_portal: OpenPortal) -> None:
    page = open_portal("event-log")
    write(product.home, "DELETE FROM event_record")
    page.goto(page.url.replace("event-log", "general"))
    expect(page.get_by_role("button", name="事件日志", exact=True)).to_be_visible()
    write(
        product.home,
        "INSERT INTO event_record (kind, category, level, params, words, bundle, repeats, created_at)"
        " VALUES ('address_at_risk', 'security', 'warning', ?, '', '', 0, ?)",
        json.dumps({"address": STRANGER, "failures": 150, "limit": 300}),
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
    )
    page.reload()
    bell = page.get_by_role("button", name="事件日志：1 个未读的警告或异常")
    bell.click()
    expect(page.get_by_role("row").filter(has_text=STRANGER)).to_contain_text("达到 300 次将被永久封锁")
    expect(page.get_by_role("button", name="事件日志", exact=True)).to_be_visible()
