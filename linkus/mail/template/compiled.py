"""Fills in a template that was checked and cleaned.

Cleaning comes first, because it quotes every attribute: a value escaped for HTML then cannot leave its place. The
escaping of a value depends on that place. Cleaning therefore marks a variable in an address by characters of the
Private Use Area around it. One pass replaces all variables, so inserted data is never scanned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import quote

from linkus.kit.messages import Language, text
from linkus.mail.template.clean import clean, keep_attribute, removed
from linkus.mail.template.plain import plain_text
from linkus.mail.template.problems import VARIABLE, Problem, find_problems, problem_at
from linkus.mail.template.variables import Use, Values, Vocabulary

_WHOLE, _PART, _END = "\ue000", "\ue001", "\ue002"
_MARKS = re.compile(f"[{_WHOLE}{_PART}{_END}]")
_PLACE = re.compile(rf"([{_WHOLE}{_PART}])([A-Za-z0-9_]+){_END}|{VARIABLE.pattern}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
MAX_SUBJECT_CHARACTERS = 255
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # UTF-8 cannot encode surrogates


@dataclass(frozen=True)
class Rendered:
    subject: str
    html: str  # a fragment; `document` makes a page of it
    plain: str


@dataclass(frozen=True)
class Compiled:
    """Holds a checked template. `body` is the cleaned source with its variables as they were written: it is stored and
    edited again."""

    subject: str
    body: str
    subject_problems: tuple[Problem, ...]
    body_problems: tuple[Problem, ...]
    removed: tuple[str, ...]
    has_credentials: bool
    pictures: frozenset[str]  # QR code variables in use
    vocabulary: Vocabulary
    _marked: str

    @property
    def is_valid(self) -> bool:
        return not (self.subject_problems or self.body_problems)

    def render(self, values: Values, language: Language, links: Mapping[str, str]) -> Rendered:
        """Fill in a valid template; every variable needs a value. `links` maps a QR code variable to its link."""
        html = _PLACE.sub(lambda place: self._fill(place, values, language), self._marked)
        pictures = {values[name]: link for name, link in links.items() if name in values}
        return Rendered(render_subject(self.subject, values), html, plain_text(html, pictures))

    def _fill(self, place: re.Match[str], values: Values, language: Language) -> str:
        mark, name = place[1], place[2] or place[3]
        value = _SURROGATE.sub("", _CONTROL.sub(" ", values[name]))
        if mark == _PART:
            return escape(quote(value, safe="@*"), quote=True)
        variable = self.vocabulary.by_name[name]
        if mark is None and variable.use is Use.PICTURE:
            alt = text(language, f"template_picture_{variable.client_kind}")
            style = "display:block;width:180px;max-width:100%;height:auto;border:0"
            return (
                f'<img src="{escape(value, quote=True)}" width="180" alt="{escape(alt, quote=True)}" style="{style}">'
            )
        return escape(value, quote=True)


def render_subject(source: str, values: Values) -> str:
    """Fill in the subject as one line, so that neither a value nor the template can add a header (RFC 5322, 2.2)."""
    filled = VARIABLE.sub(lambda match: values[match[1]], source)
    return " ".join(_SURROGATE.sub("", _CONTROL.sub(" ", filled)).split())[:MAX_SUBJECT_CHARACTERS]


def _mark(name: str, value: str, vocabulary: Vocabulary) -> str | None:
    kept = keep_attribute(name, value, vocabulary)
    if kept is None or name not in ("href", "src"):
        return kept
    whole = VARIABLE.fullmatch(kept.strip())
    if whole:
        return f"{_WHOLE}{whole[1]}{_END}"
    return VARIABLE.sub(lambda match: f"{_PART}{match[1]}{_END}", kept)


@lru_cache(maxsize=64)
def compile_template(subject: str, body: str, vocabulary: Vocabulary) -> Compiled:
    """Check and clean a template whose variables are those of the vocabulary."""
    body = _MARKS.sub("", _SURROGATE.sub("", body))
    cleaned = _MARKS.sub("", clean(body, vocabulary))  # again, because a mark may have been written as an entity
    # entities may stand between the braces: only the cleaned text shows what a reader would get
    problems = find_problems(body, vocabulary) or find_problems(cleaned, vocabulary)
    used = [vocabulary.by_name[match[1]] for match in VARIABLE.finditer(cleaned) if match[1] in vocabulary.by_name]
    return Compiled(
        subject=subject,
        body=cleaned,
        subject_problems=tuple(_subject_problems(subject, vocabulary)),
        body_problems=tuple(problems),
        removed=tuple(removed(body, cleaned)),
        has_credentials=any(variable.client_kind for variable in used),
        pictures=frozenset(variable.name for variable in used if variable.use is Use.PICTURE),
        vocabulary=vocabulary,
        _marked=clean(cleaned, vocabulary, _mark),
    )


def _subject_problems(subject: str, vocabulary: Vocabulary) -> list[Problem]:
    """Find problems, also links and pictures: subjects are shown and logged, so a login link must not be there."""
    problems = find_problems(subject, vocabulary)
    for match in VARIABLE.finditer(subject):
        if vocabulary.use_of(match[1]) in (Use.LINK, Use.PICTURE):
            problems.append(problem_at(subject, match.start(), "template_variable_not_in_subject", match[0]))
    return problems


def document(html: str, language: Language, title: str) -> str:
    """Wrap the fragment in a page that suits narrow mail programs, with the fonts of the default template."""
    font = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',-apple-system,'Segoe UI',Arial,sans-serif"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n</head>\n"
        f'<body style="margin:0;padding:16px;font-family:{font};font-size:15px;line-height:1.6;color:#1f2933;">\n'
        f"{html}\n</body>\n</html>\n"
    )
