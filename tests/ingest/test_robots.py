from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ingest.robots import ALL, NONE, Robots, read_robots

AGENT = "korean-news-monitor/1.0 (me@example.kr)"
OURS = "User-agent: korean-news-monitor"
SITE = "https://news.example.kr"


def robots(text: str, agent: str = AGENT) -> Robots:
    return read_robots(text.encode(), agent)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/view", False),
        ("User-agent: *\nDisallow:", "/view", True),
        ("", "/view", True),
        ("<html>없음</html>", "/view", True),
        ("User-agent: *\nDisallow: /admin", "/view", True),
        ("User-agent: *\nDisallow: /admin", "/admin/x", False),
        ("USER-AGENT: *\r\ndisallow: /a # 주석\r\n", "/a/b", False),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True),
        ("User-agent: *\nAllow: /news/\nDisallow: /news/", "/news/1", True),
        ("User-agent: *\nDisallow: /*?", "/view?no=1", False),
        ("User-agent: *\nDisallow: /*?", "/view", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf.html", True),
        ("User-agent: *\nDisallow: /*a*b", "/xbxaxb", False),
        ("User-agent: *\nDisallow: /*a*b", "/b/a", True),
        ("User-agent: *\nDisallow: /view$", "/view", False),
        ("User-agent: *\nDisallow: /view$", "/view/1", True),
        ("User-agent: *\nDisallow: /한글", "/%ED%95%9C%EA%B8%80/1", False),
        ("User-agent: *\nDisallow: /", "", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/view", False),
        ("User-agent: Korean-News-Monitor/2\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/view", True),
        ("User-agent: other\nUser-agent: korean-news-monitor\nDisallow: /", "/view", False),
        ("User-agent: other\nDisallow: /", "/view", True),
        (
            f"{OURS}\nDisallow: /a\nUser-agent: x\nDisallow: /\n{OURS}\nDisallow: /b",
            "/b",
            False,
        ),
        ("Disallow: /", "/view", True),
    ],
)
def test_the_longest_pattern_of_our_group_decides(text: str, path: str, allowed: bool) -> None:  # noqa: FBT001 - a column
    assert robots(text).allows(SITE + path) is allowed


def test_an_agent_without_a_name_follows_what_everyone_follows() -> None:
    assert not robots("User-agent: *\nDisallow: /", "시험/1").allows(SITE)


def test_all_and_none() -> None:
    assert ALL.allows(SITE + "/a")
    assert not NONE.allows(SITE)


def test_many_stars_cost_no_time() -> None:
    began = time.process_time()
    assert robots("User-agent: *\nDisallow: /" + "*a" * 5_000 + "b").allows(SITE + "/" + "a" * 100_000)
    assert time.process_time() - began < 1


@given(st.binary(max_size=300), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read(body: bytes, path: str) -> None:
    read_robots(b"User-agent: *\nDisallow: /x\n" + body, AGENT).allows(f"{SITE}/{path.replace('[', '')}")


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-Delay : 2.5 # 초\nDisallow:", 2.5),
        (f"User-agent: *\nCrawl-delay: 10\n{OURS}\nCrawl-delay: 3\n{OURS}\nCrawl-delay: 1", 3.0),
        (f"User-agent: *\nCrawl-delay: 10\n{OURS}\nDisallow: /a", 0.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("User-agent: *\nCrawl-delay: 99999999999", 0.0),
        ("User-agent: *\nCrawl-delay: -1", 0.0),
        ("Crawl-delay: 7", 0.0),
    ],
)
def test_a_crawl_delay_is_read_like_the_patterns(text: str, delay_s: float) -> None:
    assert robots(text).delay_s == delay_s
