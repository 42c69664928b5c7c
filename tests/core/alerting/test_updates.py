from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.alerting.model import AlertPolicy, Member, Reason, Telling, WatchPolicy
from monitor.core.alerting.updates import update_of

TOLD = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
LATER = TOLD + timedelta(hours=2)
POLICY = AlertPolicy(routes={}, zone=UTC, gather_for=timedelta(0))
FIRST = Member("전자신문", TOLD, id=1)
TELLING = Telling("딥시크", "desk", 1, Reason.FIRST_REPORT, "딥시크", TOLD, article_id=1)


def came(outlet: str, *new: str) -> Member:
    return Member(outlet, TOLD + timedelta(hours=1), new, id=2)


def test_a_story_is_told_again_when_it_crosses_a_number_of_outlets_and_not_between_two() -> None:
    policy = replace(POLICY, update_after=(3, 10))
    grown = (FIRST, came("a"), came("b"))
    assert update_of(grown, TELLING, "딥시크", policy, LATER) == (Reason.GROWN, "from 1 to 3 outlets")
    assert update_of(grown[:2], TELLING, "딥시크", policy, LATER) is None
    assert update_of((*grown, came("b")), replace(TELLING, article_id=2), "딥시크", policy, LATER) is None


def test_a_watchlist_may_want_other_numbers_of_outlets_or_none() -> None:
    policy = replace(POLICY, update_after=(2,), watchlists={"딥시크": WatchPolicy(update_after=())})
    grown = (FIRST, came("a"))
    assert update_of(grown, TELLING, "딥시크", policy, LATER) is None
    assert update_of(grown, TELLING, "수출통제", policy, LATER) is not None


def test_new_facts_are_told_once_two_outlets_have_them() -> None:
    policy = replace(POLICY, updates=True)
    one = (FIRST, came("a", "3조", "R3"), came("a", "3조"))
    assert update_of(one, TELLING, "딥시크", policy, LATER) is None
    two = (*one, came("b", "3조"))
    assert update_of(two, TELLING, "딥시크", policy, LATER) == (Reason.UPDATED, "new: 3조")
    assert update_of(two, TELLING, "딥시크", POLICY, LATER) is None


def test_a_story_that_goes_on_is_repeated_after_its_interval_only() -> None:
    policy = replace(POLICY, repeat_interval=timedelta(hours=2))
    goes_on = (FIRST, came("a"))
    assert update_of(goes_on, TELLING, "딥시크", policy, LATER) == (Reason.REPEATED, "still reported, 2 outlets")
    assert update_of(goes_on, TELLING, "딥시크", policy, LATER - timedelta(seconds=1)) is None
    own = replace(policy, watchlists={"딥시크": WatchPolicy(repeat_interval=timedelta(hours=3))})
    assert update_of(goes_on, TELLING, "딥시크", own, LATER) is None
