from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import CONFIG
from tests.fakes.feedserver import FeedServer, Served, rss

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Command

OPML = """<opml version="2.0"><body><outline text="반도체">
<outline text="전자신문" xmlUrl="https://chip.example/rss"/><outline text="보안" xmlUrl="https://security.example/rss"/>
</outline></body></opml>"""


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def local(command: Command) -> Command:
    """Loopback may be read."""
    config(command).write_text(CONFIG + "# 여기까지\nnetwork: {allow_private: true}\n", encoding="utf-8")
    return command


def config(command: Command) -> Path:
    return command.folder / "config.yaml"


def text_of(command: Command) -> str:
    return config(command).read_text(encoding="utf-8")


def parsed(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_feeds_alone_lists_them(filled: Command) -> None:
    (row,) = parsed(filled("feeds", "--json").stdout)
    assert (row["name"], row["health"]) == ("전자신문", "failing")


def test_discover_shows_the_feeds_of_a_site(local: Command, server: FeedServer) -> None:
    page = '<link rel="alternate" type="application/rss+xml" href="/it.xml">'
    server.serve("/it.xml", Served(rss("하나", "둘")))
    done = local("feeds", "discover", server.serve("/", Served(page.encode(), content_type="text/html")), "--json")
    assert done.exit_code == 0
    (row,) = parsed(done.stdout)
    assert (row["url"], row["title"], row["entries"]) == (server.url("/it.xml"), "한빛신문", 2)
    assert row["newest_at"] == "2025-01-27T01:00:00+00:00"


def test_discover_says_so_if_there_is_none(local: Command, server: FeedServer) -> None:
    done = local("feeds", "discover", server.serve("/", Served(b"<html></html>", content_type="text/html")))
    assert done.exit_code == 1
    assert "no feed found" in done.stderr


def test_discover_needs_no_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: FeedServer, command: Command
) -> None:
    # The command's own --config is a file that must be there; the default one need not.
    monkeypatch.chdir(tmp_path)
    command.folder = tmp_path.relative_to(tmp_path)
    done = command("feeds", "discover", server.url("/"))
    assert done.exit_code == 1
    assert "address not public" in str(done.exception)


FEED = (
    "<rss><channel><title>한빛신문</title><link>https://news.example</link><ttl>30</ttl>"
    "<item><title>中딥시크 공개</title><link>/1</link><pubDate>2025-01-27 10:00</pubDate></item>"
    "<item><title>둘</title><link>/2</link><pubDate>Mon, 27 Jan 2025 10:00:00 +0900</pubDate></item>"
    "<item><title>셋 �</title></item></channel></rss>"
)


def test_a_feed_can_be_tried(local: Command, server: FeedServer) -> None:
    server.serve("/new.xml", Served(FEED.encode(), content_type="text/xml; charset=euc-kr"))
    url = server.serve("/rss.xml", Served(status=301, redirect="/new.xml"))
    done = local("feeds", "test", url, "--json")
    assert done.exit_code == 0, done.output
    (told,) = parsed(done.stdout)
    assert (told["title"], told["encoding"], told["stated_charset"], told["ttl_s"]) == (
        "한빛신문",
        "utf-8",
        "euc-kr",
        1800,
    )
    assert [(row["zone"], row["precision"], row["watchlists"]) for row in told["entries"]] == [
        ("the feed's", "minute", ["딥시크"]),
        ("stated", "second", []),
        (None, "", []),
    ]
    assert told["warnings"] == [
        f"moved for good to {server.url('/new.xml')}: write that address",
        "1 characters could not be read as utf-8",
        "1 of 3 entries state no time that can be read: when they are first seen counts",
        "1 of 3 entries state no zone: read as Asia/Seoul",
        "1 of 3 entries have no address",
    ]
    table = local("feeds", "test", url)
    assert "中딥시크 공개" in table.stdout
    assert "encoding: utf-8" in table.stderr
    assert "warning: 1 of 3 entries have no address" in table.stderr


def test_a_feed_cut_off_is_said_to_be(local: Command, server: FeedServer) -> None:
    url = server.serve("/rss.xml", Served(FEED.encode()[:-60]))
    assert "it arrived cut off" in local("feeds", "test", url).stderr


def test_a_feed_of_the_configuration_is_tried_by_its_name(local: Command, server: FeedServer) -> None:
    url = server.serve("/rss.xml", Served(FEED.encode()))
    config(local).write_text(text_of(local).replace("https://news.example/rss", url), encoding="utf-8")
    assert local("feeds", "test", "전자신문").exit_code == 0
    assert local("feeds", "test", "전자신보").exit_code == 2


def test_a_page_is_no_feed_and_where_to_look_is_said(local: Command, server: FeedServer) -> None:
    done = local("feeds", "test", server.serve("/", Served(b"<html></html>")))
    assert done.exit_code == 1
    assert "monitor feeds discover" in done.stderr


def test_a_feed_is_added_under_its_own_title(local: Command, server: FeedServer) -> None:
    server.serve("/new.xml", Served(FEED.replace("한빛신문", "전자신문").encode()))
    before = text_of(local)
    done = local(
        "feeds", "add", server.serve("/rss.xml", Served(status=308, redirect="/new.xml")), "--tags", "it, ai"
    )
    assert done.exit_code == 0, done.output
    line = f'  - {{name: 전자신문 2, url: "{server.url("/new.xml")}", tags: [it, ai]}}\n'
    assert text_of(local) == before.replace("# 여기까지\n", f"{line}# 여기까지\n")
    assert line.strip(" -\n") in done.stderr


def test_a_feed_that_cannot_be_read_is_not_added(local: Command, server: FeedServer) -> None:
    before = text_of(local)
    assert local("feeds", "add", server.url("/none.xml")).exit_code == 1
    assert text_of(local) == before
    assert local("feeds", "add", server.url("/none.xml"), "--untested").exit_code == 0
    assert f'{{name: "127.0.0.1:{server.port}", url: "{server.url("/none.xml")}"}}' in text_of(local)


def test_a_feed_whose_name_or_address_is_taken_is_not_added(local: Command) -> None:
    before = text_of(local)
    for words in (("https://a.example/rss", "--name", "보안"), ("https://news.example/rss", "--name", "새")):
        done = local("feeds", "add", *words, "--untested")
        assert done.exit_code == 1
        assert "config.yaml" in str(done.exception)
    assert text_of(local) == before


def test_opml_goes_in_and_out(local: Command, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_bytes(OPML.encode("cp949"))
    done = local("feeds", "import", str(file))
    assert done.exit_code == 0, done.output
    assert "added 1, there already: 1" in done.stderr
    assert '{name: 전자신문 2, url: "https://chip.example/rss", tags: [반도체]}' in text_of(local)
    assert "added 0, there already: 2" in local("feeds", "import", str(file)).stderr
    out = local("feeds", "export").stdout
    assert '<outline type="rss" text="전자신문 2" xmlUrl="https://chip.example/rss" category="반도체"/>' in out


def test_an_address_from_the_environment_is_not_exported(local: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "s3cr3t-key")
    config(local).write_text(
        text_of(local).replace("news.example/rss", "news.example/rss?key=${KEY}"), encoding="utf-8"
    )
    done = local("feeds", "export")
    assert "s3cr3t" not in done.output
    assert "left out" in done.stderr
    assert "security.example" in done.stdout


def test_a_file_that_is_no_opml_is_a_usage_error(local: Command, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    assert local("feeds", "import", str(file)).exit_code == 2
    file.write_text("<rss/>", encoding="utf-8")
    done = local("feeds", "import", str(file))
    assert done.exit_code == 2
    assert "not OPML" in done.output
