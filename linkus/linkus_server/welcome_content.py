"""The welcome mail's text: facts of the extension into the templates of its language (WM-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from linkus.credential.links import login_link, qr_png
from linkus.kit.messages import Language
from linkus.mail.compose import Content, cid_url
from linkus.mail.transport import Account

ORDER = ("mobile", "desktop", "web")


@dataclass(frozen=True)
class Welcome:
    """What the mail says. `tokens` by client kind."""

    company_name: str
    display_name: str
    number: str
    email: str
    voicemail_pin: str  # empty: voicemail is off
    public_address: str
    validity_days: int
    expires_at: datetime
    language: Language
    tokens: dict[str, str]


@lru_cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("linkus.linkus_server"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def subject(company_name: str, number: str, language: Language) -> str:
    if language == "zh-CN":
        return f"{company_name + '：' if company_name else ''}你的 Linkus 登录凭证（分机 {number}）"
    return f"{company_name + ': ' if company_name else ''}Your Linkus login credentials (extension {number})"


def welcome_content(welcome: Welcome, account: Account) -> Content:
    kinds = [kind for kind in ORDER if kind in welcome.tokens]
    links = {kind: login_link(welcome.public_address, kind, welcome.tokens[kind]) for kind in kinds}
    values = {
        "welcome": welcome,
        "kinds": kinds,
        "links": links,
        "pictures": {kind: cid_url(account, f"qr-{kind}") for kind in kinds},
        "domain": urlsplit(welcome.public_address).hostname or welcome.public_address,
        "until": welcome.expires_at.strftime("%Y-%m-%d %H:%M UTC"),
    }
    return Content(
        subject=subject(welcome.company_name, welcome.number, welcome.language),
        plain=_templates().get_template("welcome.txt").render(values),
        language=welcome.language,
        html=_templates().get_template("welcome.html").render(values),
        pictures={f"qr-{kind}": qr_png(links[kind]) for kind in kinds},
    )
