"""Roles and what they allow: examples of the built-in ones, and properties of all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkus.administrator.roles.event_pages import PAGES_OF_EVENT, may_hear
from linkus.event_catalogue import (
    CLIENTS_ONLY_OR_TOO,
    EVERY_CONNECTION,
    PORTAL_ONLY,
    BlockedAddressChanged,
    RouteChanged,
)
from linkus.kit.messages import LANGUAGES, catalogue
from linkus.shared.roles.builtin import BUILTIN, BUILTIN_KEYS
from linkus.shared.roles.catalogue import ACTIONS, PAGES, VIEW_ONLY, Action, Page, Role
from linkus.shared.roles.rules import allows, allows_any, covers, permission_errors
from tests.support.api import Example

permissions = st.dictionaries(st.sampled_from(PAGES), st.sampled_from(ACTIONS))
roles = st.one_of(st.sampled_from(list(BUILTIN.values())), permissions.map(lambda held: Role("custom:1", held)))
pages, actions = st.sampled_from(PAGES), st.sampled_from(ACTIONS)


def rights(role: Role) -> set[tuple[Page, Action]]:
    """Return all that a role allows, the slow and obvious way."""
    held = set()
    for page, action in role.permissions.items():
        held.add((page, "view"))
        if action == "edit":
            held.add((page, "edit"))
    return held  # type: ignore[return-value]  # of literals


def test_built_in_roles() -> None:
    assert all(allows(BUILTIN["super"], page, "view" if page in VIEW_ONLY else "edit") for page in PAGES)
    assert rights(BUILTIN["super"]) - rights(BUILTIN["administrator"]) == {("administrators", "edit")}
    assert rights(BUILTIN["human_resources"]) == {("extensions", "view"), ("extensions", "edit")}
    assert rights(BUILTIN["accounting"]) == {("call_records", "view")}
    assert not any(action == "edit" for _page, action in rights(BUILTIN["operator"]))
    assert all(not permission_errors(role.permissions) for role in BUILTIN.values())


@given(roles, pages, actions)
def test_a_role_allows_what_it_names(role: Role, page: Page, action: Action) -> None:
    assert allows(role, page, action) == ((page, action) in rights(role))


@given(roles, st.lists(pages), actions)
def test_one_of_several_pages_suffices(role: Role, some: list[Page], action: Action) -> None:
    assert allows_any(role, some, action) == any((page, action) in rights(role) for page in some)


@given(roles, roles)
def test_a_role_covers_another_that_allows_no_more(one: Role, other: Role) -> None:
    if other.key == "super":
        assert covers(one, other) == (one.key == "super")
    else:
        assert covers(one, other) == (rights(other) <= rights(one))


def test_all_pages_of_a_custom_role_make_no_super_administrator() -> None:
    everything = Role("custom:1", BUILTIN["super"].permissions)
    assert not covers(everything, BUILTIN["super"])
    assert covers(everything, BUILTIN["administrator"])


def test_a_custom_role_grants_something_that_exists() -> None:
    assert permission_errors({}).keys() == {"permissions"}
    assert permission_errors({"call_records": "edit", "trunks": "edit"}).keys() == {"permissions.call_records"}
    assert permission_errors({"call_records": "view"}) == {}


def test_every_role_and_page_has_a_name_in_every_language() -> None:
    for language in LANGUAGES:
        names = [catalogue(language)[f"role_{key}"] for key in BUILTIN_KEYS]
        assert len(set(names)) == len(names)
        assert all(catalogue(language)[f"page_{page}"] for page in PAGES)


def test_every_event_that_the_portal_may_get_has_its_pages() -> None:
    portal = {entry.type for entry in (*EVERY_CONNECTION, *PORTAL_ONLY)}
    portal |= {entry.type for entry in CLIENTS_ONLY_OR_TOO if "portal" in entry.receivers}
    assert portal == PAGES_OF_EVENT.keys()


def test_events_of_other_pages_are_withheld() -> None:
    blocked = BlockedAddressChanged(address="192.0.2.1")
    assert [key for key in BUILTIN_KEYS if may_hear(BUILTIN[key], blocked)] == ["super", "administrator", "supervisor"]
    assert all(may_hear(role, RouteChanged()) for role in BUILTIN.values())
    assert [key for key in BUILTIN_KEYS if may_hear(BUILTIN[key], Example(type="new"))] == ["super"]
