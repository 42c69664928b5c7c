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
from monitor.pipeline.survey import survey
from monitor.web.ask import bounds, today_of
from monitor.web.charts import DayCount, Names, days_chart
from monitor.web.desk import desk_of
from monitor.web.render import language_of, page
from monitor.web.words import words_of

if TYPE_CHECKING:
    from markupsafe import Markup

    from monitor.bootstrap import App
    from monitor.core.matching.engine import Matcher
    from monitor.core.query.explain import Language
    from monitor.pipeline.survey import Survey

router: Final = APIRouter()

SPANS: Final = (7, 30, 90)
"""Days that can be looked back over."""
SHOWN: Final = 50
BUDGET_S: Final = 4.0
LONGEST_QUERY: Final = 2000


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a query: what, what to do, and the text with a caret below the place."""

    what: str
    todo: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class History:
    """A query over the stored articles: what was found, its days, and their chart."""

    seen: Survey
    days: tuple[DayCount, ...]
    chart: Markup


@router.get("/search")
async def search(request: Request, q: str = "", days: int = SPANS[0]) -> HTMLResponse:
    """Search the stored articles; counts by day and the newest articles."""
    app = desk_of(request).current()
    span = days if days in SPANS else SPANS[0]
    query, history, trouble = q.strip()[:LONGEST_QUERY], None, None
    if query:
        try:
            history = await look_back(app, query, compile_query(app.compiled, query), span, language_of(request))
        except QueryError as error:
            trouble = trouble_of(error, language_of(request))
    return page(request, "search.html", query=query, history=history, trouble=trouble, span=span, spans=SPANS)


def trouble_of(error: QueryError, language: Language) -> Trouble:
    """A fault of a query in the language of the pages."""
    return Trouble(*error.said(language), error.excerpt())


async def look_back(app: App, name: str, matcher: Matcher, span: int, language: Language) -> History:
    """The one watchlist of a matcher over so many days of the history."""
    today = today_of(app)
    since = bounds(today - timedelta(days=span - 1), app.zone)[0]
    seen = await survey(
        app.storage, matcher, app.clock, need=matcher.need, since=since, limit=SHOWN, budget_s=BUDGET_S
    )
    counts = Counter(moment.astimezone(app.zone).date() for moment in seen.times)
    shown = (today - timedelta(days=back) for back in range(span - 1, -1, -1))
    days = tuple(DayCount(one, counts[one], 0) for one in shown)
    words = words_of(language)
    names = Names(words.gettext("Articles a day: %(name)s") % {"name": name}, words.gettext("articles"))
    return History(seen, days, days_chart(days, names))
