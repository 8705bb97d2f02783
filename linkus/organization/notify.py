"""Notifies open pages and clients of changes of departments and groups."""

from __future__ import annotations

from linkus.kit.bus import CLIENTS, DIRECTORY, PORTAL
from linkus.kit.work import UnitOfWork
from linkus.organization.events import ClientOrganizationChanged, OrganizationChanged
from linkus.shared.extension_notify import spread_ms


def organization_changed(work: UnitOfWork) -> None:
    """Tell every page to read departments, groups, and the lists that depend on them again."""
    work.publish([PORTAL, DIRECTORY], OrganizationChanged())
    work.publish([CLIENTS], ClientOrganizationChanged(spread_ms=spread_ms(work)))
