"""Names the services that know our own clients and trunks, whose addresses are not blocked so soon."""

from __future__ import annotations

from dataclasses import dataclass

from linkus.presence.services import PresenceServices
from linkus.trunk.services import TrunkServices


@dataclass(kw_only=True)
class SecurityServices(PresenceServices, TrunkServices):
    pass
