from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.spikes import decide
from monitor.core.spikes.decide import Counted
from monitor.core.spikes.habit import SHORT, learn
from monitor.core.spikes.model import DAY, HOUR, Judgement, Past
from tests.core.spikes.samples import NOW, almanac, by_day, past


def judged(count: int, expected: float, chance: float = 1e-6) -> Judgement:
    return Judgement(SHORT, count, expected, chance)


def test_a_five_fold_rise_within_three_hours_is_a_spike_and_the_usual_is_none() -> None:
    habit = learn(past(lambda _: 1), almanac())
    for own, found in ((3, False), (15, True)):
        judgement = decide.judge(habit, Counted(SHORT, own, 60), NOW)
        assert judgement.expected == pytest.approx(3, rel=0.05)
        assert (decide.spike([judgement]) is judgement) is found


def test_a_rise_of_all_news_is_no_spike() -> None:
    habit = learn(past(lambda _: 1), almanac())
    assert decide.spike([decide.judge(habit, Counted(SHORT, 15, 300), NOW)]) is None


@pytest.mark.parametrize(
    "judgement",
    [
        judged(2, 0.1),
        judged(9, 4.0),
        judged(9, 1.0, chance=decide.UNLIKELY_OF_FEW),
        judged(30, decide.FEW, chance=decide.UNLIKELY),
    ],
    ids=["too few", "not enough above the usual", "too likely for few", "too likely"],
)
def test_every_condition_counts(judgement: Judgement) -> None:
    assert decide.spike([judgement]) is None
    assert decide.spike([judgement, judged(9, 2.0)]) == judged(9, 2.0)


def test_where_few_are_usual_a_higher_chance_will_do_but_not_over_a_day() -> None:
    likelier = decide.UNLIKELY * 2
    assert decide.spike([judged(9, 1.0, chance=likelier)]) is not None
    assert decide.spike([Judgement(DAY, 9, 1.0, likelier)]) is None


def test_a_spike_is_over_when_no_window_holds_more_than_half_above_the_usual() -> None:
    assert not decide.is_over([judged(1, 1.0), judged(3, 2.0)])
    assert decide.is_over([judged(2, 0.1), judged(5, 4.0)])


@given(st.integers(0, 50), st.floats(0.01, 50), st.floats(0, 1))
def test_what_is_a_spike_is_not_over(count: int, expected: float, chance: float) -> None:
    judgement = judged(count, expected, chance)
    assert not (decide.spike([judgement]) and decide.is_over([judgement]))


def test_stories_are_counted_up_to_now() -> None:
    own = [NOW - DAY, NOW - 4 * HOUR, NOW - HOUR, NOW, NOW + HOUR]
    every = sorted([*own, NOW - 2 * HOUR, NOW - 20 * HOUR])
    assert decide.count(own, every, NOW) == (Counted(SHORT, 2, 1), Counted(DAY, 3, 2))


@pytest.mark.parametrize(
    ("ago", "may"), [(None, True), (DAY, True), (DAY - HOUR, False), (timedelta(0), False), (-HOUR, True)]
)
def test_no_second_spike_within_a_day_unless_the_clock_was_wrong(ago: timedelta | None, *, may: bool) -> None:
    assert decide.may_begin(None if ago is None else NOW - ago, NOW) is may


# --- lulls ---


def fell_quiet(hours: int, each_day: int = 8) -> tuple[Past, datetime]:
    """Four even weeks and then nothing for so many hours."""
    last = NOW - hours * HOUR
    usual = by_day(each_day)
    whole = past(lambda hour: usual(hour) if hour < last else 0)
    return whole, max(hour for hour in whole.hours if whole.own[hour])


@pytest.mark.parametrize(("hours", "told"), [(12, False), (21, False), (72, True)])
def test_a_watchlist_that_usually_hits_and_is_silent_for_days_has_a_lull(hours: int, *, told: bool) -> None:
    found = decide.lull(*fell_quiet(hours), almanac())
    assert (found is not None) is told
    if found is not None:
        assert found.expected == pytest.approx(24, abs=3)
        assert found.chance < decide.UNLIKELY


def test_a_rare_watchlist_may_be_silent_for_days() -> None:
    assert decide.lull(*fell_quiet(72, each_day=1), almanac()) is None


def test_a_quiet_no_longer_than_one_before_is_no_lull() -> None:
    whole, last = fell_quiet(72)
    own = {hour: 0 if NOW - 14 * DAY < hour < NOW - 11 * DAY else count for hour, count in whole.own.items()}
    assert decide.lull(Past(whole.hours, own, whole.every), last, almanac()) is None


def test_hours_that_nobody_watched_are_not_quiet() -> None:
    whole, last = fell_quiet(72)
    asleep = Past(tuple(hour for hour in whole.hours if hour <= last), whole.own, whole.every)
    assert decide.lull(asleep, last, almanac()) is None


def test_less_than_two_weeks_before_the_quiet_say_nothing() -> None:
    whole, last = fell_quiet(72)
    assert decide.lull(whole.between(NOW - 14 * DAY, NOW), last, almanac()) is None
