"""Every page: on a telephone's screen, in both languages, in the dark, and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import opening
from tests.browser.portal.conftest import NARROW, OpenPortal, portal_opener, press
from tests.browser.portal_api import PortalApi
from tests.browser.product import Product

PAGES = {
    "": ("概览", "Overview"),
    "extensions": ("分机", "Extensions"),
    "extensions/new": ("添加分机", "Add extension"),
    "extensions/linkus-server": ("Linkus服务器", "Linkus server"),
    "trunks": ("中继", "Trunks"),
    "trunks/new": ("添加中继", "Add trunk"),
    "inbound-routes": ("呼入路由", "Inbound routes"),
    "inbound-routes/new": ("添加呼入路由", "Add inbound route"),
    "outbound-routes": ("呼出路由", "Outbound routes"),
    "outbound-routes/new": ("添加呼出路由", "Add outbound route"),
    "call-analysis": ("呼叫分析", "Call analysis"),
    "call-records": ("通话记录", "Call records"),
    "calls": ("进行中的通话", "Calls in progress"),
    "general": ("常规", "General"),
    "blocked-ips": ("安全规则", "Security rules"),
    "blocked-ips/failing": ("安全规则", "Security rules"),
    "blocked-ips/allowed": ("安全规则", "Security rules"),
    "blocked-ips/lockout": ("安全规则", "Security rules"),
    "email": ("邮箱", "Email"),
    "email/template": ("邮箱", "Email"),
    "email/log": ("邮箱", "Email"),
    "organization": ("组织架构", "Organization"),
    "extension-groups": ("分机组", "Extension groups"),
    "client-permission/menu": ("客户端权限", "Client permission"),
    "client-permission/visibility": ("客户端权限", "Client permission"),
    "paging-groups": ("广播/对讲", "Paging/intercom"),
    "prompts": ("语音提示", "Voice prompts"),
    "event-notification": ("事件通知", "Event notification"),
    "event-notification/contacts": ("事件通知", "Event notification"),
    "event-notification/trunk_failed/zh-CN": ("“中继不可用”的邮件模板", "Email template: Trunk Failed"),
    "administrators": ("管理员", "Administrators"),
    "administrators/roles": ("管理员", "Administrators"),
    "administrators/roles/new": ("添加角色", "Add role"),
    "event-log": ("事件日志", "Event log"),
    "audit-log": ("操作日志", "Audit log"),
    "status": ("系统状态", "System status"),
    "about": ("关于", "About"),
}
CHINESE = re.compile("[\u4e00-\u9fff]")


class Visitor:
    """Visits all pages as one person, because a sign-in for each page would take most of the time."""

    def __init__(self, open_portal: OpenPortal, **options: object) -> None:
        self._page = open_portal(**options)
        self._start = self._page.url

    def at(self, path: str) -> Page:
        self._page.goto(self._start + path)
        return self._page


def visitor(**options: object) -> Callable[..., Iterator[Visitor]]:
    def fixture(product: Product, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
        with opening(chromium, request) as open_page:
            yield Visitor(portal_opener(product, open_page), **options)

    return fixture


on_a_telephone = pytest.fixture(scope="module")(visitor(viewport=NARROW))
in_english_and_dark = pytest.fixture(scope="module")(visitor(locale="en-US", color_scheme="dark"))


@pytest.mark.parametrize("path", PAGES)
def test_on_a_narrow_screen_nothing_is_cut_off(on_a_telephone: Visitor, portal: PortalApi, path: str) -> None:
    portal.add_person("一个名字相当长的同事", "也有相当长的名")
    page = on_a_telephone.at(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path][0])
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    press(page, "菜单")
    expect(page.get_by_role("dialog").get_by_role("link", name="系统状态")).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_in_english_no_chinese_is_left(in_english_and_dark: Visitor, path: str) -> None:
    page = in_english_and_dark.at(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path][1])
    page.wait_for_load_state("networkidle")
    chrome = page.locator("header, nav, h1, h2, th, label, dt, .page-actions, .ant-form-item-extra, [role=tab]")
    left = [text for text in chrome.all_inner_texts() if CHINESE.search(text)]
    assert left == []
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_language_is_switched_on_the_page_and_kept(open_portal: OpenPortal) -> None:
    page = open_portal("about")
    press(page, "语言")
    page.get_by_role("menuitem", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About")
    expect(page.get_by_text("independent open-source project")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("About")


def test_every_place_of_the_menu_leads_to_its_page(open_portal: OpenPortal) -> None:
    page = open_portal()
    menu = page.get_by_role("navigation", name="菜单")
    places = (
        "分机",
        "中继",
        "呼入路由",
        "呼出路由",
        "呼叫分析",
        "通话记录",
        "进行中的通话",
        "常规",
        "邮箱",
        "系统状态",
        "关于",
        "概览",
    )
    for name in places:
        menu.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_general_settings_by_keyboard(open_portal: OpenPortal, product: Product) -> None:
    page = open_portal("general")
    page.get_by_label("公司名称").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("晨星贸易")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已保存")).to_be_visible()
    expect(page.get_by_role("complementary")).to_contain_text("晨星贸易")
    expect(page.get_by_text(f"现在的链接以 {product.address} 开头")).to_be_visible()


def test_every_part_and_its_version_is_shown(open_portal: OpenPortal) -> None:
    page = open_portal("status")
    for part in ("nginx", "Kamailio", "rtpengine", "Asterisk", "linkus", "数据库"):
        expect(page.get_by_role("listitem", name=part)).to_contain_text("正常")
    page.goto(page.url.replace("status", "about"))
    versions = page.get_by_role("main").or_(page.locator("#content"))
    for part in ("Kamailio", "Asterisk", "rtpengine", "nginx", "Python", "SQLite"):
        expect(versions).to_contain_text(part)
    expect(versions).to_contain_text("独立的开源项目")


def test_status_says_that_the_server_does_not_answer(open_portal: OpenPortal) -> None:
    """The last state is out of date then, so the page must not continue to show that all is well."""
    page = open_portal("status")
    head = page.get_by_role("banner").or_(page.locator("#content")).last
    expect(head).to_contain_text("一切正常")
    page.route("**/api/v1/admin/status", lambda route: route.fulfill(status=502, body="bad gateway"))
    expect(page.get_by_role("alert")).to_contain_text("无法获取最新状态")
    expect(head).to_contain_text("服务器没有响应")
    expect(head).not_to_contain_text("一切正常")
    page.unroute("**/api/v1/admin/status")
    expect(head).to_contain_text("一切正常")
    expect(page.get_by_role("alert")).to_have_count(0)


# Reduced motion gives the same pages. Once, an element that an animation moves into place stayed off-screen.
# off-screen.
@pytest.mark.parametrize(("motion", "days"), [("no-preference", 14), ("reduce", 3), ("reduce", 30)])
def test_the_validity_of_credentials(open_portal: OpenPortal, portal: PortalApi, motion: str, days: int) -> None:
    page = open_portal("extensions", reduced_motion=motion)
    press(page, "Linkus服务器")
    page.get_by_label("登录凭证有效期 (天)").click()
    page.locator(".ant-select-item-option").get_by_text(f"{days} 天", exact=True).click()
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    assert portal.call("GET", "/admin/linkus-server")["credential_validity_days"] == days


@pytest.mark.parametrize("path", ["about", "integrations/linkus-sdk", ""])
def test_the_menu_shows_where_one_is(open_portal: OpenPortal, path: str) -> None:
    """At the usual size the menu is longer than the window."""
    page = open_portal(path)
    expect(page.locator(".ant-layout-sider .ant-menu-item-selected")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("width", "columns"), [(1440, 4), (1000, 4), (700, 2), (390, 2)])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_tiles_of_the_overview_are_equal(open_portal: OpenPortal, width: int, columns: int, locale: str) -> None:
    page = open_portal(viewport={"width": width, "height": 900}, locale=locale)
    tiles = page.locator(".portal_figures > li")
    expect(tiles).to_have_count(4)
    boxes = [tile.bounding_box() or {} for tile in tiles.all()]
    assert len({round(box["x"]) for box in boxes}) == columns
    assert len({round(box["width"]) for box in boxes}) == 1
    assert len({round(box["height"]) for box in boxes}) == 1
