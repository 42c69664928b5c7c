"""The site is whole: every page in its navigation, Korean for the user's part, nothing fetched from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from ruamel.yaml import YAML

from tests.docs.markdown import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IN_KOREAN: Final = frozenset({"index", "start", "watchlists", "alerts", "running", "dashboard", "troubles"})
FETCHED: Final = re.compile(
    r"<(?:script|img|iframe|source)[^>]+src=[\"']?(?:https?:)?//|<link[^>]+stylesheet[^>]+https?://"
)


def leaves(nav: Any) -> Iterator[str]:
    for one in nav:
        if isinstance(one, str):
            yield one
        else:
            for below in one.values():
                yield from leaves(below if isinstance(below, list) else [below])


def test_every_page_has_one_place_in_the_navigation() -> None:
    nav = list(leaves(YAML(typ="safe", pure=True).load(read(ROOT / "mkdocs.yml"))["nav"]))
    pages = {one.name for one in (ROOT / "docs").glob("*.md") if not one.name.endswith(".ko.md")}
    assert sorted(nav) == sorted(pages)


def test_the_user_s_part_is_in_both_languages() -> None:
    docs = ROOT / "docs"
    assert {one.name.removesuffix(".ko.md") for one in docs.glob("*.ko.md")} == IN_KOREAN
    assert all((docs / f"{name}.md").is_file() for name in IN_KOREAN)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    call = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-d", str(made)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(call, cwd=ROOT, env=quiet, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    return made


def test_a_reader_s_browser_is_sent_nowhere_else(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 2 * len(IN_KOREAN)
    assert [str(page) for page in pages if FETCHED.search(read(page))] == []


def test_the_korean_pages_are_served_beside_the_english(site: Path) -> None:
    assert "10분 만에" in read(site / "ko" / "start.html")
    assert "Ten minutes" in read(site / "start.html")


def test_every_decision_is_listed(site: Path) -> None:
    text = read(site / "decisions.html")
    assert all(f'href="decisions/{one.stem}.html"' in text for one in (ROOT / "docs" / "decisions").glob("*.md"))
