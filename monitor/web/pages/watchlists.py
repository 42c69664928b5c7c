"""The watchlists: how much each brings, and one in full."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.config.policy import is_korean_holiday
from monitor.config.values import duration
from monitor.core.alerting.silence import Matchers, covers
from monitor.core.query.printer import print_query
from monitor.core.spikes.band import band
from monitor.core.spikes.model import HISTORY, TurnKind
from monitor.web.ask import bounds, today_of
from monitor.web.charts import DayCount, Names, days_chart
from monitor.web.desk import desk_of
from monitor.web.pages.login import safe_next
from monitor.web.pages.story import LARGEST_ID
from monitor.web.render import language_of, page
from monitor.web.words import words_of

if TYPE_CHECKING:
    from datetime import date

    from monitor.bootstrap import App
    from monitor.config.wanted import WatchlistConfig
    from monitor.core.alerting.silence import Silence
    from monitor.core.query.explain import Language
    from monitor.pipeline.ports import Work
    from monitor.pipeline.views import HitTime

router: Final = APIRouter()

DAYS: Final = 28
"""How far back charts and shares reach."""
STORIES_SHOWN: Final = 10
OUTLETS_SHOWN: Final = 15
HITS_SHOWN: Final = 20


@router.get("/watchlists")
async def watchlists(request: Request) -> HTMLResponse:
    """Every watchlist with its stories of the last day and week."""
    app = desk_of(request).current()
    now = app.clock.now()
    day, week, live, turns = await app.storage.read(
        lambda work: (
            work.views.counts(now - timedelta(days=1)),
            work.views.counts(now - timedelta(days=7)),
            work.silences.live(now),
            work.rates.open_turns(),
        )
    )
    rows = [
        {
            "name": one.name,
            "day": day.get(one.name, (0, 0)),
            "week": week.get(one.name, (0, 0)),
            "channels": app.compiled.routes.get(one.name, ()),
            "severity": one.severity,
            "is_silenced": any(_silences(silence, one.name) for silence in live),
            "turns": [turn for turn in turns if turn.watchlist == one.name],
        }
        for one in app.config.watchlists
    ]
    return page(request, "watchlists.html", rows=rows)


def _silences(silence: Silence, watchlist: str) -> bool:
    matchers = silence.matchers
    return not (matchers.story_id or matchers.query) and covers(matchers, watchlist, 0)


@router.get("/watchlists/{name:path}")
async def watchlist(
    request: Request, name: str, before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
) -> HTMLResponse:
    """One watchlist: chart, outlets, query, precision, silences, newest stories, hits below number `before`."""
    app = desk_of(request).current()
    config = next((one for one in app.config.watchlists if one.name == name), None)
    if config is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    now, today = app.clock.now(), today_of(app)
    first = bounds(today - timedelta(days=2 * DAYS), app.zone)[0]

    def look(work: Work) -> dict[str, Any]:
        hits = work.views.hit_times(name, first)
        turns = work.views.turns(name, first)
        return {
            "hits": hits,
            "turns": turns,
            "found": work.views.hits(name, before_id=before, limit=HITS_SHOWN),
            "watched": work.rates.watched(first),
            "said": Counter(one.verdict for one in work.marks.marked(name)),
            "recent": work.views.stories(first, now + timedelta(days=1), watchlist=name, limit=STORIES_SHOWN),
            "silences": [one for one in work.silences.live(now) if covers(one.matchers, name, one.matchers.story_id)],
        }

    seen = await app.storage.read(look)
    spiked = {turn.began_at for turn in seen["turns"] if turn.kind is TurnKind.SPIKE}
    days = day_counts(seen["hits"], seen["watched"], spiked, today, app)
    begin = bounds(today - timedelta(days=DAYS - 1), app.zone)[0]
    outlets = Counter(hit.source for hit in seen["hits"] if hit.first_seen_at >= begin)
    return page(
        request,
        "watchlist.html",
        watchlist=config,
        channels=app.compiled.routes.get(name, ()),
        query=query_text(config, app),
        days=days,
        chart=days_chart(days, chart_names(name, language_of(request))),
        outlets=outlets.most_common(OUTLETS_SHOWN),
        older=seen["found"][-1].hit.id if len(seen["found"]) == HITS_SHOWN else None,
        outlets_total=sum(outlets.values()),
        **seen,
    )


def query_text(config: WatchlistConfig, app: App) -> str:
    """The query as it is compiled, in one line."""
    return next(print_query(one.query) for one in app.compiled.watchlists if one.name == config.name)


def chart_names(watchlist: str, language: Language) -> Names:
    """What the lines of its chart are called."""
    words = words_of(language)
    return Names(
        chart=words.gettext("Articles and stories a day: %(name)s") % {"name": watchlist},
        articles=words.gettext("articles"),
        stories=words.gettext("stories"),
        usual=words.gettext("usual range of stories"),
        spike=words.gettext("spike"),
    )


def day_counts(
    hits: tuple[HitTime, ...], watched: tuple[datetime, ...], spikes: set[datetime], today: date, app: App
) -> list[DayCount]:
    """The last days, the oldest first. A story counts on the day of its first hit."""

    def local(moment: datetime) -> date:
        return moment.astimezone(app.zone).date()

    articles = Counter(local(hit.first_seen_at) for hit in hits)
    began: dict[int, date] = {}
    for hit in hits:
        began.setdefault(hit.story_id, local(hit.first_seen_at))
    stories = Counter(began.values())
    watched_days = {local(hour) for hour in watched}
    spiked = {local(moment) for moment in spikes}
    shown = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return [
        DayCount(one, articles[one], stories[one], band(one, stories, watched_days, is_restful), one in spiked)
        for one in shown
    ]


def is_restful(day: date) -> bool:
    """Saturday, Sunday or a public holiday in Korea."""
    return day.weekday() >= 5 or is_korean_holiday(day)  # noqa: PLR2004 - Saturday


@router.post("/silences")
async def silence(
    request: Request,
    lasting: Annotated[str, Form(max_length=10)],
    watchlist: Annotated[str, Form(max_length=200)] = "",
    story: Annotated[int, Form(ge=0, le=LARGEST_ID)] = 0,
    why: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/watchlists",  # noqa: A002 - the field's name in the form
) -> RedirectResponse:
    """Silence a watchlist or a story for a while."""
    app = desk_of(request).current()
    span = duration(lasting)
    known = [one.name for one in app.config.watchlists]
    if not span or span > HISTORY * 13 or (watchlist and watchlist not in known) or not (watchlist or story):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "a watchlist or a story, and how long: 2h, 1d")
    now = app.clock.now()
    matchers = Matchers(watchlist, story)
    await app.storage.write(lambda work: work.silences.add(matchers, why.strip(), now, now + span))
    return RedirectResponse(safe_next(next), HTTPStatus.SEE_OTHER)


@router.post("/silences/{silence_id}/expire")
async def expire(
    request: Request,
    silence_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    next: Annotated[str, Form(max_length=2000)] = "/watchlists",  # noqa: A002 - as above
) -> RedirectResponse:
    """End a silence now; one that has ended stays as it is."""
    app = desk_of(request).current()
    now = app.clock.now()
    await app.storage.write(lambda work: work.silences.expire(silence_id, now))
    return RedirectResponse(safe_next(next), HTTPStatus.SEE_OTHER)
