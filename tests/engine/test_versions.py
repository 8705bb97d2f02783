import re

import pytest

from linkus.engine.versions import MINIMUM, Version, parse_version
from linkus.runtime.preflight import version_problem


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", "22.10.1"),
        ("version: kamailio 6.1.5 (x86_64/Linux) ", "6.1.5"),
        ("Version: 26.0.1.26+0~mr26.0.1.26", "26.0.1.26"),
        ("nginx version: nginx/1.30.6", "1.30.6"),
        ("no number here", None),
    ],
)
def test_parse_version(said: str, version: str | None) -> None:
    assert parse_version(said) == version


@pytest.mark.parametrize("name", sorted(MINIMUM))
def test_too_old_is_refused_with_both_numbers(name: str) -> None:
    minimum = MINIMUM[name]
    assert version_problem(Version(name, f"{minimum}.0.0", minimum)) is None
    old = version_problem(Version(name, f"{minimum - 1}.9.9", minimum))
    assert old is not None
    chinese, english = str(old).split("\n")
    for line in (chinese, english):
        assert f"{minimum - 1}.9.9" in line
        assert re.search(rf"\b{minimum}\b", line.replace(f"{minimum - 1}.9.9", ""))
        assert "make run" in line


def test_a_program_that_does_not_run_is_refused() -> None:
    assert "asterisk" in str(version_problem(Version("asterisk", None, 22)))
