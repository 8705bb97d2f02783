"""Rules for the fields of an extension, by example and by property."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.extension import rules
from linkus.extension.schemas import ExtensionValues
from linkus.extension.secret_values import random_pin, random_registration_name
from linkus.extension.service import set_values
from linkus.kit.errors import FieldError
from linkus.kit.password_rule import password_error
from linkus.kit.secrets import random_password
from linkus.shared.models.extension import Extension
from linkus.shared.names import display_name

CALLER_ID = string.ascii_letters + string.digits + "().-+*#"
GOOD_PASSWORD = "Correct-Horse-7"


def code(error: FieldError | None) -> str | None:
    return error.code if error else None


class TestNumber:
    @given(st.text(alphabet="0123456789", min_size=1, max_size=8))
    def test_up_to_eight_digits(self, number: str) -> None:
        assert rules.number_error(number) is None

    @given(st.text().filter(lambda text: not (1 <= len(text) <= 8 and set(text) <= set("0123456789"))))
    def test_nothing_else(self, number: str) -> None:
        assert rules.number_error(number) is not None

    @pytest.mark.parametrize("number", ["123456789", "12 3", "１２３", "-1", "1.0", "1\n"])
    def test_examples(self, number: str) -> None:
        assert code(rules.number_error(number)) == "extension_number_invalid"


class TestPassword:
    def error(self, password: str) -> str | None:
        return code(rules.user_password_error(password, "1001", "Wei", "张伟"))

    @pytest.mark.parametrize(
        ("password", "expected"),
        [
            (GOOD_PASSWORD, None),
            ("", None),  # blank: random
            ("Aa1456789", "password_too_short"),
            ("Aa1" + "x" * 61, "password_too_long"),
            ("Aa1" + "x" * 60, None),
            ("Abcdefghijk", "password_needs_digit"),
            ("abcdefgh1jk", "password_needs_upper"),
            ("ABCDEFGH1JK", "password_needs_lower"),
            ("Abcdefg1234", "password_digit_run"),
            ("Abcdefg9876", "password_digit_run"),
            ("Abcdefg1243", None),
            ("Abcdefg890", None),
            ("Abcdefg7890", None),  # 9 and 0 are no sequence
            ("Abcdefg123x4", None),
            ("Abcdefg2222", "password_same_digits"),
            ("Abcdefg222x2", None),
            ("Abcdef1001g", "password_contains_number"),
            ("AbcdefgWEI7", "password_contains_first_name"),
            ("Abcdefg张伟7", "password_contains_last_name"),
        ],
    )
    def test_examples(self, password: str, expected: str | None) -> None:
        assert self.error(password) == expected

    @given(st.text(alphabet=string.ascii_letters + "-_.", min_size=10, max_size=60))
    def test_never_without_a_digit(self, password: str) -> None:
        assert self.error(password) is not None

    @given(st.text(max_size=20), st.integers(0, 6), st.booleans(), st.text(max_size=20))
    def test_never_with_four_digits_in_sequence(self, before: str, first: int, down: bool, after: str) -> None:
        run = "".join(str(first + i) for i in range(4))
        password = f"Aa{before}{run[::-1] if down else run}{after}xxxxxx"
        assert password_error(password, {}) is not None

    @given(st.text(max_size=20), st.sampled_from("0123456789"), st.text(max_size=20))
    def test_never_with_one_digit_four_times(self, before: str, digit: str, after: str) -> None:
        assert password_error(f"Aa{before}{digit * 4}{after}xxxxxx", {}) is not None

    @given(st.text(max_size=70))
    def test_what_is_accepted_fulfils_every_part_of_the_rule(self, password: str) -> None:
        if password and rules.user_password_error(password, "1001", "", "") is None:
            assert 10 <= len(password) <= 63
            assert set(password) & set(string.digits)
            assert any(c.isupper() for c in password)
            assert any(c.islower() for c in password)
            assert "1001" not in password

    @given(st.integers(10, 63))
    def test_random_passwords_fulfil_the_rule(self, length: int) -> None:
        assert password_error(random_password(length), {}) is None


class TestEmail:
    @pytest.mark.parametrize(
        "email",
        ["", "a@b.c", "li.na-1_x'y@mail.example.cn", "_a@b.cn", "1@2.3", "A@B.CN", "a" * 243 + "@example.com"],
    )
    def test_good(self, email: str) -> None:
        assert rules.email_error(email) is None

    @pytest.mark.parametrize(
        "email",
        [
            "a", "a@b", "@b.c", "a@b.", "a@.c", ".a@b.c", "-a@b.c", "'a@b.c", "a b@c.d", "a@b@c.d", "a+b@c.d",
            "李@b.cn", "a@b..c", "a@b.c\n", "a" * 244 + "@example.com",
        ],
    )  # fmt: skip
    def test_bad(self, email: str) -> None:
        assert rules.email_error(email) is not None

    @given(st.text(max_size=300))
    def test_what_is_accepted_is_plain(self, email: str) -> None:
        if email and rules.email_error(email) is None:
            local, at, domain = email.partition("@")
            assert at == "@"
            assert local[0] in string.ascii_letters + string.digits + "_"
            assert "." in domain
            assert len(email) <= 255
            assert set(email) <= set(string.ascii_letters + string.digits + "@_-.'")


class TestCallerId:
    @given(st.text(alphabet=CALLER_ID, max_size=31))
    def test_good(self, value: str) -> None:
        assert rules.caller_id_error(value) is None

    @given(st.text(min_size=1).filter(lambda text: not set(text) <= set(CALLER_ID)))
    def test_bad_characters(self, value: str) -> None:
        assert rules.caller_id_error(value) is not None

    def test_length(self) -> None:
        assert code(rules.caller_id_error("1" * 32)) == "field_too_long"


class TestRegistration:
    @pytest.mark.parametrize(
        ("password", "expected"),
        [
            ("", None),
            ("1234567", "registration_password_length"),
            ("x" * 64, "registration_password_length"),
            ("12345678", "registration_password_numeric"),
            ("with blank", "registration_password_characters"),
            ("密码密码密码密码", "registration_password_characters"),
            ("a;b:c\"d'e", None),
        ],
    )
    def test_password(self, password: str, expected: str | None) -> None:
        assert code(rules.registration_password_error(password)) == expected

    @pytest.mark.parametrize("name", ["a:b", "a;b", "a b", "张", 'a"b', "x" * 64])
    def test_name_fits_into_digest_and_table(self, name: str) -> None:
        assert rules.registration_name_error(name) is not None

    def test_random_ones_fulfil_the_rules(self) -> None:
        for _ in range(200):
            assert rules.registration_name_error(random_registration_name()) is None
            assert rules.registration_password_error(random_password(20)) is None
            assert rules.voicemail_pin_error(random_pin("1001"), "1001") is None


class TestVoicemailPin:
    @pytest.mark.parametrize(
        ("pin", "expected"),
        [
            ("", None),
            ("5938", None),
            ("593", "voicemail_pin_invalid"),
            ("5" * 16, "voicemail_pin_invalid"),
            ("59a8", "voicemail_pin_invalid"),
            ("５９３８", "voicemail_pin_invalid"),
            ("1234", "voicemail_pin_weak"),
            ("87654321", "voicemail_pin_weak"),
            ("0000", "voicemail_pin_weak"),
            ("1001", "voicemail_pin_weak"),
            ("12345", "voicemail_pin_weak"),
            ("12349", None),
        ],
    )
    def test_examples(self, pin: str, expected: str | None) -> None:
        assert code(rules.voicemail_pin_error(pin, "1001")) == expected


class TestNames:
    @pytest.mark.parametrize(
        ("first", "last", "stored"),
        [("", "", ("1001", "")), ("Wei", "", ("Wei", "")), ("", "Zhang", ("", "Zhang"))],
    )
    def test_one_of_two(self, first: str, last: str, stored: tuple[str, str]) -> None:
        extension = Extension()
        set_values(extension, ExtensionValues(number="1001", first_name=first, last_name=last))
        assert (extension.first_name, extension.last_name) == stored

    @pytest.mark.parametrize(
        ("first", "last", "shown"),
        [
            ("伟", "张", "张伟"),
            ("Wei", "Zhang", "Wei Zhang"),
            ("Wei", "", "Wei"),
            ("", "Zhang", "Zhang"),
            ("민준", "김", "김민준"),
        ],
    )
    def test_shown_as_the_language_does(self, first: str, last: str, shown: str) -> None:
        assert display_name(first, last) == shown


@given(st.text(), st.text(), st.text(), st.text())
def test_rules_never_fail_themselves(number: str, first: str, email: str, password: str) -> None:
    values = ExtensionValues.model_construct(
        number=number, first_name=first, email=email, user_password=password, voicemail_pin=number
    )
    assert isinstance(rules.extension_errors(values), dict)
