from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.article import Article, Precision
from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.parse import Parsed, ParseJob, parse
from tests.fakes.feedserver import rss

NOW = datetime(2025, 2, 1, tzinfo=UTC)
URL = "https://news.example.kr/rss/all.xml"


def read(
    body: str | bytes, *, charset: str = "", feed: str = "한빛신문 AI", source: str = "", zone: str = "Asia/Seoul"
) -> Parsed:
    raw = body if isinstance(body, bytes) else body.encode()
    return parse(ParseJob(raw, charset, URL, feed, source, zone, ("it",), NOW, 500))


def channel(entries: str, head: str = "<link>https://news.example.kr</link>") -> str:
    return f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>한빛</title>{head}{entries}</channel></rss>'


def one(entry: str, head: str = "<link>https://news.example.kr</link>") -> Article:
    return read(channel(f"<item>{entry}</item>", head)).entries[0].article


def test_an_rss_entry_becomes_an_article() -> None:
    parsed = read(
        channel(
            """<item><title><![CDATA[<속보> 한빛전자, 새 반도체]]></title>
            <link><![CDATA[http://news.example.kr/view?idxno=7&utm_source=rss]]></link>
            <guid isPermaLink="false">7</guid>
            <description>&lt;p&gt;요약이다.&lt;/p&gt;&lt;p&gt;무단전재 및 재배포 금지&lt;/p&gt;</description>
            <content:encoded><![CDATA[<p>본문이다.</p><script>x()</script>]]></content:encoded>
            <dc:creator>홍길동 기자</dc:creator><category>AI</category><category>반도체</category>
            <category>AI</category>
            <pubDate>2025-01-27 오후 3:00</pubDate></item>"""
        )
    )
    assert parsed.complete
    assert parsed.entries[0].key == "7"
    assert parsed.entries[0].article == Article(
        identity="https://news.example.kr/view?idxno=7",
        url="http://news.example.kr/view?idxno=7",
        title="<속보> 한빛전자, 새 반도체",
        summary="요약이다.",
        content="본문이다.",
        author="홍길동 기자",
        source="한빛신문",
        tags=("AI", "반도체"),
        feeds=("한빛신문 AI",),
        feed_tags=("it",),
        published_at=datetime(2025, 1, 27, 6, 0, tzinfo=UTC),
        published_precision=Precision.MINUTE,
    )


def test_an_atom_entry_becomes_an_article() -> None:
    parsed = read(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example.kr/"><title>한빛</title>
        <link href="https://news.example.kr"/><entry>
        <title type="html">새 &amp;lt;b&amp;gt;소식&amp;lt;/b&amp;gt;</title>
        <link rel="alternate" href="view/3"/><link rel="enclosure" href="https://x.kr/a.mp3"/><id>tag:blog,3</id>
        <author><name>홍길동</name></author><summary>요약</summary>
        <content type="html">&lt;p&gt;본문&lt;/p&gt;</content>
        <updated>2025-01-27T10:00:00+09:00</updated></entry></feed>"""
    )
    article = parsed.entries[0].article
    assert (parsed.entries[0].key, article.url) == ("tag:blog,3", "https://blog.example.kr/view/3")
    assert (article.title, article.summary, article.content, article.author) == ("새 소식", "요약", "본문", "홍길동")
    assert article.published_at == datetime(2025, 1, 27, 1, tzinfo=UTC)


def test_an_rdf_entry_becomes_an_article() -> None:
    parsed = read(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>한빛</title><link>https://news.example.kr</link>
        </channel><item rdf:about="https://news.example.kr/1"><title>한빛 소식</title>
        <link>https://news.example.kr/1</link><dc:date>2025-01-27</dc:date></item></rdf:RDF>"""
    )
    article = parsed.entries[0].article
    assert (article.url, article.title) == ("https://news.example.kr/1", "한빛 소식")
    assert (article.published_at, article.published_precision) == (
        datetime(2025, 1, 26, 15, tzinfo=UTC),
        Precision.DAY,
    )


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("<link>\n https://x.kr/a \n</link>", "https://x.kr/a"),
        ("<link><![CDATA[https://x.kr/a?x=1&y=2]]></link>", "https://x.kr/a?x=1&y=2"),
        ("<link>https://x.kr/a?x=1&y=2</link>", "https://x.kr/a?x=1&y=2"),
        ("<link>/view/1</link>", "https://news.example.kr/view/1"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<guid>20260625000259</guid>", ""),
        ("<guid>https://x.kr/7</guid>", "https://x.kr/7"),
        ("<guid>/view/7</guid>", "https://news.example.kr/view/7"),
        ('<guid isPermaLink="false">https://x.kr/7</guid>', ""),
        ("<link>https://x.kr/a</link><guid>7</guid>", "https://x.kr/a"),
    ],
)
def test_links_are_where_one_can_go(entry: str, url: str) -> None:
    assert one(f"<title>한빛</title>{entry}").url == url


