"""Try a query, a watchlist or a new term on a text or a page, and see clause by clause why it matches or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time

from monitor.core.article import Article
from monitor.core.errors import ConfigurationError, FetchError
from monitor.core.matching.explain import explain
from monitor.core.matching.model import Kind, Mode
from monitor.core.query.errors import QueryError
from monitor.pipeline.records import FeedSpec
from monitor.web.desk import desk_of
from monitor.web.explained import view
from monitor.web.pages.search import LONGEST_QUERY, look_back, trouble_of
from monitor.web.pages.story import LARGEST_ID
from monitor.web.render import language_of, page
from monitor.web.trial import NewTerm, asked, typed, with_term
from monitor.web.words import words_of

if TYPE_CHECKING:
    from monitor.bootstrap import App
    from monitor.core.query.explain import Language
    from monitor.web.explained import ExplainedView
    from monitor.web.pages.search import History, Trouble

router: Final = APIRouter()

LONGEST_TEXT: Final = 20_000
BACK_DAYS: Final = 30

NO_TERM: Final = NewTerm()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried: a query, a watchlist or a term, as it was typed."""

    watchlist: str = ""
    query: str = ""
    term: NewTerm = NO_TERM


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
    term: str = "",
) -> HTMLResponse:
    """The form, with a term of the configuration if it is named; with an article's number, its explanation."""
    app = desk_of(request).current()
    known = app.compiled.lexicon.in_force.get(term)
    wanted = Wanted(watchlist, query, typed(known) if known else NO_TERM)
    tried = Tried()
    if article:
        stored = await app.storage.read(lambda work: work.articles.get(article))
        if stored is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        tried = await _tried(app, wanted, stored.article, language_of(request))
    return _answer(request, app, wanted, "", tried)


def new_term(
    name: Annotated[str, Form(max_length=200)] = "",
    any: Annotated[str, Form(max_length=LONGEST_QUERY)] = "",  # noqa: A002 - the key's name in config.yaml
    kind: Annotated[Kind, Form()] = Kind.CONCEPT,
    mode: Annotated[Mode, Form()] = Mode.EXACT,
    exclude: Annotated[str, Form(max_length=LONGEST_QUERY)] = "",
    require: Annotated[str, Form(max_length=LONGEST_QUERY)] = "",
    case_sensitive: Annotated[bool, Form()] = False,  # noqa: FBT002 - a box in the form
) -> NewTerm:
    """The term that a form holds."""
    return NewTerm(name, any, kind.value, mode.value, exclude, require, case_sensitive)


@router.post("/try")
async def attempted(
    request: Request,
    term: Annotated[NewTerm, Depends(new_term)],
    watchlist: Annotated[str, Form(max_length=200)] = "",
    query: Annotated[str, Form(max_length=LONGEST_QUERY)] = "",
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    action: Annotated[str, Form(max_length=20)] = "",
) -> HTMLResponse:
    """Explain a query, a watchlist or a term on a text or the page at an address, or look back over the history."""
    app, language = desk_of(request).current(), language_of(request)
    text = text.replace("\r\n", "\n").strip()
    wanted = Wanted(watchlist, query, term)
    tried = Tried()
    if action == "history":
        tried = await _tried(app, wanted, None, language)
    elif text:
        try:
            about = await _fetched(app, text) if _is_address(text) else _written(text)
        except FetchError as error:
            tried = Tried(fault=str(error))
        else:
            tried = _no_text(language) if about is None else await _tried(app, wanted, about, language)
    return _answer(request, app, wanted, text, tried)


def _answer(request: Request, app: App, wanted: Wanted, text: str, tried: Tried) -> HTMLResponse:
    return page(
        request,
        "try.html",
        watchlists=[one.name for one in app.config.watchlists],
        wanted=wanted,
        kinds=list(Kind),
        modes=list(Mode),
        text=text,
        tried=tried,
        back_days=BACK_DAYS,
    )


async def _tried(app: App, wanted: Wanted, about: Article | None, language: Language) -> Tried:
    """What is wanted explained on an article; without one, looked for in the history."""
    try:
        compiled = with_term(app.compiled, wanted.term)
        watchlist, matcher = asked(compiled, wanted.watchlist, wanted.query, wanted.term)
    except ConfigurationError as error:
        return Tried(fault="; ".join(f"{one.what}, {one.todo}" for one in error.problems), article=about)
    except QueryError as error:
        return Tried(trouble=trouble_of(error, language), article=about)
    except LookupError:
        return Tried(fault=_nothing_asked(language), article=about)
    if about is None:
        return Tried(history=await look_back(app, watchlist.name, matcher, BACK_DAYS, language))
    if not about.feeds:
        # A text comes by no feed; it is looked at as if it came by the right one.
        about = replace(about, feeds=tuple(watchlist.feeds), feed_tags=tuple(watchlist.feed_tags))
    explained = explain(compiled.lexicon.terms, watchlist, about, compiled.verifier)
    return Tried(view(watchlist, about, explained, language), article=about)


def _nothing_asked(language: Language) -> str:
    return words_of(language).gettext("Write a query or a term, or choose a watchlist.")


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
    # Stands for a feed, as if the page were of its host: no headers of its own, the usual limits.
    content = await app.pages.fetch(url, FeedSpec("try", url))
    return replace(_written(content), url=url) if content else None
