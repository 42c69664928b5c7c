from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.notify.text import clean, cut, defuse, safe_url


def test_controls_and_lone_surrogates_become_spaces() -> None:
    assert clean("가\r\n나\x07\ud800다\u2028라\u202e마") == "가 나 다 라 마"


def test_text_is_cut_after_a_word_where_one_is_near() -> None:
    assert cut("가나다 라마바 사아자", 9) == "가나다 라마바…"
    assert cut("가나다", 3) == "가나다"
    assert cut("가" * 50, 10) == "가" * 9 + "…"
    assert cut("가나", 0) == ""


@settings(max_examples=50)
@given(st.text(), st.integers(-2, 40))
def test_a_cut_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= max(limit, 0)


@pytest.mark.parametrize("url", ["https://a.kr/x?y=1", "HTTP://a.kr"])
def test_web_addresses_are_safe(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize("url", ["", "a.kr", "//a.kr", "javascript://a.kr", "https://a.kr/\n", "https://a.kr/\x00"])
def test_other_addresses_are_not(url: str) -> None:
    assert safe_url(url) == ""


def test_mentions_and_masked_links_lose_their_meaning_and_keep_their_looks() -> None:
    armed = "@everyone 속보@here <@123> <#c> <!here> [속보](http://x.kr) a@b.kr"
    safe = defuse(armed)
    assert safe.replace("\u200b", "") == armed
    assert not any(piece in safe for piece in ("@everyone", "@here", "<@1", "<#", "<!", "]("))
    assert "a@b.kr" in safe


@pytest.mark.parametrize(
    "armed",
    [
        "<https://evil.example|눌러>",
        '<at user_id="all">',
        '<m userId="all">',
        "</at>",
        "@**all**",
        "@_**all**",
        "< x|y>",
    ],
)
def test_what_only_some_services_read_as_more_loses_its_meaning_and_stays_readable(armed: str) -> None:
    safe = defuse(f"속보 {armed}")
    assert armed[:2] not in safe
    assert safe.replace("\u200b", "") == f"속보 {armed}"


def test_a_mention_or_link_that_begins_before_a_marked_word_loses_its_meaning_too() -> None:
    for before, after in (
        ("@", "everyone"),
        ("[속보]", "(https://x.kr)"),
        ("<", "@1>"),
        ("<", "at>"),
        ("@", "**all**"),
    ):
        assert before + after not in defuse(before) + defuse(after)
