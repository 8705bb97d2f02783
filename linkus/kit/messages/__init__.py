"""Texts for people, by code and language. Each language has one TOML file; `{name}` marks a parameter."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "zh-CN"


@lru_cache
def catalogue(language: Language) -> dict[str, str]:
    texts: dict[str, str] = tomllib.loads((files(__name__) / f"{language}.toml").read_text("utf-8"))
    return texts


def text(language: Language, code: str, **params: Any) -> str:
    """Return the text of `code`. Tests check that every catalogue has every code."""
    return catalogue(language)[code].format(**params)


def pick_language(accept_language: str | None) -> Language:
    """Return the first supported language of an Accept-Language header, or Chinese (RFC 9110, 12.5.4)."""
    for part in (accept_language or "").split(","):
        tag = part.partition(";")[0].strip().lower()
        for language in LANGUAGES:
            if tag and (tag == language.lower() or tag.partition("-")[0] == language.lower().partition("-")[0]):
                return language
    return DEFAULT_LANGUAGE