def test_relative_links_without_a_site_lead_to_the_feeds_own_place() -> None:
    assert one("<title>한빛</title><link>/view/1</link>", head="").url == "https://news.example.kr/view/1"


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("Sat, 01 Feb 2025 20:00:00 +0900", True),
        ("2099-01-01", False),
        ("Thu, 1 Jan 1970 00:00:00 GMT", False),
        ("2025-02-03 10:00", False),
        ("어제", False),
    ],
)
def test_times_that_cannot_be_are_not_stated(stated: str, kept: bool) -> None:  # noqa: FBT001 - a table's column
    article = one(f"<title>한빛</title><pubDate>{stated}</pubDate>")
    assert (article.published_at is not None) == (article.published_precision is not None) == kept


def test_the_second_time_serves_where_the_first_cannot_be_read() -> None:
    article = one("<title>한빛</title><pubDate>방금</pubDate><dc:date>2025-01-27 10:00</dc:date>")
    assert article.published_at == datetime(2025, 1, 27, 1, tzinfo=UTC)


def test_content_that_equals_the_summary_is_not_kept_twice() -> None:
    article = one("<title>한빛</title><description>같다.</description><content:encoded>같다.</content:encoded>")
    assert (article.summary, article.content) == ("같다.", "")


def test_an_entry_without_title_is_named_by_its_summary_and_one_without_either_is_dropped() -> None:
    parsed = read(
        channel("<item><description>한빛전자 소식이다.\n둘째 줄</description></item><item><link>/a</link></item>")
    )
    assert [entry.article.title for entry in parsed.entries] == ["한빛전자 소식이다."]


@pytest.mark.parametrize(
    ("feed", "source", "entry", "outlet"),
    [
        ("한빛신문 AI", "", "", "한빛신문"),
        ("한빛(HANBIT) 반도체", "", "", "한빛"),
        ("AI 타임스", "", "", "AI 타임스"),
        ("한빛신문 AI", "샛별일보", "<source url='https://x.kr'>다른일보</source>", "샛별일보"),
        ("검색 반도체", "", "<source url='https://x.kr'>다른일보</source>", "다른일보"),
    ],
)
def test_the_outlet_is_the_configured_the_stated_or_the_feeds_own(
    feed: str, source: str, entry: str, outlet: str
) -> None:
    parsed = read(channel(f"<item><title>한빛</title>{entry}</item>"), feed=feed, source=source)
    assert parsed.entries[0].article.source == outlet


@pytest.mark.parametrize("declared", ["euc-kr", "windows-949", "utf-8", "", "iso-8859-1"])
def test_fault_32_the_term_is_found_in_mislabelled_cp949(declared: str) -> None:
    body = (
        rss("한빛전자 뷁 수출통제 논란")
        .decode()
        .replace('encoding="utf-8"', f'encoding="{declared}"' if declared else "")
    )
    assert read(body.encode("cp949")).entries[0].article.title == "한빛전자 뷁 수출통제 논란"


def test_fault_29_a_feed_cut_off_keeps_what_was_whole() -> None:
    whole = rss("하나", "둘", "셋")
    parsed = read(whole[: whole.index("셋".encode()) + 3])
    assert [entry.article.title for entry in parsed.entries] == ["하나", "둘"]
    assert not parsed.complete


def test_fault_34_entries_without_guid_date_or_link_keep_their_names_over_polls() -> None:
    bare = "<item><title>이름뿐인 소식</title></item>"
    dated = (
        "<item><title>먼 소식</title><pubDate>2099-01-01</pubDate></item>"
        "<item><title>옛 소식</title><pubDate>1970-01-01</pubDate></item>"
    )
    first = read(channel(bare + dated))
    later = read(channel("<item><title>새 소식</title></item>" + dated + bare))
    assert {entry.key: entry.article.identity for entry in first.entries}.items() <= {
        entry.key: entry.article.identity for entry in later.entries
    }.items()
    assert len(first.entries) == 3


