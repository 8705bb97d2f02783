"""An administrator opens the client as one of its users sees it."""

from __future__ import annotations

import os

from playwright.sync_api import expect

from tests.browser.portal.conftest import OpenPortal
from tests.browser.portal_api import PortalApi


def test_preview_shows_what_the_user_sees_and_changes_nothing(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("预览", "丙")
    colleague = portal.add_person("同事", "丁")
    rule = {
        "name": "no call log", "note": "", "permission": "disallow", "targets": ["call_logs"],
        "subjects": [{"kind": "extension", "id": person.id}],
    }  # fmt: skip
    rules = "/admin/client-permission/menu/rules"
    made = portal.call("POST", rules, rule)
    page = open_portal(f"extensions/{person.id}?tab=linkus")
    links = page.get_by_role("navigation", name="预览此用户看到的客户端")
    with page.expect_popup() as opened:
        links.get_by_role("link", name="网页端").click()
    client = opened.value
    expect(client.get_by_text(f"这是 {person.number}")).to_be_visible()
    menu = client.get_by_role("navigation", name="主菜单")
    expect(menu.get_by_role("link", name="语音信箱")).to_be_visible()
    expect(menu.get_by_role("link", name="通话记录")).to_have_count(0)
    expect(menu.get_by_role("button", name="退出登录")).to_have_count(0)
    menu.get_by_role("link", name="分机").click()
    client.get_by_role("searchbox", name="搜索姓名或分机").fill(colleague.number)
    expect(client.get_by_role("link", name=f"同事丁 {colleague.number}")).to_be_visible()
    if folder := os.environ.get("LINKUS_SHOTS"):
        client.screenshot(path=f"{folder}/preview.png")
    menu.get_by_role("link", name="语音信箱").click()
    expect(client.get_by_text("预览不显示用户自己的数据，也不能修改设置。").first).to_be_visible()
    menu.get_by_role("link", name="拨号盘").click()
    expect(client.get_by_role("button", name="呼叫", exact=True)).to_be_disabled()
    client.close()
    portal.call("POST", f"{rules}/delete", {"ids": [made["id"]]})
