"""Reads the edge's hash tables, and calls this Kamailio by RPC."""

import json

import KSR


def entries(table):
    """Return key and value of every entry of an htable. The list lets the caller change the table: a running iterator
    holds the lock of a slot."""
    found = []
    if KSR.htable.sht_iterator_start(table, table) > 0:
        try:
            while KSR.htable.sht_iterator_next(table) > 0:
                found.append((KSR.pv.get(f"$shtitkey({table})"), KSR.pv.get(f"$shtitval({table})")))
        finally:
            KSR.htable.sht_iterator_end(table)
    return found


def ask(method, *params):
    """Run an RPC. Return its result, True if it has none, or None if Kamailio refused."""
    KSR.jsonrpcs.exec(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}))
    answer = json.loads(KSR.pv.get("$jsonrpl(body)") or "{}")
    return (answer.get("result") or True) if "result" in answer else None
