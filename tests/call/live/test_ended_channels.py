"""Ended channels are remembered for a while, and told apart from later ones of the same name."""

from __future__ import annotations

import pytest

from linkus.call.call_state import Channel
from linkus.call.live.ended_channels import MAX_CHANNELS, EndedChannels


def test_the_oldest_channel_is_forgotten_when_there_are_too_many() -> None:
    ended = EndedChannels()
    for number in range(MAX_CHANNELS):
        ended.remember(Channel(f"c{number}"))
    assert ended.has_ended("c0", "")
    ended.remember(Channel("another"))
    assert not ended.has_ended("c0", "")
    assert ended.has_ended("c1", "")
    assert ended.has_ended("another", "")


def test_the_owner_of_an_ended_channel_is_known_and_that_of_another_is_not() -> None:
    ended = EndedChannels()
    ended.remember(Channel("a", number="1001", kind="web"))
    assert ended.identity("a") == ("1001", "web")
    assert ended.identity("b") == ("", "")


@pytest.mark.parametrize(
    ("remembered", "asked", "has_ended"),
    [("u1", "u1", True), ("u1", "u2", False), ("u1", "", True), ("", "u1", True), ("", "", True)],
)
def test_a_channel_of_the_same_name_is_another_one_if_both_ids_are_known_and_differ(
    remembered: str, asked: str, has_ended: bool
) -> None:
    ended = EndedChannels()
    ended.remember(Channel("a", unique=remembered))
    assert ended.has_ended("a", asked) is has_ended
    assert not ended.has_ended("b", asked)
    ended.forget_all()
    assert not ended.has_ended("a", asked)
