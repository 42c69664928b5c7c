"""The text of an article's page. Runs in a parser child, see `ingest.pool`."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.clean import body_text
from monitor.ingest.decode import decode


@dataclass(frozen=True, slots=True)
class PageJob:
    """A page's body and what is needed to read it; `feed` is on whose behalf."""

    body: bytes
    charset: str
    url: str
    feed: str


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of an article, "" if there is none."""

    text: str


def extract(job: PageJob) -> PageText:
    """Find the article in a page, and drop menus, comments and boilerplate.

    Raises:
        FetchError: PARSER, if the library for it is not installed.
    """
    try:
        # Heavy, and only for children that are given pages.
        import trafilatura  # noqa: PLC0415
    except ImportError as error:
        raise FetchError(FetchFailure.PARSER, "the extra `fulltext` is not installed") from error
    text = decode(job.body, job.charset).text
    found = trafilatura.extract(text, include_comments=False) if text.strip() else None
    return PageText(body_text(found or ""))
