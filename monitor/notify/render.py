"""From an alert's content to a rendering: pure, the same for every channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, assert_never

from monitor.core.alerting import Reason
from monitor.core.article import Precision
from monitor.notify.rendering import BULLET, Line, Paragraph, Rendering, Segment
from monitor.notify.snippet import marked, snippet
from monitor.notify.text import clean, cut, safe_url
from monitor.notify.wording import WORDINGS, Language, Wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from monitor.core.article import Article
    from monitor.pipeline.records import AlertContent, HitView

TITLE_LIMIT: Final = 80  # characters; longer mail subjects in Hangul fail for ever
_LABEL_LIMIT: Final = 30
_BASELINE_TITLES: Final = 10
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def render(content: AlertContent, language: Language, zone: ZoneInfo) -> Rendering:
    """What to tell, as structure. Times are shown in `zone`.

    Raises:
        KeyError: a span names a field that articles do not have.
    """
    wording = WORDINGS[language]
    label = ""
    match content.reason:
        case Reason.FIRST_REPORT | Reason.UPDATED | Reason.GROWN | Reason.REPEATED:
            title, paragraphs, label = _report(content, wording, zone)
        case Reason.BASELINE:
            title, paragraphs = _baseline(content, wording, zone)
        case Reason.DIGEST | Reason.QUIET | Reason.FLOOD:
            title, paragraphs = _digest(content, wording, zone)
        case Reason.SPIKE:
            title = f"[{wording.spike}] {content.notes[0] if content.notes else content.watchlist}"
            paragraphs = tuple((_listed(hits[0], wording, zone),) for hits in _by_article(content.hits))
        case Reason.NOTICE:
            title = f"[{wording.notice}] {content.notes[0] if content.notes else ''}"
            paragraphs = ()
        case Reason.TEST:
            title, paragraphs = f"[{wording.test}] {content.watchlist}", (_prose(wording.test_body),)
        case _:
            assert_never(content.reason)
    notes = tuple(_prose(note) for note in content.notes)
    more = wording.not_shown.replace("{alert}", str(content.alert_id))
    return Rendering(cut(clean(title).strip(), TITLE_LIMIT), paragraphs + notes, more, label, wording.cut_short)


# --- one alert at a time ---


def _report(content: AlertContent, wording: Wording, zone: ZoneInfo) -> tuple[str, tuple[Paragraph, ...], str]:
    articles = _by_article(content.hits)
    updated = content.reason is Reason.UPDATED
    label = _label(_watchlists(content.hits) or (content.watchlist,), wording)
    first = _title_of(articles[0][0].article, wording) if articles else ""
    if len(articles) > 1:
        room = TITLE_LIMIT - len(label) - 20
        first = wording.more_articles.format(first=cut(first, room), count=len(articles) - 1)
    start = f"[{label}]" + (f" ({wording.updated})" if updated else "")
    paragraphs = _story(articles, content.outlets, wording, zone, updated=updated)
    return f"{start} {first}", paragraphs, start if len(articles) == 1 else ""


def _story(
    articles: Sequence[Sequence[HitView]], outlets: int, wording: Wording, zone: ZoneInfo, *, updated: bool
) -> tuple[Paragraph, ...]:
    """The first article in full, the others of the story by their titles."""
    if not articles:
        return ()
    first = _article(articles[0], outlets, wording, zone, updated=updated)
    return (first, *((_listed(hits[0], wording, zone),) for hits in articles[1:]))


def _article(hits: Sequence[HitView], outlets: int, wording: Wording, zone: ZoneInfo, *, updated: bool) -> Paragraph:
    """Headline, outlets and time, the sentence that matched, and whose watchlists it is for."""
    article = hits[0].article
    lines: list[Line] = [_opening(_headline(hits, wording))]
    mark = (Segment(f"({wording.updated}) "),) if updated else ()
    about = _about(article, wording, zone, outlets)
    if mark or about:
        lines.append((*mark, Segment(about)))
    spans = [span for hit in hits for span in hit.spans]
    if quote := snippet(article, spans):
        lines.append(quote)
    lines.append((Segment(f"{wording.watchlists}: {_names(hits, wording)}"),))
    return tuple(lines)


def _headline(hits: Sequence[HitView], wording: Wording) -> Line:
    article = hits[0].article
    if not clean(article.title).strip():
        return (Segment(wording.untitled, strong=True, url=safe_url(article.url)),)
    spans = [span for hit in hits for span in hit.spans if span.field == "title"]
    return marked(article.title, 0, len(article.title), spans, strong=True, url=safe_url(article.url))


def _opening(line: Line) -> Line:
    """The line with its first segment marked as the beginning of an article."""
    return (replace(line[0], opens=1), *line[1:])


def _names(hits: Sequence[HitView], wording: Wording) -> str:
    names: dict[str, str] = {}
    for hit in hits:
        name = clean(hit.watchlist).strip()
        names[name] = (
            f"{name} ({wording.weak}: {wording.weak_reasons.get(hit.weak, clean(hit.weak).strip())})"
            if hit.weak
            else name
        )
    return ", ".join(names.values())


# --- summaries ---


def _baseline(content: AlertContent, wording: Wording, zone: ZoneInfo) -> tuple[str, tuple[Paragraph, ...]]:
    count = wording.count.format(count=len(_by_article(content.hits)))
    paragraphs = [_prose(wording.baseline_intro)] if content.hits else []
    for name in _watchlists(content.hits):
        hits = _newest_first([hit for hit in content.hits if hit.watchlist == name])
        paragraphs.append((_heading(name, len(hits), wording),))
        paragraphs.extend((_listed(hit, wording, zone),) for hit in hits[:_BASELINE_TITLES])
        rest = len(hits) - _BASELINE_TITLES
        if rest > 0:
            said = wording.rest.format(count=rest, name=clean(name).strip())
            paragraphs.append(((Segment(BULLET), Segment(said, opens=rest)),))
    return f"[{wording.baseline}] {_scope(content, wording)} {count}", tuple(paragraphs)


def _digest(content: AlertContent, wording: Wording, zone: ZoneInfo) -> tuple[str, tuple[Paragraph, ...]]:
    count = wording.count.format(count=len(_by_article(content.hits)))
    day = _day(content.created_at.astimezone(zone), wording)
    paragraphs: list[Paragraph] = []
    for name in _watchlists(content.hits):
        hits = _newest_first([hit for hit in content.hits if hit.watchlist == name])
        paragraphs.append((_heading(name, len(hits), wording),))
        paragraphs.extend((_listed(hit, wording, zone),) for hit in hits)
    return f"[{wording.digest}] {day} {_scope(content, wording)} {count}", tuple(paragraphs)


def _scope(content: AlertContent, wording: Wording) -> str:
    names = _watchlists(content.hits) or ((content.watchlist,) if content.watchlist else ())
    return _label(names, wording) if names else ""


def _heading(name: str, count: int, wording: Wording) -> Line:
    return (Segment(f"{clean(name).strip()} {wording.count.format(count=count)}", strong=True),)


def _listed(hit: HitView, wording: Wording, zone: ZoneInfo) -> Line:
    about = _about(hit.article, wording, zone)
    weak = f" ({wording.weak})" if hit.weak else ""
    title = tuple(Segment(s.text, mark=s.mark, url=s.url) for s in _headline([hit], wording))
    return (Segment(BULLET, opens=1), *title, Segment((f" — {about}" if about else "") + weak))


def _newest_first(hits: Sequence[HitView]) -> list[HitView]:
    """One hit an article, the latest published first; the order of arrival decides between equals."""
    unique = {hit.article.identity: hit for hit in hits}
    return sorted(unique.values(), key=lambda hit: hit.article.published_at or _NEVER, reverse=True)


# --- parts ---


def _prose(text: str) -> Paragraph:
    return ((Segment(clean(text).strip()),),)


def _title_of(article: Article, wording: Wording) -> str:
    return clean(article.title).strip() or wording.untitled


def _about(article: Article, wording: Wording, zone: ZoneInfo, outlets: int = 0) -> str:
    """`outlet 외 3개 매체 | 10-06(화) 14:30`, without what is not known."""
    outlet = clean(article.source or (article.feeds[0] if article.feeds else "")).strip()
    if outlet and outlets > 1:
        outlet = wording.more_outlets.format(first=outlet, count=outlets - 1)
    parts = [outlet]
    if article.published_at is not None:
        local = article.published_at.astimezone(zone)
        day = _day(local, wording)
        parts.append(day if article.published_precision is Precision.DAY else f"{day} {local:%H:%M}")
    return " | ".join(part for part in parts if part)


def _day(local: datetime, wording: Wording) -> str:
    return f"{local:%m-%d}({wording.weekdays[local.weekday()]})"


def _label(names: Sequence[str], wording: Wording) -> str:
    """The watchlists' names, short enough for the start of a subject."""
    names = [clean(name).strip() for name in names]
    joined = ", ".join(names)
    if len(joined) <= _LABEL_LIMIT or len(names) == 1:
        return cut(joined, _LABEL_LIMIT)
    return wording.and_others.format(first=cut(names[0], _LABEL_LIMIT - 8), count=len(names) - 1)


def _watchlists(hits: Sequence[HitView]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.watchlist for hit in hits))


def _by_article(hits: Sequence[HitView]) -> list[list[HitView]]:
    groups: dict[str, list[HitView]] = {}
    for hit in hits:
        groups.setdefault(hit.article.identity, []).append(hit)
    return list(groups.values())
