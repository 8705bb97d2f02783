"""分机 > Linkus客户端: call settings of each kind of client, its devices, and the same for many extensions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal.conftest import NARROW, OpenPortal, press, row
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product

TIMEOUT_MS = 30_000  # another run may share the machine
SWITCH = "Linkus通话功能(Mobile/PC/Web)"
SWITCH_PAD = "Linkus通话功能(Mobile/PC/Web/Pad(SDK))"
SDK = "/admin/integrations/linkus-sdk"
KINDS = ("手机端", "桌面端", "网页端")

SignIn = Callable[..., httpx.Client]


@pytest.fixture
def sign_in(product: Product) -> Iterator[SignIn]:
    """Sign in a client of a user."""
    opened: list[httpx.Client] = []

    def sign_in(person: Person, kind: str = "web", device: str = "") -> httpx.Client:
        client = httpx.Client(base_url=f"{product.address}/api/v1", headers={"Origin": product.address}, timeout=15)
        opened.append(client)
        body = {"username": person.number, "password": person.password, "client_kind": kind, "device_name": device}
        assert client.post("/sessions", json=body).status_code == 201
        return client

    yield sign_in
    for client in opened:
        client.close()


def settings(portal: PortalApi, person: Person, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = portal.call("GET", f"/admin/extensions/{person.id}/client-settings/{kind}")
    return found


def values(portal: PortalApi, person: Person, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = settings(portal, person, kind)["values"]
    return found


def change_as_user(client: httpx.Client, **changed: object) -> None:
    before = client.get("/client/settings").json()
    body = {"kind": before["kind"], "version": before["version"], "values": changed}
    assert client.put("/client/settings", json=body).status_code == 200


def open_tab(open_portal: OpenPortal, person: Person, **options: object) -> Page:
    page = open_portal(f"extensions/{person.id}?tab=linkus", **options)
    expect(page.get_by_role("switch", name="网页端 呼叫等待")).to_be_visible(timeout=TIMEOUT_MS)
    return page


def switch(page: Page | Locator, kind: str, item: str) -> Locator:
    return page.get_by_role("switch", name=f"{kind} {item}", exact=True)


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("combobox", name=field, exact=True).click()
    page.locator(".ant-select-item-option:visible").get_by_text(option, exact=True).click()


@pytest.mark.manual("CW-1", "AA-1", "AA-3")
def test_each_kind_has_its_own_and_a_row_can_be_the_same(
    open_portal: OpenPortal, portal: PortalApi, sign_in: SignIn
) -> None:
    person = portal.add_user("设置", "甲")
    client = sign_in(person)
    page = open_tab(open_portal, person)
    switch(page, "网页端", "呼叫等待").click()
    delay = page.get_by_role("group", name="自动接听延迟时长 (秒)")
    for kind in KINDS:
        expect(delay.get_by_label(f"{kind} 自动接听延迟时长 (秒)")).to_be_disabled()
    # copied to all by mistake: after undo, each has its own again
    waiting = page.get_by_role("group", name="呼叫等待")
    waiting.get_by_role("checkbox", name="三端相同").check()
    expect(switch(waiting, "网页端", "呼叫等待")).to_be_checked()
    waiting.get_by_role("checkbox", name="三端相同").uncheck()
    expect(switch(waiting, "网页端", "呼叫等待")).not_to_be_checked()
    # the same for all three: the present value, and the new one
    auto = page.get_by_role("group", name="自动应答", exact=True)
    auto.get_by_role("checkbox", name="三端相同").check()
    switch(auto, "桌面端", "自动应答").click()
    for kind in KINDS:
        expect(switch(auto, kind, "自动应答")).to_be_checked()
    delay.get_by_role("checkbox", name="三端相同").check()
    delay.get_by_label("手机端 自动接听延迟时长 (秒)").fill("5")
    delay.get_by_label("手机端 自动接听延迟时长 (秒)").press("Tab")
    expect(delay.get_by_label("网页端 自动接听延迟时长 (秒)")).to_have_value("5")
    switch(page, "手机端", "自动应答广播组来电").click()
    switch(page, "手机端", "广播组来电抢占接听").click()
    press(page, "保存")
    expect(page.get_by_text("已保存，1 台已登录的客户端已更新")).to_be_visible(timeout=TIMEOUT_MS)
    found = {kind: values(portal, person, kind) for kind in ("mobile", "desktop", "web")}
    assert [one["call_waiting"] for one in found.values()] == [True, True, False]
    assert [(one["auto_answer"], one["auto_answer_delay"]) for one in found.values()] == [(True, 5)] * 3
    assert [(one["paging_auto_answer"], one["paging_preempt"]) for one in found.values()] == [
        (True, True),
        (False, False),
        (False, False),
    ]
    assert client.get("/client/settings").json()["values"]["call_waiting"] is False

    # a change by the user appears immediately on the open page
    change_as_user(client, call_waiting=True)
    expect(switch(page, "网页端", "呼叫等待")).to_be_checked()
    assert settings(portal, person, "desktop")["version"] == 2


def test_what_a_user_changes_meanwhile_is_never_saved_over_unseen(
    open_portal: OpenPortal, portal: PortalApi, sign_in: SignIn
) -> None:
    person = portal.add_user("设置", "乙")
    client = sign_in(person)
    page = open_tab(open_portal, person)
    switch(page, "网页端", "自动应答").click()
    change_as_user(client, call_waiting=False)
    expect(page.get_by_text("内容已被他人修改")).to_be_visible(timeout=TIMEOUT_MS)
    press(page, "保存")
    expect(page.get_by_text("内容已被他人修改")).to_be_visible()
    press(page, "重新加载")
    expect(switch(page, "网页端", "呼叫等待")).not_to_be_checked()
    expect(switch(page, "网页端", "自动应答")).not_to_be_checked()
    assert values(portal, person, "web")["call_waiting"] is False


@pytest.mark.manual("SP-1", "SP-3", "SP-4", "SP-5")
def test_screen_pop(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_user("弹屏", "甲")
    page = open_tab(open_portal, person)
    item = "使用自定义Popup URL来弹出联系人URL"
    expect(switch(page, "手机端", item)).to_have_count(0)
    switch(page, "网页端", item).click()
    url = page.get_by_label("网页端 弹屏地址")
    press(page, "保存")
    wrong = page.locator(".ant-form-item-has-error")
    expect(wrong).to_contain_text("请填写弹屏地址")
    expect(url).to_be_focused()
    for written, said in (
        ("ftp://crm.example.com/", "须以 http:// 或 https:// 开头"),
        ("https://crm.example.com/{{.CallerNumer}}", "变量 {{.CallerNumer}} 不存在，是否应为 {{.CallerNumber}}？"),
        ("https://{{.CallerNumber}}.example.com/", "不能放在主机名中"),
    ):
        url.fill(written)
        url.blur()
        expect(wrong).to_contain_text(said)
    url.fill("https://crm.example.com/?n=")
    page.get_by_role("button", name="网页端 插入变量").click()
    page.get_by_role("menuitem", name="来电显示名称").click()
    expect(url).to_have_value("https://crm.example.com/?n={{.CallerDisplayName}}")
    expect(page.get_by_text("示例：https://crm.example.com/?n=%E5%BC%A0%E4%BC%9F")).to_be_visible()
    page.get_by_role("checkbox", name="网页端 呼入").uncheck()
    expect(wrong).to_contain_text("请至少选择一种")
    page.get_by_role("checkbox", name="网页端 内部").check()
    choose(page, "网页端 触发事件", "通话结束")
    choose(page, "网页端 弹屏方式", "手动")
    expect(page.get_by_role("combobox", name="网页端 触发事件")).to_be_disabled()
    choose(page, "网页端 弹屏方式", "自动 (仅限来电)")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible(timeout=TIMEOUT_MS)
    found = values(portal, person, "web")
    assert {name: value for name, value in found.items() if name.startswith("screen_pop")} == {
        "screen_pop": True,
        "screen_pop_url": "https://crm.example.com/?n={{.CallerDisplayName}}",
        "screen_pop_inbound": False,
        "screen_pop_internal": True,
        "screen_pop_mode": "automatic",
        "screen_pop_trigger": "ended",
    }
    assert values(portal, person, "desktop")["screen_pop"] is False


def test_on_a_telephone(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_user("设置", "丙")
    page = open_tab(open_portal, person, viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    switch(page, "桌面端", "呼叫等待").click()
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible(timeout=TIMEOUT_MS)
    assert values(portal, person, "desktop")["call_waiting"] is False


def tick(drawer: Locator, item: str) -> None:
    drawer.get_by_role("checkbox", name=f"批量编辑 {item}", exact=True).check()


@pytest.mark.manual("SP-2")
def test_many_at_once_and_back(open_portal: OpenPortal, portal: PortalApi, sign_in: SignIn) -> None:
    people = [portal.add_user("批量", name) for name in "甲乙丙"]
    change_as_user(sign_in(people[0]), auto_answer=True, auto_answer_delay=9)
    before = [(values(portal, one, "web"), values(portal, one, "desktop")) for one in people]
    page = open_portal("extensions?search=批量")
    for person in people:
        row(page, person.number).get_by_role("checkbox").check()
    press(page.get_by_role("toolbar"), "编辑")
    drawer = page.get_by_role("dialog", name="编辑 3 个分机")
    expect(drawer.get_by_role("tab", name="Linkus客户端")).to_be_visible()
    expect(switch(drawer, "网页端", "呼叫等待")).to_be_disabled()
    tick(drawer, "网页端 呼叫等待")
    switch(drawer, "网页端", "呼叫等待").click()
    pop = "使用自定义Popup URL来弹出联系人URL"
    tick(drawer, f"网页端 {pop}")
    switch(drawer, "网页端", pop).click()
    drawer.get_by_label("网页端 弹屏地址").fill("https://crm.example.com/.{{.CallerNumber}}")
    # Esc asks before it discards anything
    page.keyboard.press("Escape")
    press(page.get_by_role("dialog", name="有未保存的更改"), "留在此页")
    tick(drawer, "Linkus手机端编解码")
    press(drawer, "下一步")
    review = page.get_by_role("dialog", name="确认更改")
    expect(review.get_by_role("row", name="手机端 Linkus手机端编解码 Opus 0")).to_be_visible(timeout=TIMEOUT_MS)
    expect(review).to_contain_text("3 个分机会有变化（共 3 个）", timeout=TIMEOUT_MS)
    expect(review.get_by_role("row", name="网页端 呼叫等待 禁用 3")).to_be_visible()
    assert values(portal, people[0], "web") == before[0][0]
    press(review, "更改 3 个分机")
    job = page.get_by_role("complementary", name="批量编辑记录")
    expect(job).to_contain_text("已更改 3 个分机", timeout=TIMEOUT_MS)
    changed = {
        "call_waiting": False,
        "screen_pop": True,
        "screen_pop_url": "https://crm.example.com/.{{.CallerNumber}}",
    }
    for person, (web, desktop) in zip(people, before, strict=True):
        assert values(portal, person, "web") == {**web, **changed}
        assert values(portal, person, "desktop") == desktop
    job.get_by_role("button", name=re.compile("撤销")).click()
    expect(job).to_contain_text("已撤销，9 项设置已恢复", timeout=TIMEOUT_MS)
    assert [(values(portal, one, "web"), values(portal, one, "desktop")) for one in people] == before


def test_undone_afterwards_from_the_record(open_portal: OpenPortal, portal: PortalApi, sign_in: SignIn) -> None:
    one, two = portal.add_user("记录", "甲"), portal.add_user("记录", "乙")
    changes = {"web": {"call_waiting": False, "auto_answer_delay": 7}}
    portal.call("POST", "/admin/client-settings/bulk", {"extension_ids": [one.id, two.id], "changes": changes})
    page = open_portal("extensions")
    press(page, "批量编辑记录")
    dialog = page.get_by_role("dialog", name="批量编辑记录")
    newest = dialog.get_by_role("listitem").first
    expect(newest).to_contain_text("网页端 呼叫等待：禁用", timeout=TIMEOUT_MS)
    expect(newest).to_contain_text("已完成", timeout=TIMEOUT_MS)
    change_as_user(sign_in(two), auto_answer=True, auto_answer_delay=9)
    press(newest, "撤销")
    expect(newest).to_contain_text("已撤销", timeout=TIMEOUT_MS)
    expect(newest).to_contain_text("1 项设置在那之后又被改过，保持不变", timeout=TIMEOUT_MS)
    assert values(portal, one, "web") == values(portal, two, "web") | {"auto_answer": False, "auto_answer_delay": 0}
    assert values(portal, one, "web")["call_waiting"] is True
    assert values(portal, two, "web")["auto_answer_delay"] == 9


@pytest.mark.manual("EN-3")
def test_switching_many_off_says_how_many_it_signs_out(
    open_portal: OpenPortal, portal: PortalApi, sign_in: SignIn
) -> None:
    person = portal.add_user("停用", "甲")
    client = sign_in(person, "web", "门卫室")
    page = open_portal("extensions?search=停用")
    row(page, person.number).get_by_role("checkbox").check()
    press(page.get_by_role("toolbar"), "编辑")
    drawer = page.get_by_role("dialog", name="编辑 1 个分机")
    tick(drawer, SWITCH)
    drawer.get_by_role("switch", name=SWITCH).click()
    press(drawer, "下一步")
    review = page.get_by_role("dialog", name="确认更改")
    expect(review.get_by_role("alert")).to_contain_text("1 台已登录的客户端会退出登录", timeout=TIMEOUT_MS)
    expect(review.get_by_role("listitem")).to_have_text(f"{person.number} {person.name} · 网页端 · 门卫室")
    press(review, "更改 1 个分机")
    expect(page.get_by_role("complementary", name="批量编辑记录")).to_contain_text(
        "1 台客户端已退出登录", timeout=TIMEOUT_MS
    )
    assert client.get("/client/session").json()["reason"] == "linkus_disabled"


@pytest.mark.manual("EN-1")
def test_the_switch_names_the_pad_while_the_sdk_is_on(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_user("开关", "甲")
    tab = open_tab(open_portal, person)
    expect(tab.get_by_role("switch", name=SWITCH, exact=True)).to_be_visible()
    page = open_portal()
    page.get_by_role("link", name="Linkus SDK").click()
    try:
        expect(page.get_by_role("region", name="启用后将开放什么")).to_contain_text("平板端")
        page.get_by_role("switch", name="启用 Linkus SDK").click()
        press(page, "保存")
        expect(page.get_by_text("已保存")).to_be_visible(timeout=TIMEOUT_MS)
        expect(tab.get_by_role("switch", name=SWITCH_PAD, exact=True)).to_be_visible(timeout=TIMEOUT_MS)
    finally:
        portal.call("PUT", SDK, {"enabled": False, "version": portal.call("GET", SDK)["version"]})
    expect(tab.get_by_role("switch", name=SWITCH, exact=True)).to_be_visible(timeout=TIMEOUT_MS)


def test_devices(open_portal: OpenPortal, portal: PortalApi, sign_in: SignIn) -> None:
    person = portal.add_user("设备", "甲")
    page = open_tab(open_portal, person)
    devices = page.get_by_role("region", name="已登录的设备")
    expect(devices).to_contain_text("没有已登录的设备")
    first, second = sign_in(person, "web", "前台电脑"), sign_in(person, "mobile", "旧手机")
    item = devices.get_by_role("listitem").filter(has_text="前台电脑")
    expect(item).to_contain_text("python-httpx", timeout=TIMEOUT_MS)  # seen without a reload
    item.get_by_role("button", name="前台电脑 的备注").click()
    page.keyboard.type("大堂")
    page.keyboard.press("Enter")
    expect(page.get_by_text("备注已保存")).to_be_visible()
    own = {one["device_name"]: one for one in first.get("/client/devices").json()["items"]}
    assert own["前台电脑"]["remark"] == "大堂"
    # the user's own change appears, and Esc keeps the present value
    second.put(f"/client/devices/{own['旧手机']['id']}", json={"remark": "抽屉里"})
    old = devices.get_by_role("listitem").filter(has_text="旧手机")
    expect(old).to_contain_text("抽屉里", timeout=TIMEOUT_MS)
    old.get_by_role("button", name="旧手机 的备注").click()
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(old).to_contain_text("抽屉里")
    press(devices, "全部退出登录")
    press(page.get_by_role("tooltip"), "全部退出登录")
    expect(devices).to_contain_text("没有已登录的设备", timeout=TIMEOUT_MS)
    assert [one.get("/client/session").status_code for one in (first, second)] == [401, 401]
