"""Reads the trunks that the brain has written to the hash tables."""

import edge_tables as tables
import edge_trunks as trunks
import KSR
from edge_trunks import Trunk


def find(trunk_id: str | None) -> Trunk | None:
    if trunk_id is None or not trunks.is_trunk_id(trunk_id):
        return None
    return trunks.parse_trunk(trunk_id, KSR.htable.sht_get("trunks", trunk_id))


def find_by_contact(user: str) -> Trunk | None:
    """Return the trunk whose provider knows us by this unguessable user."""
    return find(KSR.htable.sht_get("trunkcontact", user))


def all_trunks() -> list[Trunk]:
    parsed = (trunks.parse_trunk(*entry) for entry in tables.entries("trunks"))
    return [trunk for trunk in parsed if trunk is not None]


def is_provider(address: str) -> bool:
    return KSR.htable.sht_get("trunkaddress", address) is not None
