from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.document import read_document
from monitor.config.edit import NewFeed, add_feeds, append, replace_file
from monitor.core.errors import ConfigurationError

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
    assert append(before, "feeds", ["NEW"], "config.yaml") == after
    read_document(after, "config.yaml")


@pytest.mark.parametrize("text", ["{feeds: []}", "[1]", "", "feeds: 3\n", "feeds: {a: 1}\n"])
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        append(text, "feeds", ["NEW"], "config.yaml")


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
