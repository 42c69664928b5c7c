from __future__ import annotations

import pytest

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.document import document


def rss(inside: str) -> str:
    return f"<rss><channel>{inside}</channel></rss>"


ITEM = "<item><title>한빛</title></item>"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "<html><body><rss></body></html>",
            "<!DOCTYPE html><html></html>",
            '{"error": "없음"}',
            "없음",
            "",
            "\x89PNG\r\n",
        ),
        *("<opml/>", "<!-- 끝없는 <rss>", "<br /><head><title>점검</title></head><rss/>", "<urlset><url/></urlset>"),
    ],
)
def test_what_is_no_feed_is_refused(text: str) -> None:
    with pytest.raises(FetchError) as caught:
        document(text, 10)
    assert caught.value.failure is FetchFailure.NOT_A_FEED


@pytest.mark.parametrize(
    "head",
    [
        *("", '<?xml version="1.0"?>', "<!-- LAST <rss> UPDATED -->\n", '<?xml-stylesheet href="a"?>'),
        *(
            "<br />\n<b>Warning</b>: include()<br />",
            '<!DOCTYPE rss [<!ENTITY lol "하하">]>',
            "<!-- a --><!-- <html> -->",
        ),
    ],
)
def test_the_feed_starts_at_its_root(head: str) -> None:
    found = document(head + rss(ITEM), 10)
    assert found.xml == rss(ITEM)
    assert found.complete


@pytest.mark.parametrize("root", ["rss", "RSS", "feed", "rdf:RDF", "a:feed"])
def test_roots_of_every_kind_are_found(root: str) -> None:
    assert document(f"<{root} x='y'>{ITEM}</{root}>", 10).xml == f"<{root} x='y'>{ITEM}</{root}>"


def test_junk_after_the_root_goes() -> None:
    assert document(rss(ITEM) + "<script>광고()</script>", 10).xml == rss(ITEM)


def test_a_feed_cut_off_keeps_its_whole_entries() -> None:
    found = document(f"<rss><channel>{ITEM}{ITEM}<item><title>반토", 10)
    assert found.xml == rss(ITEM + ITEM)
    assert not found.complete


def test_an_atom_feed_cut_off_is_closed_too() -> None:
    assert document("<feed><entry>가</entry><entry>나", 10).xml == "<feed><entry>가</entry></feed>"


def test_a_feed_cut_off_before_its_first_entry_is_empty() -> None:
    with pytest.raises(FetchError) as caught:
        document("<rss><channel><title>한빛", 10)
    assert caught.value.failure is FetchFailure.EMPTY


def test_more_entries_than_allowed_are_cut_before_parsing() -> None:
    found = document(rss(ITEM * 12), 10)
    assert found.xml == rss(ITEM * 10)
    assert found.complete


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("R&D", "R&amp;D"),
        ("AT&T; 한빛", "AT&amp;T; 한빛"),
        ("&nbsp;&middot;&hellip;", "\u00a0·…"),
        ("&LT;b&GT;", "&lt;b&gt;"),
        ("&lol9;", "&amp;lol9;"),
        ("&amp;&lt;&#54620;&#xD55C;", "&amp;&lt;&#54620;&#xD55C;"),
        ("&#8;&#0;&#xD800;&#x110000;&#xFFFF;", ""),
        ("&#9;&#10;&#13;", "&#9;&#10;&#13;"),
        ("<![CDATA[R&D &nbsp;]]>", "<![CDATA[R&D &nbsp;]]>"),
        ("a?x=1&y=2", "a?x=1&amp;y=2"),
    ],
)
def test_ampersands_are_mended_outside_cdata(written: str, mended: str) -> None:
    assert document(rss(written), 10).xml == rss(mended)
