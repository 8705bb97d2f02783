"""Removes from a template what has no place in a mail: scripts, event handlers, remote content (ammonia)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import nh3

from linkus.mail.template.problems import VARIABLE
from linkus.mail.template.variables import Use, Variable, Vocabulary


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = words(
    "a abbr b blockquote br caption center code col colgroup div em font h1 h2 h3 h4 h5 h6 hr i img li ol p pre s "
    "small span strong sub sup table tbody td tfoot th thead tr u ul"
)
_CELL = {"align", "valign", "width", "height", "bgcolor"}
_ATTRIBUTES = {
    "*": {"style", "lang", "dir", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "face", "size"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor", "role"},
    "td": _CELL | {"colspan", "rowspan"},
    "th": _CELL | {"colspan", "rowspan"},
    "tr": _CELL,
    "col": {"width", "span"},
    "ol": {"start", "type"},
}
_STYLES = words(
    "color background-color font-family font-size font-style font-weight line-height letter-spacing text-align "
    "text-decoration text-indent vertical-align white-space word-break overflow-wrap width max-width min-width height "
    "max-height min-height display margin margin-top margin-right margin-bottom margin-left padding padding-top "
    "padding-right padding-bottom padding-left border border-top border-right border-bottom border-left border-color "
    "border-style border-width border-radius border-collapse border-spacing list-style-type"
)
_LOADS = re.compile(r"url|image|expression|[\\@{}]", re.IGNORECASE)  # no style may name an address
_WHOLE = re.compile(rf"\s*{VARIABLE.pattern}\s*")
# the host must be literal, so that data never decides where a link leads
_LINK = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#].*)?|mailto:.*|tel:.*)", re.IGNORECASE | re.DOTALL)
Fill = Callable[[str, str, Vocabulary], str | None]  # attribute's name and value to its new value; None removes it


def keep_attribute(name: str, value: str, vocabulary: Vocabulary) -> str | None:
    """Return the value that may stay; None if the attribute must go."""
    if name == "style":
        return None if _LOADS.search(value) else value
    if name == "href":
        return value if _is_link(value, vocabulary) else None
    if name == "src":
        whole = _WHOLE.fullmatch(value)
        return value if whole and vocabulary.use_of(whole[1]) is Use.PICTURE else None
    if name in ("alt", "title"):
        return value if all(use is not Use.PICTURE for use in _uses(value, vocabulary)) else None
    return None if VARIABLE.search(value) else value


def _uses(value: str, vocabulary: Vocabulary) -> list[Use]:
    return [variable.use for variable in _named(value, vocabulary)]


def _named(value: str, vocabulary: Vocabulary) -> list[Variable]:
    names = [match[1] for match in VARIABLE.finditer(value)]
    return [vocabulary.by_name[name] for name in names if name in vocabulary.by_name]


def _is_link(value: str, vocabulary: Vocabulary) -> bool:
    whole = _WHOLE.fullmatch(value)
    if whole:
        return vocabulary.use_of(whole[1]) is Use.LINK
    named = _named(value, vocabulary)
    if any(variable.is_secret for variable in named):
        return False
    return bool(_LINK.fullmatch(value.strip())) and all(variable.use is Use.TEXT for variable in named)


def clean(source: str, vocabulary: Vocabulary, fill: Fill = keep_attribute) -> str:
    """Return a fragment of well-formed HTML: every attribute is quoted, every element is closed."""
    return nh3.clean(
        source,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=lambda _element, name, value: fill(name, value, vocabulary),
        filter_style_properties=set(_STYLES),
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


class _Inventory(HTMLParser):
    """Counts elements and attributes, to report which were removed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count(f"<{tag}>")
        for name, _value in attrs:
            self._count(f"<{tag} {name}>")

    def _count(self, what: str) -> None:
        self.found[what] = self.found.get(what, 0) + 1


_HARMLESS = {"html", "head", "body", "title", "meta", "tbody"}  # from a whole pasted page, or a completed table


def removed(source: str, cleaned: str) -> list[str]:
    """List what `clean` removed, as `<script>` or `<p onclick>`. Of a removed element, list only the element, not its
    attributes."""
    before, after = _Inventory(), _Inventory()
    before.feed(source.replace("<![", "<!x"))  # a comment, but the parser raises AssertionError at most of them
    after.feed(cleaned)
    removed_items = [what for what, count in before.found.items() if after.found.get(what, 0) < count]
    elements = {what for what in removed_items if " " not in what}
    named_items = [what for what in removed_items if what in elements or f"{what.partition(' ')[0]}>" not in elements]
    return [what[:40] for what in named_items if what.strip("<>").partition(" ")[0] not in _HARMLESS][:20]
