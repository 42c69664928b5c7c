from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import Problem
from monitor.core.matching.version import Definition
from monitor.pipeline import adopt, tell
from monitor.pipeline.adopt import Setup
from monitor.pipeline.records import FeedSpec, Lane
from tests.fakes.clock import START
from tests.fakes.reader import entry, fresh

if TYPE_CHECKING:
    from tests.fakes.world import World

NAMES = st.sampled_from("가나다라")


def setup(world: World, **definitions: str) -> Setup:
    specs = (FeedSpec("전자신문", "https://0.example/rss"),)
    known = {name: Definition(text) for name, text in definitions.items()}
    return Setup(specs, known, world.poller.audience)


async def notes(world: World) -> list[str]:
    alerts = await world.look(lambda work: work.listings.alerts())
    contents = [await world.look(lambda work, row=row: work.outbox.content(int(str(row["id"])))) for row in alerts]  # type: ignore[misc]
    return [note for content in contents for note in content.notes]


async def test_feeds_definitions_and_renames_are_taken_over(world: World) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 새 모델")))
    await world.storage.write(lambda work: adopt.adopt(work, setup(world, 딥시크="1"), START))
    await world.poll()
    await world.storage.write(lambda work: adopt.replace(work, setup(world, 새이름="1"), START))
    (hit,) = await world.look(lambda work: work.listings.hits())
    assert hit["watchlist"] == "새이름"
    health = {row["name"]: row["health"] for row in await world.look(lambda work: work.listings.feeds())}
    assert health["보안"] == "removed"


async def test_the_deliveries_of_a_removed_channel_are_suppressed_and_come_back_with_it(world: World) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 새 모델")))
    await world.poll()
    whole = setup(world)
    audience = replace(whole.audience, recipients={"desk": ("",), "mail": ("a@x.kr",), "ops": ("",)})
    less = replace(whole, audience=audience)
    assert Lane("mail", "b@x.kr") in whole.lanes - less.lanes
    gone = await world.storage.write(lambda work: adopt.replace(work, less, START))
    assert len(gone) == 1
    assert await world.storage.write(lambda work: adopt.restore(work, less, gone)) == 0
    assert await world.storage.write(lambda work: adopt.restore(work, whole, gone)) == 1


async def test_what_waits_for_a_renamed_channel_goes_on_under_the_new_name(world: World) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 새 모델")))
    await world.poll()
    whole = setup(world)
    recipients = {"tisch": ("",)} | {name: one for name, one in whole.audience.recipients.items() if name != "desk"}
    renamed = replace(whole, audience=replace(whole.audience, recipients=recipients))
    gone = await world.storage.write(lambda work: adopt.replace(work, renamed, START, {"desk": "tisch"}))
    waiting = await world.look(lambda work: work.listings.deliveries(state="pending"))
    assert gone == ()
    assert "tisch" in {row["channel"] for row in waiting}
    assert "desk" not in {row["channel"] for row in waiting}


async def test_a_feed_with_a_new_name_and_the_same_address_goes_on_under_it_without_a_first_poll(
    world: World,
) -> None:
    world.reader.will_answer("전자신문", fresh(entry(1, "딥시크 새 모델")))
    await world.poll()
    (url,) = {spec.url for spec in world.poller.specs.values() if spec.name == "전자신문"}
    under_way = await world.storage.write(
        lambda work: work.feeds.claim_named(("전자신문",), world.clock.now(), timedelta(minutes=2))
    )
    new = replace(setup(world), specs=(FeedSpec("ET뉴스", url),))
    await world.storage.write(lambda work: adopt.adopt(work, new, START))
    health = {row["name"]: row["health"] for row in await world.look(lambda work: work.listings.feeds())}
    (article,) = await world.look(lambda work: work.listings.articles())
    (claim,) = await world.storage.write(
        lambda work: work.feeds.claim_named(("ET뉴스",), world.clock.now(), timedelta(minutes=2))
    )
    assert health["ET뉴스"] == "ok"
    assert "전자신문" not in health
    assert article["feeds"] == ["ET뉴스"]
    assert claim.feed_id == under_way[0].feed_id
    assert claim.token != under_way[0].token
    assert claim.state.last_polled_at is not None


def test_a_feed_is_renamed_if_its_address_goes_on_under_a_name_that_was_never_there() -> None:
    stored = {"가": "https://1", "나": "https://2", "다": "https://3", "라": "https://1"}
    wanted = {"나": "https://1", "마": "https://1", "바": "https://9", "사": "https://3", "아": "https://3"}
    specs = [FeedSpec(name, url) for name, url in wanted.items()]
    assert list(adopt.renamed_feeds(stored, specs)) == [("가", "마"), ("다", "사")]


def test_a_channel_is_renamed_if_its_address_goes_on_under_a_new_name() -> None:
    old = {"a": "log://1", "b": "log://2", "c": "log://3", "d": "log://1"}
    new = {"b": "log://1", "e": "log://1", "f": "log://3", "g": "log://9", "h": "log://3"}
    assert adopt.renamed_channels(old, new) == {"a": "e", "c": "f"}


