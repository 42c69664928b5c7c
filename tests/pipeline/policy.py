"""What the tests of the alert policy share: a change of policy, articles that come, what the desk was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from monitor.core.alerting import State
from monitor.core.alerting.hours import Hours, Window
from monitor.core.article import Entry
from tests.fakes.reader import article, fresh

if TYPE_CHECKING:
    from monitor.pipeline.records import AlertContent
    from tests.fakes.world import World

E1, E2 = "전자신문", "보안"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SAME = (
    "딥시크, 새 추론 모델 R3 공개하고 전 세계 무료 배포 시작",
    "딥시크 새 추론 모델 R3 공개… 전 세계 무료 배포",
    "딥시크, 추론 모델 R3 전 세계에 무료 배포 시작해",
)
NIGHT = Hours(quiet=(Window(time(22), time(7)),))


def change(world: World, **changes: Any) -> None:
    """Another policy, as after an edit of the configuration."""
    audience = replace(world.poller.audience, policy=replace(world.poller.audience.policy, **changes))
    world.poller = replace(world.poller, audience=audience)
    world.courier.audience = audience


async def come(world: World, *titles: str, first: int = 1, feed: str = E1) -> int:
    """Articles come by a feed, each from an outlet of its own; how many alerts that makes."""
    now = world.clock.now()
    entries = [
        Entry(str(number), replace(article(number, title, published_at=now), source=f"매체{number}"))
        for number, title in enumerate(titles, start=first)
    ]
    world.reader.will_answer(feed, fresh(*entries))
    return (await world.poll(feed)).alerts


def desk(world: World) -> list[AlertContent]:
    return [content for lane, content in world.notifier.sent if lane.channel == "desk"]


async def suppressed(world: World) -> list[str]:
    rows = await world.look(lambda work: work.listings.deliveries(state=State.SUPPRESSED.value))
    return sorted({str(row["reason"]) for row in rows})


def unlike(number: int) -> str:
    """Titles of different happenings."""
    made = "".join(chr(0xAC00 + (number * 7919 + place * 1543) % 11172) for place in range(12))
    return f"딥시크 {made[:4]} {made[4:8]} {made[8:]}"
