"""From an alert's content to a rendering: pure, the same for every channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, assert_never

from monitor.core.alerting import Reason
from monitor.core.article import Precision
from monitor.notify.rendering import Form, Line, Part, Rendering, Segment
from monitor.notify.snippet import marked, snippet
from monitor.notify.text import clean, cut, safe_url
from monitor.notify.wording import WORDINGS, Language, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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
    start = label = ""
    match content.reason:
        case Reason.FIRST_REPORT | Reason.UPDATED | Reason.GROWN | Reason.REPEATED:
            title, parts, start = _report(content, wording, zone)
            label = start if len(_by_article(content.hits)) == 1 else ""
        case Reason.BASELINE:
            title, parts = _baseline(content, wording, zone)
        case Reason.DIGEST | Reason.QUIET | Reason.FLOOD | Reason.URGENT:
            title, parts = _digest(content, wording, zone)
        case Reason.BRIEFING:
            title, parts = _digest(content, replace(wording, digest=wording.briefing), zone)
        case Reason.SPIKE:
            title = f"[{wording.spike}] {content.notes[0] if content.notes else content.watchlist}"
            parts = tuple(_listed(hits, wording, zone) for hits in _by_article(content.hits))
        case Reason.NOTICE:
            title = f"[{wording.notice}] {content.notes[0] if content.notes else ''}"
            parts = ()
        case Reason.CANARY:
            title = f"[{wording.canary}] {content.notes[0] if content.notes else ''}"
            parts = ()
        case Reason.TEST:
            title, parts = f"[{wording.test}] {content.watchlist}", (_prose(wording.test_body),)
        case _:
            assert_never(content.reason)
    return Rendering(
        title=cut(clean(title).strip(), TITLE_LIMIT),
        parts=parts + tuple(_prose(note) for note in content.notes),
        more=wording.not_shown.replace("{alert}", str(content.alert_id)),
        label=label,
        cut_short=wording.cut_short,
        fewer=wording.fewer_shown,
        start=start,
        watchlists_are=wording.watchlists,
        language=language,
        content=content,
    )


def story_url(content: AlertContent, dashboard: str) -> str:
    """The page of an alert's one story, under the address by which people reach the dashboard ("" for none)."""
    stories = {hit.story_id for hit in content.hits}
    if not dashboard or len(stories) != 1 or 0 in stories:
        return ""
    return f"{dashboard.rstrip('/')}/stories/{stories.pop()}"


# --- one alert at a time ---


def _report(content: AlertContent, wording: Wording, zone: ZoneInfo) -> tuple[str, tuple[Part, ...], str]:
    articles = _by_article(content.hits)
    updated = content.reason is Reason.UPDATED
    label = _label(_watchlists(content.hits) or (content.watchlist,), wording)
    first = _title_of(articles[0][0].article, wording) if articles else ""
    if len(articles) > 1:
        room = TITLE_LIMIT - len(label) - 20
        first = wording.more_articles.format(first=cut(first, room), count=len(articles) - 1)
    start = f"[{label}]" + (f" ({wording.updated})" if updated else "")
    parts = _story(articles, content.outlets, wording, zone, updated=updated)
    return f"{start} {first}", parts, start


def _story(
    articles: Sequence[Sequence[HitView]], outlets: int, wording: Wording, zone: ZoneInfo, *, updated: bool
) -> tuple[Part, ...]:
    """The first article in full, the others of the story by their titles."""
    if not articles:
        return ()
    first = _article(articles[0], outlets, wording, zone, updated=updated)
    return (first, *(_listed(hits, wording, zone) for hits in articles[1:]))


def _article(hits: Sequence[HitView], outlets: int, wording: Wording, zone: ZoneInfo, *, updated: bool) -> Part:
    """Headline, outlets and time, the sentence that matched, and whose watchlists it is for."""
    article = hits[0].article
    return Part(
        Form.STORY,
        title=_headline(hits, wording),
        url=safe_url(article.url),
        outlet=_outlet(article, outlets, wording),
        at=_at(article, wording, zone),
        quote=snippet(article, [span for hit in hits for span in hit.spans]),
        watchlists=_names(hits, wording),
        updated=wording.updated if updated else "",
        opens=1,
    )


def _headline(hits: Sequence[HitView], wording: Wording) -> Line:
    article = hits[0].article
    if not clean(article.title).strip():
        return (Segment(wording.untitled),)
    spans = [span for hit in hits for span in hit.spans if span.field == "title"]
    return marked(article.title, 0, len(article.title), spans)


def _names(hits: Iterable[HitView], wording: Wording) -> str:
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