QUERY = Problem("watchlists.0.query", "틀림", file="config.yaml", line=3, column=1)
COLOUR = Problem("colour", "또 틀림", file="config.yaml", line=9, column=1)


async def refuse(world: World, problems: list[Problem], known: list[Problem], number: int) -> bool:
    at, audience = START + timedelta(seconds=number), world.poller.audience
    return await world.storage.write(lambda work: adopt.refuse(work, problems, known, audience, at))


async def test_the_operator_is_told_of_each_new_fault_at_once_and_once_that_it_is_good(world: World) -> None:
    moved = replace(QUERY, line=4)
    assert await refuse(world, [QUERY], [], 0)
    assert not await refuse(world, [QUERY], [QUERY], 1)
    assert await refuse(world, [moved], [QUERY], 2)
    assert await refuse(world, [moved, COLOUR], [moved], 3)
    assert await refuse(world, [COLOUR], [moved, COLOUR], 4)
    state = await world.look(lambda work: work.reloads.state())
    assert (state.fault, state.fault_since) == (str(COLOUR), START)
    for number in range(2):
        at = START + timedelta(seconds=5 + number)
        await world.storage.write(lambda work, at=at: adopt.replace(work, setup(world), at))  # type: ignore[misc]
    assert await notes(world) == [
        "설정이 바로잡혀 적용됨",
        "설정 오류, 이전 설정으로 계속 동작: config.yaml:9:1: colour: 또 틀림",
        "설정 오류, 이전 설정으로 계속 동작: config.yaml:3:1: watchlists.0.query: 틀림",
    ]
    assert (await world.look(lambda work: work.reloads.state())).fault == ""
    waiting = await world.look(lambda work: work.outbox.next_due_at())
    assert waiting == START


async def test_a_notice_of_a_fault_does_not_wait_for_others_and_none_join_it(world: World) -> None:
    audience = world.poller.audience
    await world.storage.write(lambda work: tell.put_notice(work.outbox, "ops", ("피드",), audience, START))
    await refuse(world, [QUERY], [], 1)
    later = START + timedelta(seconds=2)
    await world.storage.write(lambda work: tell.put_notice(work.outbox, "ops", ("다른 피드",), audience, later))
    alerts = await world.look(lambda work: work.listings.alerts())
    assert len(alerts) == 2


def test_faults_of_form_are_told_apart_by_their_place_and_all_others_by_what_they_are() -> None:
    form = Problem("", "no YAML", line=3, column=1)
    assert adopt.unheard([form], [replace(form, line=7)]) == (form,)
    assert adopt.unheard([QUERY], [replace(QUERY, line=7)]) == ()
    assert adopt.unheard([QUERY], [replace(QUERY, excerpt="다른 질의")]) == (QUERY,)


async def test_without_an_operator_nobody_is_told(world: World) -> None:
    audience = replace(world.poller.audience, operator="")
    assert await world.storage.write(lambda work: adopt.refuse(work, [QUERY], [], audience, START))
    alone = replace(setup(world), audience=audience)
    await world.storage.write(lambda work: adopt.replace(work, alone, START))
    assert await notes(world) == []


def test_a_watchlist_is_renamed_if_its_definition_goes_on_under_a_name_that_was_never_there() -> None:
    known = {name: (Definition(text).version, START) for name, text in {"가": "1", "나": "2", "다": "3"}.items()}
    now = {name: Definition(text) for name, text in {"나": "2", "라": "1", "마": "9", "바": "1"}.items()}
    assert list(adopt.renamed(known, now)) == [("가", "라")]


def test_of_several_that_are_gone_the_one_that_was_in_force_last_has_the_new_name() -> None:
    version = Definition("1").version
    known = {"가": (version, START + timedelta(days=1)), "나": (version, START)}
    assert list(adopt.renamed(known, {"다": Definition("1")})) == [("가", "다")]


@given(
    st.dictionaries(NAMES, st.tuples(st.sampled_from("12"), st.datetimes(min_value=datetime(2020, 1, 1)))),  # noqa: DTZ001
    st.dictionaries(NAMES, st.sampled_from("12")),
)
def test_a_rename_leads_from_a_name_that_is_gone_to_a_new_one_and_each_name_is_in_one(
    known: dict[str, tuple[str, datetime]], now: dict[str, str]
) -> None:
    versions = {name: (Definition(text).version, at) for name, (text, at) in known.items()}
    renames = list(adopt.renamed(versions, {name: Definition(text) for name, text in now.items()}))
    old, new = [one[0] for one in renames], [one[1] for one in renames]
    assert len(set(old)) == len(old)
    assert len(set(new)) == len(new)
    assert set(old) <= set(known) - set(now)
    assert set(new) <= set(now) - set(known)
    assert all(known[one][0] == now[two] for one, two in renames)
