"""False spikes in quiet times, and how soon a five-fold rise is found.

    python bench/spikes.py [--runs N] [--step MINUTES] [--rates PER_DAY…] [--wobble W…]
    python bench/spikes.py --bound [--runs N] [--rates PER_DAY…] [--wobble W…]
    python bench/spikes.py --articles ARTICLES.jsonl[.gz] WORD…

Quiet watchlists of .3 to 100 stories a day are made with a daily and a weekly cycle of their own, Korean holidays,
and a rate that wanders by the day and by the hour, amid all other stories. After four weeks of learning, two months
are watched, then a rise to five times the rate begins at a working hour. With --articles, stories are grouped from
real ones and each word is a watchlist.

--bound says what can be reached: how often the rise is found by a CUSUM that is told the true rate of each hour,
however it wanders, and by how much it rises, and whose limit is set to one false alarm in the two months. No test
that keeps so few false alarms has less delay (Moustakides 1986), and one that must learn the rate from the past can
only do worse.
"""

from __future__ import annotations

import argparse
import bisect
import gzip
import json
import math
import random
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import holidays

from monitor.core.spikes import decide
from monitor.core.spikes.habit import WINDOWS, learn
from monitor.core.spikes.model import DAY, HISTORY, HOUR, Almanac, Judgement, Past
from monitor.core.stories.grouper import Grouper
from monitor.core.stories.model import GroupArticle
from monitor.nlp.starter import starter

if TYPE_CHECKING:
    from collections.abc import Iterator

RISE = 5
HALVINGS = 14
QUIET_RUNS = 60
"""Spans of quiet in which the limit of the bound is tried."""

ZONE = ZoneInfo("Asia/Seoul")
START = datetime(2025, 1, 6, tzinfo=UTC)
QUIET_DAYS = 60
RATES = (0.3, 1.0, 3.0, 5.0, 8.0, 20.0, 100.0)
BY_HOUR = (2, 1, 1, 1, 2, 5, 8, 10, 12, 14, 13, 11, 8, 10, 12, 12, 11, 10, 8, 6, 5, 4, 3, 3)
LARGE = 30
"""From this mean on a count is taken from the normal distribution."""
BUSY = 100
"""A day of the real articles with so many stories is one that was collected whole."""
BY_DAY = (1.0, 0.35, 0.3)
HOLIDAYS = holidays.country_holidays("KR", years=range(2024, 2027))


def is_holiday(day: date) -> bool:
    """A public holiday in Korea."""
    return day in HOLIDAYS


ALMANAC = Almanac(ZONE, is_holiday)


def poisson(mean: float, luck: random.Random) -> int:
    """A count of that mean."""
    if mean > LARGE:
        return max(0, round(luck.gauss(mean, math.sqrt(mean))))
    limit, product, found = math.exp(-mean), luck.random(), 0
    while product > limit:
        product *= luck.random()
        found += 1
    return found


def rates(per_day: float, days: int, luck: random.Random, *, wobble: float, odd: float) -> Iterator[float]:
    """The stories to expect in each hour: a cycle, odd by some hours and week-ends of its own, that wanders."""
    mean = sum(BY_HOUR) / 24
    shape = [weight * luck.uniform(1 - odd, 1 + odd) for weight in BY_HOUR]
    week = [share * luck.uniform(1 - odd, 1 + odd) for share in BY_DAY]
    week[0] = 1.0
    by_day = 1.0
    for number in range(days * 24):
        kind, of_day = ALMANAC.cell(START + number * HOUR)
        if of_day == 0 or number == 0:
            by_day = luck.gammavariate(1 / wobble, wobble)
        by_hour = luck.gammavariate(1 / wobble, wobble)
        yield per_day / 24 * shape[of_day] / mean * week[kind] * by_day * by_hour


def made(per_day: float, days: int, luck: random.Random, *, wobble: float, odd: float) -> list[datetime]:
    """The times of stories."""
    times = []
    for number, rate in enumerate(rates(per_day, days, luck, wobble=wobble, odd=odd)):
        times += [START + (number + luck.random()) * HOUR for _ in range(poisson(rate, luck))]
    return sorted(times)


def hour_of(moment: datetime) -> datetime:
    """The clock hour of a time."""
    return moment.replace(minute=0, second=0, microsecond=0)


