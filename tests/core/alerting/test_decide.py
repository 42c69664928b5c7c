from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerting.decide import decide, freshness
from monitor.core.alerting.hours import DigestTime, never, next_digest
from monitor.core.alerting.model import (
    AlertPolicy,
    ChannelPolicy,
    FirstPoll,
    Freshness,
    Gather,
    Intent,
    NewHit,
    Outgoing,
    Pass,
    Reason,
    StoryState,
    Tell,
    Telling,
    WatchPolicy,
    Weak,
)

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
WAIT = timedelta(minutes=1)


def policy(first_poll: FirstPoll = FirstPoll.SUMMARY) -> AlertPolicy:
    return AlertPolicy(
        routes={"딥시크": ("desk", "mail"), "수출통제": ("desk", "phone"), "보관": ()},
        zone=SEOUL,
        gather_for=WAIT,
        first_poll=first_poll,
        channels={"mail": ChannelPolicy((DigestTime(time(8)),))},
    )


def test_a_new_hit_is_told_at_once_and_put_into_the_digest_of_channels_that_want_one() -> None:
    intents = decide([NewHit(1, 10, "딥시크")], policy(), NOW, baseline=False)
    assert intents == (
        Tell(Reason.FIRST_REPORT, "딥시크", 10, (1,), (Outgoing("desk", NOW),)),
        Gather(Reason.DIGEST, "mail", (1,), datetime(2026, 10, 6, 23, tzinfo=UTC)),
    )


def test_what_a_silence_keeps_out_of_a_list_is_an_alert_that_is_not_sent() -> None:
    hits = [NewHit(1, 10, "수출통제", Freshness.OLD, silenced=(("", 4),)), NewHit(2, 11, "수출통제", Freshness.OLD)]
    withheld = tuple(Outgoing(channel, NOW, "silenced by 4") for channel in ("desk", "phone"))
    assert decide(hits, policy(), NOW, baseline=False) == (
        Tell(Reason.FIRST_REPORT, "수출통제", 10, (1,), withheld),
        Gather(Reason.BASELINE, "desk", (2,), NOW + WAIT),
        Gather(Reason.BASELINE, "phone", (2,), NOW + WAIT),
    )


def test_an_alert_that_is_sent_does_not_show_what_a_silence_keeps_out_of_a_list() -> None:
    hits = [NewHit(1, 10, "수출통제"), NewHit(2, 10, "수출통제", Freshness.OLD, silenced=(("", 4),))]
    assert decide(hits, policy(), NOW, baseline=False) == (
        Tell(Reason.FIRST_REPORT, "수출통제", 10, (1,), (Outgoing("desk", NOW), Outgoing("phone", NOW))),
    )


def test_a_story_that_several_articles_report_is_told_once_with_all_of_them() -> None:
    hits = [NewHit(1, 10, "수출통제"), NewHit(2, 11, "수출통제"), NewHit(3, 10, "수출통제", Freshness.REVISED)]
    assert decide(hits, policy(), NOW, baseline=False) == (
        Tell(Reason.FIRST_REPORT, "수출통제", 10, (1, 3), (Outgoing("desk", NOW), Outgoing("phone", NOW))),
        Tell(Reason.FIRST_REPORT, "수출통제", 11, (2,), (Outgoing("desk", NOW), Outgoing("phone", NOW))),
    )


def test_a_story_that_a_watchlist_was_told_of_is_not_told_again_but_another_watchlist_is() -> None:
    hits = [NewHit(1, 10, "딥시크"), NewHit(2, 10, "수출통제")]
    told = Telling("딥시크", "desk", 1, Reason.FIRST_REPORT, "딥시크", NOW - WAIT)
    state = StoryState((), (told,), {"딥시크": 1})
    intents = decide(hits, policy(), NOW, baseline=False, stories={10: state})
    assert intents == (
        Tell(Reason.FIRST_REPORT, "수출통제", 10, (1, 2), (Outgoing("desk", NOW), Outgoing("phone", NOW))),
        Pass((1,), "desk", "told already", 1),
        Gather(Reason.DIGEST, "mail", (1,), datetime(2026, 10, 6, 23, tzinfo=UTC)),
    )


def test_a_story_of_two_watchlists_is_told_once_a_channel() -> None:
    hits = [NewHit(1, 10, "딥시크"), NewHit(2, 10, "수출통제"), NewHit(3, 11, "수출통제")]
    tells = [intent for intent in decide(hits, policy(), NOW, baseline=False) if isinstance(intent, Tell)]
    assert tells == [
        Tell(Reason.FIRST_REPORT, "딥시크", 10, (1, 2), (Outgoing("desk", NOW),)),
        Tell(
            Reason.FIRST_REPORT,
            "수출통제",
            10,
            (2,),
            (Outgoing("desk", NOW, "told with 딥시크"), Outgoing("phone", NOW)),
        ),
        Tell(Reason.FIRST_REPORT, "수출통제", 11, (3,), (Outgoing("desk", NOW), Outgoing("phone", NOW))),
    ]


def test_a_revision_that_hits_is_an_update() -> None:
    (tell,) = decide([NewHit(1, 10, "수출통제", Freshness.REVISED)], policy(), NOW, baseline=False)
    assert isinstance(tell, Tell)
    assert tell.reason is Reason.UPDATED


