"""安全 > 被封锁 IP."""

from __future__ import annotations

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
        "INSERT INTO blocked_address (address, reason, failures, identity, blocked_at, blocked_until)"
        " VALUES (?, 'sip_authentication', 10, '1001.phone', ?, ?)",
        address,
        moment.strftime("%Y-%m-%d %H:%M:%S.%f"),
        (moment + until).strftime("%Y-%m-%d %H:%M:%S.%f") if until else None,
    )


@pytest.fixture(autouse=True)
def nobody_blocked(product: Product) -> Iterator[None]:
    yield
    write(product.home, "DELETE FROM blocked_address")


def test_nobody_is_blocked(open_portal: OpenPortal) -> None:
    page = open_portal("blocked-ips")
    expect(page.get_by_role("heading", level=1)).to_have_text("被封锁 IP")
    expect(page.get_by_text("没有被封锁的 IP 地址")).to_be_visible()
    expect(page.get_by_role("menuitem", name="被封锁 IP")).to_be_visible()


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
    expect(page.get_by_role("heading", level=1)).to_have_text("Blocked IPs")
    card = page.get_by_role("article").filter(has_text=STRANGER)
    expect(card).to_contain_text("Failed SIP authentications")
    press(card, "Unblock")
    press(page.get_by_role("tooltip"), "Unblock")
    expect(page.get_by_text(f"{STRANGER} is unblocked")).to_be_visible()
