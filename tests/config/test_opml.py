from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.edit import NewFeed
from monitor.config.opml import OpmlError, read_opml, write_opml

NOW = datetime(2025, 2, 1, tzinfo=UTC)


def test_groups_become_tags_and_each_address_comes_once() -> None:
    found = read_opml(
        """<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><head><title>내 목록</title></head><body>
        <outline text="기술"><outline text="AI">
          <outline type="rss" text="한빛신문"
            xmlUrl="https://a.example.kr/rss?a=1&amp;b=2" category="/일/칩,ai"/></outline>
          <outline title="샛별
          일보" xmlURL="https://b.example.kr/rss"/></outline>
        <outline text="다시" xmlUrl="https://b.example.kr/rss"/>
        <outline xmlUrl="https://c.example.kr/rss"/><outline xmlUrl="javascript:x" text="나쁜"/>
        <outline text="빈 모음"/></body></opml>"""
    )
    assert found == (
        NewFeed("한빛신문", "https://a.example.kr/rss?a=1&b=2", ("기술", "AI", "칩", "ai")),
        NewFeed("샛별 일보", "https://b.example.kr/rss", ("기술",)),
        NewFeed("c.example.kr", "https://c.example.kr/rss"),
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml><body><outline text="&a;"/></body></opml>', "DTD"),
        ('<!DOCTYPE opml SYSTEM "http://127.0.0.1/x.dtd"><opml/>', "DTD"),
        ("<rss><channel/></rss>", "<rss>"),
        ("<opml><body>", "not XML"),
        ("feeds: []", "not XML"),
        ("<opml>" + "<outline text='a'>" * 60, "deep"),
    ],
)
def test_what_is_no_opml_is_refused(text: str, what: str) -> None:
    with pytest.raises(OpmlError, match=what):
        read_opml(text)


def test_what_is_written_can_be_read_by_others() -> None:
    text = write_opml([NewFeed('한 "빛" & <AI>', "https://a.example.kr/?a=1&b=2", ("칩",))], "목록", NOW)
    assert text.splitlines()[:2] == ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    assert "<dateCreated>Sat, 01 Feb 2025 00:00:00 GMT</dateCreated>" in text
    assert (
        '<outline text="칩">\n<outline type="rss" text="한 &quot;빛&quot; &amp; &lt;AI&gt;" '
        'xmlUrl="https://a.example.kr/?a=1&amp;b=2" category="칩"/>\n</outline>'
    ) in text


NAMES = st.text(alphabet="한빛AI '\"&<>()", min_size=1, max_size=20).map(str.strip).filter(bool)
TAGS = st.lists(st.text(alphabet="칩ai'&<", min_size=1, max_size=8), max_size=3, unique=True).map(tuple)


FEEDS = st.builds(NewFeed, NAMES, st.integers(0, 99).map("https://x.kr/{}".format), TAGS)


@given(st.lists(FEEDS, max_size=6, unique_by=lambda feed: feed.url))
@settings(max_examples=80, deadline=None)
def test_a_list_survives_the_way_out_and_back(feeds: list[NewFeed]) -> None:
    normal = [NewFeed(" ".join(feed.name.split()), feed.url, feed.tags) for feed in feeds]
    assert sorted(read_opml(write_opml(normal, "목록", NOW)), key=lambda feed: feed.url) == sorted(
        normal, key=lambda feed: feed.url
    )
