"""Reads and counts in the edge's hash tables."""

import edge_identity as identity
import KSR


def entries(table: str) -> list[tuple[str, str]]:
    """Return key and value of every entry of an htable. The list lets the caller change the table: a running iterator
    holds the lock of a slot."""
    rows: list[tuple[str, str]] = []
    if KSR.htable.sht_iterator_start(table, table) > 0:
        try:
            while KSR.htable.sht_iterator_next(table) > 0:
                rows.append((KSR.pv.get(f"$shtitkey({table})"), KSR.pv.get(f"$shtitval({table})")))
        finally:
            KSR.htable.sht_iterator_end(table)
    return rows


def count(name: str) -> None:
    """Count for the status page. `name` is from a fixed list, so nobody outside can make the table grow."""
    KSR.htable.sht_inc("counters", name)


def counters() -> dict[str, int]:
    return {name: int(number) for name, number in entries("counters")}


def is_complete(table: str) -> bool:
    """Return whether the brain has written all `phones`, `revoked` or `trunks` since the edge started. Until then no
    phone can prove its identity, a revoked credential looks valid, and a provider looks like a stranger."""
    return KSR.htable.sht_get("complete", table) is not None


def revoked_until(aor: str, session: str) -> int:
    """Return the latest expiry of this client's credentials that are revoked, or 0."""
    return max(int(KSR.htable.sht_get("revoked", key) or 0) for key in identity.revocation_keys(aor, session))
