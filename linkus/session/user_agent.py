"""Reads the header User-Agent: which program in which version, on which system. A pure function."""

from __future__ import annotations

import re
from typing import NamedTuple

# the first match counts: Edge and Opera also name themselves Chrome, and Chrome also Safari
_PROGRAMS = (
    ("Linkus", re.compile(r"\bLinkus[A-Za-z]*/([\w.-]+)")),
    ("Edge", re.compile(r"\bEdg(?:A|iOS)?/([\d.]+)")),
    ("Opera", re.compile(r"\bOPR/([\d.]+)")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/([\d.]+)")),
    ("Chrome", re.compile(r"\b(?:HeadlessChrome|Chrome|CriOS)/([\d.]+)")),
    ("Safari", re.compile(r"\bVersion/([\d.]+).*\bSafari/")),
)
_SYSTEMS = (
    ("Windows", re.compile(r"\bWindows NT\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("iOS", re.compile(r"\b(?:iPhone|iPad|iPod)\b")),
    ("macOS", re.compile(r"\bMac(?:intosh| OS X)\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)
_PRODUCT = re.compile(r"^([A-Za-z][\w.-]{0,30})/([\w.-]{1,20})")


class Program(NamedTuple):
    """Holds version and system, each empty if unknown. Of a browser only the major version counts, as its users know
    it."""

    version: str
    system: str

    @property
    def words(self) -> str:
        return " · ".join(word for word in self if word)


def read_user_agent(user_agent: str) -> Program:
    system = next((name for name, pattern in _SYSTEMS if pattern.search(user_agent)), "")
    for name, pattern in _PROGRAMS:
        if match := pattern.search(user_agent):
            version = match[1] if name == "Linkus" else match[1].partition(".")[0]
            return Program(f"{name} {version}", system)
    product = _PRODUCT.match(user_agent)
    if product is None or product[1] == "Mozilla":
        return Program("", system)
    return Program(f"{product[1]} {product[2]}", system)
