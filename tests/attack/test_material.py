"""The material of the attacks is correct."""

from __future__ import annotations

import hashlib
from pathlib import Path
from random import Random

import pytest

from tests.attack.corpus import RFC_4475, RFC_5118, TortureMessage
from tests.attack.frames import websocket_frame
from tests.attack.mutate import MUTATIONS, mutate

MESSAGES = [*RFC_4475, *RFC_5118]
# The archives lack the empty line that ends the headers of these; here they have it.
UNENDED = {"baddn", "ipv6-bug-abnf-3-colons", "ipv6-correct-abnf-2-colons"}


class TestCorpus:
    def test_corpus_has_every_message(self) -> None:
        assert (len(RFC_4475), len(RFC_5118)) == (49, 12)

    @pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
    def test_corpus_equals_the_archive_of_the_rfc(self, message: TortureMessage) -> None:
        """RFC 4475 appendix A, RFC 5118 appendix A (whose lines end with LF there, and with CRLF on the wire)."""
        rfc = "rfc4475" if message in RFC_4475 else "rfc5118"
        octets = message.octets[:-2] if message.name in UNENDED else message.octets
        digests = (Path(__file__).parent / "archive.sha256").read_text().splitlines()
        assert f"{hashlib.sha256(octets).hexdigest()}  {rfc}/{message.name}" in digests


class TestMutations:
    def test_mutations_repeat_with_the_same_seed(self) -> None:
        bases = [message.octets for message in (*RFC_4475, *RFC_5118)]
        made = [[mutate(rng, base) for base in bases] for rng in (Random(1), Random(1), Random(2))]
        assert made[0] == made[1]
        assert made[0] != made[2]
        assert [websocket_frame(Random(3), each) for each in bases] == [
            websocket_frame(Random(3), each) for each in bases
        ]

    @pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
    def test_each_mutation_reads_what_another_has_written(self, mutation: object) -> None:
        assert callable(mutation)
        changed = 0
        for seed in range(60):
            for base in (b"", b"\r\n\r\n", b"x", RFC_4475[0].octets, RFC_5118[6].octets):
                changed += mutation(Random(seed), base) != base
        assert changed > 20
