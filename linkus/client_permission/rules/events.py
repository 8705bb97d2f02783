"""The events of permissions."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from linkus.client_permission.rules.schemas import OwnPermissions
from linkus.kit.bus import Event


class PermissionsOfClients(BaseModel):
    """Says what each kind of client shows of a user's permissions, as `GET /client/permissions` does."""

    mobile: OwnPermissions
    web: OwnPermissions
    desktop: OwnPermissions


class PermissionsChanged(Event):
    """The user sees other menus, or may change other settings. Events of hidden menus are not sent."""

    type: Literal["permissions.changed"] = "permissions.changed"
    clients: PermissionsOfClients


class PermissionRuleChanged(Event):
    """A rule for menus or settings was added, changed or deleted: read the rules of this kind again. Clients hear
    `permissions.changed`."""

    type: Literal["permission_rule.changed"] = "permission_rule.changed"
    kind: Literal["menu", "setting"]
