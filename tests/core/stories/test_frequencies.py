from __future__ import annotations

import pytest

from monitor.core.stories import frequencies
from monitor.core.stories.frequencies import FLOOR, Frequencies


def test_rare_pairs_weigh_more_and_a_floor_holds() -> None:
    counted = Frequencies()
    for number in range(1_000):
        counted.learn([1, 2] if number % 2 else [1])
    counted.learn([3])

    common, half, rare, unseen = counted.weights([1, 2, 3, 4])

    assert common == 0
    assert common < half < rare
    assert rare == unseen
    assert FLOOR * counted.articles > 1


def test_what_was_dumped_is_loaded() -> None:
    counted = Frequencies()
    counted.learn([5, 7])
    counted.learn([7])

    loaded = Frequencies.load(counted.dump())

    assert loaded.articles == 2
    assert loaded.counts == counted.counts


@pytest.mark.parametrize(
    "broken", [b"", b"short", b"KNM1\x00\x00\x00\x00not zlib", b"XXXX" + Frequencies().dump()[4:]]
)
def test_other_bytes_are_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="not the dump"):
        Frequencies.load(broken)


def test_old_counts_fade(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frequencies, "MOST_ARTICLES", 4)
    counted = Frequencies()
    for _ in range(5):
        counted.learn([1])

    assert counted.articles == 3
    assert counted.counts[1] == 3


def test_common_keeps_only_what_enough_articles_have() -> None:
    counted = Frequencies()
    for number in range(10):
        counted.learn([1] if number else [1, 2])

    kept = counted.common(0.5)

    assert (kept.articles, kept.counts[1], kept.counts[2]) == (10, 10, 0)