class Cusum(NamedTuple):
    """Alarms, and how much speaks for a rise at the end (a likelihood ratio's logarithm)."""

    alarms: int
    level: float


class Watch:
    """Looks at one watchlist again and again, as the daemon does."""

    def __init__(self, own: list[datetime], every: list[datetime], since: datetime) -> None:
        self.own, self.every, self.since = own, every, since
        self.own_by_hour, self.every_by_hour = Counter(map(hour_of, own)), Counter(map(hour_of, every))
        self.began_at: datetime | None = None
        self.is_open = False
        self._learned: tuple[datetime, object] | None = None

    def look(self, now: datetime) -> Judgement | None:
        """The spike that begins now, or None. The habit is learned anew each six hours to save time."""
        if self._learned is None or now - self._learned[0] >= 6 * HOUR:
            start = max(hour_of(now) - HISTORY - DAY, self.since)
            hours = tuple(start + n * HOUR for n in range((hour_of(now) - start) // HOUR - 24))
            past = Past(hours, self.own_by_hour, self.every_by_hour)
            self._learned = (now, learn(past, ALMANAC) if past.is_enough(now) else None)
        habit = self._learned[1]
        if habit is None:
            return None
        counted = []
        for window in WINDOWS:
            mine = _between(self.own, now - window, now)
            counted.append(decide.Counted(window, mine, max(_between(self.every, now - window, now) - mine, 0)))
        judgements = [decide.judge(habit, one, now) for one in counted]
        if self.is_open:
            self.is_open = not decide.is_over(judgements)
            return None
        found = decide.spike(judgements)
        if found is not None and decide.may_begin(self.began_at, now):
            self.began_at, self.is_open = now, True
            return found
        return None


def _between(times: list[datetime], start: datetime, end: datetime) -> int:
    return bisect.bisect_right(times, end) - bisect.bisect_right(times, start)


def simulate(per_day: float, luck: random.Random, step: timedelta, wobble: float) -> tuple[int, dict[int, bool]]:
    """False spikes in two quiet months, and whether a five-fold rise was found within 3, 6 and 24 hours."""
    days = 28 + QUIET_DAYS
    own = made(per_day, days, luck, wobble=wobble, odd=0.4)
    rest = made(400.0, days, luck, wobble=0.05, odd=0.1)
    end = START + days * DAY
    rise_at = START + (28 + luck.randrange(QUIET_DAYS - 3)) * DAY + luck.randrange(13) * HOUR
    watch = Watch(own, sorted(own + rest), START)
    false = 0
    now = START + 28 * DAY
    while now < end:
        false += watch.look(now) is not None
        now += step
    # Four more sets of stories like these, from the rise on: five times the rate.
    shadows = [made(per_day, days, luck, wobble=wobble, odd=0.4) for _ in range(4)]
    risen = [moment for shadow in shadows for moment in shadow if rise_at <= moment < rise_at + DAY]
    raised = sorted(own + risen)
    watch = Watch(raised, sorted(raised + rest), START)
    found_at = None
    now = rise_at
    while now < rise_at + DAY and found_at is None:
        if watch.look(now):
            found_at = now
        now += step
    return false, {h: found_at is not None and found_at - rise_at <= h * HOUR for h in (3, 6, 24)}


def simulations(runs: int, step: timedelta, wobble: float, rates: list[float]) -> None:
    """Print false spikes and finds by rate."""
    print(
        f"wobble {wobble}: stories a day, false spikes a watchlist in {QUIET_DAYS} days (most), found in 3 / 6 / 24 h"
    )
    for per_day in rates:
        luck = random.Random(per_day)  # noqa: S311 - a simulation
        outcomes = [simulate(per_day, luck, step, wobble) for _ in range(runs)]
        false = [one for one, _ in outcomes]
        finds = [f"{sum(found[h] for _, found in outcomes) / runs:4.0%}" for h in (3, 6, 24)]
        print(f"{per_day:6} {sum(false) / runs:6.2f} ({max(false)})  {' '.join(finds)}", flush=True)


def cusum(total: float, limit: float, luck: random.Random, *, times: float = 1.0, begun: float = 0.0) -> Cusum:
    """Walk a CUSUM through a time in which so many stories are usual and so many times that come.

    Time is counted in usual stories, so that the rate, whatever it does, is 1.
    """
    level, passed, alarms = begun, 0.0, 0
    while True:
        gap = luck.expovariate(times)
        passed += gap
        if passed > total:
            return Cusum(alarms, max(0.0, level - (RISE - 1) * (total - passed + gap)))
        level = max(0.0, level - (RISE - 1) * gap) + math.log(RISE)
        if level >= limit:
            alarms, level = alarms + 1, 0.0


def limit_of_one(total: float, luck: random.Random) -> float:
    """The limit of a CUSUM at which one false alarm comes in such a time."""
    low, high = 0.0, 30.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        false = sum(cusum(total, middle, luck).alarms for _ in range(QUIET_RUNS))
        low, high = (middle, high) if false > QUIET_RUNS else (low, middle)
    return high


def bounds(runs: int, wobble: float, per_days: list[float]) -> None:
    """Print how often the best of all tests finds the rise, by rate."""
    print(f"wobble {wobble}: stories a day, the rise found by the bound in 3 / 6 / 24 h")
    for per_day in per_days:
        luck = random.Random(per_day)  # noqa: S311 - a simulation
        found: Counter[int] = Counter()
        quiet = [list(rates(per_day, QUIET_DAYS, luck, wobble=wobble, odd=0.4)) for _ in range(10)]
        limit = limit_of_one(sum(map(sum, quiet)) / len(quiet), luck)
        for number in range(runs):
            usual = quiet[number % len(quiet)]
            rise_at = luck.randrange(2, QUIET_DAYS - 3) * 24 + luck.randrange(13)
            begun = cusum(sum(usual[rise_at - 48 : rise_at]), math.inf, luck).level
            for hours in (3, 6, 24):
                risen = sum(usual[rise_at : rise_at + hours])
                found[hours] += cusum(risen, limit, luck, times=RISE, begun=begun).alarms > 0
        print(f"{per_day:6}  " + " ".join(f"{found[hours] / runs:4.0%}" for hours in (3, 6, 24)), flush=True)


def replay(path: Path, words: list[str], step: timedelta) -> None:
    """Group real articles, count the stories of each word, and print the spikes."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    times = [datetime.fromisoformat(row.get("published_at") or row["date"]).astimezone(UTC) for row in rows]
    order = sorted(range(len(rows)), key=times.__getitem__)
    grouper = Grouper(starter())
    first: dict[str, datetime] = {}
    by_word: dict[str, dict[str, datetime]] = {word: {} for word in words}
    for place in order:
        row, at = rows[place], times[place]
        lead = row.get("summary") or ""
        story = grouper.add(
            GroupArticle(str(place), row["title"], at, lead, row.get("source") or "", row["url"]), at
        ).story
        first.setdefault(story, at)
        for word in words:
            if word in row["title"] or word in lead:
                by_word[word].setdefault(story, at)
    every = sorted(first.values())
    busy = Counter(moment.date() for moment in every)
    begin = min(day for day, number in busy.items() if number > BUSY)
    since, end = datetime(begin.year, begin.month, begin.day, tzinfo=UTC), every[-1]
    print(f"{len(rows):,} articles, {len(first):,} stories, watched from {since:%F} to {end:%F}")
    for word in words:
        own = sorted(by_word[word].values())
        watch = Watch(own, every, since)
        now = since
        print(f"{word}: {len(own)} stories")
        while now < end:
            found = watch.look(now)
            if found is not None:
                hours = found.window // HOUR
                print(
                    f"  {now:%F %H:%M} {hours} h: {found.count}, usually {found.expected:.1f} (p {found.chance:.1e})"
                )
            now += step


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--bound", action="store_true", help="what the best of all tests would find")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--step", type=int, default=10)
    parser.add_argument("--rates", type=float, nargs="*", default=list(RATES))
    parser.add_argument("--wobble", type=float, nargs="*", default=[0.02, 0.1, 0.25])
    chosen = parser.parse_args()
    started = time.perf_counter()
    if chosen.articles:
        replay(chosen.articles, chosen.words, timedelta(minutes=chosen.step))
    elif chosen.bound:
        for wobble in chosen.wobble:
            bounds(chosen.runs, wobble, chosen.rates)
    else:
        for wobble in chosen.wobble:
            simulations(chosen.runs, timedelta(minutes=chosen.step), wobble, chosen.rates)
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
