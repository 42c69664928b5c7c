"""Why an article is in its story, as people read it on a terminal, and as programs read it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from monitor.core.stories.similarity import JOIN_AT
from monitor.core.stories.wording import doubt_words, kind_words, why_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from monitor.core.query.explain import Language
    from monitor.pipeline.placed import Account, Rival
    from monitor.pipeline.records import PlacedArticle

_HOUR: Final = timedelta(hours=1)

_KO: Final = {
    "article": "기사 {id}",
    "joined": "스토리 {story}에 들어감: {kind} ({why})",
    "opened": "새 스토리 {story}번을 엶",
    "now": "  (지금은 스토리 {story}의 일부)",
    "alike": "비슷함 {similarity:.2f}, 기준 {cut:.2f}",
    "address": "같은 주소의 기사",
    "nearest": "가장 가까운 기사 {id}: {title}",
    "words": "같은 낱말: {words}",
    "numbers": "같은 숫자: {words}",
    "new": "새로운 것: {words}",
    "alone": "비슷한 스토리가 없었음",
    "other": "다음으로 가까운 스토리 {story}, 기사 {id}: {title}",
    "below": "비슷함 {similarity:.2f}: 기준 {cut:.2f}에 못 미침",
    "less": "비슷함 {similarity:.2f}: 고른 스토리보다 덜 비슷함",
    "merged_other": "비슷함 {similarity:.2f}: 같은 스토리로 합쳐짐",
    "apart": "{hours}시간 떨어짐",
    "merged": "이 기사로 합쳐진 스토리: {stories}",
}
_EN: Final = {
    "article": "article {id}",
    "joined": "joined story {story}: {kind} ({why})",
    "opened": "opened story {story}",
    "now": "  (part of story {story} by now)",
    "alike": "similarity {similarity:.2f}, cut {cut:.2f}",
    "address": "an article at the same address",
    "nearest": "nearest article {id}: {title}",
    "words": "shared words: {words}",
    "numbers": "shared numbers: {words}",
    "new": "new: {words}",
    "alone": "no story was like it",
    "other": "next nearest story {story}, article {id}: {title}",
    "below": "similarity {similarity:.2f}: below the cut of {cut:.2f}",
    "less": "similarity {similarity:.2f}: less than the story it joined",
    "merged_other": "similarity {similarity:.2f}: merged with it",
    "apart": "{hours} hours apart",
    "merged": "stories that this article showed to be one with it: {stories}",
}


def json_story(account: Account) -> dict[str, Any]:
    """Why an article is in its story, as one JSON object."""
    view = account.view
    return {
        "story_id": view.placed.story_id,
        "opened": view.kind is None,
        "kind": view.kind.value if view.kind else "opened",
        "why": view.why.value if view.why else "",
        "similarity": view.similarity,
        "cut": JOIN_AT,
        "words": list(view.words),
        "numbers": list(view.numbers),
        "new": list(view.new),
        "nearest": _json_rival(account.nearest, account),
        "other": None
        if account.other is None
        else _json_rival(account.other, account) | {"similarity": view.other_similarity},
        "merged": list(view.absorbed),
    }


def _json_rival(rival: Rival | None, account: Account) -> dict[str, Any]:
    if rival is None:
        return {}
    return {
        "article_id": rival.article.id,
        "story_id": rival.article.story_id,
        "title": rival.article.article.title,
        "against": [doubt_words(doubt, account.traits, rival.traits, "en") for doubt in rival.doubts],
        "hours_apart": round(_hours_apart(account.view.placed, rival.article), 1),
    }


def show_account(console: Console, account: Account, language: Language, zone: ZoneInfo) -> None:
    """Print why an article is in its story."""
    view = _View(account, _KO if language == "ko" else _EN, language, zone)
    for line in view.lines():
        console.print(line)


class _View:
    """Writes lines about one article in one language."""

    def __init__(self, account: Account, words: Mapping[str, str], language: Language, zone: ZoneInfo) -> None:
        self._account, self._words, self._zone = account, words, zone
        self._language: Language = language

    def lines(self) -> Iterator[Text]:
        """The whole account."""
        placed = self._account.view.placed
        yield Text()
        head = Text(self._say("article", id=placed.id), "bold").append(f"  {placed.article.title}", "not bold")
        yield head.append(f"  {placed.article.source}, {self._time(placed)}", "dim not bold")
        yield from self._why()
        yield from self._other()
        if self._account.view.absorbed:
            stories = ", ".join(map(str, self._account.view.absorbed))
            yield Text("  " + self._say("merged", stories=stories))

    def _why(self) -> Iterator[Text]:
        view, nearest = self._account.view, self._account.nearest
        story = view.placed.story_id
        if view.kind is None or view.why is None:
            later = self._say("now", story=story) if story != view.placed.id else ""
            yield Text("● " + self._say("opened", story=view.placed.id) + later)
            if nearest is None:
                yield Text("  " + self._words["alone"], "dim")
                return
            yield from self._article("nearest", nearest)
            yield Text("    " + self._against("below", view.similarity, nearest), "dim")
            return
        kind, why = kind_words(view.kind, self._language), why_words(view.why, self._language)
        yield Text("● " + self._say("joined", story=story, kind=kind, why=why))
        if nearest is not None:
            yield from self._article("nearest", nearest)
        yield Text("    " + self._say("alike", similarity=view.similarity, cut=JOIN_AT))
        for key, found in (("words", view.words), ("numbers", view.numbers), ("new", view.new)):
            if found:
                yield Text("    " + self._say(key, words=", ".join(found)))

    def _other(self) -> Iterator[Text]:
        view, other = self._account.view, self._account.other
        if other is None:
            return
        similarity = view.other_similarity
        key = "below" if similarity < JOIN_AT else "less"
        if other.article.story_id == view.placed.story_id:
            key = "merged_other"
        yield from self._article("other", other)
        yield Text("    " + self._against(key, similarity, other), "dim")

    def _article(self, key: str, rival: Rival) -> Iterator[Text]:
        placed = rival.article
        said = self._say(key, id=placed.id, story=placed.story_id, title=placed.article.title)
        yield Text("  " + said).append(f"  {placed.article.source}, {self._time(placed)}", "dim")

    def _against(self, key: str, similarity: float, rival: Rival) -> str:
        parts = [self._say(key, similarity=similarity, cut=JOIN_AT)]
        parts += [doubt_words(doubt, self._account.traits, rival.traits, self._language) for doubt in rival.doubts]
        hours = round(_hours_apart(self._account.view.placed, rival.article))
        if hours:
            parts.append(self._say("apart", hours=hours))
        return "; ".join(parts)

    def _say(self, key: str, **values: object) -> str:
        return self._words[key].format(**values)

    def _time(self, placed: PlacedArticle) -> str:
        moment = placed.article.published_at or placed.first_seen_at
        return f"{moment.astimezone(self._zone):%m-%d %H:%M}"


def _hours_apart(one: PlacedArticle, other: PlacedArticle) -> float:
    moments = [placed.article.published_at or placed.first_seen_at for placed in (one, other)]
    return abs(moments[0] - moments[1]) / _HOUR
