"""The events of visibility rules."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class VisibilityRuleChanged(Event):
    """A visibility rule was added, changed or deleted; many were if `id` is null. Clients hear `colleagues.changed`."""

    type: Literal["visibility_rule.changed"] = "visibility_rule.changed"
    id: int | None