def test_one_article_twice_in_a_body_comes_once() -> None:
    twice = [
        f"<item><guid>7</guid><title>{title}</title><link>/v/1</link></item>"
        for title in ("[속보] 한빛", "한빛 종합")
    ]
    assert [entry.article.title for entry in read(channel("".join(twice))).entries] == ["[속보] 한빛"]


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE rss [<!ENTITY a "하하하하하하하하하하">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + "]>",
        '<!DOCTYPE rss [<!ENTITY a "' + "하" * 20_000 + '">]>',
        '<!DOCTYPE rss [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/evil.dtd">',
        '<!DOCTYPE rss [<!ENTITY % e SYSTEM "http://127.0.0.1:1/e"> %e;]>',
    ],
    ids=["billion laughs", "quadratic", "external file", "external dtd", "parameter entity"],
)
def test_fault_30_entities_of_a_dtd_are_dead_words(dtd: str) -> None:
    began = time.process_time()
    title = "한빛 " + "&j;" * 1000 + "&a;" * 1000
    parsed = read(dtd + channel(f"<item><title>{title}</title></item>"))
    assert parsed.entries[0].article.title.startswith("한빛 &j;")
    assert "하하" not in parsed.entries[0].article.title
    assert "root:" not in parsed.entries[0].article.title
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("<html><body>점검 중</body></html>", FetchFailure.NOT_A_FEED),
        ('{"items": []}', FetchFailure.NOT_A_FEED),
        (b"\x89PNG\r\n\x1a\n\x00\x00", FetchFailure.NOT_A_FEED),
        (channel(""), FetchFailure.EMPTY),
    ],
)
def test_fault_33_what_is_no_feed_says_so(body: str | bytes, failure: FetchFailure) -> None:
    with pytest.raises(FetchError) as caught:
        read(body)
    assert caught.value.failure is failure


def test_ill_formed_xml_is_still_read() -> None:
    parsed = read(
        channel(
            "<item><title>하나 & 둘</title><description>열린 <b>채로</description></item>"
            "<item><title>셋</title></item>"
        )
    )
    assert [entry.article.title for entry in parsed.entries] == ["하나 & 둘", "셋"]


def test_markup_that_the_strict_parser_falls_over_is_still_read() -> None:
    parsed = read('<feed xmlns="http://www.w3.org/ 2005/Atom"><entry><title>한빛</title><id>1</id></entry></feed>')
    assert [(entry.key, entry.article.title) for entry in parsed.entries] == [("1", "한빛")]


def test_markup_that_no_parser_stands_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("feedparser.parse", fall)
    with pytest.raises(FetchError) as caught:
        read(rss("한빛"))
    assert (caught.value.failure, caught.value.detail) == (FetchFailure.PARSER, "AssertionError")


def test_entries_between_the_ends_beyond_the_cap_are_not_parsed() -> None:
    body = rss(*(f"소식 {number}" for number in range(20)))
    parsed = parse(ParseJob(body, "", URL, "한빛", "", "Asia/Seoul", (), NOW, 5))
    assert [entry.article.title for entry in parsed.entries] == [f"소식 {number}" for number in (0, 1, 2, 18, 19)]


@given(
    st.lists(
        st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=20),
        min_size=1,
        max_size=8,
        unique=True,
    )
)
@settings(max_examples=40, deadline=None)
def test_every_title_comes_through_in_the_feeds_order(titles: list[str]) -> None:
    assert [entry.article.title for entry in read(rss(*titles)).entries] == titles


def test_xhtml_in_atom_becomes_text() -> None:
    parsed = read(
        """<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:h="http://www.w3.org/1999/xhtml"><a:title>한빛</a:title>
        <a:entry><a:title type="xhtml"><h:div>새 <h:b>소식</h:b> &lt;속보&gt;</h:div></a:title><a:id>1</a:id>
        <a:summary type="xhtml"><h:div><h:p>요약</h:p></h:div></a:summary><a:content type="xhtml"><h:div><h:p>하나다.
        </h:p><h:ul><h:li>5 &lt; 6</h:li></h:ul><h:script>x()</h:script></h:div></a:content></a:entry></a:feed>"""
    )
    article = parsed.entries[0].article
    assert (article.title, article.summary) == ("새 소식 <속보>", "요약")
    assert article.content == "하나다.\n5 < 6"


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ('<link href="/ko"/><link hreflang="en" href="/en"/>', "/ko"),
        ('<link hreflang="en" href="/en"/><link href="/ko"/><link rel="self" href="/self"/>', "/ko"),
        ('<link rel="alternate" type="application/json" href="/j"/><link type="text/html" href="/h"/>', "/h"),
        (
            '<link rel="alternate" type="application/json" href="/j"/><link type="text/x" href="/x"/>',
            "/j",
        ),
        ('<link rel="related" href="/rel"/><link rel="enclosure" href="/a.mp3"/><link href="/only"/>', "/only"),
        ('<link rel="enclosure" href="/a.mp3"/>', ""),
    ],
)
def test_of_several_links_the_first_page_in_the_feeds_own_language_counts(links: str, url: str) -> None:
    entry = f"<entry><title>한빛</title><id>7</id>{links}</entry>"
    article = read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>').entries[0].article
    assert article.url == (f"https://news.example.kr{url}" if url else "")
