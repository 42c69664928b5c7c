from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ingest.channel import Channel, channel_of


def head(text: str) -> str:
    return f'<rss version="2.0"><channel><title>한빛</title>{text}<item><ttl>1</ttl></item></channel></rss>'


@pytest.mark.parametrize(
    ("text", "ttl_s"),
    [
        ("<ttl>30</ttl>", 1800.0),
        ("<ttl>\n 5 \n</ttl>", 300.0),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600.0),
        ("<sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600.0),
        ("<syn:updatePeriod>hourly</syn:updatePeriod><syn:updateFrequency>0</syn:updateFrequency>", 3600.0),
        ("<sy:updatePeriod>always</sy:updatePeriod>", None),
        ("<sy:updateFrequency>2</sy:updateFrequency>", None),
        ("<ttl>0</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600.0),
    ],
)
def test_how_often_a_feed_wants_to_be_asked(text: str, ttl_s: float | None) -> None:
    assert channel_of(head(text)).ttl_s == ttl_s


@pytest.mark.parametrize(
    ("text", "hours", "days"),
    [
        ("<skipHours><hour>0</hour><hour> 13 </hour><hour>24</hour></skipHours>", {0, 13}, set()),
        ("<skiphours><hour>25</hour><hour>x</hour></skiphours>", set(), set()),
        ("<skipDays><day>Saturday</day><day>Sunday</day><day>Noday</day></skipDays>", set(), {6, 7}),
        ("<skipDays><day>Monday</day></skipDays><skipHours><hour>3</hour></skipHours>", {3}, {1}),
        ("<hour>3</hour>", set(), set()),
    ],
)
def test_when_a_feed_wants_not_to_be_asked(text: str, hours: set[int], days: set[int]) -> None:
    channel = channel_of(head(text))
    assert (set(channel.skip_hours), set(channel.skip_days)) == (hours, days)


def test_a_feed_that_asks_never_to_be_polled_is_not_believed() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    days = "".join(f"<day>{day}day</day>" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"))
    assert channel_of(head(f"<skipHours>{hours}</skipHours><skipDays>{days}</skipDays>")) == Channel()


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ('<atom:link rel="next" href="/rss?page=2&amp;x=1"/>', "/rss?page=2&x=1"),
        ('<link rel="next" href="/n"/><link href="/a" rel="prev-archive"/>', "/a"),
        ("<link rel='http://www.iana.org/assignments/relation/next' href='/n'/>", "/n"),
        ('<link rel="self" href="/s"/><link>https://x.kr</link>', ""),
        ('<link rel="next"/>', ""),
    ],
)
def test_where_older_pages_are(text: str, url: str) -> None:
    assert channel_of(head(text)).older_url == url


def test_what_entries_state_is_not_the_feeds() -> None:
    assert channel_of(head("")) == Channel()


@given(st.text(alphabet="<>/=\"' ttlskipHoursDaynk:1239\n", max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_without_a_fault(text: str) -> None:
    channel_of(text)


def test_a_feed_is_known_by_its_title_and_site() -> None:
    one = Channel("한빛", "https://x.kr/", ttl_s=60)
    assert one.feed_id == Channel("한빛", "https://x.kr/").feed_id
    assert one.feed_id != Channel("한빛 IT", "https://x.kr/").feed_id
    assert Channel().feed_id == ""
