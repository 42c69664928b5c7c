"""`monitor suggest` prints YAML that can be pasted, each line with its evidence."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from monitor.core.article import Match
from monitor.pipeline.records import Verdict
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.reader import article

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.pipeline.ports import Work
    from tests.cli.conftest import Command

TERMS = """
terms:
  Anthropic: {kind: organisation, any: [Anthropic], examples: {match: [Anthropic 투자], no_match: [앤트로피]}}
  애플: {kind: organisation, mode: family, any: [애플], exclude: [애플파이], require: [출시, 실적, 시대, 안내]}
  라인: {kind: organisation, any: [라인, LINE], case_sensitive: true}
  강원: {kind: place, any: [강원]}
  벵골: {kind: place, any: [벵골]}
  개념: {query: "@라인 OR @애플"}
"""
REST = """
database: sqlite:///monitor.db
watchlists:
  - {name: 모두, any: ["@Anthropic", "@개념", "@강원", "@벵골"]}
  - {name: 라인, any: ["@라인"]}
channels:
  desk: {url: "log://"}
feeds:
  - {name: 전자신문, url: "https://news.example/rss"}
"""
TITLES = (
    *["앤스로픽(Anthropic)의 새 모델"] * 2,
    "새 애플리케이션을 출시",
    "애플리케이션의 시대",
    "모바일 애플리케이션 안내",
    "반도체 생산 라인을 증설",
    "자동차 생산 라인이 멈췄다",
    *["강원도 산불"] * 3,
    "클로드의 라인",
    "클로드를 라인에",
    "클로드, 라인",
)
CUT = "먼 바다의 태풍이 천천히 움직여 다음 주에 닿는 곳은 벵골"


@pytest.fixture
def stored(command: Command) -> Command:
    (command.folder / "config.yaml").write_text(TERMS + REST, encoding="utf-8")
    storage = SqlStorage(open_engine("sqlite:///monitor.db", command.folder))
    asyncio.run(storage.write(_fill))
    storage.close()
    return command


def _fill(work: Work) -> None:
    now = datetime.now(UTC)
    for number, title in enumerate(TITLES):
        article_id, _ = work.articles.add(article(number, title), now)
        if "생산" in title:
            (hit,) = work.articles.add_hits(article_id, [Match("모두", ())], now)
            work.marks.mark([hit.id], Verdict.WRONG, now)
    for number in range(100, 103):
        work.articles.add(article(number, f"소식 {number}", summary=CUT), now)
    for number in range(200, 500):
        work.articles.add(article(number, f"{number}번 기사"), now)


def printed(command: Command, *words: str) -> str:
    done = command("suggest", *words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def terms(text: str) -> dict[str, Any]:
    found = YAML(typ="safe").load(text)
    return dict(found["terms"]) if found else {}


def test_terms_are_written_out_with_what_is_suggested_for_them(stored: Command) -> None:
    found = terms(printed(stored))
    assert found == {
        "Anthropic": {
            "kind": "organisation",
            "any": ["Anthropic", "앤스로픽"],
            "examples": {"match": ["Anthropic 투자"], "no_match": ["앤트로피"]},
        },
        "애플": {
            "kind": "organisation",
            "mode": "family",
            "any": ["애플"],
            "exclude": ["애플파이", "애플리케이션"],
            "require": ["출시", "실적", "시대", "안내"],
        },
        "라인": {"kind": "organisation", "any": ["라인", "LINE"], "exclude": ["생산"], "case_sensitive": True},
        "강원": {"kind": "place", "any": ["강원"], "exclude": ["강원도"]},
        "클로드": {"any": ["클로드"]},
    }


def test_what_is_printed_can_be_pasted(stored: Command, tmp_path: Path) -> None:
    text = printed(stored)
    pasted = tmp_path / "pasted.yaml"
    whole = YAML(typ="safe").load(TERMS)["terms"] | terms(text)
    pasted.write_text(REST + "terms: " + json.dumps(whole, ensure_ascii=False) + "\n", encoding="utf-8")
    assert stored("check", str(pasted)).exit_code == 0
    pasted.write_text(REST.replace('"@개념", "@강원", "@벵골"', '"@라인", "@강원"') + text, encoding="utf-8")
    assert stored("check", str(pasted)).exit_code == 0


def test_each_has_its_counts_and_titles_beside_it(stored: Command) -> None:
    text = printed(stored)
    for line in (
        f"# Suggested by {len(TITLES) + 303} articles. A term that you have already is written out in full.",
        "      # beside Anthropic in 2 of 2 articles with the term",
        "      #   앤스로픽(Anthropic)의 새 모델",
        "      # begins with the term in 3 articles, in 0 of which it stands by itself too",
        "      # near it in 2 of 2 wrong hits; takes 0 away that nobody marked",
        "      # 강원 only ever hits weakly; 3 of 3 times it is read in this word",
        "  # 벵골 only ever hits weakly, at the end of texts that are cut off: 3 articles",
        "  # in 3 of 5 articles that hit 라인, and in 0 others",
    ):
        assert line in text.splitlines()


def test_only_one_watchlist_and_only_since_then(stored: Command) -> None:
    assert set(terms(printed(stored, "라인"))) == {"클로드"}
    assert printed(stored, "--since", "2999-01-01").count("\n") == 1


def test_programs_read_a_line_for_each(stored: Command) -> None:
    found = [json.loads(line) for line in printed(stored, "--json").splitlines()]
    assert [(one["sort"], one["term"], one["text"]) for one in found][:2] == [
        ("spelling", "Anthropic", "앤스로픽"),
        ("continuation", "애플", "애플리케이션"),
    ]
    assert (found[0]["articles"], found[0]["examples"]) == (2, [TITLES[0]] * 2)


def test_a_watchlist_that_is_not_there_is_bad_usage(stored: Command) -> None:
    done = stored("suggest", "라안")
    assert done.exit_code == 2
    assert "did you mean 라인?" in " ".join(done.output.replace("│", " ").split())
