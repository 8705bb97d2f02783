"""Extensions and inbound routes as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.portal.conftest import OpenPortal, press
from tests.browser.portal_api import PortalApi


def exported(page: Page) -> list[list[str]]:
    with page.expect_download() as download:
        press(page, "导出")
    raw = download.value.path().read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "a spreadsheet reads Chinese by the byte order mark"
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def imports(page: Page, title: str, file: Path, rows: list[list[str]]) -> Locator:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(rows)
    press(page, "导入")
    dialog = page.get_by_role("dialog", name=title)
    dialog.locator("input[type=file]").set_input_files(file)
    return dialog


def test_export_change_and_import(open_portal: OpenPortal, portal: PortalApi, tmp_path: Path) -> None:
    person = portal.add_person("导出", "甲", email="before@example.com")
    page = open_portal("extensions")
    heading, *rows = exported(page)
    place = {name: heading.index(name) for name in ("分机号码", "名", "邮箱地址")}
    mine = next(line for line in rows if line[place["分机号码"]] == person.number)

    changed = mine.copy()
    changed[place["邮箱地址"]] = "after@example.com"
    blank = ["" for _ in heading]
    added, wrong = blank.copy(), blank.copy()
    added[place["分机号码"]], added[place["名"]] = "66001", "导入乙"
    wrong[place["分机号码"]], wrong[place["邮箱地址"]] = "66x", "nobody"
    file = tmp_path / "extensions.csv"
    dialog = imports(page, "导入分机", file, [heading, changed, added, wrong])
    expect(dialog.get_by_text("共 3 行：添加 1，更新 1，失败 1")).to_be_visible()
    errors = dialog.get_by_role("region", name="出错的行")
    expect(errors.get_by_role("row").filter(has_text="分机号码")).to_contain_text("4")
    expect(errors.get_by_role("row").filter(has_text="邮箱地址")).to_be_visible()
    with page.expect_download() as report:
        press(dialog, "下载错误报告")
    lines = list(csv.reader(io.StringIO(report.value.path().read_text("utf-8-sig"))))
    assert lines[0] == ["行", "列", "问题"]
    assert {line[0] for line in lines[1:]} == {"4"}

    press(dialog.locator(".ant-modal-footer"), "关闭")
    page.get_by_role("searchbox").fill("after@example.com")
    expect(page.get_by_text("共 1 项")).to_be_visible()
    page.get_by_role("searchbox").fill("66001")
    expect(page.get_by_role("row").filter(has_text="导入乙")).to_be_visible()


def test_a_file_that_is_no_table_is_refused_in_words(open_portal: OpenPortal, tmp_path: Path) -> None:
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    page = open_portal("extensions")
    press(page, "导入")
    dialog = page.get_by_role("dialog", name="导入分机")
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog.get_by_role("alert")).to_be_visible()


def test_inbound_routes_are_imported_and_many_deleted(
    open_portal: OpenPortal, portal: PortalApi, tmp_path: Path
) -> None:
    for one in portal.call("GET", "/admin/inbound-routes")["items"]:
        portal.call("DELETE", f"/admin/inbound-routes/{one['id']}")
    person = portal.add_person("热线", "乙")
    page = open_portal("inbound-routes")
    heading, *none = exported(page)
    assert none == []
    place = {name: at for at, name in enumerate(heading)}

    def line(**cells: str) -> list[str]:
        return [cells.get(name.replace(" ", ""), "") for name in place]

    rows = [
        line(名称="总机", DID号码="02155550100", 目的地="分机", 目的地号码=person.number),
        line(名称="海外", DID号码="+8621555501", 目的地="语音信箱", 目的地号码=person.number),
        line(名称="无人", DID号码="02155550102", 目的地="分机", 目的地号码="99999999"),
    ]
    dialog = imports(page, "导入呼入路由", tmp_path / "routes.csv", [heading, *rows])
    expect(dialog.get_by_text("共 3 行：添加 2，更新 0，失败 1")).to_be_visible()
    errors = dialog.get_by_role("region", name="出错的行")
    expect(errors.get_by_role("row").filter(has_text="目的地号码")).to_contain_text("分机 99999999 不存在")
    press(dialog.locator(".ant-modal-footer"), "关闭")
    expect(page.get_by_role("row").filter(has_text="总机")).to_contain_text("02155550100")
    _, *saved = exported(page)
    # a spreadsheet loses neither zero nor plus
    assert [row[place["DID 号码"]] for row in saved] == ["'02155550100", "'+8621555501"]

    for name in ("总机", "海外"):
        page.get_by_role("checkbox", name=f"选择 {name}").check()
    press(page.get_by_role("toolbar", name="操作"), "删除")
    question = page.get_by_role("dialog", name="删除 2 条路由？")
    press(question, "删除")
    expect(page.get_by_text("已删除 2 条路由")).to_be_visible()
    expect(page.get_by_text("还没有呼入路由")).to_be_visible()
