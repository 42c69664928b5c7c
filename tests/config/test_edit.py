from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.document import read_document
from monitor.config.edit import NewFeed, NewTerm, NewWatchlist, add_feeds, add_term, add_watchlist, replace_file
from monitor.config.insert import append, put
from monitor.config.lexicon import bundled_terms
from monitor.core.errors import ConfigurationError, Problem
from monitor.core.matching.model import Kind

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
# 우리 설정
timezone: Asia/Seoul   # 서울

feeds:
  # 종합지
  - {name: 한빛신문, url: "https://a.example.kr/rss", tags: [it]}    # 자주 끊김

  # 전문지
  - name: 샛별일보
    url: 'https://b.example.kr/rss'   # 옛 주소

# 채널
channels:
  desk: {url: "log://"}
"""
NEW = NewFeed("가람통신: AI", "https://c.example.kr/rss?a=1&b=${x}", ("ai", "반도체"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


def test_a_feed_is_added_and_all_else_stays_byte_for_byte(path: Path) -> None:
    config = add_feeds(path, [NEW, NewFeed("네번째", "https://d.example.kr/rss")], {})
    line = (
        '  - {name: "가람통신: AI", url: "https://c.example.kr/rss?a=1&b=$${x}", tags: [ai, 반도체]}\n'
        '  - {name: 네번째, url: "https://d.example.kr/rss"}\n'
    )
    assert path.read_text(encoding="utf-8") == CONFIG.replace("# 옛 주소\n", "# 옛 주소\n" + line)
    assert [(feed.name, feed.url, feed.tags) for feed in config.feeds[2:]] == [
        ("가람통신: AI", "https://c.example.kr/rss?a=1&b=${x}", ("ai", "반도체")),
        ("네번째", "https://d.example.kr/rss", ()),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n", "a: 1\nfeeds:\n  - NEW\n"),
        ("a: 1", "a: 1\nfeeds:\n  - NEW\n"),
        ("feeds: []   # 없음\nb: 1\n", "feeds:\n  - NEW   # 없음\nb: 1\n"),
        ("feeds:\nb: 1\n", "feeds:\n  - NEW\nb: 1\n"),
        ("feeds:   # 없음\n\nb: 1\n", "feeds:\n  - NEW   # 없음\n\nb: 1\n"),
        ("feeds: null\n", "feeds:\n  - NEW\n"),
        ("feeds: [{a: 1}, {b: 2}] # 끝\nb: 1", "feeds: [{a: 1}, {b: 2}, NEW] # 끝\nb: 1"),
        ("feeds:\n- a: 1\n  b: 2 # c\n  # d\n\n# e\nf: 1", "feeds:\n- a: 1\n  b: 2 # c\n- NEW\n  # d\n\n# e\nf: 1"),
        ("feeds:\n    - a: [1,\n       2]", "feeds:\n    - a: [1,\n       2]\n    - NEW"),
        ("feeds:\n  - a: |\n      b\n\nf: 1\n", "feeds:\n  - a: |\n      b\n  - NEW\n\nf: 1\n"),
        ("feeds:\r\n  - a: 1\r\nb: 1\r\n", "feeds:\r\n  - a: 1\r\n  - NEW\r\nb: 1\r\n"),
    ],
)
def test_the_entry_comes_last_in_its_list(before: str, after: str) -> None:
    assert append(before, ("feeds",), ["NEW"], "config.yaml") == after
    read_document(after, "config.yaml")


@pytest.mark.parametrize("text", ["{feeds: []}", "[1]", "", "feeds: 3\n", "feeds: {a: 1}\n"])
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        append(text, ("feeds",), ["NEW"], "config.yaml")


@pytest.mark.parametrize(
    "feed",
    [
        NewFeed("한빛신문", "https://c.example.kr/rss"),
        NewFeed("가람", "https://a.example.kr/rss"),
        NewFeed("가람", "ftp://c.example.kr/rss"),
        NewFeed("", "https://c.example.kr/rss"),
    ],
    ids=["name taken", "address taken", "no web address", "no name"],
)
def test_nothing_is_written_if_the_result_would_not_pass(path: Path, feed: NewFeed) -> None:
    with pytest.raises(ConfigurationError):
        add_feeds(path, [feed], {})
    assert path.read_text(encoding="utf-8") == CONFIG
    assert [one.name for one in path.parent.iterdir()] == ["config.yaml"]


def test_a_configuration_that_is_wrong_already_is_not_written(path: Path) -> None:
    path.write_text(CONFIG + "colour: red\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="colour"):
        add_feeds(path, [NEW], {})


def test_a_list_whose_new_entry_would_go_elsewhere_is_refused(path: Path) -> None:
    before = CONFIG.replace("channels:", "---\nchannels:")
    path.write_text(before, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        add_feeds(path, [NEW], {})
    assert path.read_text(encoding="utf-8") == before


def test_the_mode_of_the_file_a_link_to_it_and_its_mark_are_kept(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    path.write_text("\ufeff" + CONFIG, encoding="utf-8")
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    add_feeds(link, [NEW], {})
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text(encoding="utf-8").startswith("\ufeff# 우리")
    assert "가람통신" in path.read_text(encoding="utf-8")


ADDED = NewWatchlist("수출: 통제", '수출 "금수 조치" -"${x}"', ("desk",))


def proved(_: object) -> None:
    """No further check."""


def test_a_watchlist_is_added_and_all_else_stays_byte_for_byte(path: Path) -> None:
    before = CONFIG + "watchlists:   # 감시\n  - name: 가\n    any: [인텔]   # 끝\n\n# 맺음\n"
    path.write_text(before, encoding="utf-8")
    config = add_watchlist(path, ADDED, {}, proved)
    block = (
        '  - name: "수출: 통제"\n'
        """    query: '수출 "금수 조치" -"$${x}"'\n"""
        "    channels: [desk]\n"
    )
    assert path.read_text(encoding="utf-8") == before.replace("# 끝\n", "# 끝\n" + block)
    assert (config.watchlists[1].name, config.watchlists[1].query) == (ADDED.name, ADDED.query)
    assert config.watchlists[1].channels == ("desk",)


@pytest.mark.parametrize("before", ["", "watchlists: []\n", "watchlists: [{name: 가, any: [인텔]}]\n"])
def test_a_watchlist_can_be_the_first_or_stand_in_a_flow(path: Path, before: str) -> None:
    path.write_text(CONFIG + before, encoding="utf-8")
    config = add_watchlist(path, NewWatchlist("나", "it's -수출 통제"), {}, proved)
    assert (config.watchlists[-1].name, config.watchlists[-1].query) == ("나", "it's -수출 통제")
    assert config.watchlists[-1].channels is None
    assert path.read_text(encoding="utf-8").startswith(CONFIG)


TERMS = (
    CONFIG
    + """include: [korean-tech]
