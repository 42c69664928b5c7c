"""Try a query on a text, an article or an address, and see clause by clause why it matches or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.config.compile import compile_more
from monitor.core.article import Article
from monitor.core.errors import FetchError
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.explain import explain
from monitor.core.query.errors import QueryError
from monitor.pipeline.records import FeedSpec
from monitor.web.desk import desk_of
from monitor.web.explained import view
from monitor.web.pages.search import LONGEST_QUERY, look_back, trouble_of
from monitor.web.pages.story import LARGEST_ID
from monitor.web.render import language_of, page
from monitor.web.words import words_of

if TYPE_CHECKING:
    from monitor.bootstrap import App
    from monitor.core.matching.engine import Matcher
    from monitor.core.matching.model import Watchlist
    from monitor.core.query.explain import Language
    from monitor.web.explained import ExplainedView
    from monitor.web.pages.search import History, Trouble

router: Final = APIRouter()

LONGEST_TEXT: Final = 20_000
BACK_DAYS: Final = 30
PAGE_SPEC: Final = FeedSpec("try", "")
"""Stands for a feed when a page is fetched: no headers of its own, the usual limits."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: an explanation, a look at the history, or what is wrong."""

    explained: ExplainedView | None = None
    history: History | None = None
    trouble: Trouble | None = None
    fault: str = ""
    article: Article | None = None


@router.get("/try")
async def form(
    request: Request,
    watchlist: str = "",
    query: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    article: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
) -> HTMLResponse:
    """The form; with a watchlist and the number of an article, its explanation."""
    app = desk_of(request).current()
    tried = Tried()
    if article:
        stored = await app.storage.read(lambda work: work.articles.get(article))
        if stored is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        tried = attempt(app, watchlist, query, stored.article, language_of(request))
    return _answer(request, app, watchlist, query, "", tried)


@router.post("/try")
async def attempted(
    request: Request,
    watchlist: Annotated[str, Form(max_length=200)] = "",
    query: Annotated[str, Form(max_length=LONGEST_QUERY)] = "",
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    action: Annotated[str, Form(max_length=20)] = "",
) -> HTMLResponse:
    """Explain a query on a text or the page at an address, or look back over the history."""
    app, language = desk_of(request).current(), language_of(request)
    text = text.replace("\r\n", "\n").strip()
    tried = Tried()
    if action == "history":
        tried = await _over_history(app, watchlist, query, language)
    elif text:
        try:
            about = await _fetched(app, text) if _is_address(text) else _written(text)
        except FetchError as error:
            tried = Tried(fault=str(error))
        else:
            tried = _no_text(language) if about is None else attempt(app, watchlist, query, about, language)
    return _answer(request, app, watchlist, query, text, tried)


def _answer(request: Request, app: App, watchlist: str, query: str, text: str, tried: Tried) -> HTMLResponse:
    return page(
        request,
        "try.html",
        watchlists=[one.name for one in app.config.watchlists],
        watchlist=watchlist,
        query=query,
        text=text,
        tried=tried,
        back_days=BACK_DAYS,
    )


def attempt(app: App, watchlist: str, query: str, about: Article, language: Language) -> Tried:
    """Explain a watchlist, or a query if one is given, on an article."""
    try:
        asked, _ = _asked(app, watchlist, query)
    except QueryError as error:
        return Tried(trouble=trouble_of(error, language), article=about)
    except LookupError:
        return Tried(fault=_nothing_asked(language), article=about)
    if not about.feeds:
        # A text comes by no feed; it is looked at as if it came by the right one.
        about = replace(about, feeds=tuple(asked.feeds), feed_tags=tuple(asked.feed_tags))
    explained = explain(app.compiled.lexicon.terms, asked, about, app.compiled.verifier)
    return Tried(view(asked, about, explained, language), article=about)


async def _over_history(app: App, watchlist: str, query: str, language: Language) -> Tried:
    try:
        asked, matcher = _asked(app, watchlist, query)
    except QueryError as error:
        return Tried(trouble=trouble_of(error, language))
    except LookupError:
        return Tried(fault=_nothing_asked(language))
    return Tried(history=await look_back(app, asked.name, matcher, BACK_DAYS, language))


def _asked(app: App, watchlist: str, query: str) -> tuple[Watchlist, Matcher]:
    """The query if there is one, else the watchlist of this name.

    Raises:
        QueryError: the text is no query.
        LookupError: there is neither.
    """
    compiled = app.compiled
    if query.strip():
        return compile_more(compiled, query.strip())
    asked = next((one for one in compiled.watchlists if one.name == watchlist), None)
    if asked is None:
        raise LookupError(watchlist)
    return asked, compile_matcher(compiled.lexicon.terms, [asked], compiled.verifier)


def _nothing_asked(language: Language) -> str:
    return words_of(language).gettext("Choose a watchlist or write a query.")


def _no_text(language: Language) -> Tried:
    return Tried(fault=words_of(language).gettext("No text could be read there; robots.txt may forbid it."))


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://")) and len(text.split()) == 1


def _written(text: str) -> Article:
    """The first line is the title, the rest the summary."""
    title, _, body = text.partition("\n")
    return Article("", "", title.strip(), body.strip())


async def _fetched(app: App, url: str) -> Article | None:
    """The text of a page, read as the text of articles is: from public addresses, as robots.txt allows.

    None if there is no text to be read.

    Raises:
        FetchError: it could not be fetched.
    """
    content = await app.pages.fetch(url, PAGE_SPEC)
    return replace(_written(content), url=url) if content else None
