from __future__ import annotations

from dataclasses import dataclass, field

from linkus.kit.services import KitServices
from linkus.lockout.lockouts import Lockouts
from linkus.lockout.refusal import RefusedNetworks


@dataclass(kw_only=True)
class LockoutServices(KitServices):
    lockouts: Lockouts
    refused_networks: RefusedNetworks = field(default_factory=RefusedNetworks)
