"""How fast matching is, against what bounds it and what others do, over the same texts in one run.

    python bench/matching.py [ARTICLES.jsonl] [--terms N…] [--queries N…]

Each line of the file has `title` and optionally `summary` and `content` (or `text`). Without a file, Korean-like
text is made. Boolean watchlists are over the largest of the sets of terms.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from daachorse import CharwiseDoubleArrayAhoCorasick

from monitor.core.article import Article
from monitor.core.matching.compiler import Compiler
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Kind, Term, Watchlist
from monitor.core.query.nodes import And, Near, Node, Not, Or, TermRef, Word
from monitor.core.text.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.core.matching.engine import Matcher

ROUNDS = 5
MOST_LOOPED = 1_000
SYLLABLES = (
    "가나다라마바사아자차카타파하강난담랑만반산안장찬칸탄판한거너더러머버서어저처커터퍼허기니디리미비시이지치키티피히"
)
NAMES = words(
    "삼성전자 하이닉스 엔비디아 인텔 애플 구글 메타 오픈AI 딥시크 네이버 카카오 라인 쿠팡 테슬라 화웨이 샤오미 "
    "퀄컴 TSMC ARM AMD 마이크론 브로드컴 소프트뱅크 알리바바 텐센트 바이두 틱톡 아마존 넷플릭스 오라클 중국 미국 "
    "일본 대만 한국 유럽 독일 네덜란드 ASML 수출통제 반도체법 관세 희토류 인공지능 AI GPU HBM 파운드리 자율주행 "
    "데이터센터 클라우드 양자컴퓨터 로봇 배터리 전기차 스타링크 챗GPT 제미나이 클로드 퍼플렉시티 미스트랄 그록"
)
PARTICLES = words("은 는 이 가 을 를 의 에 에서 로 으로 와 과 도 만 까지 부터 에게 보다")
NOUNS = words(
    "시장 투자 공장 생산 기술 개발 정부 규제 협력 계약 매출 실적 주가 전망 연구 인력 특허 소송 공급 수요 가격 제품 "
    "서비스 출시 발표 확대 감소 증가 경쟁 위기 기회 전략 회의 합의 검토 추진 지원 도입 구축 강화 완화"
)
VERBS = words("밝혔다 전했다 나섰다 늘었다 줄었다 내놨다 검토한다 추진한다 강조했다 예상했다")


def make_articles(count: int, letters: int = 180) -> list[Article]:
    """Articles of about so many letters in all, a name in one of seven words."""
    luck = random.Random(7)  # noqa: S311 - the same texts in every run, nothing secret
    articles = []
    for number in range(count):
        words: list[str] = []
        length = 0
        while length < letters:
            stem = luck.choice(NAMES) if luck.random() < 1 / 7 else luck.choice(NOUNS)
            word = stem + luck.choice(PARTICLES)
            if luck.random() < 1 / 12:
                word = luck.choice(VERBS) + "."
            words.append(word)
            length += len(word) + 1
        text = " ".join(words)
        articles.append(Article(str(number), "", title=text[:40], summary=text[40:]))
    return articles


def read_articles(path: Path) -> list[Article]:
    """The articles of a JSONL file."""
    articles = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            title = row.get("title") or row.get("text", "")
            articles.append(Article(str(number), "", title, row.get("summary") or "", row.get("content") or ""))
    return articles


def make_terms(count: int) -> list[str]:
    """Real names first, then made ones."""
    luck = random.Random(11)  # noqa: S311 - the same terms in every run, nothing secret
    terms = dict.fromkeys(NAMES[:count])
    while len(terms) < count:
        terms["".join(luck.choice(SYLLABLES) for _ in range(luck.randint(3, 6)))] = None
    return list(terms)


def term_watchlists(terms: Sequence[str]) -> list[Watchlist]:
    """One watchlist a term."""
    return [Watchlist(term, TermRef(term)) for term in terms]


def boolean_watchlists(terms: Sequence[str], count: int) -> list[Watchlist]:
    """Selective queries: two terms, sometimes near each other, sometimes without a third."""
    luck = random.Random(13)  # noqa: S311 - the same queries in every run, nothing secret
    watchlists = []
    for number in range(count):
        first, second, third = (TermRef(luck.choice(terms)) for _ in range(3))
        query: Node = And((first, second, Not(third))) if number % 2 else Near(first, second, 3)
        watchlists.append(
            Watchlist(f"{number}", Or((query, And((first, Word("규제"))))) if number % 3 == 0 else query)
        )
    return watchlists


def seconds(call: Callable[[], object]) -> float:
    """The process time of a call."""
    started = time.process_time()
    call()
    return time.process_time() - started


@dataclass(frozen=True, slots=True)
class Built:
    """A matcher, and what it took: seconds and bytes for all of it, seconds for its automaton alone."""

    matcher: Matcher
    took_s: float
    automaton_s: float
    size_bytes: int


def build(terms: Sequence[str], watchlists: Sequence[Watchlist]) -> Built:
    """A matcher of plain terms."""
    known = {term: Term(term, (term,), Kind.CONCEPT) for term in terms}
    gc.collect()
    before = resident_bytes()
    started = time.process_time()
    matcher = compile_matcher(known, watchlists)
    took_s = time.process_time() - started
    size_bytes = resident_bytes() - before
    compiler = Compiler(known)
    for watchlist in watchlists:
        compiler.plan(watchlist.query)
    patterns = compiler.patterns.texts()
    automaton_s = seconds(lambda: CharwiseDoubleArrayAhoCorasick(patterns))
    return Built(matcher, took_s, automaton_s, size_bytes)


def resident_bytes() -> int:
    """The memory that this process holds now; 0 where the system does not say."""
    file = Path("/proc/self/statm")
    return int(file.read_text().split()[1]) * resource.getpagesize() if file.exists() else 0


def best(calls: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The least seconds of each call in interleaved rounds."""
    took = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            took[name] = min(took[name], seconds(call))
    return took


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", type=Path, help="JSONL with title, summary, content")
    parser.add_argument("--terms", type=int, nargs="+", default=[62, 10_000, 100_000])
    parser.add_argument("--queries", type=int, nargs="+", default=[100, 10_000], help="boolean watchlists")
    parser.add_argument("--count", type=int, default=2_000, help="articles to make")
    asked = parser.parse_args()
    articles = read_articles(asked.articles) if asked.articles else make_articles(asked.count)
    texts = [f"{article.title}\n{article.summary}\n{article.content}" for article in articles]
    letters = sum(map(len, texts)) / len(texts)
    print(
        f"{len(articles)} articles of {letters:.0f} letters; process time, the best of {ROUNDS} interleaved rounds\n"
    )
    calls: dict[str, Callable[[], object]] = {}
    print(f"{'built':32}{'all':>9}{'automaton':>12}{'memory':>10}")
    for count in sorted(asked.terms, reverse=True):
        terms = make_terms(count)
        built = build(terms, term_watchlists(terms))
        add_terms(calls, terms, built.matcher, articles, texts)
        print_built(f"{count:,} terms, a watchlist each", built)
    vocabulary = make_terms(max(asked.terms))
    for count in sorted(asked.queries, reverse=True):
        built = build(vocabulary, boolean_watchlists(vocabulary, count))
        calls[f"Matcher, {count:,} boolean watchlists"] = partial(match_all, built.matcher, articles)
        print_built(f"{count:,} boolean watchlists", built)
    print_speeds(best(calls), len(articles))


