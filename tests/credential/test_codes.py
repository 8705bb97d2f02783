"""QR codes made by exclusive or equal those of the library, and decode to their link."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from linkus.credential import codes
from linkus.credential.links import login_link, qr_png
from linkus.kit.secrets import new_token


@pytest.mark.parametrize("kind", ["web", "desktop", "mobile"])
@pytest.mark.parametrize("address", ["https://pbx.example.com:8088", "http://127.0.0.1:8088", "https://电话.cn"])
def test_code_equals_that_of_the_library(address: str, kind: str) -> None:
    for _ in range(10):
        link = login_link(address, kind, new_token())
        out = io.BytesIO()
        codes.code(link).save(out, kind="png", scale=5, border=codes.BORDER_MODULES)
        ours, theirs = (Image.open(io.BytesIO(png)).convert("L") for png in (qr_png(link), out.getvalue()))
        assert ours.tobytes() == theirs.tobytes()
        assert [each.text for each in zxingcpp.read_barcodes(ours)] == [link]
