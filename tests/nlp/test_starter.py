from __future__ import annotations

from monitor.core.stories.grams import grams_of
from monitor.nlp.starter import starter


def test_the_starter_knows_common_pairs_and_keeps_no_rare_ones() -> None:
    shipped = starter()
    common = shipped.counts[grams_of("대통령")[1]]

    assert shipped.articles > 10_000
    assert common > 100
    assert min(count for count in shipped.counts if count) >= 0.002 * shipped.articles
    assert starter().counts is not shipped.counts
