from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ingest.parse import Known, Parsed, ParseJob, parse
from monitor.ingest.splice import Memory, name_of, pieces
from tests.fakes.feedserver import rss

NOW = datetime(2025, 2, 1, tzinfo=UTC)
BASE = "https://news.example.kr/rss"
JOB = ParseJob(b"", "", BASE, "한빛신문 AI", "", "Asia/Seoul", (), NOW, 500)


def read(body: str | bytes, memory: Memory[Known] | None = None) -> Parsed:
    return parse(replace(JOB, body=body if isinstance(body, bytes) else body.encode()), memory)


def channel(*entries: str, head: str = "<link>https://news.example.kr</link>", tail: str = "") -> str:
    return f'<rss version="2.0"><channel>{head}{"".join(entries)}{tail}</channel></rss>'


KINDS = [
    "<item><title>{n}번 소식</title><link>/v/{n}</link><guid>{n}</guid></item>",
    "<item><title><![CDATA[<속보> {n}]]></title><content><![CDATA[<p>가</p><item>{n}</item>]]></content></item>",
    "<item><title>{n} & 열린 <b>채로</title><link>/v/{n}</link></item>",
    "<item><title>{n}</title><!-- </item> --><link>/v/{n}</link></item>",
    "<item><title>{n}</title><description>끝 없는 <![CDATA[ 본문</description></item>",
    "<item>\n<title>&lt;item&gt; {n}</title><pubDate>2025.01.27 오후 3:00</pubDate></item>\n",
    "<item rdf:about='/v/{n}'><title>{n}</title><category>AI</category></item>",
    "<item><title>안의 <item>{n}</item></title></item>",
    "<item><title>머리 없는 {n}",
    "<item><title>{n}</title><description>끝이 틀린</descriptio><link>/v/{n}</link></item>",
    "<item><title>{n}</title><media:text>이름 없는 이름터</media:text></item>",
]


@given(st.lists(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 6)), max_size=6), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_reading_only_what_is_new_equals_reading_everything(polls: list[list[tuple[str, int]]]) -> None:
    memory: Memory[Known] = Memory(100_000)
    sure = "<item><title>늘 있는 소식</title><link>/v/always</link></item>"
    for poll in polls:
        body = channel(sure, *(kind.replace("{n}", str(number)) for kind, number in poll))
        assert read(body, memory) == read(body)


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}"><link href="https://x.example.kr"/>{entries}</feed>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<channel><link>https://x.example.kr</link><items><rdf:Seq/></items></channel>{entries}</rdf:RDF>"
)


@pytest.mark.parametrize(
    ("form", "entry"),
    [
        (ATOM, "<entry><title>{n}</title><link href='v/{n}'/><id>tag:{n}</id></entry>"),
        (RDF, "<item><title>{n}</title><link>https://x.example.kr/{n}</link></item>"),
    ],
)
def test_atom_and_rdf_are_read_the_same_either_way(form: str, entry: str) -> None:
    memory: Memory[Known] = Memory(100_000)
    for numbers, base in (
        ("123", "https://a.kr/"),
        ("234", "https://a.kr/"),
        ("234", "https://b.kr/"),
        ("234", "https://b.kr/"),
    ):
        body = form.replace("{base}", base).replace("{entries}", "".join(entry.replace("{n}", n) for n in numbers))
        assert read(body, memory) == read(body)


def test_only_new_entries_reach_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    from monitor.ingest import parse as module  # noqa: PLC0415 - its inside is watched

    sent: list[str] = []
    whole = module._read_all

    def watch(job: ParseJob, xml: str) -> object:
        sent.append(xml)
        return whole(job, xml)

    monkeypatch.setattr(module, "_read_all", watch)
    memory: Memory[Known] = Memory(100_000)
    read(rss("하나", "둘", numbers=(1, 2)), memory)
    read(rss("셋", "하나", "둘", numbers=(3, 1, 2)), memory)
    read(rss("셋", "하나", "둘", numbers=(3, 1, 2)), memory)
    assert [xml.count("<item>") for xml in sent] == [2, 1, 0]


def test_one_ill_formed_entry_makes_the_whole_be_read_by_the_same_guessing() -> None:
    memory: Memory[Known] = Memory(100_000)
    good = [f"<item><title>{n}</title><link>/{n}</link><description>글 {n}</description></item>" for n in "12"]
    ill = good[0].replace("</description>", "</descriptio>")
    for entries in (good, [ill, good[1]], [ill, good[1]], good):
        assert read(channel(*entries), memory) == read(channel(*entries))


def test_an_edited_entry_is_read_again() -> None:
    memory: Memory[Known] = Memory(100_000)
    read(rss("[속보] 한빛"), memory)
    assert read(rss("한빛 (종합)"), memory).entries[0].article.title == "한빛 (종합)"


def test_another_home_is_another_reading() -> None:
    memory: Memory[Known] = Memory(100_000)
    entry = "<item><title>한빛</title><link>/v/1</link></item>"
    read(channel(entry, head="<link>https://a.example.kr</link>"), memory)
    moved = channel(entry, head="<link>https://b.example.kr</link>")
    assert read(moved, memory).entries[0].article.url == "https://b.example.kr/v/1"


@pytest.mark.parametrize(
    "xml",
    [
        "<rss><channel><title>한빛</title></channel></rss>",
        "<rss><item>하나</item><item>둘</rss>",
        "<rss><item>하나<item>둘</item></item></rss>",
        "<rss><item>하나<item>둘</item></rss>",
        "<rss><item><![CDATA[</item>]]></item></rss>",
        "<rss><item><!-- </item> --></item></rss>",
        "<rss><title><![CDATA[<item></title><item>하나</item>]]></rss>",
        "<rss><title></item></title><item>하나</item></rss>",
    ],
)
def test_what_cannot_be_cut_beyond_doubt_is_not_cut(xml: str) -> None:
    assert pieces(xml) is None


def test_pieces_make_the_whole_again() -> None:
    xml = "<rss><items/><item>하나</item> \n <item>둘</item><pubDate/></rss>"
    cut = pieces(xml)
    assert cut
    assert cut.entries == ("<item>하나</item>", "<item>둘</item>")
    assert cut.with_only([0, 1]) == xml
    assert cut.with_only([1]) == "<rss><items/> \n <item>둘</item><pubDate/></rss>"
    assert cut.with_only([]) == "<rss><items/> \n <pubDate/></rss>"


def test_memory_forgets_the_longest_unused_first() -> None:
    memory: Memory[str] = Memory(10)
    memory.keep(b"a", "A", 4)
    memory.keep(b"b", "B", 4)
    assert memory.recall(b"a") == "A"
    memory.keep(b"c", "C", 4)
    assert [memory.recall(name) for name in (b"a", b"b", b"c")] == ["A", None, "C"]
    memory.keep(b"a", "A2", 6)
    assert [memory.recall(name) for name in (b"a", b"c")] == ["A2", "C"]


def test_names_differ_by_scope() -> None:
    assert name_of("a", "<item/>") != name_of("b", "<item/>")