def _baseline(content: AlertContent, wording: Wording, zone: ZoneInfo) -> tuple[str, tuple[Part, ...]]:
    count = wording.count.format(count=len(_by_article(content.hits)))
    parts = [_prose(wording.baseline_intro)] if content.hits else []
    for name in _watchlists(content.hits):
        hits = _newest_first([hit for hit in content.hits if hit.watchlist == name])
        parts.append(_heading(name, len(hits), wording))
        parts.extend(_listed([hit], wording, zone) for hit in hits[:_BASELINE_TITLES])
        rest = len(hits) - _BASELINE_TITLES
        if rest > 0:
            said = wording.rest.format(count=rest, name=clean(name).strip())
            parts.append(Part(Form.LISTED, text=(Segment(said),), opens=rest))
    return f"[{wording.baseline}] {_scope(content, wording)} {count}", tuple(parts)


def _digest(content: AlertContent, wording: Wording, zone: ZoneInfo) -> tuple[str, tuple[Part, ...]]:
    """Each story once, the newest first, under the first watchlist that it hits; the others are named with it."""
    count = wording.count.format(count=len(_by_article(content.hits)))
    day = _day(content.created_at.astimezone(zone), wording)
    stories = sorted(_by_story(content.hits), key=_newest_of, reverse=True)
    parts: list[Part] = []
    for name in _watchlists(content.hits):
        here = [hits for hits in stories if hits[0].watchlist == name]
        if here:
            parts.append(_heading(name, sum(len(_by_article(hits)) for hits in here), wording))
            parts.extend(_gathered(hits, wording, zone) for hits in here)
    return f"[{wording.digest}] {day} {_scope(content, wording)} {count}", tuple(parts)


def _gathered(story: Sequence[HitView], wording: Wording, zone: ZoneInfo) -> Part:
    """A story as one line: its newest article, how many outlets and articles there are, and whose it is too."""
    articles = _by_article(story)
    newest = max(articles, key=_newest_of)
    part = _listed(newest, wording, zone)
    outlets = {name for hits in articles if (name := _source(hits[0].article))}
    names = _watchlists(story)
    return replace(
        part,
        outlet=_outlet(newest[0].article, len(outlets), wording),
        weak=wording.weak if all(hit.weak for hit in story) else "",
        watchlists=", ".join(clean(name).strip() for name in names) if len(names) > 1 else "",
        opens=len(articles),
    )


def _scope(content: AlertContent, wording: Wording) -> str:
    names = _watchlists(content.hits) or ((content.watchlist,) if content.watchlist else ())
    return _label(names, wording) if names else ""


def _heading(name: str, count: int, wording: Wording) -> Part:
    return Part(Form.HEADING, text=(Segment(f"{clean(name).strip()} {wording.count.format(count=count)}"),))


def _listed(hits: Sequence[HitView], wording: Wording, zone: ZoneInfo) -> Part:
    article = hits[0].article
    return Part(
        Form.LISTED,
        title=_headline(hits, wording),
        url=safe_url(article.url),
        outlet=_outlet(article, 0, wording),
        at=_at(article, wording, zone),
        weak=wording.weak if hits[0].weak else "",
        opens=1,
    )


def _newest_first(hits: Sequence[HitView]) -> list[HitView]:
    """One hit an article, the latest published first; the order of arrival decides between equals."""
    unique = {hit.article.identity: hit for hit in hits}
    return sorted(unique.values(), key=lambda hit: hit.article.published_at or _NEVER, reverse=True)


def _newest_of(hits: Sequence[HitView]) -> datetime:
    return max(hit.article.published_at or _NEVER for hit in hits)


# --- parts ---


def _prose(text: str) -> Part:
    return Part(Form.PROSE, text=(Segment(clean(text).strip()),))


def _title_of(article: Article, wording: Wording) -> str:
    return clean(article.title).strip() or wording.untitled


def _source(article: Article) -> str:
    return clean(article.source or (article.feeds[0] if article.feeds else "")).strip()


def _outlet(article: Article, outlets: int, wording: Wording) -> str:
    """The outlet, and how many others there are."""
    outlet = _source(article)
    return wording.more_outlets.format(first=outlet, count=outlets - 1) if outlet and outlets > 1 else outlet


def _at(article: Article, wording: Wording, zone: ZoneInfo) -> str:
    """`10-06(화) 14:30`, as far as it is known."""
    if article.published_at is None:
        return ""
    local = article.published_at.astimezone(zone)
    day = _day(local, wording)
    return day if article.published_precision is Precision.DAY else f"{day} {local:%H:%M}"


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


def _by_story(hits: Sequence[HitView]) -> list[list[HitView]]:
    """The hits of each story; an article that belongs to none is one by itself."""
    groups: dict[int | str, list[HitView]] = {}
    for hit in hits:
        groups.setdefault(hit.story_id or hit.article.identity, []).append(hit)
    return list(groups.values())
