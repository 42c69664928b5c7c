"""How fast matching is, against what bounds it and what others do, over the same texts in one run.

    python bench/matching.py [ARTICLES.jsonl] [--terms N…] [--queries N…] [--vocabulary N…] [--naive N…] [--whole]

Each line of the file has `title` and optionally `summary` and `content` (or `text`), and terms are words of these
articles without their particles. Without a file, Korean-like text and terms are made. A term is drawn as often as it
is used, so that the first hundred are common words; when words run out, made ones that never occur fill up. Terms
that are also words of the articles match many of them: the time beyond that of the bare automaton is given for each
match too. Boolean watchlists are selective. With --naive each query is evaluated on each article beside, and with
--whole all that `monitor match` does once it has started: reading lines, matching, and writing.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import random
import re
import resource
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from daachorse import CharwiseDoubleArrayAhoCorasick
from figures import note

from monitor.cli.match import match_lines
from monitor.core.article import Article
from monitor.core.matching.compiler import Compiler
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Kind, Term, Watchlist
from monitor.core.matching.scan import Scan
from monitor.core.query.nodes import And, Near, Node, Not, Or, TermRef, Word
from monitor.core.text.particles import is_chain
from monitor.core.text.script import ending_of
from monitor.core.text.words import words

try:
    import ahocorasick
except ImportError:  # compared with where it is installed; the product does not need it
    ahocorasick = None

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.core.matching.engine import Matcher

ROUNDS = 5
WORD = re.compile("(?<![가-힣])[가-힣]{2,8}(?![가-힣])")
MOST_LOOPED = 1_000
MOST_EVALUATED = 2_000_000
"""Evaluations in a round of the naive way."""

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


def words_of(articles: Sequence[Article]) -> list[str]:
    """The Hangul words of articles without particles, each once, in the order in which a draw meets them."""
    found = [stem_of(word) for article in articles for word in WORD.findall(f"{article.title} {article.summary}")]
    random.Random(9).shuffle(found)  # noqa: S311 - the same terms in every run, nothing secret
    return list(dict.fromkeys(found))


def stem_of(word: str) -> str:
    """A word without what reads as particles behind its first two syllables."""
    cuts = (cut for cut in range(2, len(word)) if is_chain(ending_of(word[cut - 1]), word[cut:]))
    return word[: next(cuts, len(word))]


def make_terms(count: int, known: Sequence[str] = NAMES) -> list[str]:
    """Real words first, then made ones."""
    luck = random.Random(11)  # noqa: S311 - the same terms in every run, nothing secret
    terms = dict.fromkeys(known[:count])
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


@dataclass(frozen=True, slots=True)
class Race:
    """What is timed over the same articles: calls by name, the bare automaton that each is compared with, matches."""

    articles: Sequence[Article]
    texts: Sequence[str]
    calls: dict[str, Callable[[], object]]
    bare: dict[str, str]
    matches: dict[str, int]

    def add(self, name: str, patterns: Sequence[str], matcher: Matcher) -> None:
        """A matcher, and the bare automaton over its words."""
        bare = f"  daachorse alone, {name}"
        automaton = CharwiseDoubleArrayAhoCorasick(list(patterns))
        self.calls[bare] = lambda: [automaton.find_overlapping(text) for text in self.texts]
        self.calls[name] = partial(match_all, matcher, self.articles)
        self.bare[name] = bare
        self.matches[name] = match_all(matcher, self.articles)

    def add_others(self, name: str, patterns: Sequence[str]) -> None:
        """Others that find bare substrings: a loop over few words, and pyahocorasick where it is installed."""
        bare = f"  daachorse alone, {name}"
        if len(patterns) <= MOST_LOOPED:
            loop = f"  substring loop, {name}"
            self.calls[loop] = lambda: [[word in text for word in patterns] for text in self.texts]
            self.bare[loop] = bare
        if ahocorasick is not None:
            other = ahocorasick.Automaton()
            for word in patterns:
                other.add_word(word, word)
            other.make_automaton()
            self.calls[f"  pyahocorasick, {name}"] = lambda: [list(other.iter(text)) for text in self.texts]
            self.bare[f"  pyahocorasick, {name}"] = bare


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", type=Path, help="JSONL with title, summary, content")
    parser.add_argument("--terms", type=int, nargs="+", default=[62, 10_000, 100_000])
    parser.add_argument("--queries", type=int, nargs="+", default=[100, 10_000], help="boolean watchlists")
    parser.add_argument("--vocabulary", type=int, nargs="+", default=[3_000, 30_000], help="words they are made of")
    parser.add_argument("--naive", type=int, nargs="*", default=[], help="so many queries, each on each article")
    parser.add_argument("--whole", action="store_true", help="time `monitor match` over all articles too")
    parser.add_argument("--count", type=int, default=2_000, help="articles to make, or at most to read")
    return parser.parse_args()


def main() -> None:
    """Print the tables."""
    asked = arguments()
    every = read_articles(asked.articles) if asked.articles else make_articles(asked.count)
    known = words_of(every) if asked.articles else NAMES
    articles = every[:: max(1, len(every) // asked.count)]
    texts = [f"{article.title}\n{article.summary}\n{article.content}" for article in articles]
    letters = sum(map(len, texts)) / len(texts)
    print(f"{len(articles)} articles of {letters:.0f} letters, {len(known):,} known words; process time, ", end="")
    print(f"the best of {ROUNDS} interleaved rounds\n\n{'built':38}{'all':>9}{'automaton':>12}{'memory':>10}")
    race = Race(articles, texts, {}, {}, {})
    for count in sorted(asked.terms, reverse=True):
        terms = make_terms(count, known)
        built = build(terms, term_watchlists(terms))
        name = f"{count:,} terms"
        print_built(f"{name}, a watchlist each", built)
        race.add(name, terms, built.matcher)
        race.add_others(name, terms)
    for size in asked.vocabulary:
        vocabulary = make_terms(size, known)
        for count in sorted(asked.queries):
            built = build(vocabulary, boolean_watchlists(vocabulary, count))
            name = f"{count:,} boolean over {size:,} words"
            print_built(name, built)
            race.add(name, vocabulary, built.matcher)
    gc.collect()
    gc.freeze()  # as the command does
    print_speeds(best(race.calls), race)
    for size in asked.naive:
        print_naive(size, known, articles)
    if asked.whole:
        for size in asked.vocabulary:
            print_whole(make_terms(size, known), sorted(asked.queries), every)


def print_naive(count: int, known: Sequence[str], articles: Sequence[Article]) -> None:
    """What it saves to look only at queries that can be true: the same plans, each evaluated on some articles."""
    vocabulary = make_terms(3 * count, known)
    terms = {term: Term(term, (term,), Kind.CONCEPT) for term in vocabulary}
    watchlists = boolean_watchlists(vocabulary, count)
    matcher = compile_matcher(terms, watchlists)
    compiler = Compiler(terms)
    plans = [compiler.plan(watchlist.query) for watchlist in watchlists]
    automaton = CharwiseDoubleArrayAhoCorasick(compiler.patterns.texts())
    some = articles[:: max(1, len(articles) * count // MOST_EVALUATED)]
    gc.freeze()

    def naive() -> None:
        for article in some:
            scan = Scan(article)
            scan.place(automaton.find_overlapping(scan.letters))
            for plan in plans:
                plan.evaluate(scan)

    naive_s = min(seconds(naive) for _ in range(2)) / len(some)
    ours_s = min(seconds(lambda: match_all(matcher, articles)) for _ in range(ROUNDS)) / len(articles)
    name = f"{count:,} boolean over {len(vocabulary):,} words"
    print(
        f"{name:44}{1 / ours_s:9,.0f} articles/s, each evaluated {1 / naive_s:7,.1f}: {naive_s / ours_s:,.0f} times"
    )


def print_whole(vocabulary: Sequence[str], counts: Sequence[int], articles: Sequence[Article]) -> None:
    """What `monitor match` does once it has started, over all articles by boolean watchlists."""
    terms = {term: Term(term, (term,), Kind.CONCEPT) for term in vocabulary}
    rows = [{"id": one.identity, "title": one.title, "summary": one.summary} for one in articles]
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "articles.jsonl")
        lines.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        matchers = {count: compile_matcher(terms, boolean_watchlists(vocabulary, count)) for count in counts}
        gc.collect()
        gc.freeze()
        with Path(folder, "out.jsonl").open("w", encoding="utf-8") as out, contextlib.redirect_stdout(out):
            took = best({f"{count}": partial(match_lines, one, str(lines)) for count, one in matchers.items()})
    for count in counts:
        took_s, ratio = took[f"{count}"], took[f"{count}"] / took[f"{counts[0]}"]
        name = f"monitor match, {count:,} boolean over {len(vocabulary):,} words"
        print(f"{name:52}{len(articles) / took_s:11,.0f} articles/s, {ratio:.2f} x")
        note("matching", name, len(articles) / took_s, "articles/s", 1 / ratio, f"{counts[0]:,} watchlists")


def match_all(matcher: Matcher, articles: Sequence[Article]) -> int:
    """How many matches there are."""
    return sum(len(matcher.match(article)) for article in articles)


def print_built(name: str, built: Built) -> None:
    """One line of the first table."""
    print(f"{name:38}{built.took_s:7.2f} s{built.automaton_s:10.2f} s{built.size_bytes / 1e6:7.0f} MB")


def print_speeds(took: Mapping[str, float], race: Race) -> None:
    """The second table: the ratio to the bare automaton over the same words, and what matches cost."""
    count = len(race.articles)
    print(f"\n{'':52}{'articles/s':>11}{'x bare':>8}{'matches/article':>17}{'us beyond bare':>16}{'a match':>9}")
    for name, took_s in took.items():
        bare_s = took[race.bare.get(name, name)]
        line = f"{name:52}{count / took_s:11,.0f}{took_s / bare_s:8.1f}"
        if name in race.matches:
            beyond_us = (took_s - bare_s) / count * 1e6
            matches = race.matches[name] / count
            line += f"{matches:17.2f}{beyond_us:16.1f}{beyond_us / matches if matches > 1 else 0:9.1f}"
        print(line)
        note("matching", name.strip(), count / took_s, "articles/s", bare_s / took_s, "the bare automaton")


if __name__ == "__main__":
    main()
