from __future__ import annotations

from functools import partial
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.kit.messages import LANGUAGES
from linkus.mail.template import Compiled, Rendered, Use, compile_template
from linkus.mail.template.compiled import document
from linkus.mail.template.problems import find_problems, nearest
from linkus.welcome_mail.variables import WELCOME_VARIABLES

VARIABLES = WELCOME_VARIABLES.by_name
compile_welcome = partial(compile_template, vocabulary=WELCOME_VARIABLES)
problems_of = partial(find_problems, vocabulary=WELCOME_VARIABLES)
nearest_to = partial(nearest, vocabulary=WELCOME_VARIABLES)

PLAIN = {
    name: f"cid:{name}@example.cn" if variable.use is Use.PICTURE else f"https://pbx.example.cn/{name}"
    if variable.use is Use.LINK else f"V{name}"
    for name, variable in VARIABLES.items()
}  # fmt: skip
NAMES = st.sampled_from(sorted(VARIABLES))
ANY_TEXT = st.text(st.characters(), max_size=60)
EVIL = st.sampled_from(
    [
        *('"><script>alert(1)</script>', "' onclick='x", "javascript:alert(1)", "{{.VoicemailPIN}}", "<!--", "]]>"),
        *(
            "</p></a><img src=x>",
            "\ue000VoicemailPIN\ue002",
            "a\r\nBcc: x@y.cn",
            "&lt;b&gt;",
            "\ud800",
            "\x00",
            "&quot;",
        ),
    ]
)
DATA = st.one_of(ANY_TEXT, EVIL)
MARKUP = (
    *("<p>", "</p>", "<a href='", "<img src=", "<b", ">", "'", '"', "<style>", "<svg>", "<math>", "{{.", "}}", "<!--"),
    *("&#xE000;", "&#xE002;", "&#123;", " alt=", " style=", "<table><tr><td>", "<textarea>", "<title>", "<noscript>"),
)
PIECES = st.one_of(ANY_TEXT, EVIL, NAMES.map(lambda name: "{{." + name + "}}"), st.sampled_from(MARKUP))
BODIES = st.lists(PIECES, max_size=12).map("".join)


