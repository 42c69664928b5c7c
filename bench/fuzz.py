"""Fuzz decode and parse: mutilated feeds of every kind give entries or a FetchError, in time, the same with a memory.

    .venv/bin/python bench/fuzz.py [--minutes 10]

Exit 1 at the first body that breaks this; it is printed, shrunk.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from typing import TypeAlias

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.core.errors import FetchError
from monitor.ingest.parse import Known, Parsed, ParseJob, parse
from monitor.ingest.splice import Memory

_NOW = datetime(2025, 2, 1, tzinfo=UTC)
_LONGEST_S = 3.0
_EXAMPLES = 2_000
_RSS = """<?xml version="1.0" encoding="euc-kr"?><rss version="2.0"><channel><title>한빛</title><ttl>5</ttl>
<link>https://x.kr</link><item><title><![CDATA[<속보> 한빛전자 & 샛별]]></title><link>https://x.kr/v?no=7&amp;a=1</link>
<guid>7</guid><description>&lt;p&gt;요약이다.&lt;/p&gt;</description><pubDate>2025.01.27 오후 3:00</pubDate></item>
<item><title>둘째</title><link>/v?no=8</link><category>AI</category><description>글</description></item></channel></rss>"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.kr/"><title>한빛</title>
<link rel="next" href="?p=2"/><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">새 <b>소식</b>
</div></title><link href="/1"/><id>tag:1</id><updated>2025-01-27T10:00:00+09:00</updated></entry>
<entry><title>둘째</title><id>tag:2</id></entry></feed>"""
_RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>
<link>https://x.kr</link><items/></channel><item rdf:about='/1'><title>하나</title></item></rdf:RDF>"""
_JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "한빛", "items": [{"id": "1", "title": "하나",
"content_html": "<p>글</p>", "tags": ["AI"]}, {"id": 2, "content_text": "둘"}]}"""
_SITEMAP = """<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://x.kr/1</loc><n:news>
<n:publication><n:name>한빛</n:name></n:publication><n:publication_date>2025-01-27</n:publication_date>
<n:title>하나</n:title></n:news></url></urlset>"""
_SEEDS = tuple(
    text.encode(charset) for charset in ("utf-8", "cp949", "utf-16") for text in (_RSS, _ATOM, _RDF, _JSON, _SITEMAP)
)
_PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([
        *(b"<item>", b"</item>", b"<entry>", b"</entry>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&#x1F;", b"&lt;"),
        *(b"&amp;amp;lt;b&gt;", b"<!DOCTYPE x [", b'<!ENTITY a "b">', b"&a;", b"<?xml ", b"?>", b"</rss>", b"<url>"),
        *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xb0\xa1", b"\xed\x95\x9c", b"\xed\xa0\x80", b'"', b"<", b">"),
        *(b"{", b"}", b"[", b"]", b"\\ud800", b"9" * 40, b"<pubDate>", b"</pubDate>", b"2025-13-99", b"http://[::1"),
        *(b"javascript:", b"xml:base='", b"<skipHours><hour>", b"<link rel=next href=", b"<content type='xhtml'>"),
    ]),
)  # fmt: skip
_Edits: TypeAlias = list[tuple[float, int, bytes, int]]
_EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), _PIECES, st.integers(1, 30)), max_size=8)


def mutilated(seed: bytes, edits: _Edits) -> bytes:
    """The seed with pieces put in, so many times, for so many bytes taken out."""
    body = seed
    for place, gone, piece, times in edits:
        start = int(place * len(body))
        body = body[:start] + piece * times + body[start + gone :]
    return body


def read(body: bytes, charset: str, memory: Memory[Known] | None = None) -> Parsed | str:
    """The entries, or the name of the failure."""
    try:
        return parse(ParseJob(body, charset, "https://x.kr/rss", "한빛", "", "Asia/Seoul", (), _NOW, 50), memory)
    except FetchError as error:
        return error.failure.name


@given(st.sampled_from(_SEEDS), _EDITS, _EDITS, st.sampled_from(["", "utf-8", "euc-kr", "shift_jis", "x"]))
@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
    print_blob=True,
)
def holds(seed: bytes, edits: _Edits, more: _Edits, charset: str) -> None:
    """One body, then a later one, by a reader without and one with a memory."""
    memory: Memory[Known] = Memory(100_000)
    first = mutilated(seed, edits)
    for body in (first, mutilated(first, more)):
        began = time.process_time()
        found = read(body, charset)
        spent_s = time.process_time() - began
        if spent_s > _LONGEST_S:
            raise TimeoutError(f"{spent_s:.1f} s for {body!r}")
        if read(body, charset, memory) != found:
            raise ValueError(f"another reading with a memory: {body!r}")


def main() -> None:
    """Run until the time is over."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    until_s = time.monotonic() + options.parse_args().minutes * 60
    bodies = 0
    while time.monotonic() < until_s:
        holds()
        bodies += 2 * _EXAMPLES
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{bodies} bodies, {max(0.0, until_s - time.monotonic()):.0f} s left ")
    print(f"{bodies} bodies, none broke it")


if __name__ == "__main__":
    main()
