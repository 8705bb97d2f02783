"""Calls this Kamailio by RPC."""

import json
from typing import Any

import KSR


def call(method: str, *parameters: object) -> Any:
    """Run an RPC. Return its result, True if it has none, or None if Kamailio refused."""
    KSR.jsonrpcs.exec(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}))
    answer = json.loads(KSR.pv.get("$jsonrpl(body)") or "{}")
    return (answer.get("result") or True) if "result" in answer else None
