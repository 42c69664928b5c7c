"""The configurations that the machine knows, and the parts they become."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.core.alerting.hours import DigestTime, Hours, Window
from monitor.core.alerting.model import AlertPolicy, ChannelPolicy, FirstPoll, Severity, WatchPolicy
from monitor.core.matching.version import Definition
from monitor.pipeline.adopt import Setup
from monitor.pipeline.records import FeedSpec
from monitor.pipeline.silence import Queries
from monitor.pipeline.tell import Audience
from tests.property.policy.mortal import Words

SEOUL = ZoneInfo("Asia/Seoul")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FEEDS = ("가", "나", "다")
SPECS = {name: FeedSpec(name, f"https://{number}.example/rss") for number, name in enumerate(FEEDS)}
ROUTES = {"딥시크": ("desk", "mail"), "통제": ("desk",), "반도체": ("desk", "mail")}
"""The channels of each watchlist, by its word."""

NIGHT = (time(22), time(7))


@dataclass(frozen=True, slots=True)
class Setting:
    """A config.yaml. `names` holds the watchlists as (name, word)."""

    names: tuple[tuple[str, str], ...] = (("딥시크", "딥시크"), ("통제", "통제"))
    channels: tuple[tuple[str, tuple[str, ...]], ...] = (("desk", ("",)), ("mail", ("a", "b")), ("ops", ("",)))
    first_poll: FirstPoll = FirstPoll.ALERT
    waits: bool = True
    quiet: bool = False
    digest: bool = False
    inhibits: bool = False
    urgent: bool = False

    @property
    def recipients(self) -> dict[str, tuple[str, ...]]:
        return dict(self.channels)

    @property
    def routes(self) -> dict[str, tuple[str, ...]]:
        """The channels of each watchlist, by its name."""
        return {
            name: tuple(channel for channel in ROUTES[word] if channel in self.recipients)
            for name, word in self.names
        }

    def is_quiet(self, channel: str, now: datetime) -> bool:
        hour = now.astimezone(SEOUL).hour
        return self.quiet and channel == "desk" and (hour >= NIGHT[0].hour or hour < NIGHT[1].hour)

    def inhibited(self, by: str, name: str) -> bool:
        """Whether one watchlist mutes another."""
        words = dict(self.names)
        return self.inhibits and (words.get(by), words.get(name)) == ("통제", "딥시크")

    def setup(self) -> Setup:
        definitions = {name: Definition(word) for name, word in self.names}
        return Setup(tuple(SPECS.values()), definitions, self.audience())

    def audience(self) -> Audience:
        desk = ChannelPolicy(hours=Hours(quiet=(Window(*NIGHT),)) if self.quiet else Hours(), urgent_passes=True)
        mail = ChannelPolicy(digests=(DigestTime(time(8)),) if self.digest else ())
        watch = {
            name: WatchPolicy(
                severity=Severity.URGENT if self.urgent and word == "반도체" else Severity.NORMAL,
                inhibits=frozenset(other for other, _ in self.names if self.inhibited(name, other)),
            )
            for name, word in self.names
        }
        policy = AlertPolicy(
            routes=self.routes,
            zone=SEOUL,
            gather_for=MINUTE,
            first_poll=self.first_poll,
            watchlists=watch,
            channels={"desk": desk, "mail": mail},
            group_wait=2 * MINUTE if self.waits else timedelta(0),
            update_after=(2, 3),
            updates=True,
            repeat_interval=6 * HOUR,
        )
        return Audience(policy, self.recipients, "ops", Queries(lambda text: Words(((text, text),))))

    def renamed(self, word: str, name: str) -> Setting:
        """With another name for the watchlist of a word."""
        return replace(self, names=tuple((name if has == word else old, has) for old, has in self.names))

    def toggled(self, word: str) -> Setting:
        """Without the watchlist of a word, or with it."""
        left = tuple(pair for pair in self.names if pair[1] != word)
        return replace(self, names=left if left != self.names else (*left, (word, word)))

    def with_recipients(self, channel: str, recipients: tuple[str, ...]) -> Setting:
        """With others in a channel; without the channel if there are none."""
        others = {name: them for name, them in self.channels if name != channel}
        return replace(self, channels=tuple({**others, **({channel: recipients} if recipients else {})}.items()))
