"""How values look on a page: times in the reader's zone, marked words, names of states, safe links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo  # noqa: TC003 - dataclass fields are read at run time by tools
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from monitor.notify.snippet import marked, snippet
from monitor.web.labels import FAILURES, LABELS, WITHHELD
from monitor.web.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, timedelta

    from monitor.core.article import Article, Span
    from monitor.core.query.explain import Language
    from monitor.notify.rendering import Line
    from monitor.pipeline.views import Member

_DAY_FORMATS: Final = {"ko": "M월 d일 (E)", "en": "EEE d MMM"}


@dataclass(frozen=True, slots=True)
class Show:
    """Values as readers of one language and zone see them at `now` (aware UTC)."""

    language: Language
    zone: tzinfo
    now: datetime

    def clock(self, moment: datetime) -> str:
        """`14:32`."""
        return f"{moment.astimezone(self.zone):%H:%M}"

    def moment(self, moment: datetime) -> str:
        """`14:32` today, else with the day before it, and with the year if it is another."""
        local, today = moment.astimezone(self.zone), self.today
        if local.date() == today:
            return f"{local:%H:%M}"
        year = f"{local:%Y-}" if local.year != today.year else ""
        return f"{year}{local:%m-%d %H:%M}"

    def iso(self, moment: datetime) -> str:
        """For machines: the time in the reader's zone with its offset."""
        return moment.astimezone(self.zone).isoformat(timespec="seconds")

    @property
    def today(self) -> date:
        """The day it is for the reader."""
        return self.now.astimezone(self.zone).date()

    def day(self, day: date) -> str:
        """`11월 24일 (화)`."""
        return format_date(day, _DAY_FORMATS[self.language], locale=self.language)

    def full_day(self, day: date) -> str:
        """`2026년 11월 24일 화요일`."""
        return format_date(day, "full", locale=self.language)

    def ago(self, moment: datetime) -> str:
        """`3분 전`, `in 2 hours`."""
        return format_timedelta(moment - self.now, add_direction=True, locale=self.language, format="long")

    def span(self, length: timedelta) -> str:
        """`3시간`."""
        return format_timedelta(length, locale=self.language)

    def span_of(self, start: datetime, end: datetime) -> str:
        """`11-23 07:00 – 11-24 07:00`."""
        return " – ".join(f"{moment.astimezone(self.zone):%m-%d %H:%M}" for moment in (start, end))

    def number(self, number: float) -> str:
        """With separators of thousands."""
        return format_decimal(number, format="#,##0.##", locale=self.language)

    def name(self, kind: str, value: str) -> str:
        """What a stored word is called; one that we do not know, as it is stored."""
        label = LABELS[kind].get(value, value)
        return words_of(self.language).gettext(label) if label else ""

    def withheld(self, reason: str) -> str:
        """Why a delivery was suppressed, or what a service answered."""
        return self._begun(reason, WITHHELD)

    def failure(self, error: str) -> str:
        """Why a feed could not be read."""
        return self._begun(error, FAILURES)

    def _begun(self, text: str, labels: Mapping[str, str]) -> str:
        """A text that begins with a stored word, that word by its name."""
        for known, label in labels.items():
            if text.startswith(known):
                return words_of(self.language).gettext(label) + text[len(known) :]
        return text

    def title(self, member: Member) -> Line:
        """The title of an article, its matched words marked."""
        return self.marked(member.article.title, member.spans, "title")

    def marked(self, text: str, spans: tuple[Span, ...], field: str) -> Line:
        """A text, the places of one field marked."""
        return marked(text, 0, len(text), [span for span in spans if span.field == field])

    def snippet(self, member: Member) -> Line:
        """The sentence that shows why an article matched."""
        return self.piece(member.article, member.spans)

    def piece(self, article: Article, spans: tuple[Span, ...]) -> Line:
        """The same for an article and the places of one match."""
        line = snippet(article, spans)
        # Of some summaries no more than a bracket is left.
        return line if any(letter.isalnum() for segment in line for letter in segment.text) else ()

    def outlet(self, article: Article) -> str:
        """Who published it; without a name, the host of its address."""
        return article.source or urlsplit(article.url).netloc or "?"

    def link(self, url: str) -> str:
        """An address that is safe to open, else ""."""
        return url if urlsplit(url).scheme in {"http", "https"} else ""

    def segment(self, text: str) -> str:
        """A name as a part of a path."""
        return quote(text, safe="")
