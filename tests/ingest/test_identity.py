from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ingest.identity import Names, RawEntry, canonical_url, link_url, name_entries

BASE = "https://news.example.kr/rss/all.xml"
HOME = "https://news.example.kr/"
VIEW = "https://news.example.kr/view/"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.Example.CO.KR:80/a?idxno=12#top", "https://www.example.co.kr/a?idxno=12"),
        ("https://x.kr:443/a", "https://x.kr/a"),
        ("http://x.kr:8080/a", "https://x.kr:8080/a"),
        ("https://x.kr./a", "https://x.kr/a"),
        ("https://x.kr", "https://x.kr/"),
        ("https://x.kr/a?", "https://x.kr/a"),
        ("https://me:secret@x.kr/a", "https://x.kr/a"),
        ("https://x.kr/view?newsid=1&utm_source=rss&utm_medium=feed", "https://x.kr/view?newsid=1"),
        ("https://x.kr/view/AKR1?section=news&input=rss", "https://x.kr/view/AKR1"),
        ("https://x.kr/article/1?cloc=rss-news-IT", "https://x.kr/article/1"),
        ("https://x.kr/view?idxno=5&section=it&fbclid=abc", "https://x.kr/view?idxno=5"),
        ("https://x.kr/list?section=it", "https://x.kr/list?section=it"),
        ("https://x.kr/v?no=3&sub_cd=CD01&no2=4", "https://x.kr/v?no=3&sub_cd=CD01&no2=4"),
        ("https://x.kr/v?input=3", "https://x.kr/v?input=3"),
        ("https://x.kr/v?a=1&amp;b=2", "https://x.kr/v?a=1&b=2"),
        ("https://x.kr/한글?q=가", "https://x.kr/%ED%95%9C%EA%B8%80?q=%EA%B0%80"),
        ("https://x.kr/%ed%95%9c", "https://x.kr/%ED%95%9C"),
        ("https://한글.kr/a", "https://xn--bj0bj06e.kr/a"),
        ("https://[2001:db8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
        (" \n https://x.kr/a \n", "https://x.kr/a"),
        ("https://x.kr/a b", "https://x.kr/a%20b"),
        ("/view/1", "https://news.example.kr/view/1"),
        ("view.html?no=1", "https://news.example.kr/rss/view.html?no=1"),
        ("//other.example.kr/1", "https://other.example.kr/1"),
    ],
)
def test_an_address_has_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url, BASE) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            " JavaScript:alert(1)",
            "data:text/html,x",
            "ftp://x.kr/a",
        ),
        *(
            "mailto:a@x.kr",
            "tag:x.kr,2025:1",
            "http://[::1",
            "https://x.kr:99999/",
            "https:///a",
            "https://" + "가" * 300,
        ),
        "https://x.kr/" + "a" * 3000,
    ],
)
def test_what_cannot_be_opened_safely_is_no_address(url: str) -> None:
    assert canonical_url(url, BASE) == ""


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_a_safe_address_or_none_and_stays_so(url: str) -> None:
    canonical = canonical_url(url, BASE)
    assert canonical == "" or canonical.startswith("https://")
    assert canonical_url(canonical, BASE) == canonical


def entry(guid: str = "", url: str = "", title: str = "한빛", day: str = "2025-01-27") -> RawEntry:
    return RawEntry(guid, url, title, day)


def names(*entries: RawEntry, feed: str = "한빛 AI") -> list[Names]:
    return name_entries(entries, feed, HOME)


def test_the_address_is_the_identity_and_the_guid_the_key() -> None:
    assert names(entry("g1", VIEW + "1"), entry("g2", VIEW + "2")) == [
        Names("g1", VIEW + "1"),
        Names("g2", VIEW + "2"),
    ]


def test_the_same_article_through_two_feeds_has_one_identity() -> None:
    one = names(entry("g1", VIEW + "1", "[속보] 한빛"), feed="한빛 AI")
    two = names(entry("other", VIEW + "1", "한빛 (종합)"), feed="한빛 전체")
    assert one[0].identity == two[0].identity


@pytest.mark.parametrize("shared", [HOME, VIEW + "list", "https://other.example.kr/"])
def test_addresses_that_all_lead_to_one_page_are_no_identity(shared: str) -> None:
    found = names(entry("g1", shared, "하나"), entry("g2", shared, "둘"), entry("g3", shared, "셋"))
    assert len({name.identity for name in found}) == 3
    assert [name.key for name in found] == ["g1", "g2", "g3"]
    assert shared not in {name.identity for name in found}


def test_without_guids_entries_that_share_a_page_are_told_apart_by_title_and_day() -> None:
    found = names(entry("", VIEW + "list", "하나"), entry("", VIEW + "list", "둘"))
    assert len({name.identity for name in found}) == len({name.key for name in found}) == 2


@pytest.mark.parametrize("front", [HOME, "https://other.example.kr/"])
def test_a_front_page_is_no_identity_even_alone(front: str) -> None:
    alone = names(entry("g1", front, "하나"))
    among = names(entry("g2", front, "둘"), entry("g1", front, "하나"))
    assert alone[0].identity != front
    assert alone[0] == among[1]


def test_an_edited_title_at_one_address_is_the_same_article() -> None:
    found = names(entry("g1", VIEW + "1", "[속보] 한빛"), entry("g1", VIEW + "1", "한빛 (종합)"))
    assert {name.identity for name in found} == {VIEW + "1"}


def test_a_guid_that_is_repeated_is_no_key() -> None:
    found = names(entry("same", VIEW + "1", "하나"), entry("same", VIEW + "2", "둘"))
    assert [name.key for name in found] == [VIEW + "1", VIEW + "2"]


def test_a_guid_that_is_repeated_without_address_leaves_title_and_day() -> None:
    found = names(entry("same", "", "하나"), entry("same", "", "둘"))
    assert len({name.key for name in found}) == len({name.identity for name in found}) == 2


def test_a_guid_is_only_known_inside_its_feed() -> None:
    assert names(entry("7"), feed="한빛")[0].identity != names(entry("7"), feed="샛별")[0].identity


def test_long_guids_get_short_keys() -> None:
    first, second = names(entry("g" * 900 + "1", VIEW + "1"), entry("g" * 900 + "2", VIEW + "2"))
    assert len(first.key) < 60
    assert first.key != second.key


@given(
    st.permutations(
        [entry(f"g{n}", f"{VIEW}{n}", f"제목 {n}") for n in range(4)] + [entry("", "", "맨몸"), entry("", HOME, "집")]
    )
)
@settings(max_examples=60, deadline=None)
def test_names_do_not_depend_on_the_place(order: list[RawEntry]) -> None:
    assert dict(zip(order, names(*order), strict=True)) == dict(
        zip(sorted(order, key=repr), names(*sorted(order, key=repr)), strict=True)
    )


@given(st.integers(0, 5), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_names_stay_as_the_feed_rolls_over(start: int, length: int) -> None:
    everything = [entry(f"g{n}", f"{VIEW}{n}", f"제목 {n}") for n in range(12)]
    whole = dict(zip(everything, names(*everything), strict=True))
    window = everything[start : start + length]
    assert names(*window) == [whole[raw] for raw in window]


def test_a_site_that_answers_on_http_only_keeps_its_scheme_for_people_and_its_identity() -> None:
    assert link_url("HTTP://X.kr:80/a?utm_source=rss", BASE) == "http://x.kr/a"
    assert canonical_url("http://x.kr/a") == canonical_url("https://x.kr/a") == "https://x.kr/a"
