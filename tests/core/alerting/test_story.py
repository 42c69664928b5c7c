from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.core.alerting.flood import Flood
from monitor.core.alerting.model import (
    AlertPolicy,
    ChannelPolicy,
    Gather,
    Join,
    Member,
    NewHit,
    Outgoing,
    Pass,
    Reason,
    Severity,
    StoryState,
    Tell,
    Telling,
    WatchPolicy,
    Withhold,
)
from monitor.core.alerting.story import Round, group_wait, tell_story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.alerting.model import Intent

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
A, B = "딥시크", "수출통제"
POLICY = AlertPolicy(routes={A: ("desk",), B: ("desk",)}, zone=UTC, gather_for=MINUTE, group_wait=2 * MINUTE)
SPECIFIC = replace(POLICY, watchlists={B: WatchPolicy(inhibits=frozenset({A}))})


def told(
    watchlist: str, *, waiting: bool = False, reason: Reason = Reason.FIRST_REPORT, withheld: str = ""
) -> Telling:
    return Telling(watchlist, "desk", 7, reason, watchlist, NOW - MINUTE, waiting, withheld)


def this(policy: AlertPolicy, *watchlists: str, state: tuple[Telling, ...] = ()) -> Round:
    hits = tuple(NewHit(number, 10, watchlist) for number, watchlist in enumerate(watchlists, start=1))
    return Round(10, hits, StoryState((), state), policy, {}, NOW)


def withheld(intents: Sequence[Intent]) -> list[str]:
    return [out.withheld for intent in intents if isinstance(intent, Tell) for out in intent.outgoing]


def test_the_wait_is_that_of_the_watchlist_else_of_the_channel_else_of_all() -> None:
    own = replace(
        POLICY,
        watchlists={A: WatchPolicy(group_wait=5 * MINUTE), "급보": WatchPolicy(severity=Severity.URGENT)},
        channels={"desk": ChannelPolicy(group_wait=3 * MINUTE)},
    )
    assert group_wait(own, A, "desk") == 5 * MINUTE
    assert group_wait(own, "급보", "desk") == timedelta(0)
    assert group_wait(own, B, "desk") == 3 * MINUTE
    assert group_wait(own, B, "phone") == 2 * MINUTE


def test_a_watchlist_of_low_severity_has_no_alerts_of_its_own() -> None:
    policy = replace(POLICY, watchlists={A: WatchPolicy(severity=Severity.LOW)})
    assert tell_story(this(policy, A)) == []


def test_the_general_watchlist_is_inhibited_by_the_specific_one_of_the_same_round() -> None:
    intents = tell_story(this(SPECIFIC, A, B))
    tells = [intent for intent in intents if isinstance(intent, Tell)]
    assert [(tell.watchlist, tell.outgoing[0].withheld) for tell in tells] == [(A, f"inhibited by {B}"), (B, "")]
    assert [tell.hit_ids for tell in tells] == [(1,), (1, 2)]


def test_the_general_watchlist_is_inhibited_by_what_the_specific_one_told_before() -> None:
    (tell,) = tell_story(this(SPECIFIC, A, state=(told(B),)))
    assert isinstance(tell, Tell)
    assert tell.outgoing == (Outgoing("desk", NOW + 2 * MINUTE, f"inhibited by {B}"),)


def test_what_was_withheld_itself_inhibits_nothing() -> None:
    (tell,) = tell_story(this(SPECIFIC, A, state=(told(B, withheld="told with x"),)))
    assert isinstance(tell, Tell)
    assert tell.outgoing[0].withheld == ""


def test_two_watchlists_that_inhibit_each_other_do_not_mute_both() -> None:
    both = {A: WatchPolicy(inhibits=frozenset({B})), B: WatchPolicy(inhibits=frozenset({A}))}
    intents = tell_story(this(replace(POLICY, watchlists=both), A, B))
    assert withheld(intents) == ["", f"told with {A}"]


def test_a_watchlist_joins_the_alert_of_another_that_waits_for_the_same_channel() -> None:
    intents = tell_story(this(POLICY, B, state=(told(A, waiting=True),)))
    assert Join(7, (1,)) in intents
    assert withheld(intents) == [f"told with {A}"]


