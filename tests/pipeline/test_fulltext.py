from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.core.article import Article, Entry, Match, Span
from monitor.core.errors import FetchError, FetchFailure
from monitor.pipeline import fulltext
from monitor.pipeline.fulltext import AGAIN_AFTER, MOST_TRIES
from monitor.pipeline.keep import ENOUGH_LETTERS, wants_fulltext
from monitor.pipeline.records import FeedSpec, FullText, WantedText
from tests.fakes.reader import article, entry, fresh

if TYPE_CHECKING:
    from tests.fakes.world import World

E1 = "전자신문"


class Pages:
    """Implements `ports.PageReader` from a script."""

    def __init__(self, *answers: str | FetchError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def fetch(self, article_url: str, spec: FeedSpec) -> str:  # noqa: ARG002 - a port
        self.asked.append(article_url)
        answer = self.answers.pop(0)
        if isinstance(answer, FetchError):
            raise answer
        return answer


class BodyMatcher:
    def match(self, article: Article) -> tuple[Match, ...]:
        at = article.content.find("수출통제")
        return (Match("수출통제", (Span("content", at, at + 4, "수출통제"),)),) if at >= 0 else ()


@pytest.fixture
async def reading(world: World) -> World:
    """A feed whose pages are read, with one article that says nothing yet."""
    spec = replace(world.poller.specs[E1], fulltext=FullText.ALWAYS)
    world.poller = replace(world.poller, specs={E1: spec}, matcher=BodyMatcher())
    world.reader.will_answer(E1, fresh(entry(1, "반도체 소식")))
    await world.poll(E1)
    return world


@pytest.mark.parametrize(
    ("mode", "of", "wanted"),
    [
        (FullText.NEVER, article(1, "가"), False),
        (FullText.ALWAYS, replace(article(1, "가"), content="본문"), True),
        (FullText.ALWAYS, replace(article(1, "가"), url=""), False),
        (FullText.AUTO, article(1, "가", summary="짧다"), True),
        (FullText.AUTO, article(1, "가", summary="길" * ENOUGH_LETTERS), False),
        (FullText.AUTO, replace(article(1, "가"), content="본문"), False),
    ],
)
def test_the_feed_s_mode_says_whose_page_is_read(mode: FullText, of: Article, wanted: bool) -> None:  # noqa: FBT001
    assert wants_fulltext(mode, of) is wanted


async def test_a_hit_in_the_page_alone_is_alerted_with_its_place_in_the_body(reading: World) -> None:
    pages = Pages("정부가 수출통제 강화를 검토한다.")
    assert await fulltext.read_pages(reading.poller, pages) == 1
    assert pages.asked == ["https://news.example/1"]
    await reading.deliver()
    (told,) = [content for lane, content in reading.notifier.sent if lane.channel == "desk"]
    assert [span.field for span in told.hits[0].spans] == ["content"]
    assert await fulltext.read_pages(reading.poller, pages) == 0


async def test_a_page_is_read_for_new_articles_only_and_once(reading: World) -> None:
    reading.reader.will_answer(E1, fresh(entry(1, "반도체 소식")))
    await reading.poll(E1)
    pages = Pages("첫 글")
    await fulltext.read_pages(reading.poller, pages)
    await fulltext.read_pages(reading.poller, pages)
    assert len(pages.asked) == 1


async def test_a_page_that_cannot_be_read_is_tried_again_later_and_given_up(
    reading: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    pages = Pages(*(FetchError(FetchFailure.TIMEOUT) for _ in range(MOST_TRIES)))
    for _ in range(MOST_TRIES + 1):
        await fulltext.read_pages(reading.poller, pages)
        await fulltext.read_pages(reading.poller, pages)
        reading.clock.advance(AGAIN_AFTER)
    assert len(pages.asked) == MOST_TRIES
    assert "given up" in caplog.text
    assert [row["title"] for row in await reading.look(lambda work: work.listings.articles())] == ["반도체 소식"]


@pytest.mark.parametrize("text", ["", "짧은 글"])
async def test_a_page_with_less_than_the_feed_gave_changes_nothing(reading: World, text: str) -> None:
    reading.reader.will_answer(E1, fresh(replace_content(2, "이미 긴 본문이 있다")))
    await reading.poll(E1)
    await fulltext.read_pages(reading.poller, Pages(text, text))
    stored = await reading.look(lambda work: work.articles.get(2))
    assert stored is not None
    assert stored.article.content == "이미 긴 본문이 있다"


def replace_content(number: int, content: str) -> Entry:
    plain = entry(number, "다른 소식")
    return replace(plain, article=replace(plain.article, content=content))


async def test_pages_of_a_feed_that_is_no_longer_named_are_dropped(reading: World) -> None:
    pages = Pages()
    reading.poller = replace(reading.poller, specs={})
    assert await fulltext.read_pages(reading.poller, pages) == 1
    assert pages.asked == []
    assert await fulltext.read_pages(reading.poller, pages) == 0


async def test_an_article_that_is_gone_needs_no_text(reading: World) -> None:
    await reading.storage.write(lambda work: work.fulltexts.done(1))
    await reading.storage.write(
        lambda work: fulltext._keep_text(work, reading.poller, WantedText(99, E1, "https://x/", 1), "글")
    )
