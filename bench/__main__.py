"""Runs `python -m bench [GROUP ...]`: one line per figure. Without groups: all but those that take an hour."""

import sys
from collections.abc import Callable, Iterator

from bench.brain import idle_memory, plan, second_start
from bench.browsers import ringing_browser
from bench.calls import RATE_PAIRS, RINGING_PAIRS, rate, ringing
from bench.figures import Figure, show
from bench.guessing import guessing
from bench.image import image
from bench.instance import Instance
from bench.killed import killed
from bench.mails import welcome_mails
from bench.many import many_extensions
from bench.media import media
from bench.permissions import permissions
from bench.phones import Phone, make_phones, register
from bench.ready import ready
from bench.registrations import registrations
from bench.survive import survive
from bench.told import phones_told

PHONES = 1000
FIRST_PHONE = 7000
Group = Callable[[Instance, list[Phone]], Iterator[Figure]]

GROUPS: dict[str, Group] = {
    "memory": lambda instance, phones: idle_memory(instance),
    "start": lambda instance, phones: second_start(instance),
    "plan": plan,
    "mails": lambda instance, phones: welcome_mails(instance),
    "told": lambda instance, phones: phones_told(instance),
    "registrations": registrations,
    "ringing": ringing,
    "browsers": lambda instance, phones: ringing_browser(instance),
    "calls": rate,
    "media": media,
    "survive": lambda instance, phones: survive(),
    "many": lambda instance, phones: many_extensions(instance),
    "permissions": lambda instance, phones: permissions(instance),
    "guessing": lambda instance, phones: guessing(instance),
    "killed": killed,
    "image": lambda instance, phones: image(instance),
    "ready": lambda instance, phones: ready(instance),
}
ONLY_WHEN_NAMED = {"ready"}  # takes an hour
NEED_PHONES = {
    "plan": 52,
    "ringing": 2 * RINGING_PAIRS,
    "calls": 2 * RATE_PAIRS,
    "media": 100,
    "killed": 2,
    "registrations": PHONES,
}
NEED_REGISTERED = {"ringing", "calls", "media"}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        sys.stderr.write(f"bench: no such group: {' '.join(unknown)}; there are: {' '.join(GROUPS)}\n")
        return 2
    chosen = [name for name in GROUPS if (name in names if names else name not in ONLY_WHEN_NAMED)]
    with Instance() as instance:
        for name in chosen:
            if name in ("memory", "start"):
                _show(GROUPS[name], instance, [])
        count = max((NEED_PHONES.get(name, 0) for name in chosen), default=0)
        phones = make_phones(instance, FIRST_PHONE, count) if count else []
        if NEED_REGISTERED & set(chosen) and "registrations" not in chosen:
            register(phones, instance.home / "bench" / "register", 100)
        for name in chosen:
            if name not in ("memory", "start"):
                _show(GROUPS[name], instance, phones)
    return 0


def _show(group: Group, instance: Instance, phones: list[Phone]) -> None:
    for figure in group(instance, phones):
        show(figure)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