def test_the_specific_watchlist_takes_over_the_waiting_alert_of_the_general_one() -> None:
    intents = tell_story(this(SPECIFIC, B, state=(told(A, waiting=True),)))
    assert Withhold(7, "desk", f"inhibited by {B}") in intents
    (tell,) = [intent for intent in intents if isinstance(intent, Tell)]
    assert (tell.absorbs, tell.outgoing[0].withheld) == ((7,), "")


def test_a_story_in_a_list_that_waits_is_not_made_longer_there() -> None:
    assert tell_story(this(POLICY, A, state=(told(A, waiting=True, reason=Reason.QUIET),))) == [
        Pass((1,), "desk", "listed already", 7)
    ]


def test_further_silenced_hits_join_the_alert_that_says_so() -> None:
    silenced = NewHit(3, 10, A, silenced=(("", 4),))
    before = told(A, withheld="silenced by 4")
    state = StoryState((), (replace(before, watchlist=B), before))
    assert tell_story(Round(10, (silenced,), state, POLICY, {}, NOW)) == [Join(7, (3,))]


def test_what_is_no_update_is_passed_over_with_the_alert_that_told_of_the_story() -> None:
    sent = told(A)
    assert tell_story(this(POLICY, A, state=(sent,))) == [Pass((1,), "desk", "told already", 7)]
    under_way = replace(sent, unsent=True)
    assert tell_story(this(POLICY, A, state=(under_way,))) == [Pass((1,), "desk", "told already", 7, joins=True)]


def test_silenced_hits_of_a_story_that_was_told_are_passed_over_by_their_silence() -> None:
    hits = (NewHit(1, 10, A, silenced=(("", 4),)), NewHit(2, 10, A), NewHit(3, 10, A, silenced=(("desk", 5),)))
    silenced = [Pass((1,), "desk", "silenced by 4"), Pass((3,), "desk", "silenced by 5")]
    known = StoryState((), (told(A),))
    others = tell_story(Round(10, hits, known, POLICY, {}, NOW))
    assert others == [Pass((2,), "desk", "told already", 7), *silenced]
    assert tell_story(Round(10, hits[:1], known, POLICY, {}, NOW)) == silenced[:1]


def test_what_came_while_an_alert_was_being_sent_counts_for_its_update() -> None:
    members = (Member("가", NOW - MINUTE, id=1), Member("나", NOW - MINUTE, id=2))
    policy = replace(POLICY, update_after=(2,))
    sent = replace(told(A), at=NOW, article_id=1, hit_id=5)
    (tell,) = tell_story(replace(this(policy, A), state=StoryState(members, (sent,))))
    assert isinstance(tell, Tell)
    assert (tell.reason, tell.since) == (Reason.GROWN, 5)


def test_an_update_waits_an_hour_from_whatever_the_channel_was_told_of_the_story() -> None:
    policy = replace(POLICY, repeat_interval=MINUTE)
    own = replace(told(A), at=NOW - 120 * MINUTE)
    others = replace(told(B), at=NOW - 10 * MINUTE)
    (tell,) = tell_story(this(policy, A, state=(own, others)))
    assert isinstance(tell, Tell)
    assert (tell.reason, tell.outgoing) == (Reason.REPEATED, (Outgoing("desk", NOW + 50 * MINUTE),))


def test_an_urgent_watchlist_is_gathered_in_a_flood_and_not_held() -> None:
    policy = replace(POLICY, watchlists={A: WatchPolicy(severity=Severity.URGENT)})
    (urgent,) = tell_story(replace(this(policy, A), floods={A: Flood("feed x", 150, 100)}))
    assert isinstance(urgent, Gather)
    assert (urgent.reason, urgent.about) == (Reason.URGENT, "feed x")


def test_a_flood_holds_new_stories_and_lets_updates_of_known_ones_through() -> None:
    flooded = {A: Flood(f"watchlist {A}", 150, 100)}
    policy = replace(POLICY, repeat_interval=MINUTE)
    (held,) = tell_story(replace(this(policy, A), floods=flooded))
    assert isinstance(held, Gather)
    assert (held.reason, held.about, held.why) == (Reason.FLOOD, f"watchlist {A}", "150 an hour, the limit is 100")
    known = this(policy, A, state=(replace(told(A), at=NOW - 120 * MINUTE),))
    (tell,) = tell_story(replace(known, floods=flooded))
    assert isinstance(tell, Tell)
    assert tell.reason is Reason.REPEATED
