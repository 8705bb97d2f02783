"""Extensions: adding, finding, changing and deleting them."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.portal.conftest import OpenPortal, change, find, press, read, row
from tests.browser.portal_api import PortalApi
from tests.browser.product import Product

LINKUS_SWITCH = "Linkus通话功能(Mobile/PC/Web)"


@pytest.mark.manual("EN-1")
def test_add_one_with_linkus(open_portal: OpenPortal, number: str) -> None:
    page = open_portal("extensions")
    press(page, "添加")
    page.get_by_role("textbox", name="分机号码").fill(number)
    page.get_by_role("textbox", name="名", exact=True).fill("伟")
    page.get_by_role("textbox", name="姓", exact=True).fill("张")
    page.get_by_role("tab", name="Linkus客户端").click()
    page.get_by_role("switch", name=LINKUS_SWITCH).click()
    press(page, "保存")
    expect(page.get_by_text(f"已添加分机 {number} 张伟")).to_be_visible()
    added = find(page, number)
    expect(added).to_contain_text("张伟")
    expect(added).to_contain_text("已启用")
    expect(added).to_contain_text("离线")


def test_errors_stand_at_their_fields_and_the_first_has_the_focus(open_portal: OpenPortal, number: str) -> None:
    page = open_portal("extensions/new")
    page.get_by_role("textbox", name="分机号码").fill("12x")
    page.get_by_label("邮箱地址").fill("nobody")
    press(page, "保存")
    expect(page.locator(".ant-form-item", has_text="分机号码").locator(".ant-form-item-explain-error")).to_contain_text(
        "1 到 8 位数字"
    )
    expect(page.locator(".ant-form-item", has_text="邮箱地址").locator(".ant-form-item-explain-error")).to_contain_text(
        "邮箱地址"
    )
    expect(page.get_by_label("分机号码")).to_be_focused()

    # an error on another tab opens that tab
    page.get_by_role("textbox", name="分机号码").fill(number)
    page.get_by_label("邮箱地址").fill("")
    page.get_by_role("tab", name="话机").click()
    page.get_by_label("注册密码").fill("short")
    page.get_by_role("tab", name="用户").click()
    press(page, "保存")
    expect(page.get_by_role("tab", name="话机")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("注册密码")).to_be_focused()


def test_an_error_stands_no_longer_than_the_value_that_it_is_about(open_portal: OpenPortal, number: str) -> None:
    page = open_portal("extensions/new")
    page.get_by_role("textbox", name="分机号码").fill("12x")
    page.get_by_label("邮箱地址").fill("nobody")
    press(page, "保存")
    number_error = page.locator(".ant-form-item", has_text="分机号码").locator(".ant-form-item-explain-error")
    email_error = page.locator(".ant-form-item", has_text="邮箱地址").locator(".ant-form-item-explain-error")
    expect(number_error).to_be_visible()
    expect(email_error).to_be_visible()

    page.get_by_role("textbox", name="分机号码").fill(number)
    expect(number_error).to_have_count(0)
    expect(email_error).to_be_visible()
    page.get_by_label("邮箱地址").fill(f"u{number}@example.com")
    expect(email_error).to_have_count(0)


def test_add_many_with_a_preview(open_portal: OpenPortal) -> None:
    page = open_portal("extensions")
    press(page, "批量添加")
    drawer = page.get_by_role("dialog", name="批量添加分机")
    drawer.get_by_label("起始号码").fill("80001")
    drawer.get_by_label("数量").fill("60")
    drawer.get_by_label("名", exact=True).fill("员工{n}")
    drawer.get_by_label("邮箱地址").fill("u{number}@example.com")
    preview = drawer.get_by_role("region", name="预览")
    for text in ("80001", "员工3", "u80060@example.com"):
        expect(preview).to_contain_text(text)
    press(drawer, "保存")
    expect(page.get_by_text("已添加 60 个分机：80001 到 80060")).to_be_visible()

    page.get_by_role("searchbox").fill("8000")
    expect(page.get_by_text("共 9 项")).to_be_visible()
    page.get_by_role("searchbox").fill("u800")
    expect(page.get_by_text("共 60 项")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(50 + 1)
    page.get_by_role("listitem", name="2", exact=True).click()
    expect(row(page, "80060")).to_be_visible()

    # select all results, not only this page; they stay selected when the action failed
    row(page, "80060").get_by_role("checkbox").check()
    press(page, "选择全部 60 项")
    expect(page.get_by_text("已选 60 项")).to_be_visible()
    expect(page.get_by_role("button", name="选择全部 60 项")).to_have_count(0)
    press(page, "欢迎邮件")
    welcome = page.get_by_role("dialog", name="欢迎邮件")
    expect(welcome).to_contain_text("一次最多显示 50 个分机的二维码和链接")
    press(welcome.locator(".ant-modal-footer"), "关闭")
    expect(page.get_by_text("已选 60 项")).to_be_visible()
    press(page, "取消选择")

    # one of many numbers is taken: none is added, and the field names it
    press(page, "批量添加")
    drawer.get_by_label("起始号码").fill("79999")
    drawer.get_by_label("数量").fill("5")
    press(drawer, "保存")
    expect(drawer).to_contain_text("80001")
    press(drawer, "取消")
    page.get_by_role("searchbox").fill("79999")
    expect(page.get_by_text("没有符合条件的结果")).to_be_visible()


def test_search_sort_filter_and_columns(open_portal: OpenPortal, portal: PortalApi) -> None:
    for name in ("乙", "甲"):
        portal.add_person("排序", name)
    page = open_portal("extensions")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("排序")
    expect(page).to_have_url(re.compile("search="))
    expect(page.get_by_text("共 2 项")).to_be_visible()
    page.get_by_role("columnheader", name="分机号码").click()
    expect(page).to_have_url(re.compile("sort=-number"))
    expect(page.get_by_role("row").nth(1)).to_contain_text("甲")
    press(page, "Linkus")
    page.get_by_role("menuitem", name="已禁用").click()
    expect(page.get_by_text("没有符合条件的结果")).to_be_visible()
    press(page, "清除筛选")
    press(page, "显示的列")
    page.get_by_role("checkbox", name="手机号码").check()
    expect(page.get_by_role("columnheader", name="手机号码")).to_be_visible()
    page.reload()
    expect(page.get_by_role("columnheader", name="手机号码")).to_be_visible()


def test_unsaved_changes_are_guarded(open_portal: OpenPortal, number: str) -> None:
    page = open_portal("extensions/new")
    page.get_by_role("textbox", name="分机号码").fill(number)
    page.get_by_role("link", name="概览").click()
    dialog = page.get_by_role("dialog", name="有未保存的更改")
    press(dialog, "留在此页")
    expect(page.get_by_label("分机号码")).to_have_value(number)
    page.get_by_role("link", name="概览").click()
    press(dialog, "放弃更改")
    expect(page.get_by_role("heading", name="概览")).to_be_visible()


def test_a_change_by_somebody_else_is_seen_and_not_undone(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("赵", "一")
    page = open_portal(f"extensions/{person.id}")
    expect(page.get_by_label("名", exact=True)).to_have_value("一")

    change(portal, person, first_name="二")
    expect(page.get_by_label("名", exact=True)).to_have_value("二")

    page.get_by_label("手机号码").fill("13800000000")
    change(portal, person, first_name="三")
    expect(page.get_by_text("内容已被他人修改")).to_be_visible()
    press(page, "保存")
    expect(page.get_by_text("内容已被他人修改")).to_be_visible()
    press(page, "重新加载")
    expect(page.get_by_label("名", exact=True)).to_have_value("三")
    page.get_by_label("手机号码").fill("13800000000")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    assert read(portal, person)["first_name"] == "三"


@pytest.mark.manual("EN-3")
def test_switching_off_says_whom_it_signs_out(open_portal: OpenPortal, portal: PortalApi, product: Product) -> None:
    person = portal.add_person("钱", "多")
    with httpx.Client(base_url=f"{product.address}/api/v1", headers={"Origin": product.address}) as user:
        body = {"username": person.number, "password": person.password, "device_name": "客厅的电脑"}
        assert user.post("/sessions", json=body).status_code == 201
        page = open_portal(f"extensions/{person.id}?tab=linkus")
        devices = page.get_by_role("listitem").filter(has_text="客厅的电脑")
        expect(devices).to_be_visible()
        page.get_by_role("switch", name=LINKUS_SWITCH).click()
        expect(page.get_by_role("alert")).to_contain_text("以下 1 台已登录的客户端会退出登录")
        press(page, "保存")
        expect(page.get_by_text("没有已登录的设备")).to_be_visible()
        assert user.get("/client/session").status_code == 401


def test_signing_out_one_device(open_portal: OpenPortal, portal: PortalApi, product: Product) -> None:
    person = portal.add_person("孙", "行")
    with httpx.Client(base_url=f"{product.address}/api/v1", headers={"Origin": product.address}) as user:
        body = {
            "username": person.number,
            "password": person.password,
            "device_name": "旧手机",
            "client_kind": "mobile",
        }
        assert user.post("/sessions", json=body).status_code == 201
        page = open_portal(f"extensions/{person.id}?tab=linkus")
        press(page.get_by_role("listitem").filter(has_text="旧手机"), "退出登录")
        press(page.get_by_role("tooltip"), "退出登录")
        expect(page.get_by_text("没有已登录的设备")).to_be_visible()
        assert user.get("/client/session").status_code == 401


def test_the_rules_that_end_with_an_extension_are_named(open_portal: OpenPortal, portal: PortalApi) -> None:
    person, other = portal.add_person("规则", "甲"), portal.add_person("规则", "乙")
    url = "/admin/client-permission/menu/rules"
    for name, people in (("只有甲", [person]), ("甲和乙", [person, other])):
        subjects = [{"kind": "extension", "id": one.id} for one in people]
        portal.call(
            "POST", url, {"name": name, "permission": "disallow", "targets": ["recordings"], "subjects": subjects}
        )
    page = open_portal("extensions")
    press(find(page, person.number), "删除")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("菜单可见性 · 只有甲：失去最后一个对象，此规则将不再起作用")
    expect(dialog).to_contain_text("菜单可见性 · 甲和乙：不再适用于这些分机")
    press(dialog, "删除")
    expect(dialog).to_have_count(0)
    page.goto(f"{portal.address}/portal/audit-log")
    expect(page.get_by_role("row").filter(has_text="甲和乙").first).to_contain_text("修改")
    portal.call("POST", f"{url}/delete", {"ids": [rule["id"] for rule in portal.call("GET", url)["items"]]})


def test_delete_one_and_many(open_portal: OpenPortal, portal: PortalApi) -> None:
    one, two, three = (portal.add_person("待删", name) for name in "甲乙丙")
    page = open_portal("extensions?search=待删")
    press(row(page, one.number), "删除")
    dialog = page.get_by_role("dialog", name=re.compile(f"删除分机 {one.number}"))
    expect(dialog).to_contain_text("现在没有已登录的客户端")
    press(dialog, "删除")
    expect(row(page, one.number)).to_have_count(0)

    for person in (two, three):
        row(page, person.number).get_by_role("checkbox").check()
    expect(page.get_by_text("已选 2 项")).to_be_visible()
    press(page.get_by_role("toolbar"), "删除")
    press(page.get_by_role("dialog", name="删除 2 个分机？"), "删除")
    expect(page.get_by_text("没有符合条件的结果")).to_be_visible()


def test_a_new_phone_password_is_shown_once(open_portal: OpenPortal, portal: PortalApi, product: Product) -> None:
    person = portal.add_person("话机", "甲")
    page = open_portal(f"extensions/{person.id}?tab=phone")
    panel = page.get_by_role("tabpanel", name="话机")
    for text in (product.host, f"{person.number}.phone", person.registration_name, "5060"):
        expect(panel).to_contain_text(text)
    press(page, "生成新密码")
    press(page.get_by_role("tooltip"), "生成新密码")
    dialog = page.get_by_role("dialog", name="话机的注册密码")
    password = dialog.locator("dd code").nth(1).inner_text()
    assert len(password) >= 16
    press(dialog.locator(".ant-modal-footer"), "关闭")
    expect(dialog).to_be_hidden()
    assert password not in page.content()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text(person.number)
    assert password not in page.content()
