"""Kamailio and the edge's components name functions of the routing script. Kamailio looks them up when they are due."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "engine" / "kamailio"
FUNCTION = re.compile(r"\"(ksr_[a-z_]+)\"|route=(ksr_[a-z_]+)")
# called without being named in a file (src/modules/app_python3 of Kamailio)
BY_KAMAILIO = {"ksr_request_route", "ksr_reply_route"}


def named_in(path: Path) -> set[str]:
    return {quoted or bare for quoted, bare in FUNCTION.findall(path.read_text())}


def functions_of_the_script() -> dict[str, int]:
    """Return the entry points of `Edge`, and how many parameters each has besides `self`."""
    [edge] = [
        node
        for node in ast.parse((FOLDER / "edge.py").read_text()).body
        if isinstance(node, ast.ClassDef) and node.name == "Edge"
    ]
    functions = [node for node in edge.body if isinstance(node, ast.FunctionDef) and node.name.startswith("ksr_")]
    return {function.name: len(function.args.args) - 1 for function in functions}


def test_every_named_function_is_in_the_script_and_every_one_there_is_named() -> None:
    named = set().union(*(named_in(path) for path in [*FOLDER.glob("edge_*.py"), FOLDER / "kamailio.cfg.j2"]))
    assert named | BY_KAMAILIO == functions_of_the_script().keys()


@pytest.mark.parametrize("name", sorted(functions_of_the_script()))
def test_entry_point_takes_the_message_and_events_their_name(name: str) -> None:
    is_event = name.endswith("_event") or name == "ksr_heartbeat"
    assert functions_of_the_script()[name] == (2 if is_event else 1)
