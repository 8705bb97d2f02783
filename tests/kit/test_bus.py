from __future__ import annotations

from linkus.kit.bus import MAX_QUEUED_EVENTS, Bus, extension_topic
from tests.support.api import Example, frames


def test_subscriber_receives_each_event_of_its_topics_once() -> None:
    bus = Bus()
    both, one, none = bus.subscribe(["a", "b"]), bus.subscribe(["b"]), bus.subscribe(["c"])
    bus.publish(["a", "b"], Example(type="x"))
    assert [len(frames(subscription)) for subscription in (both, one, none)] == [1, 1, 0]


def test_closed_subscription_receives_nothing() -> None:
    bus = Bus()
    subscription = bus.subscribe([extension_topic(1)])
    bus.unsubscribe(subscription)
    bus.publish([extension_topic(1)], Example(type="x"))
    assert frames(subscription) == []


def test_slow_subscriber_is_marked_and_delays_nobody() -> None:
    bus = Bus()
    slow, quick = bus.subscribe(["a"]), bus.subscribe(["a"])
    for n in range(MAX_QUEUED_EVENTS + 1):
        bus.publish(["a"], Example.model_validate({"type": "x", "n": n}))
        quick.queue.get_nowait()
    assert slow.overflowed
    assert not quick.overflowed
