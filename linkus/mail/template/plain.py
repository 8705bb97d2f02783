"""Derives the plain-text part of a mail from its HTML, for mail programs and readers that want no HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from linkus.mail.template.clean import words

_BLOCKS = words("blockquote center div h1 h2 h3 h4 h5 h6 hr ol p pre table tr ul caption")
_SPACED = words("blockquote h1 h2 h3 h4 h5 h6 ol p pre table ul")
_CELLS = frozenset(("td", "th"))


class _Text(HTMLParser):
    def __init__(self, pictures: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._pictures = pictures
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "a":
            self._links.append((values.get("href") or "", len(self.parts)))
        elif tag == "img":
            # a QR code contains a link, which is what a reader without pictures needs
            self.parts.append(self._pictures.get(values.get("src") or "", values.get("alt") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            href, start = self._links.pop()
            said = "".join(self.parts[start:]).strip()
            address = href.removeprefix("mailto:").removeprefix("tel:")
            if address and address not in said:
                self.parts.append(f"\n{address}\n" if not said else f" ({address})")
        elif tag in _CELLS:
            self.parts.append(" ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n" if tag in _SPACED else "\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))


def plain_text(html: str, pictures: Mapping[str, str]) -> str:
    """Convert HTML to text. `pictures` maps an image's source to the text that replaces it."""
    parser = _Text(pictures)
    parser.feed(html)
    parser.close()
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
