from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from monitor.bootstrap import definitions_of
from monitor.config.compile import compile_config
from monitor.config.load import load_text
from monitor.core.article import Match
from monitor.core.matching.model import Watchlist
from monitor.core.matching.version import definition_of
from monitor.core.query.nodes import Or
from monitor.core.query.parser import parse
from monitor.core.spikes.model import HOUR, Judgement
from monitor.storage.engine import open_engine
from monitor.storage.storage import SqlStorage
from tests.fakes.reader import article

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.pipeline.ports import Work
    from tests.cli.conftest import Command

CONFIG = """
database: sqlite:///monitor.db
language: {language}
terms:
  인텔: {{kind: organisation, any: [인텔, Intel]}}
  문샷: {{kind: organisation, any: [Moonshot]}}
watchlists:
  - {{name: 인텔, any: ["@인텔"]}}
  - {{name: 규제, query: '@인텔 NEAR/2 (규제* OR 벌금 OR 제재*) -title:(채용 OR 공채)'}}
  - {{name: 순서, query: '규제 ONEAR/2 인텔'}}
  - {{name: 문샷, any: ["@문샷"], tags: [ai]}}
channels:
  desk: {{url: "log://"}}
feeds:
  - {{name: 전자신문, url: "https://news.example/rss", tags: [it]}}
  - {{name: 모델, url: "https://models.example/rss", tags: [ai]}}
"""


@pytest.fixture
def explain(command: Command) -> Command:
    (command.folder / "config.yaml").write_text(CONFIG.format(language="ko"), encoding="utf-8")
    return command


def test_a_title_is_explained_and_the_exit_code_tells_whether_it_matches(explain: Command) -> None:
    done = explain("explain", "인텔", "美인텔이 웃고 인텔리전스는 운다")
    assert done.exit_code == 0
    assert "✓ 인텔  매칭됨" in done.stdout
    assert "美 + 인텔 + 이: 조사" in done.stdout
    assert "인텔 + 리전스는: 조사도 아는 접미사도 아님" in done.stdout
    done = explain("explain", "인텔", "인텔리전스")
    assert (done.exit_code, "✗ 인텔  매칭되지 않음" in done.stdout) == (1, True)


def test_the_clause_in_the_way_is_named(explain: Command) -> None:
    done = explain("explain", "규제", "인텔 규제 담당 채용")
    assert done.exit_code == 1
    assert "이것만 맞으면 매칭됨: -title:(채용 OR 공채)" in done.stdout


def test_what_is_nowhere_takes_no_more_than_a_line(explain: Command) -> None:
    told = explain("explain", "규제", "인텔을 둘러싼 여러 나라의 새로운 규제").stdout
    assert "✗ 나오지 않음: 벌금  제재*" in told
    assert "✗ title:(채용 OR 공채)" in told
    assert "✗ @인텔 NEAR/2 (규제* OR 벌금 OR 제재*)" in explain("explain", "규제", "다른 소식").stdout


@pytest.mark.parametrize(
    ("watchlist", "text", "said"),
    [
        ("규제", "인텔을 둘러싼 여러 나라의 새로운 규제", "가장 가까운 둘이 5어절 떨어져 있음"),
        ("순서", "인텔 규제", "둘 다 가까이 있지만 순서가 다름"),
        ("순서", "인텔이 웃었다. 규제는 없다", "둘 다 나오지만 한 문장에 있지 않음"),
    ],
)
def test_a_near_says_why_it_failed(explain: Command, watchlist: str, text: str, said: str) -> None:
    assert said in explain("explain", watchlist, text).stdout


def test_an_unknown_spelling_beside_a_known_one_is_offered(explain: Command) -> None:
    done = explain("explain", "문샷", "中 문샷AI(Moonshot)가 공개")
    assert "모르는 표기: 문샷AI  (Moonshot 곁에 있음)" in done.stdout


def test_it_speaks_english_too(explain: Command) -> None:
    (explain.folder / "config.yaml").write_text(CONFIG.format(language="en"), encoding="utf-8")
    done = explain("explain", "인텔", "인텔리전스")
    assert "✗ 인텔  does not match" in done.stdout
    assert "○ title" in done.stdout
    assert "인텔 + 리전스: not a particle, not a known suffix" in done.stdout


def test_many_places_are_cut_short(explain: Command) -> None:
    assert "… 그 밖에 4곳" in explain("explain", "인텔", "인텔, " * 10).stdout


