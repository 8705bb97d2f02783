"""Renders the welcome mail from an extension's facts and the templates of its language (WM-1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from linkus.credential.links import login_link, qr_png
from linkus.kit.clock import local_time
from linkus.kit.messages import Language
from linkus.mail.compose import Content

CLIENT_KINDS = ("mobile", "desktop", "web")
PictureUrl = Callable[[str], str]  # maps a picture's id to the URL that the HTML uses


def picture_id(kind: str) -> str:
    return f"qr-{kind}"


@dataclass(frozen=True)
class Welcome:
    """Holds the facts for the mail; the keys of `tokens` are client kinds."""

    company_name: str
    display_name: str
    number: str
    email: str
    voicemail_pin: str  # empty while voicemail is off
    public_address: str
    validity_days: int
    expires_at: datetime
    language: Language
    tokens: dict[str, str]
    first_name: str = ""
    last_name: str = ""
    user_names: tuple[str, ...] = ()  # those that the login mode accepts (LM-1)

    @property
    def domain(self) -> str:
        return urlsplit(self.public_address).hostname or self.public_address

    @property
    def web_address(self) -> str:
        """Return the address of the login page (CR-6)."""
        return f"{self.public_address}/"

    @property
    def until(self) -> str:
        return local_time(self.expires_at)

    @property
    def user_name(self) -> str:
        return (" 或 " if self.language == "zh-CN" else " or ").join(self.user_names)

    def links(self) -> dict[str, str]:
        """Return the login links by client kind."""
        return {
            kind: login_link(self.public_address, kind, self.tokens[kind])
            for kind in CLIENT_KINDS
            if kind in self.tokens
        }


@lru_cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("linkus.welcome_mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # otherwise jinja checks the files' times for every mail
    )


def subject(company_name: str, number: str, language: Language) -> str:
    if language == "zh-CN":
        return f"{company_name + '：' if company_name else ''}你的 Linkus 登录凭证（分机 {number}）"
    return f"{company_name + ': ' if company_name else ''}Your Linkus login credentials (extension {number})"


def welcome_content(welcome: Welcome, picture_url: PictureUrl) -> Content:
    links = welcome.links()
    values = {
        "welcome": welcome,
        "kinds": list(links),
        "links": links,
        "pictures": {kind: picture_url(picture_id(kind)) for kind in links},
        "domain": welcome.domain,
        "web_address": welcome.web_address,
        "until": welcome.until,
    }
    return Content(
        subject=subject(welcome.company_name, welcome.number, welcome.language),
        plain=_templates().get_template("welcome.txt").render(values),
        language=welcome.language,
        html=_templates().get_template("welcome.html").render(values),
        pictures={picture_id(kind): qr_png(link) for kind, link in links.items()},
    )
