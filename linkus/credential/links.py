"""Builds login links and their QR codes."""

from __future__ import annotations

import io
from typing import get_args

from linkus.credential import codes
from linkus.credential.schemas import LoginLink
from linkus.kit.secrets import new_token
from linkus.session.schemas import LinkusClientKind

CLIENT_KINDS: tuple[LinkusClientKind, ...] = get_args(LinkusClientKind)


def login_link(public_address: str, client_kind: str, token: str) -> str:
    """Return a link with its token after `#`, which no server, proxy log or link preview sees
    (docs/contracts/identities.md)."""
    return f"{public_address.rstrip('/')}/login/{client_kind}#t={token}"


def qr_svg(link: str) -> str:
    """Return an SVG element without a size; the page sets its size."""
    out = io.BytesIO()
    codes.code(link).save(out, kind="svg", border=4, xmldecl=False, omitsize=True, nl=False, light="#fff")
    return out.getvalue().decode()


def qr_png(link: str, *, pixels: int = 5) -> bytes:
    """Return a PNG for mails, because mail programs show no SVG."""
    return codes.png(link, pixels)


def learn_codes(public_address: str) -> None:
    """Prepare the QR code patterns, so that the first mails with codes do not wait a second for them."""
    for kind in CLIENT_KINDS:
        codes.learn(login_link(public_address, kind, ""), len(new_token()))


def screen_link(public_address: str, client_kind: str, token: str) -> LoginLink:
    link = login_link(public_address, client_kind, token)
    return LoginLink(link=link, qr_svg=qr_svg(link))