def test_a_file_holds_a_title_and_a_summary(explain: Command) -> None:
    file = explain.folder / "article.txt"
    file.write_text("\ufeff칩 소식\n\n새 칩을 만든 인텔", encoding="utf-8")
    done = explain("explain", "인텔", "--file", str(file))
    assert done.exit_code == 0
    assert "약한 매칭" in done.stdout
    assert "● 요약" in done.stdout


def test_a_stored_article_is_explained_within_the_scope_of_the_watchlist(filled: Command) -> None:
    done = filled("explain", "딥시크", "--article", "1")
    assert (done.exit_code, "中 + 딥시크" in done.stdout) == (0, True)
    (filled.folder / "config.yaml").write_text(CONFIG.format(language="ko"), encoding="utf-8")
    done = filled("explain", "문샷", "--article", "1")
    assert (done.exit_code, "범위 밖" in done.stdout) == (1, True)


def test_a_doubtful_match_says_why(explain: Command) -> None:
    assert "약한 매칭: 짧은 이름이 한 번만" in explain("explain", "인텔", "인텔도 모델 공개").stdout
    assert "약한 매칭" not in explain("explain", "인텔", "인텔이 모델 공개").stdout


def test_json_has_every_clause_and_place(explain: Command) -> None:
    row = json.loads(explain("explain", "--json", "문샷", "문샷AI(Moonshot)").stdout)
    assert (row["matches"], row["in_scope"], row["weak"], row["query"]) == (True, True, "", "@문샷")
    assert row["clause"]["places"] == [
        {
            "field": "title",
            "start": 5,
            "end": 13,
            "text": "Moonshot",
            "term": "문샷",
            "before": "",
            "after": "",
            "accepted": True,
            "why": "Moonshot: the word ends here",
        }
    ]
    assert row["near_misses"] == [
        {
            "kind": "unknown spelling",
            "term": "문샷",
            "text": "문샷AI",
            "beside": "Moonshot",
            "field": "title",
            "start": 0,
            "end": 4,
        }
    ]
    row = json.loads(explain("explain", "--json", "규제", "인텔 소식").stdout)
    assert row["near_misses"] == [{"kind": "one clause short", "query": "@인텔 NEAR/2 (규제* OR 벌금 OR 제재*)"}]
    assert [clause["true"] for clause in row["clause"]["clauses"]] == [False, True]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("인텔", "a", "--article", "1"), "give one of TEXT"),
        (("인탤", "a"), "did you mean 인텔?"),
        (("없음", "a"), "the watchlists are: 인텔, 규제, 순서, 문샷"),
        (("인텔", "--article", "99"), "there is no article 99"),
        (("인텔", "--file", "nowhere.txt"), "No such file"),
    ],
)
def test_usage_errors_exit_with_two(explain: Command, words: tuple[str, ...], said: str) -> None:
    done = explain("explain", *words)
    assert done.exit_code == 2
    plain = " ".join(done.output.replace("│", " ").split())
    assert said in plain


def test_a_file_that_is_not_utf_8_is_a_usage_error(explain: Command) -> None:
    file = explain.folder / "article.txt"
    file.write_bytes("인텔".encode("cp949"))
    assert explain("explain", "인텔", "--file", str(file)).exit_code == 2


def test_a_hit_is_explained_by_what_its_watchlist_was_when_it_was_found(explain: Command) -> None:
    then = CONFIG.format(language="ko")
    hit = found_by(explain, then, "인텔", "인텔과 손잡은 회사")
    same = explain("explain", "--hit", str(hit))
    assert (same.exit_code, same.stderr) == (0, "")
    changed = then.replace("any: [인텔, Intel]", "any: [Intel]")
    (explain.folder / "config.yaml").write_text(changed, encoding="utf-8")
    done = explain("explain", "--hit", str(hit))
    assert (done.exit_code, "✓ 인텔  매칭됨" in done.stdout) == (0, True)
    assert done.stderr == "인텔 has changed since; this is how it was when the hit was found\n"
    assert explain("explain", "인텔", "--article", "1").exit_code == 1
    (explain.folder / "config.yaml").write_text(changed.replace("name: 인텔,", "name: 새이름,"), encoding="utf-8")
    assert explain("explain", "--hit", str(hit)).exit_code == 0


