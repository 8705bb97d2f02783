import json
import shutil
from pathlib import Path

import pytest

from linkus.engine import image, recipe
from linkus.engine.image import is_current, mmdebstrap_command
from linkus.engine.layout import Layout
from linkus.engine.recipe import packages_digest, prompts_digest, read_recipe


def test_recipe_has_the_four_programs() -> None:
    made_of = read_recipe()
    assert made_of.suite == "sid"
    assert {"asterisk", "kamailio", "rtpengine-daemon", "nginx-light"} <= set(made_of.packages)


def test_command_names_suite_folder_and_packages(tmp_path: Path) -> None:
    made_of = read_recipe()
    command = mmdebstrap_command(made_of, tmp_path / "image.new", "http://mirror.example/debian")
    assert command[-3:] == ["sid", str(tmp_path / "image.new"), "deb http://mirror.example/debian sid main"]
    assert f"--include={','.join(made_of.packages)}" in command
    assert "--dpkgopt=path-exclude=/usr/share/doc/*" in command
    assert not any("Check-Valid-Until" in part for part in command)  # only when apt says so


@pytest.mark.parametrize(
    ("said", "expired"),
    [
        ("E: Release file for http://x/InRelease is expired (invalid since 2d). Updates are not applied.", True),
        ("E: Release file for http://x/InRelease is not valid yet (invalid for another 2h).", False),
        ("E: The repository does not have a Release file.", False),
        ("E: Unable to locate package asterisk", False),
    ],
)
def test_only_an_expired_release_file_is_tried_again(said: str, expired: bool) -> None:
    assert image.release_is_expired(said) is expired


def record(layout: Layout, **values: str) -> None:
    layout.image_record.parent.mkdir(parents=True, exist_ok=True)
    layout.image_record.write_text("\n".join(f"{name} = {json.dumps(value)}" for name, value in values.items()))


def test_current_only_with_a_record_of_the_same_recipe(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path)
    assert not is_current(layout)
    record(layout, packages=packages_digest(), prompts=prompts_digest())
    assert is_current(layout)
    record(layout, packages="another", prompts=prompts_digest())
    assert not is_current(layout)
    record(layout, packages=packages_digest(), prompts="another")
    assert not is_current(layout)


def test_a_changed_recipe_has_another_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = packages_digest()
    templates = tmp_path / "engine"
    shutil.copytree(recipe.PACKAGES.parent, templates / "image")
    monkeypatch.setattr(recipe, "TEMPLATES", templates)
    monkeypatch.setattr(recipe, "PACKAGES", templates / "image" / "packages.toml")
    assert packages_digest() == before
    with recipe.PACKAGES.open("a") as packages:
        packages.write("\n# changed\n")
    assert packages_digest() != before


def test_a_failed_installation_leaves_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(home=tmp_path)
    record(layout, packages="old", prompts="old")
    monkeypatch.setattr(image, "mirror", lambda: "http://mirror.example/debian")
    monkeypatch.setattr(image, "_run", lambda _command: (100, "E: Unable to locate package asterisk"))
    with pytest.raises(image.ImageError, match="Unable to locate package asterisk"):
        image.build(layout, lambda _chinese, _english: None)
    assert not layout.image_record.exists()


def test_expired_mirror_is_tried_without_the_check_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout, tried, said = Layout(home=tmp_path), list[list[str]](), list[str]()
    monkeypatch.setattr(image, "mirror", lambda: "http://mirror.example/debian")

    def run(command: list[str]) -> tuple[int, str]:
        tried.append(command)
        return 25, "E: Release file for http://mirror.example is expired (invalid since 1d)."

    monkeypatch.setattr(image, "_run", run)
    with pytest.raises(image.ImageError):
        image.build(layout, lambda chinese, _english: said.append(chinese))
    assert ["Check-Valid-Until" in " ".join(command) for command in tried] == [False, True]
    assert len(said) == 1