terms:
  # 회사
  가람: {kind: organisation, any: [가람, Garam]}   # 우리
  나루:
    any:
      - 나루    # 한글
    mode: family
  식: {query: "@가람 OR 나루"}

# 끝
"""
)


@pytest.mark.parametrize(
    ("term", "old", "new"),
    [
        (NewTerm("가람", ("加藍", "가람", "A:B")), "Garam]", 'Garam, "加藍", "A:B"]'),
        (NewTerm("나루", ("Naru",)), "- 나루    # 한글\n", "- 나루    # 한글\n      - Naru\n"),
        (
            NewTerm("다솔 1", ("다솔", "${x}"), Kind.PERSON),
            'OR 나루"}\n',
            'OR 나루"}\n  다솔 1: {kind: person, any: [다솔, "$${x}"]}\n',
        ),
        (NewTerm("라온", ("라온",)), 'OR 나루"}\n', 'OR 나루"}\n  라온: {any: [라온]}\n'),
    ],
)
def test_a_term_or_a_spelling_is_added_and_all_else_stays(path: Path, term: NewTerm, old: str, new: str) -> None:
    path.write_text(TERMS, encoding="utf-8")
    config = add_term(path, term, {}, proved)
    assert path.read_text(encoding="utf-8") == TERMS.replace(old, new)
    assert set(term.any) <= set(config.terms[term.name].any or ())


def test_a_spelling_for_an_included_term_keeps_all_that_the_term_has(path: Path) -> None:
    path.write_text(TERMS, encoding="utf-8")
    included = bundled_terms("korean-tech")
    for name, one in included.items():
        if one.config.query is None and name not in {"가람", "나루"}:
            config = add_term(path, NewTerm(name, ("새표기",)), {}, proved)
            added = config.terms[name]
            assert added.any == (*(one.config.any or ()), "새표기")
            for key in ("kind", "mode", "exclude", "require", "case_sensitive"):
                assert getattr(added, key) == getattr(one.config, key), (name, key)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (NewTerm("식", ("가",)), "the term 식 is a query and has no spellings, choose another name"),
        (NewTerm("가람", ("가",), Kind.PERSON), "the term 가람 is there, of the kind organisation"),
        (NewTerm("가람", ("Garam",)), "the term 가람 has these spellings already, add others"),
        (NewTerm("", ("가",)), "the name is empty"),
        (NewTerm("마루", ("",)), "the text is empty"),
    ],
)
def test_a_term_that_cannot_be_added_leaves_the_file_as_it_was(path: Path, term: NewTerm, said: str) -> None:
    path.write_text(TERMS, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        add_term(path, term, {}, proved)
    assert path.read_text(encoding="utf-8") == TERMS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n", "a: 1\nterms:\n  NEW: 1\n"),
        ("terms: {}   # 없음\nb: 1\n", "terms:\n  NEW: 1   # 없음\nb: 1\n"),
        ("terms:\nb: 1\n", "terms:\n  NEW: 1\nb: 1\n"),
        ("terms: {a: {b: [1]}} # 끝\n", "terms: {a: {b: [1]}, NEW: 1} # 끝\n"),
        (
            "terms:\n    a:\n      b: 2 # c\n    # d\n\nf: 1\n",
            "terms:\n    a:\n      b: 2 # c\n    NEW: 1\n    # d\n\nf: 1\n",
        ),
        ("terms:\r\n  a: 1\r\nb: 1\r\n", "terms:\r\n  a: 1\r\n  NEW: 1\r\nb: 1\r\n"),
    ],
)
def test_the_term_comes_last_in_its_mapping(before: str, after: str) -> None:
    assert put(before, "terms", "NEW: 1", "config.yaml") == after
    read_document(after, "config.yaml")


@pytest.mark.parametrize("text", ["{terms: {}}", "terms: [a]\n", "terms: 3\n"])
def test_a_mapping_that_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="write it into the file by hand"):
        put(text, "terms", "NEW: 1", "config.yaml")


def test_a_list_inside_what_is_not_there_is_not_made() -> None:
    with pytest.raises(ConfigurationError, match=r"there is no terms\.a\.any"):
        append("terms: {b: {any: [c]}}\n", ("terms", "a", "any"), ["c"], "config.yaml")


def test_what_fails_its_proof_is_not_written(path: Path) -> None:
    def refuse(_: object) -> None:
        raise ConfigurationError((Problem("watchlists.0.examples.match.0", "no match"),))

    with pytest.raises(ConfigurationError, match="no match"):
        add_watchlist(path, ADDED, {}, refuse)
    assert path.read_text(encoding="utf-8") == CONFIG


def test_what_another_wrote_meanwhile_is_not_overwritten(path: Path) -> None:
    def write(_: object) -> None:
        path.write_text(CONFIG + "# of another\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="the file was changed meanwhile, try again"):
        add_watchlist(path, ADDED, {}, write)
    assert path.read_text(encoding="utf-8") == CONFIG + "# of another\n"


@given(query=st.text(min_size=1, max_size=40), name=st.text(min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_query_reads_back_as_it_was(query: str, name: str) -> None:
    one = NewWatchlist(name, query, (name,))
    lines = "\n    ".join(one.lines)
    root = read_document(f"watchlists:\n  - {lines}\n", "config.yaml").root
    assert root == {"watchlists": (one.value,)}


def test_a_file_that_cannot_be_written_is_said_to_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConfigurationError, match="No space left"):
        replace_file(path, "a")
    assert path.read_text(encoding="utf-8") == CONFIG
    assert [one.name for one in path.parent.iterdir()] == ["config.yaml"]


# No other name passes the check.
NAMES = st.text(min_size=1, max_size=30).filter(str.isprintable)


@given(name=NAMES, tag=NAMES)
@settings(max_examples=150, deadline=None)
def test_any_name_reads_back_as_it_was(name: str, tag: str) -> None:
    line = NewFeed(name, "https://a.example.kr", (tag,)).line
    root = read_document(f"feeds:\n  - {line}\n", "config.yaml").root
    entry = {"name": name.replace("${", "$${"), "url": "https://a.example.kr", "tags": (tag.replace("${", "$${"),)}
    assert root == {"feeds": (entry,)}