def found_by(command: Command, config: str, watchlist: str, title: str) -> int:
    """An article that hits a watchlist as a configuration defines it; the number of the hit."""
    compiled = compile_config(load_text(config, "", command.folder, {}))
    definition = definitions_of(compiled)[watchlist]
    now = datetime.now(UTC)

    def add(work: Work) -> int:
        work.versions.sync({watchlist: definition}, now)
        about = article(1, title)
        article_id, _ = work.articles.add(about, now)
        versions = {watchlist: definition.version}
        return work.articles.add_hits(article_id, compiled.matcher.match(about), now, versions)[0].id

    return written(command, add)


def written(command: Command, do: Callable[[Work], int]) -> int:
    storage = SqlStorage(open_engine("sqlite:///monitor.db", command.folder))
    try:
        return asyncio.run(storage.write(do))
    finally:
        storage.close()


def test_where_it_is_not_known_how_a_watchlist_was_it_is_explained_as_it_is(explain: Command) -> None:
    now = datetime.now(UTC)

    def add(work: Work) -> int:
        article_id, _ = work.articles.add(article(1, "인텔의 날"), now)
        return work.articles.add_hits(article_id, [Match("인텔", ())], now)[0].id

    done = explain("explain", "--hit", str(written(explain, add)))
    assert done.exit_code == 0
    assert done.stderr == "how 인텔 was when the hit was found is not known; this is how it is now\n"


def test_a_definition_that_is_too_long_to_be_read_again_is_explained_as_it_is(explain: Command) -> None:
    hit = found_by(explain, CONFIG.format(language="ko"), "인텔", "인텔의 날")

    def lengthen(work: Work) -> int:
        long = Or(tuple(parse(f"낱말{number}") for number in range(20_000)))
        definition = definition_of(Watchlist("인텔", long), {})
        now = datetime.now(UTC)
        work.versions.sync({"인텔": definition}, now)
        return len(work.articles.add_hits(1, [Match("인텔", ())], now, {"인텔": definition.version}))

    assert written(explain, lengthen) == 0
    done = explain("explain", "--hit", str(hit))
    assert (done.exit_code, done.stderr) == (0, "인텔 was too long to be read again; this is how it is now\n")


@pytest.mark.parametrize("words", [("--hit", "9"), (), ("인텔", "글", "--hit", "1")])
def test_a_hit_that_is_not_there_and_half_a_question_are_bad_usage(explain: Command, words: tuple[str, ...]) -> None:
    assert explain("explain", *words).exit_code == 2


@pytest.mark.parametrize(
    ("language", "says"), [("ko", "이 기사나 그 스토리의 알림"), ("en", "Alerts of this article")]
)
def test_a_stored_article_is_explained_with_its_alerts_and_what_became_of_them(
    filled: Command, language: str, says: str
) -> None:
    config = filled.folder / "config.yaml"
    config.write_text(f"language: {language}\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    told = filled("explain", "딥시크", "--article", "1").stdout
    assert says in told
    assert "first report: desk: dead, 404; mail a@x.kr: not sent, told with 딥시크; phone: waits until" in told
    (alert,) = json.loads(filled("explain", "딥시크", "--article", "1", "--json").stdout)["alerts"]
    assert [one["state"] for one in alert["decisions"]] == ["dead", "suppressed", "pending"]


def test_a_title_has_no_alerts(explain: Command) -> None:
    assert "알림" not in explain("explain", "인텔", "인텔 공장").stdout


def test_a_watchlist_alone_says_how_much_is_usual_or_that_it_is_not_known(explain: Command) -> None:
    done = explain("explain", "인텔")
    assert (done.exit_code, done.stdout) == (0, "인텔: 보통 몇 건인지 아직 모름 (14일의 기록이 있어야 함)\n")
    assert json.loads(explain("explain", "인텔", "--json").stdout) == {"watchlist": "인텔", "rates": None}


def test_what_is_usual_is_said_for_both_windows(explain: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = (Judgement(3 * HOUR, 14, 2.2, 1e-6), Judgement(24 * HOUR, 20, 11.6, 0.01))
    monkeypatch.setattr("monitor.cli.explain.rates_of", lambda *_: judged)
    assert explain("explain", "인텔").stdout == "인텔: 3시간에 14건, 보통 2건\n인텔: 24시간에 20건, 보통 12건\n"
    assert json.loads(explain("explain", "인텔", "--json").stdout)["rates"][0] == {
        "hours": 3,
        "count": 14,
        "usual": 2.2,
        "chance": 1e-6,
    }
