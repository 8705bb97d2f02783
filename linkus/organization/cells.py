r"""Cells of a CSV file that name departments and groups. Pure.

Paths are written with `/` between their names, and several entries with `&` between them. A name may contain both:
there they are written `\/` and `\&`, and a backslash `\\`. A backslash before any other character stands for itself.
"""

from __future__ import annotations

from collections.abc import Iterable

_SEPARATORS = "/&"


def _escaped(name: str) -> str:
    escaped = name.replace("\\", "\\\\")
    for separator in _SEPARATORS:
        escaped = escaped.replace(separator, f"\\{separator}")
    return escaped


def written_names(names: Iterable[str]) -> str:
    return "&".join(map(_escaped, names))


def written_paths(paths: Iterable[Iterable[str]]) -> str:
    return "&".join("/".join(map(_escaped, path)) for path in paths)


def _split(text: str, separator: str) -> list[str]:
    """Split at each separator that no backslash precedes. The parts keep their backslashes."""
    parts, begin, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == separator:
            parts.append(text[begin:at])
            begin = at + 1
        at += 1
    return [*parts, text[begin:]]


def _plain(part: str) -> str:
    plain, at = "", 0
    while at < len(part):
        if part[at] == "\\" and part[at + 1 : at + 2] in ("\\", *_SEPARATORS):
            at += 1
        plain += part[at]
        at += 1
    return plain.strip()


def read_names(cell: str) -> list[str]:
    """Return the names in a cell, without empty ones."""
    return [name for part in _split(cell, "&") if (name := _plain(part))]


def read_paths(cell: str) -> list[list[str]]:
    """Return the paths in a cell, without empty names and paths: a `/` at the beginning or the end means nothing."""
    paths = [[name for part in _split(path, "/") if (name := _plain(part))] for path in _split(cell, "&")]
    return [path for path in paths if path]
