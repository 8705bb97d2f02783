"""安全 > 安全规则: blocked addresses, failed sign-ins, addresses that are never blocked, and the lock-out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.portal.conftest import NARROW, OpenPortal, press, row
from tests.browser.product import Product

STRANGER = "203.0.113.9"


def write(home: Path, statement: str, *values: object) -> None:
    """Write to the database as the brain does after guesses. Guesses from this machine almost never lead to a block."""
    with closing(sqlite3.connect(home / "linkus.db", timeout=15)) as connection, connection:
        connection.execute(statement, values)


def block(product: Product, address: str, until: timedelta | None = timedelta(minutes=10)) -> None:
    moment = datetime.now(UTC)
    write(
        product.home,
        "INSERT INTO blocked_address (address, reason, failures, identity, first_at, blocked_at, blocked_until)"
        " VALUES (?, 'sip_authentication', 10, '1001.phone', ?, ?, ?)",
        address,
        (moment - timedelta(minutes=4)).strftime("%Y-%m-%d %H:%M:%S.%f"),
        moment.strftime("%Y-%m-%d %H:%M:%S.%f"),
        (moment + until).strftime("%Y-%m-%d %H:%M:%S.%f") if until else None,
    )


@pytest.fixture(autouse=True)
def nobody_blocked(product: Product) -> Iterator[None]:
    yield
    for table in ("blocked_address", "failure_record", "allowed_address"):
        write(product.home, f"DELETE FROM {table}")  # noqa: S608 - names from above


def test_nobody_is_blocked(open_portal: OpenPortal) -> None:
    page = open_portal("blocked-ips")
    expect(page.get_by_role("heading", level=1)).to_have_text("安全规则")
    expect(page.get_by_text("没有被封锁的 IP 地址")).to_be_visible()
    expect(page.get_by_role("menuitem", name="安全规则")).to_be_visible()


def test_an_address_is_shown_and_unblocked(product: Product, open_portal: OpenPortal) -> None:
    block(product, STRANGER)
    block(product, "198.51.100.7", None)
    page = open_portal("blocked-ips")
    shown = row(page, STRANGER)
    for text in ("多次 SIP 认证失败", "10", "1001.phone", "剩余"):
        expect(shown).to_contain_text(text)
    expect(row(page, "198.51.100.7")).to_contain_text("直到手动解除")
    press(shown, "解除封锁")
    press(page.get_by_role("tooltip"), "解除封锁")
    expect(page.get_by_text(f"已解除对 {STRANGER} 的封锁")).to_be_visible()
    expect(shown).to_have_count(0)
    expect(row(page, "198.51.100.7")).to_be_visible()


def test_another_administrator_was_faster(product: Product, open_portal: OpenPortal) -> None:
    block(product, STRANGER)
    page = open_portal("blocked-ips")
    expect(row(page, STRANGER)).to_be_visible()
    write(product.home, "DELETE FROM blocked_address")
    press(row(page, STRANGER), "解除封锁")
    press(page.get_by_role("tooltip"), "解除封锁")
    expect(page.get_by_text("此 IP 地址已不再被封锁。")).to_be_visible()
    expect(page.get_by_text("没有被封锁的 IP 地址")).to_be_visible()


def test_in_english_on_a_telephone(product: Product, open_portal: OpenPortal) -> None:
    block(product, STRANGER)
    page = open_portal("blocked-ips", viewport=NARROW, locale="en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Security rules")
    card = page.get_by_role("article").filter(has_text=STRANGER)
    expect(card).to_contain_text("Failed SIP authentications")
    press(card, "Unblock")
    press(page.get_by_role("tooltip"), "Unblock")
    expect(page.get_by_text(f"{STRANGER} is unblocked")).to_be_visible()


def test_many_addresses_are_unblocked_at_once(product: Product, open_portal: OpenPortal) -> None:
    for address in (STRANGER, "198.51.100.7"):
        block(product, address, None)
    page = open_portal("blocked-ips")
    for address in (STRANGER, "198.51.100.7"):
        row(page, address).get_by_role("checkbox").check()
    page.get_by_role("button", name="解除封锁", exact=True).first.click()
    press(page.get_by_role("tooltip"), "解除封锁")
    expect(page.get_by_text("已解除对 2 个地址的封锁")).to_be_visible()
    expect(page.get_by_text("没有被封锁的 IP 地址")).to_be_visible()


def test_failed_sign_ins_are_shown_and_their_address_is_allowed(product: Product, open_portal: OpenPortal) -> None:
    """As an administrator does who sees that the office has mistyped its passwords."""
    moment = datetime.now(UTC)
    write(
        product.home,
        "INSERT INTO failure_record (scope, place, account, failures, pauses, paused_until, last_account, last_at)"
        " VALUES ('network', ?, '', ?, '[]', ?, '1001', ?)",
        STRANGER,
        json.dumps([moment.timestamp()] * 6),
        (moment + timedelta(minutes=5)).timestamp(),
        moment.strftime("%Y-%m-%d %H:%M:%S.%f"),
    )
    page = open_portal("blocked-ips")
    page.get_by_role("tab", name="登录失败").click()
    shown = row(page, STRANGER)
    for text in ("6 / 15", "1001", "没有", "暂停登录，剩余"):
        expect(shown).to_contain_text(text)
    press(shown, "始终允许")
    page.get_by_label("备注").fill("总部")
    press(page.get_by_role("dialog"), "保存")
    expect(page.get_by_text(f"已允许 {STRANGER}/32")).to_be_visible()
    page.get_by_role("tab", name="允许的 IP").click()
    expect(row(page, f"{STRANGER}/32")).to_contain_text("总部")
    press(row(page, f"{STRANGER}/32"), "删除")
    press(page.get_by_role("dialog"), "删除")
    expect(page.get_by_text("还没有允许的 IP")).to_be_visible()


def test_a_wrong_network_is_said_at_the_field(open_portal: OpenPortal) -> None:
    page = open_portal("blocked-ips/allowed")
    press(page, "添加")
    page.get_by_label("IP 地址或网段").fill("300.1.1.1")
    press(page.get_by_role("dialog"), "保存")
    expect(page.get_by_text("请输入 IP 地址或网段，例如 203.0.113.7 或 192.168.0.0/16。")).to_be_visible()


def test_lock_out_is_changed_and_wrong_values_are_named(product: Product, open_portal: OpenPortal) -> None:
    page = open_portal("blocked-ips/lockout")
    page.get_by_label("首次暂停（分钟）").fill("30")
    page.get_by_label("最长暂停（分钟）").fill("20")
    press(page, "保存")
    expect(page.get_by_text("不能短于首次暂停的时间。")).to_be_visible()
    page.get_by_label("最长暂停（分钟）").fill("90")
    page.get_by_label("封锁前的失败次数").fill("")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    page.reload()
    expect(page.get_by_label("首次暂停（分钟）")).to_have_value("30")
    expect(page.get_by_label("封锁前的失败次数")).to_have_value("")
    write(product.home, "DELETE FROM setting WHERE key = 'lockout'")