def test_a_first_poll_is_one_summary_a_channel() -> None:
    hits = [NewHit(1, 10, "딥시크"), NewHit(2, 11, "수출통제")]
    assert decide(hits, policy(), NOW, baseline=True) == (
        Gather(Reason.BASELINE, "desk", (1, 2), NOW + WAIT),
        Gather(Reason.DIGEST, "mail", (1,), datetime(2026, 10, 6, 23, tzinfo=UTC)),
        Gather(Reason.BASELINE, "phone", (2,), NOW + WAIT),
    )


def test_a_first_poll_can_be_silent() -> None:
    assert decide([NewHit(1, 10, "딥시크")], policy(FirstPoll.SILENT), NOW, baseline=True) == (
        Pass((1,), "desk", "first poll"),
        Pass((1,), "mail", "first poll"),
    )


def test_a_first_poll_can_alert_like_any_other() -> None:
    hits = [NewHit(1, 10, "딥시크")]
    assert decide(hits, policy(FirstPoll.ALERT), NOW, baseline=True) == decide(hits, policy(), NOW, baseline=False)


def test_old_articles_are_summarised_whenever_they_come() -> None:
    intents = decide([NewHit(1, 10, "수출통제", Freshness.OLD)], policy(), NOW, baseline=False)
    assert intents == (
        Gather(Reason.BASELINE, "desk", (1,), NOW + WAIT),
        Gather(Reason.BASELINE, "phone", (1,), NOW + WAIT),
    )


def test_a_watchlist_without_channels_tells_nobody() -> None:
    assert decide([NewHit(1, 10, "보관"), NewHit(2, 10, "unknown")], policy(), NOW, baseline=False) == (
        Pass((1, 2), "", "no channel"),
    )


@pytest.mark.parametrize(
    ("weak", "expected"),
    [
        (
            Weak.ALERT,
            (Tell(Reason.FIRST_REPORT, "수출통제", 10, (1,), (Outgoing("desk", NOW), Outgoing("phone", NOW))),),
        ),
        (
            Weak.DIGEST,
            tuple(
                Gather(Reason.DIGEST, channel, (1,), datetime(2026, 10, 6, 23, tzinfo=UTC))
                for channel in ("desk", "phone")
            ),
        ),
        (Weak.STORE, (Pass((1,), "desk", "stored only"), Pass((1,), "phone", "stored only"))),
    ],
)
def test_a_watchlist_says_what_happens_to_its_doubtful_hits(weak: Weak, expected: tuple[Intent, ...]) -> None:
    rules = replace(policy(), watchlists={"수출통제": WatchPolicy(weak)})
    assert decide([NewHit(1, 10, "수출통제", weak=True)], rules, NOW, baseline=False) == expected
    (sure,) = decide([NewHit(1, 10, "수출통제")], rules, NOW, baseline=False)
    assert isinstance(sure, Tell)


def test_doubtful_hits_of_a_first_poll_are_in_its_summary_once() -> None:
    rules = replace(policy(), watchlists={"수출통제": WatchPolicy(Weak.DIGEST)})
    intents = decide([NewHit(1, 10, "수출통제", weak=True)], rules, NOW, baseline=True)
    assert {intent.reason for intent in intents if isinstance(intent, Gather)} == {Reason.BASELINE}


@pytest.mark.parametrize(
    ("published_at", "revised", "expected"),
    [
        (None, False, Freshness.NEW),
        (NOW - timedelta(hours=2), False, Freshness.NEW),
        (NOW - timedelta(days=30), False, Freshness.OLD),
        (NOW - timedelta(days=30), True, Freshness.REVISED),
    ],
)
def test_freshness_comes_from_the_time_of_publication(
    published_at: datetime | None,
    revised: bool,  # noqa: FBT001
    expected: Freshness,
) -> None:
    assert freshness(published_at, NOW, revised=revised) is expected


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 10, 6, 22, 59, tzinfo=UTC), datetime(2026, 10, 6, 23, tzinfo=UTC)),
        (datetime(2026, 10, 6, 23, 0, tzinfo=UTC), datetime(2026, 10, 7, 23, tzinfo=UTC)),
    ],
)
def test_a_digest_at_eight_in_seoul_is_at_23_utc_the_day_before(now: datetime, due: datetime) -> None:
    assert next_digest(now, (DigestTime(time(8)),), SEOUL, never) == due


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4), st.sampled_from(["딥시크", "수출통제", "보관"]), st.sampled_from(list(Freshness))
        ),
        max_size=12,
    ),
    st.booleans(),
    st.sampled_from([FirstPoll.SUMMARY, FirstPoll.ALERT]),
)
def test_every_hit_reaches_every_channel_of_its_watchlist_exactly_once(
    rows: list[tuple[int, str, Freshness]],
    baseline: bool,  # noqa: FBT001
    first_poll: FirstPoll,
) -> None:
    rules = policy(first_poll)
    hits = [NewHit(number, story, name, fresh) for number, (story, name, fresh) in enumerate(rows, start=1)]
    seen: list[tuple[str, int]] = []
    for intent in decide(hits, rules, NOW, baseline=baseline):
        if isinstance(intent, Gather):
            seen += [(intent.channel, hit_id) for hit_id in intent.hit_ids]
        elif isinstance(intent, Tell):
            own = [hit.hit_id for hit in hits if hit.hit_id in intent.hit_ids and hit.watchlist == intent.watchlist]
            seen += [(out.channel, hit_id) for out in intent.outgoing for hit_id in own]
    assert sorted(seen) == sorted((channel, hit.hit_id) for hit in hits for channel in rules.routes[hit.watchlist])
