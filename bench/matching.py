"""How fast matching is, against what bounds it and what others do, over the same texts in one run.

    python bench/matching.py [ARTICLES.jsonl] [--terms N]

Each line of the file has `title` and optionally `summary` and `content` (or `text`). Without a file, Korean-like
text is made. Every figure is the best of several interleaved rounds, in articles per second of process time.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from daachorse import CharwiseDoubleArrayAhoCorasick

from monitor.core.article import Article
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Kind, Term, Watchlist
from monitor.core.query.nodes import And, Near, Node, Not, Or, TermRef, Word
from monitor.core.text.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def matcher_of(terms: Sequence[str], watchlists: Sequence[Watchlist]) -> Matcher:
    """A matcher of plain terms."""
    return compile_matcher({term: Term(term, (term,), Kind.CONCEPT) for term in terms}, watchlists)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="?", type=Path, help="JSONL with title, summary, content")
    parser.add_argument("--terms", type=int, default=62)
    parser.add_argument("--queries", type=int, default=0, help="boolean queries over the terms, beside a list a term")
    parser.add_argument("--count", type=int, default=2_000, help="articles to make")
    asked = parser.parse_args()
    articles = read_articles(asked.articles) if asked.articles else make_articles(asked.count)
    texts = [f"{article.title}\n{article.summary}\n{article.content}" for article in articles]
    terms = make_terms(asked.terms)
    automaton = CharwiseDoubleArrayAhoCorasick(terms)
    started = time.process_time()
    matcher = matcher_of(terms, term_watchlists(terms))
    built_s = time.process_time() - started
    calls: dict[str, Callable[[], object]] = {
        "daachorse alone": lambda: [automaton.find_overlapping(text) for text in texts],
        "Matcher, a list a term": lambda: [matcher.match(article) for article in articles],
    }
    if asked.terms <= MOST_LOOPED:
        calls["substring loop"] = lambda: [[term in text for term in terms] for text in texts]
    if asked.queries:
        queries = matcher_of(terms, boolean_watchlists(terms, asked.queries))
        calls[f"Matcher, {asked.queries} queries"] = lambda: [queries.match(article) for article in articles]
    took = {name: min(seconds(call) for _ in range(ROUNDS)) for name, call in calls.items()}
    letters = sum(map(len, texts)) / len(texts)
    print(f"{len(articles)} articles of {letters:.0f} letters, {len(terms)} terms, built in {built_s:.2f} s")
    for name, least in sorted(took.items(), key=lambda pair: pair[1]):
        print(
            f"{name:28} {len(articles) / least:12,.0f} articles/s  {least / took['daachorse alone']:8.1f} x daachorse"
        )
    hits = sum(len(matcher.match(article)) for article in articles)
    print(f"{hits / len(articles):.2f} matches an article")


if __name__ == "__main__":
    main()
