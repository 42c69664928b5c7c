from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerting.merge import Settled, settle
from monitor.core.alerting.model import TELLING, Reason, StoryState, Telling, Withhold

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
WHY = "merged with 3"


def one(
    alert_id: int, *, waiting: bool, reason: Reason = Reason.FIRST_REPORT, channel: str = "desk", withheld: str = ""
) -> Telling:
    return Telling("딥시크", channel, alert_id, reason, "딥시크", NOW, waiting, withheld)


def settled(older: list[Telling], younger: list[Telling]) -> tuple[Settled, ...]:
    return settle(StoryState((), tuple(older)), StoryState((), tuple(younger)), 3)


def test_the_younger_storys_first_report_goes_if_the_older_was_told() -> None:
    assert settled([one(1, waiting=False)], [one(2, waiting=True)]) == (Settled(Withhold(2, "desk", WHY)),)


def test_the_older_storys_first_report_goes_if_the_younger_was_told() -> None:
    assert settled([one(1, waiting=True)], [one(2, waiting=False)]) == (Settled(Withhold(1, "desk", WHY)),)


def test_of_two_that_wait_the_older_takes_over_the_younger() -> None:
    assert settled([one(1, waiting=True)], [one(2, waiting=True)]) == (Settled(Withhold(2, "desk", WHY), 1),)


@pytest.mark.parametrize(
    ("older", "younger"),
    [
        ([one(1, waiting=False)], [one(2, waiting=False)]),
        ([one(1, waiting=False)], [one(2, waiting=False), one(4, waiting=True, reason=Reason.GROWN)]),
        ([], [one(2, waiting=True)]),
        ([one(1, waiting=True)], []),
        ([one(1, waiting=False, channel="mail")], [one(2, waiting=True)]),
        ([one(1, waiting=False, withheld="silenced by 1")], [one(2, waiting=True)]),
        ([one(1, waiting=True, reason=Reason.QUIET)], [one(2, waiting=True)]),
        ([one(1, waiting=False)], [one(2, waiting=True, reason=Reason.FLOOD)]),
    ],
)
def test_what_was_sent_updates_lists_and_what_the_other_did_not_tell_stay(
    older: list[Telling], younger: list[Telling]
) -> None:
    assert settled(older, younger) == ()


@st.composite
def tellings(draw: st.DrawFn, first_id: int) -> list[Telling]:
    count = draw(st.integers(0, 4))
    return [
        Telling(
            draw(st.sampled_from(("딥시크", "수출통제"))),
            draw(st.sampled_from(("desk", "mail"))),
            first_id + number,
            draw(st.sampled_from((Reason.FIRST_REPORT, Reason.GROWN, Reason.QUIET))),
            "딥시크",
            NOW,
            draw(st.booleans()),
        )
        for number in range(count)
    ]


@given(tellings(1), tellings(10))
def test_nobody_is_told_nothing_and_nobody_waits_for_a_first_report_of_what_was_told(
    older: list[Telling], younger: list[Telling]
) -> None:
    gone = {(done.withhold.alert_id, done.withhold.channel) for done in settled(older, younger)}
    for place in {(telling.watchlist, telling.channel) for telling in (*older, *younger)}:
        sides = [[one for one in side if (one.watchlist, one.channel) == place] for side in (older, younger)]
        left = [telling for side in sides for telling in side if (telling.alert_id, telling.channel) not in gone]
        assert left
        told = [any(not telling.waiting for telling in side) for side in sides]
        if any(told):
            waiting = [
                telling
                for side, is_told in zip(sides, told, strict=True)
                for telling in side
                if not is_told and telling in left and telling.waiting and telling.reason in TELLING
            ]
            assert waiting == []
