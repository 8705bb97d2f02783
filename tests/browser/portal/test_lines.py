"""Trunks, routes, and the dry run of a call: set up and viewed as an administrator does."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal.conftest import NARROW, OpenPortal, press
from tests.browser.portal_api import PortalApi
from tests.walk.browser import wait_until

NOWHERE = "192.0.2.7"  # RFC 5737: no host has it


@pytest.fixture(autouse=True)
def _no_lines(portal: PortalApi) -> Iterator[None]:
    """Start and end each test without trunks and routes."""
    remove_lines(portal)
    yield
    remove_lines(portal)


def remove_lines(portal: PortalApi) -> None:
    for path in ("inbound-routes", "outbound-routes", "trunks"):
        for one in portal.call("GET", f"/admin/{path}")["items"]:
            portal.call("DELETE", f"/admin/{path}/{one['id']}")


def add_trunk(portal: PortalApi, name: str, **values: Any) -> int:
    body = {"name": name, "kind": "peer", "host": NOWHERE, **values}
    return int(portal.call("POST", "/admin/trunks", body)["id"])


def add_inbound(portal: PortalApi, name: str, did: str, extension_id: int, **values: Any) -> int:
    body = {"name": name, "did_number": did, "destination": "extension", "extension_id": extension_id, **values}
    return int(portal.call("POST", "/admin/inbound-routes", body)["id"])


def line(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").get_by_text(option, exact=True).click()


def names(portal: PortalApi, path: str) -> list[str]:
    return [route["name"] for route in portal.call("GET", f"/admin/{path}")["items"]]


def test_a_trunk_is_added_tested_and_deleted(open_portal: OpenPortal, portal: PortalApi) -> None:
    page = open_portal()
    page.get_by_role("navigation", name="菜单").get_by_role("link", name="中继", exact=True).click()
    expect(page.get_by_text("还没有中继")).to_be_visible()
    press(page, "添加")

    page.get_by_role("textbox", name="名称", exact=True).fill("电信")
    page.get_by_label("主机名或 IP 地址").fill("sip server")
    choose(page, "传输协议", "TLS")
    expect(page.get_by_label("端口")).to_have_value("5061")
    press(page, "保存")
    expect(page.get_by_text("请输入主机名（如 sip.example.com）或 IP 地址。")).to_be_visible()
    expect(page.get_by_label("主机名或 IP 地址")).to_be_focused()
    expect(page.get_by_text("请输入运营商提供的用户名，否则无法注册。")).to_be_visible()

    page.get_by_label("主机名或 IP 地址").fill(NOWHERE)
    choose(page, "传输协议", "UDP")
    page.get_by_label("用户名").fill("01088886666")
    page.get_by_label("密码", exact=True).fill("Trunk-Secret-7")
    codecs = page.get_by_role("group", name="语音编解码")
    codecs.get_by_label("添加编解码").click()
    page.locator(".ant-select-item-option").get_by_text("G.722", exact=True).click()
    for _ in range(2):
        press(codecs, "上移 G.722")
    press(codecs, "移除 G.711 µ-law (PCMU)")
    press(page, "保存")
    expect(page.get_by_text("已添加中继 电信")).to_be_visible()

    # nobody answers there, and the open page shows it
    expect(line(page, "电信")).to_contain_text("无响应", timeout=60_000)
    made = portal.call("GET", "/admin/trunks")["items"][0]
    assert (made["codecs"], made["password_set"], made["transport"]) == (["g722", "pcma"], True, "udp")
    press(line(page, "电信"), "测试")
    dialog = page.get_by_role("dialog", name="测试中继 电信")
    expect(dialog.get_by_role("alert")).to_contain_text("中继不可用", timeout=60_000)
    expect(dialog.get_by_role("alert")).to_contain_text(f"{NOWHERE} 的 5060 端口没有响应")
    press(dialog.locator(".ant-modal-footer"), "关闭")

    # the password stays when it is not typed again
    line(page, "电信").get_by_role("link", name="电信").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("中继 电信")
    expect(page.get_by_label("密码", exact=True)).to_have_attribute("placeholder", "已设置，留空则不变")
    page.get_by_label("启用此中继").click()
    press(page, "保存")
    expect(page.get_by_text("已保存", exact=True)).to_be_visible()
    assert portal.call("GET", f"/admin/trunks/{made['id']}")["password_set"] is True

    press(page, "删除")
    dialog = page.get_by_role("dialog", name="删除中继 电信？")
    expect(dialog).to_contain_text("没有路由使用此中继。")
    press(dialog, "删除")
    expect(page.get_by_text("还没有中继")).to_be_visible()


def test_deleting_a_trunk_says_which_routes_use_it(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("线路", "甲")
    used, other = add_trunk(portal, "要删的"), add_trunk(portal, "另一条")
    add_inbound(portal, "随它走的", "100", person.id, trunk_id=used)
    for name, trunks in (("还有别的", [used, other]), ("只有它", [used])):
        portal.call("POST", "/admin/outbound-routes", {"name": name, "pattern": "9.", "trunk_ids": trunks})
    page = open_portal("trunks")
    press(line(page, "要删的"), "删除")
    dialog = page.get_by_role("dialog", name="删除中继 要删的？")
    expect(dialog).to_contain_text("随它走的")
    expect(dialog).to_contain_text("还有别的")
    expect(dialog).to_contain_text("只有它（没有其他中继，匹配的号码将无法呼出）")
    press(dialog, "删除")
    expect(line(page, "要删的")).to_have_count(0)
    assert names(portal, "inbound-routes") == []


def test_an_inbound_route_with_a_did_name(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("热线", "接听")
    add_trunk(portal, "电信")
    page = open_portal("inbound-routes")
    expect(page.get_by_text("还没有呼入路由")).to_be_visible()
    press(page, "添加")
    page.get_by_role("textbox", name="名称", exact=True).fill("销售")
    choose(page, "中继", "电信")
    page.get_by_label("DID 号码").fill("+86 (10) 8888-6666")
    page.get_by_label("DID 名称").fill("销售热线")
    press(page, "保存")
    expect(page.get_by_text("请选择分机。")).to_be_visible()

    page.get_by_role("combobox", name="分机").fill("热线接听")
    page.locator(".ant-select-item-option").get_by_text(f"{person.number} {person.name}", exact=True).click()
    press(page, "保存")
    expect(page.get_by_text("已添加路由 销售")).to_be_visible()
    row = line(page, "销售热线")
    for text in ("电信", "+861088886666", f"{person.number} {person.name}"):
        expect(row).to_contain_text(text)

    press(row, "编辑")
    page.get_by_label("分机的语音信箱").check()
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    expect(page.locator(".ant-select-content").get_by_text(f"{person.number} {person.name}")).to_be_visible()
    made = portal.call("GET", "/admin/inbound-routes")["items"][0]
    assert (made["destination"], made["extension_id"], made["did_name"]) == ("voicemail", person.id, "销售热线")


@pytest.fixture
def three(portal: PortalApi) -> list[str]:
    person = portal.add_person("顺序", "甲")
    for name, did in (("路由一", "101"), ("路由二", "102"), ("路由三", "103")):
        add_inbound(portal, name, did, person.id)
    return ["路由一", "路由二", "路由三"]


def expect_order(page: Page, portal: PortalApi, *wanted: str) -> None:
    expect(page.locator(".portal_route-name a")).to_have_text(list(wanted))
    expect(page.get_by_text("顺序已保存")).to_be_visible()
    end = time.monotonic() + 10
    while names(portal, "inbound-routes") != list(wanted):
        assert time.monotonic() < end, names(portal, "inbound-routes")
        time.sleep(0.05)


def drag(page: Page, what: Locator, onto: Locator) -> None:
    """Drag as a hand does: in many small steps, without which a browser starts no drag, and never quite still, because
    a busy browser skips single steps."""
    what.hover()
    page.mouse.down()
    place = onto.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 200, place["y"] + place["height"] / 2, steps=10)
    steps = itertools.cycle((600, 601))

    def is_over() -> bool:
        page.mouse.move(place["x"] + next(steps), place["y"] + place["height"] / 2)
        return "drop-" in (onto.get_attribute("class") or "")

    wait_until(is_over, "the row shows where it would be dropped", page)
    page.mouse.up()


def test_routes_are_moved_by_buttons_keys_and_dragging(
    open_portal: OpenPortal, portal: PortalApi, three: list[str]
) -> None:
    page = open_portal("inbound-routes")
    one, two, last = three
    press(page, f"下移 {one}")
    expect_order(page, portal, two, one, last)

    handle = page.get_by_role("button", name=f"移动 {last}")
    handle.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".portal_route-name a")).to_have_text([two, last, one])
    expect(handle).to_be_focused()  # so that it can be pressed again
    page.keyboard.press("Home")
    expect(page.locator(".portal_route-name a")).to_have_text([last, two, one])
    expect(page.get_by_text(f"{last} 现在是第 1 条")).to_be_attached()
    expect_order(page, portal, last, two, one)

    drag(page, page.get_by_role("button", name=f"移动 {one}"), line(page, "103"))
    expect_order(page, portal, one, last, two)

    # nothing can be moved while only a part is shown
    page.get_by_role("searchbox").fill("102")
    expect(page.locator(".portal_route-name a")).to_have_text([two])
    expect(page.get_by_role("button", name=f"移动 {two}")).to_have_count(0)


def test_a_move_in_a_list_that_has_changed_is_refused_and_said(
    open_portal: OpenPortal, portal: PortalApi, three: list[str]
) -> None:
    page = open_portal("inbound-routes")
    one, two, last = three
    expect(page.locator(".portal_route-name a")).to_have_text(three)
    ids = [route["id"] for route in portal.call("GET", "/admin/inbound-routes")["items"]]

    def meanwhile(route: Any) -> None:
        portal.call("PUT", "/admin/inbound-routes/order", {"ids": [ids[2], ids[1], ids[0]]})
        route.continue_()

    page.route("**/inbound-routes/order", meanwhile, times=1)
    press(page, f"下移 {one}")
    expect(page.get_by_text("列表已被他人修改，顺序未保存。")).to_be_visible()
    expect(page.locator(".portal_route-name a")).to_have_text([last, two, one])


def test_a_route_that_never_gets_its_turn_is_marked(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("轮次", "甲")
    add_inbound(portal, "先", "100", person.id)
    add_inbound(portal, "后", "+100", person.id)
    page = open_portal("inbound-routes")
    expect(line(page, "后")).to_contain_text("不会生效：先匹配前面的“先”")


def test_an_outbound_route_and_a_number_that_is_tried(open_portal: OpenPortal, portal: PortalApi) -> None:
    for name in ("电信", "联通"):
        add_trunk(portal, name)
    person = portal.add_person("试拨", "甲")
    page = open_portal("outbound-routes")
    press(page, "添加")
    page.get_by_role("textbox", name="名称", exact=True).fill("加拨九")
    page.get_by_label("号码规则").fill("9.1")
    page.get_by_label("试拨一个号码").fill("913800138000")
    expect(page.get_by_role("alert").get_by_text("第 2 个字符：点只能放在末尾")).to_be_visible()
    page.get_by_label("号码规则").fill("9.")
    page.get_by_label("删除前缀位数").fill("1")
    page.get_by_label("添加前缀").fill("+86")
    expect(page.get_by_text("匹配，向运营商拨出 +8613800138000")).to_be_visible()
    page.get_by_label("试拨一个号码").fill("813800138000")
    expect(page.get_by_text("813800138000 不匹配此规则")).to_be_visible()
    press(page, "保存")
    expect(page.get_by_text("请至少选择一条中继。")).to_be_visible()

    trunks = page.get_by_role("group", name="中继")
    for name in ("电信", "联通"):
        trunks.get_by_label("添加中继").last.click()
        page.locator(".ant-select-dropdown:visible .ant-select-item-option").get_by_text(name, exact=True).click()
    press(trunks, "上移 联通")
    press(page, "保存")
    expect(page.get_by_text("已添加路由 加拨九")).to_be_visible()
    expect(line(page, "加拨九")).to_contain_text("联通、电信")

    place = page.get_by_role("region", name="试拨一个号码")
    for number, words in {
        "9 138-0013-8000": "匹配路由“加拨九”，向运营商拨出 +8613800138000",
        "8123": "没有匹配 8123 的路由",
        person.number: f"{person.number} 是分机 {person.name}，属于内部呼叫",
    }.items():
        place.get_by_label("拨打的号码").fill(number)
        page.keyboard.press("Enter")
        expect(place).to_contain_text(words)
    assert portal.call("GET", "/admin/outbound-routes")["items"][0]["pattern"] == "9."


def test_what_would_happen_with_a_call_and_why(open_portal: OpenPortal, portal: PortalApi) -> None:
    caller, callee = portal.add_person("分析", "主叫"), portal.add_person("分析", "被叫")
    page = open_portal("call-analysis")
    press(page, "分析")
    expect(page.get_by_text("请选择主叫分机")).to_be_visible()
    page.get_by_label("分机", exact=True).last.fill("分析主叫")
    page.locator(".ant-select-item-option").get_by_text(f"{caller.number} {caller.name}", exact=True).click()
    choose(page, "主叫客户端", "手机端")
    page.get_by_label("拨打的号码").fill(callee.number)
    page.keyboard.press("Enter")
    result = page.get_by_role("region", name="结果")
    expect(result).to_contain_text("播放提示音后挂断")
    expect(result).to_contain_text("暂时无法接通")
    expect(result.get_by_role("listitem")).to_contain_text([callee.name, "没有在线的客户端或话机"])
    assert f"from={caller.number}&kind=mobile&to={callee.number}" in page.url

    # the URL can be shared
    page.reload()
    expect(result).to_contain_text("暂时无法接通")

    trunk = add_trunk(portal, "电信", caller_id="01088886666")
    portal.call(
        "POST",
        "/admin/outbound-routes",
        {"name": "外线", "pattern": "9.", "strip": 1, "trunk_ids": [trunk]},
    )
    page.get_by_label("拨打的号码").fill("913800138000")
    press(page, "分析")
    expect(result).to_contain_text("向运营商拨出 13800138000")
    expect(result).to_contain_text("电信 · 去电显示号码 01088886666")

    add_inbound(portal, "热线", "4008", callee.id, did_name="服务热线")
    page.get_by_text("外线", exact=True).first.click()
    page.get_by_label("主叫号码").fill("13900139000")
    page.get_by_label("拨打的 DID 号码").fill("4008")
    press(page, "分析")
    expect(result).to_contain_text("4008 · 服务热线")
    expect(result.get_by_role("listitem").first).to_contain_text("热线")

    narrow = open_portal("call-analysis?kind=trunk&to=4008", viewport=NARROW)
    result = narrow.get_by_role("region", name="结果")
    expect(result).to_contain_text("4008 · 服务热线")
    assert narrow.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