def add_terms(
    calls: dict[str, Callable[[], object]],
    terms: Sequence[str],
    matcher: Matcher,
    articles: Sequence[Article],
    texts: Sequence[str],
) -> None:
    """The bare automaton, the matcher and, for a few terms, the loop that looks for each in each text."""
    automaton = CharwiseDoubleArrayAhoCorasick(list(terms))
    calls[f"daachorse alone, {len(terms):,} terms"] = lambda: [automaton.find_overlapping(text) for text in texts]
    calls[f"Matcher, {len(terms):,} terms"] = partial(match_all, matcher, articles)
    if len(terms) <= MOST_LOOPED:
        calls[f"substring loop, {len(terms):,} terms"] = lambda: [[term in text for term in terms] for text in texts]


def match_all(matcher: Matcher, articles: Sequence[Article]) -> int:
    """How many matches there are."""
    return sum(len(matcher.match(article)) for article in articles)


def print_built(name: str, built: Built) -> None:
    """One line of the first table."""
    print(f"{name:32}{built.took_s:7.2f} s{built.automaton_s:10.2f} s{built.size_bytes / 1e6:7.0f} MB")


def print_speeds(took: Mapping[str, float], count: int) -> None:
    """The second table; the ratio is to the bare automaton of the fewest terms."""
    bare = [took_s for name, took_s in took.items() if name.startswith("daachorse")][-1]
    print(f"\n{'':38}{'articles/s':>12}{'x daachorse':>14}")
    for name, took_s in sorted(took.items(), key=lambda pair: pair[1]):
        print(f"{name:38}{count / took_s:12,.0f}{took_s / bare:14.1f}")


if __name__ == "__main__":
    main()
