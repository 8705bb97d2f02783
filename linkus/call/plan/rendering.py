"""Renders a plan as the core reads it (docs/contracts/plan.md)."""

from __future__ import annotations

from urllib.parse import quote

from linkus.call.plan.types import Plan
from linkus.kit.clock import unix_now


def plan_fields(plan: Plan) -> dict[str, object]:
    """Return the fields of the answer. The core is sent only those that are neither None nor empty."""
    rings = plan.action in ("dial", "page")
    return {
        "action": plan.action,
        "targets": plan.targets or None,
        "timeout": plan.timeout,
        "cid_num": plan.cid_num,
        "cid_name": plan.cid_name,
        "start": unix_now() if rings else None,
        "did_num": plan.did_number if rings else None,
        # a header cannot carry Chinese characters unencoded
        "did_name": quote(plan.did_name, safe="") if rings else None,
        "origin": plan.origin if rings else None,
        "waiting": plan.waiting,
        "page": plan.page,
        "page_name": quote(plan.destination.name, safe="") if plan.page and plan.destination else None,
        "duplex": plan.duplex,
        "trunks": ":".join(str(trunk.trunk_id) for trunk in plan.trunks),
        "trunk_cids": ":".join(quote(trunk.caller_id, safe="+") for trunk in plan.trunks),
        "trunk_names": ":".join(quote(trunk.caller_id_name, safe="") for trunk in plan.trunks),
        "number": plan.number,
        "mailbox": plan.mailbox,
        "prompt": plan.prompt,
        "cause": plan.cause,
        "language": plan.language,
    }
