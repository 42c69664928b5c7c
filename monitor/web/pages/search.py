"""The language of the watchlists over the history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.config.compile import compile_query
from monitor.core.query.errors import QueryError
from monitor.pipeline.survey import Budget, survey
from monitor.web.ask import bounds, today_of
from monitor.web.buckets import Unit, begin_of, begins, unit_of
from monitor.web.charts import DayCount, Names, days_chart
from monitor.web.desk import desk_of
from monitor.web.render import language_of, page
from monitor.web.words import words_of

if TYPE_CHECKING:
    from datetime import date

    from markupsafe import Markup

    from monitor.bootstrap import App
    from monitor.core.matching.engine import Matcher
    from monitor.core.query.explain import Language
    from monitor.pipeline.survey import Survey

router: Final = APIRouter()

ALL: Final = 0
SPANS: Final = (7, 30, 90, 365, ALL)
"""Days that can be looked back over; `ALL`: the whole history."""
SHOWN: Final = 50
QUICK_S: Final = 0.05
"""How long articles are read before the rest is counted by the index alone."""
BARREN_S: Final = 1.0
"""How long they are read while none was found: nothing to see is worse than to wait."""
BUDGET_S: Final = 4.0
"""How long they are read if somebody wants to know it exactly."""
LONGEST_QUERY: Final = 2000


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a query: what, what to do, and the text with a caret below the place."""

    what: str
    todo: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class History:
    """A query over the stored articles: what was found, how many a day (week, month), and their chart.

    `more`: articles that the index names beside those found, and that were not read.
    """

    seen: Survey
    unit: Unit
    days: tuple[DayCount, ...]
    chart: Markup
    more: int = 0


@router.get("/search")
async def search(request: Request, q: str = "", days: int = SPANS[0], exact: bool = False) -> HTMLResponse:  # noqa: FBT001, FBT002 - a flag in the address
    """Search the stored articles; counts over time and the newest articles."""
    app = desk_of(request).current()
    span = days if days in SPANS else SPANS[0]
    query, history, trouble = q.strip()[:LONGEST_QUERY], None, None
    if query:
        try:
            matcher = compile_query(app.compiled, query)
        except QueryError as error:
            trouble = trouble_of(error, language_of(request))
        else:
            budget_s = BUDGET_S if exact else QUICK_S
            history = await look_back(app, query, matcher, span, language_of(request), budget_s=budget_s)
    return page(
        request,
        "search.html",
        query=query,
        history=history,
        trouble=trouble,
        span=span,
        spans=SPANS,
        is_exact=exact,
    )


def trouble_of(error: QueryError, language: Language) -> Trouble:
    """A fault of a query in the language of the pages."""
    return Trouble(*error.said(language), error.excerpt())


async def look_back(
    app: App, name: str, matcher: Matcher, span: int, language: Language, *, budget_s: float = BUDGET_S
) -> History:
    """The one watchlist of a matcher over so many days of the history, or all of it.

    Articles are read for so long; of those before them is counted what the index names. A query that the index knows
    nothing of is read for the whole budget.
    """
    today = today_of(app)
    first = today - timedelta(days=span - 1) if span else await _first_day(app)
    since = bounds(first, app.zone)[0] if span else None
    if matcher.need is None:
        budget_s = BUDGET_S
    seen = await survey(
        app.storage,
        matcher,
        app.clock,
        need=matcher.need,
        since=since,
        limit=SHOWN,
        budget=Budget(budget_s, BARREN_S),
    )
    unit = unit_of(first, today)
    starts = begins(first, today, unit)
    counts = Counter(begin_of(moment.astimezone(app.zone).date(), unit) for moment in seen.times)
    more = await _not_read(app, matcher, seen, [max(one, first) for one in starts])
    days = tuple(
        DayCount(one, counts[one], 0, more=left, label=_label(one, unit))
        for one, left in zip(starts, more, strict=True)
    )
    words = words_of(language)
    says = {
        Unit.DAY: words.gettext("Articles a day: %(name)s"),
        Unit.WEEK: words.gettext("Articles a week: %(name)s"),
        Unit.MONTH: words.gettext("Articles a month: %(name)s"),
    }
    names = Names(
        says[unit] % {"name": name}, words.gettext("articles"), most=words.gettext("at most, by the index alone")
    )
    return History(seen, unit, days, days_chart(days, names), sum(more))


async def _not_read(app: App, matcher: Matcher, seen: Survey, starts: list[date]) -> tuple[int, ...]:
    """How many articles the index names of each stretch that were not read."""
    need, before_id = matcher.need, seen.before_id
    if need is None or before_id is None:
        return (0,) * len(starts)
    moments = [bounds(one, app.zone)[0] for one in starts]
    return await app.storage.read(lambda work: work.articles.count_meeting(need, moments, before_id))


async def _first_day(app: App) -> date:
    """The day of the oldest article; today if there is none."""
    first_at = await app.storage.read(lambda work: work.articles.oldest_at())
    return first_at.astimezone(app.zone).date() if first_at else today_of(app)


def _label(day: date, unit: Unit) -> str:
    return f"{day:%Y-%m}" if unit is Unit.MONTH else ""
