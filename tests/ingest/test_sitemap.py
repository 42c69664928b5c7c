from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.article import Article, Precision
from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.parse import Parsed, ParseJob, parse

URL = "https://news.example.kr/sitemap-news.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><!-- <rss> --><!DOCTYPE urlset>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
)


def read(body: str, *, max_entries: int = 500, source: str = "") -> Parsed:
    now = datetime(2025, 2, 1, tzinfo=UTC)
    return parse(ParseJob(body.encode(), "", URL, "한빛 지도", source, "Asia/Seoul", (), now, max_entries))


def news(number: int, title: str = "소식", at: str = "2025-01-27T10:00:00+09:00") -> str:
    return (
        f"<url><loc>https://news.example.kr/view?idxno={number}</loc><news:news><news:publication>"
        f"<news:name>한빛신문</news:name><news:language>ko</news:language></news:publication>"
        f"<news:publication_date>{at}</news:publication_date><news:title>{title}</news:title></news:news></url>"
    )


def sitemap(*urls: str) -> str:
    return f"{HEAD}{''.join(urls)}</urlset>"


def test_an_address_with_news_becomes_an_article() -> None:
    parsed = read(
        sitemap(
            """<url><image:image><image:loc>https://x.kr/a.jpg</image:loc><image:title>사진</image:title></image:image>
            <loc>https://news.example.kr/view?idxno=7&amp;utm_source=x</loc><lastmod>2025-01-28</lastmod>
            <news:news><news:publication><news:name>한빛신문</news:name></news:publication>
            <news:publication_date>2025-01-27T10:00+09:00</news:publication_date>
            <news:title><![CDATA[<속보> 한빛전자 & 샛별]]></news:title>
            <news:keywords>AI, 반도체,AI</news:keywords></news:news></url>"""
        )
    )
    assert parsed.complete
    assert parsed.channel.title == "한빛신문"
    assert parsed.entries[0].key == "https://news.example.kr/view?idxno=7"
    assert parsed.entries[0].article == Article(
        identity="https://news.example.kr/view?idxno=7",
        url="https://news.example.kr/view?idxno=7",
        title="<속보> 한빛전자 & 샛별",
        source="한빛신문",
        tags=("AI", "반도체"),
        feeds=("한빛 지도",),
        published_at=datetime(2025, 1, 27, 1, tzinfo=UTC),
        published_precision=Precision.MINUTE,
    )


def test_another_prefix_and_comments_change_nothing() -> None:
    body = sitemap(news(1, "<!-- 속 --> 한빛 &amp; 샛별")).replace("news:", "n:")
    assert read(body).entries[0].article.title == "한빛 & 샛별"


def test_addresses_without_news_or_title_are_left() -> None:
    parsed = read(sitemap("<url><loc>https://news.example.kr/about</loc></url>", news(1), news(2, "")))
    assert [entry.article.url for entry in parsed.entries] == ["https://news.example.kr/view?idxno=1"]


def test_of_too_many_the_newest_are_kept_in_their_order() -> None:
    body = sitemap(*(news(day, f"{day}일", f"2025-01-{day:02}") for day in (3, 9, 1, 8, 7)), news(6, "모름", "곧"))
    assert [entry.article.title for entry in read(body, max_entries=3).entries] == ["9일", "8일", "7일"]


def test_fault_29_a_sitemap_cut_off_keeps_what_was_whole() -> None:
    body = sitemap(news(1, "하나"), news(2, "둘"), news(3, "셋"))
    parsed = read(body[: body.index("셋") + 1])
    assert [entry.article.title for entry in parsed.entries] == ["하나", "둘"]
    assert not parsed.complete


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (
            '<?xml version="1.0"?><sitemapindex><sitemap><loc>https://x.kr/1.xml</loc></sitemap></sitemapindex>',
            "an index of sitemaps; give the address of its news sitemap",
        ),
        (sitemap("<url><loc>https://x.kr</loc></url>"), "a sitemap without news"),
        (sitemap(), "a sitemap without news"),
        ("<!-- " + "x" * 70_000, "no markup"),
        ("<html><urlset></urlset></html>", "html"),
    ],
)
def test_what_is_no_news_sitemap_says_so(body: str, detail: str) -> None:
    with pytest.raises(FetchError) as caught:
        read(body)
    assert (caught.value.failure, caught.value.detail) == (FetchFailure.NOT_A_FEED, detail)


@given(st.text(alphabet="<>/!-[]CDAT=\"' newsurltitleoc:한", max_size=200))
@settings(max_examples=80, deadline=None)
def test_any_markup_between_is_survived(noise: str) -> None:
    try:
        read(sitemap(news(1), noise))
    except FetchError as error:
        assert error.failure is FetchFailure.NOT_A_FEED  # noqa: PT017 - either is right
