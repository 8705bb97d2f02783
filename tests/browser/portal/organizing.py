"""Departments, groups and visibility rules of the tests of the portal's pages, which are gone after each test."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.portal_api import Person, PortalApi

DEPARTMENTS = "/admin/departments"
GROUPS = "/admin/extension-groups"
RULES = "/admin/visibility-rules"


def add_department(portal: PortalApi, name: str, parent_id: int = 0) -> int:
    made: dict[str, Any] = portal.call("POST", DEPARTMENTS, {"name": name, "parent_id": parent_id})
    return int(made["id"])


def add_group(portal: PortalApi, name: str, *members: Person) -> int:
    made: dict[str, Any] = portal.call("POST", GROUPS, {"name": name, "member_ids": [one.id for one in members]})
    return int(made["id"])


def put(portal: PortalApi, department_id: int, *people: Person) -> None:
    body = {"extension_ids": [one.id for one in people], "mode": "add", "department_ids": [department_id]}
    portal.call("POST", "/admin/organization/assign", body)


def paths(portal: PortalApi) -> list[str]:
    return ["/".join(one["path"]) for one in portal.call("GET", "/admin/organization")["departments"]]


def places(portal: PortalApi, person: Person) -> tuple[list[str], list[str]]:
    """Return the names of a person's departments and groups."""
    found = portal.call("GET", f"/admin/extensions/{person.id}")
    return [one["name"] for one in found["departments"]], [one["name"] for one in found["groups"]]


def clear(portal: PortalApi) -> None:
    for rule in portal.call("GET", RULES)["items"]:
        if not rule["is_default"]:
            portal.call("DELETE", f"{RULES}/{rule['id']}")
    for group in portal.call("GET", GROUPS)["items"]:
        if not group["is_everyone"]:
            portal.call("DELETE", f"{GROUPS}/{group['id']}")
    for department in reversed(portal.call("GET", "/admin/organization")["departments"]):
        portal.call("DELETE", f"{DEPARTMENTS}/{department['id']}")


def item(page: Page, name: str) -> Locator:
    """Find a department of the tree by its name."""
    return page.get_by_role("treeitem").filter(has=page.get_by_text(name, exact=True))


def names(page: Page) -> list[str]:
    """Return the names in sight in the tree, without counts."""
    return [text.split("\n")[0] for text in page.get_by_role("treeitem").all_inner_texts()]


def choose(page: Page, place: Locator, label: str, text: str) -> None:
    """Choose an option of a field that is searched."""
    field = place.get_by_label(label, exact=True)
    field.fill(text)
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text=text).first.click()
    field.blur()  # closes the options; the Tab key would choose another one


def pick(page: Page, *people: Person) -> None:
    """Choose extensions in the open dialog that searches them."""
    dialog = page.get_by_role("dialog", name="选择分机")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    for person in people:
        dialog.get_by_role("searchbox").fill(person.number)
        box = dialog.get_by_role("checkbox", name=f"选择 {person.number}")
        expect(box).to_be_visible()
        box.check()
    dialog.get_by_role("button", name=f"添加 {len(people)} 个").click()
    expect(dialog).to_have_count(0)
