from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.core.spikes.model import DAY, HOUR, Judgement
from monitor.core.spikes.wording import duration, lull_sentence, no_habit_sentence, spike_sentence

if TYPE_CHECKING:
    from datetime import timedelta


@pytest.mark.parametrize(("expected", "usual"), [(2.2, "2"), (1.26, "1.3"), (0.01, "0.1")])
def test_a_spike_in_one_sentence(expected: float, usual: str) -> None:
    spike = Judgement(3 * HOUR, 14, expected, 1e-6)
    assert spike_sentence("딥시크", spike, "ko") == f"딥시크: 3시간에 14건, 보통 {usual}건"
    assert spike_sentence("DeepSeek", spike, "en") == f"DeepSeek: 14 stories in 3 hours, usually {usual}"


def test_a_lull_in_one_sentence() -> None:
    lull = Judgement(3 * DAY + HOUR, 0, 12.4, 1e-6)
    assert lull_sentence("딥시크", lull, "ko") == "딥시크: 3일 동안 0건, 보통 12건"
    assert lull_sentence("DeepSeek", lull, "en") == "DeepSeek: no story in 3 days, usually 12"


@pytest.mark.parametrize(("length", "ko", "en"), [(47 * HOUR, "47시간", "47 hours"), (2 * DAY, "2일", "2 days")])
def test_a_length_of_time(length: timedelta, ko: str, en: str) -> None:
    assert (duration(length, "ko"), duration(length, "en")) == (ko, en)


def test_a_watchlist_without_a_habit_says_how_long_it_takes() -> None:
    assert no_habit_sentence("딥시크", "en").endswith("it takes 14 days of history")
    assert no_habit_sentence("딥시크", "ko").endswith("(14일의 기록이 있어야 함)")