class Structure(HTMLParser):
    """Collects elements and the names of their attributes, without the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[object] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, [name for name, _ in attrs]))
        for name, value in attrs:
            if name in ("href", "src"):
                self.seen.append((value or "").partition(":")[0])
            if name == "style":
                self.seen.append(value)

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.seen.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.seen.append("declaration")

    def unknown_decl(self, data: str) -> None:
        self.seen.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.seen.append("instruction")

    def handle_data(self, data: str) -> None:
        self.text += data


def render(compiled: Compiled, values: dict[str, str]) -> Rendered:
    return compiled.render(values, "en", {})


def codes(body: str, subject: str = "S") -> list[str]:
    compiled = compile_welcome(subject, body)
    return [problem.code for problem in (*compiled.subject_problems, *compiled.body_problems)]


@given(body=BODIES, data=DATA)
def test_no_template_and_no_data_break_out(body: str, data: str) -> None:
    compiled = compile_welcome("S", body)
    if not compiled.is_valid:
        return
    texts = {name: data if VARIABLES[name].use is Use.TEXT else value for name, value in PLAIN.items()}
    assert Structure(render(compiled, texts).html).seen == Structure(render(compiled, PLAIN).html).seen


@given(body=BODIES)
def test_nothing_runs_and_nothing_is_loaded(body: str) -> None:
    compiled = compile_welcome("S", body)
    if not compiled.is_valid:
        return
    for item in Structure(render(compiled, PLAIN).html).seen:
        assert item not in ("javascript", "data", "comment", "instruction", "declaration")
        if isinstance(item, tuple):
            tag, names = item
            assert tag not in ("script", "style", "iframe", "object", "form", "svg", "math", "link", "meta", "base")
            assert not [name for name in names if name.startswith("on") or name in ("srcset", "background", "id")]


@given(body=BODIES, subject=ANY_TEXT, data=DATA)
def test_rendering_a_valid_template_is_total(body: str, subject: str, data: str) -> None:
    compiled = compile_welcome(subject, body)
    if compiled.is_valid:
        rendered = render(compiled, dict.fromkeys(VARIABLES, data))
        rendered.html.encode()
        rendered.plain.encode()
        document(rendered.html, "zh-CN", rendered.subject).encode()


@given(names=st.lists(NAMES, min_size=1, max_size=8))
def test_every_variable_is_replaced(names: list[str]) -> None:
    compiled = compile_welcome("S", "".join("<p>{{." + name + "}}</p>" for name in names))
    assert compiled.is_valid
    html = render(compiled, PLAIN).html
    assert "{{" not in html
    for name in names:
        assert PLAIN[name] in html


def test_a_subject_with_long_values_is_cut_to_what_is_stored() -> None:
    compiled = compile_welcome("{{.CompanyName}}{{.FirstName}}{{.LastName}}", "x")
    made = render(compiled, dict.fromkeys(VARIABLES, "长" * 100)).subject
    assert made == "长" * 255


@given(subject=st.lists(st.one_of(ANY_TEXT, EVIL, st.just("{{.FirstName}}"))).map("".join), data=DATA)
def test_subject_stays_one_line(subject: str, data: str) -> None:
    compiled = compile_welcome(subject, "x")
    if compiled.is_valid:
        made = render(compiled, dict.fromkeys(VARIABLES, data)).subject
        assert len(made) <= 255
        assert made.isprintable() or all(c == " " or not c.isspace() for c in made)
        assert made.splitlines() in ([made], [])


@given(body=BODIES)
def test_cleaning_twice_changes_nothing(body: str) -> None:
    once = compile_welcome("S", body)
    assert compile_welcome("S", once.body).body == once.body


@pytest.mark.manual("WM-6")
@pytest.mark.parametrize(
    ("written", "code", "meant"),
    [
        ("{{.FirstNam}}", "template_variable_misspelt", "{{.FirstName}}"),
        ("{{.firstname}}", "template_variable_misspelt", "{{.FirstName}}"),
        ("{{.Zzzzqq}}", "template_variable_unknown", ""),
        ("{{FirstName}}", "template_variable_broken_near", "{{.FirstName}}"),
        ("{{.FirstName}", "template_variable_broken_near", "{{.FirstName}}"),
        ("{.FirstName}}", "template_variable_broken_near", "{{.FirstName}}"),
        ("{.FirstName}", "template_variable_broken_near", "{{.FirstName}}"),
        ("{FirstName}", "template_variable_broken_near", "{{.FirstName}}"),
        ("{{ .FirstName }}", "template_variable_broken_near", "{{.FirstName}}"),
        ("{{。FirstName}}", "template_variable_broken_near", "{{.FirstName}}"),
        ("｛｛.FirstName｝｝", "template_variable_broken_near", "{{.FirstName}}"),
        ("{{.First Name}}", "template_variable_broken_near", "{{.FirstName}}"),
        ("{{.", "template_variable_broken", ""),
        ("}}", "template_variable_broken", ""),
    ],
)
def test_a_wrong_variable_is_named(written: str, code: str, meant: str) -> None:
    problem = problems_of(f"<p>你好</p>\n<p>{written}</p>")[0]
    assert (problem.code, problem.suggestion, problem.line, problem.column) == (code, meant, 2, 4)
    for language in LANGUAGES:
        assert problem.text in problem.message(language)


def test_an_entity_does_not_hide_a_wrong_variable() -> None:
    assert codes("&#123;{.Nonsense}}") != []
    assert codes("{{<b>.FirstName</b>}}") != []


@pytest.mark.parametrize("harmless", ["{ color }", "a { b } c", "{}", "100 {x}"])
def test_single_braces_are_text(harmless: str) -> None:
    assert codes(harmless) == []


def test_nearest() -> None:
    assert nearest_to("MobileLoginLnk") == "{{.MobileLoginLink}}"
    assert nearest_to("Weather") == ""


def test_login_links_stay_out_of_the_subject() -> None:
    assert codes("x", "{{.WebLoginLink}}") == ["template_variable_not_in_subject"]
    assert codes("x", "{{.MobileQRCode}}") == ["template_variable_not_in_subject"]
    assert codes("x", "{{.DisplayName}}") == []


def test_scripts_handlers_and_remote_content_go_and_are_named() -> None:
    compiled = compile_welcome(
        "S",
        '<script>x</script><p onclick="x" style="color: red; background: url(http://e/x)">a</p>'
        '<img src="http://e/x.png" alt="logo"><p style="color: red">b</p><iframe src=x></iframe>',
    )
    assert "script" not in compiled.body
    assert "http" not in compiled.body
    assert "onclick" not in compiled.body
    assert "color:red" in compiled.body.replace(" ", "")
    assert set(compiled.removed) >= {"<script>", "<p onclick>", "<p style>", "<img src>", "<iframe>"}


def test_a_link_goes_where_the_template_says() -> None:
    body = (
        '<a href="{{.FirstName}}">1</a><a href="{{.WebLoginLink}}">2</a><a href="https://x.cn/?n={{.FirstName}}">3</a>'
        '<a href="mailto:{{.EmailAddress}}">4</a><a href="https://{{.FirstName}}/">5</a><a href="//x.cn">6</a>'
    )
    values = {**PLAIN, "FirstName": "a&b=/?#", "EmailAddress": "li@x.cn"}
    html = render(compile_welcome("S", body), values).html
    assert "<a>1</a>" in html
    assert f'<a href="{PLAIN["WebLoginLink"]}">2</a>' in html
    assert '<a href="https://x.cn/?n=a%26b%3D%2F%3F%23">3</a>' in html
    assert '<a href="mailto:li@x.cn">4</a>' in html
    assert "<a>5</a><a>6</a>" in html


def test_a_picture_in_the_text_becomes_one() -> None:
    html = render(compile_welcome("S", '{{.WebQRCode}}<img src="{{.MobileQRCode}}">'), PLAIN).html
    assert f'<img src="{PLAIN["WebQRCode"]}" width="180"' in html
    assert f'<img src="{PLAIN["MobileQRCode"]}">' in html


def test_plain_text_has_the_links() -> None:
    body = (
        '<h1>你好 {{.DisplayName}}</h1><p>点 <a href="{{.WebLoginLink}}">登录</a>。</p><ul><li>一</li><li>二</li></ul>'
        '<table><tr><td>分机</td><td>{{.ExtensionNumber}}</td></tr></table><img src="{{.MobileQRCode}}">'
    )
    values = {**PLAIN, "DisplayName": "张 <伟> & Co", "ExtensionNumber": "1001"}
    plain = compile_welcome("S", body).render(values, "zh-CN", {"MobileQRCode": "https://m/1"}).plain
    assert plain.splitlines()[0] == "你好 张 <伟> & Co"
    assert f"点 登录 ({PLAIN['WebLoginLink']})。" in plain
    assert "- 一\n- 二" in plain
    assert "分机 1001" in plain
    assert "https://m/1" in plain


def test_credentials_left_out_are_noticed() -> None:
    assert not compile_welcome("S", "<p>{{.ExtensionNumber}}</p>").has_credentials
    assert not compile_welcome("S", "<!-- {{.WebLoginLink}} -->").has_credentials
    assert compile_welcome("S", "{{.WebLoginLink}}").has_credentials
    assert compile_welcome("S", "<img src='{{.MobileQRCode}}'>").pictures == {"MobileQRCode"}
