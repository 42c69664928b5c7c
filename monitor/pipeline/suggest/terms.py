"""What the places of a term in the articles suggest for it: spellings, continuations to exclude, doubts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from monitor.core.matching.engine import WEAK_LONE
from monitor.core.matching.model import Mode
from monitor.core.matching.nearmiss import glosses
from monitor.core.text.boundary import Right, right_of, tail_of
from monitor.core.text.normal import fold
from monitor.pipeline.suggest.model import Asked, Evidence, Sort, Suggestion
from monitor.pipeline.suggest.nouns import parted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.article import Article, Match, Span
    from monitor.core.matching.model import Term

LEAST_BESIDE: Final = 2
"""Articles in which a spelling stands beside a known one."""

LEAST_CONTINUED: Final = 3
MOST_ALONE: Final = 0.1
"""A longer word is another one if the term stands by itself in so few of its articles."""

LEAST_WEAK: Final = 3
LONGEST_SPELLING: Final = 30


@dataclass(slots=True)
class TermSurvey:
    """Counts over articles, each of which is looked at once for each term that matches in it."""

    asked: Asked
    _articles: Counter[str] = field(default_factory=Counter)
    _weak: defaultdict[str, Evidence] = field(default_factory=lambda: defaultdict(Evidence))
    _weak_words: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _beside: defaultdict[tuple[str, str], Evidence] = field(default_factory=lambda: defaultdict(Evidence))
    _known_by: dict[tuple[str, str], str] = field(default_factory=dict)
    _continued: defaultdict[tuple[str, str], Evidence] = field(default_factory=lambda: defaultdict(Evidence))

    def look(self, article: Article, match: Match) -> None:
        """A match of `@term` in an article; the term's name is that of the match."""
        term = self.asked.terms[match.watchlist]
        self._articles[term.name] += 1
        for spelling, beside in sorted({(gloss.text, gloss.beside) for gloss in glosses(article, match.spans)}):
            self._beside[term.name, spelling].add(article.title)
            self._known_by.setdefault((term.name, spelling), beside)
        if match.weak:
            self._weak[term.name].add(article.title)
            if match.weak == WEAK_LONE:
                self._weak_words[term.name].update({_whole(article, span) for span in match.spans})
        if term.mode is Mode.FAMILY:
            self._look_behind(article, term, match)

    def _look_behind(self, article: Article, term: Term, match: Match) -> None:
        """Which longer words the term is the head of, and whether it stands by itself too."""
        words = [_continued(article, span, term) for span in match.spans]
        for word in sorted({word for word in words if word}):
            self._continued[term.name, word].add(article.title, against=not all(words))

    def suggestions(self) -> Iterator[Suggestion]:
        """By term, the strongest of each sort first."""
        for name in self.asked.terms:
            yield from self._spellings(name)
            yield from self._continuations(name)
            yield from self._doubts(name)

    def _spellings(self, name: str) -> Iterator[Suggestion]:
        found = [(one, spelling) for (term, spelling), one in self._beside.items() if term == name]
        known = set(self.asked.spellings)
        for one, spelling in sorted(found, key=lambda pair: -pair[0].articles):
            new = fold(spelling) not in known and len(spelling) <= LONGEST_SPELLING
            if one.articles >= LEAST_BESIDE and new:
                known.add(fold(spelling))
                beside = self._known_by[name, spelling]
                yield Suggestion(
                    Sort.SPELLING,
                    name,
                    spelling,
                    one.articles,
                    self._articles[name],
                    beside=beside,
                    examples=one.examples,
                )

    def _continuations(self, name: str) -> Iterator[Suggestion]:
        found = [(one, word) for (term, word), one in self._continued.items() if term == name]
        for one, word in sorted(found, key=lambda pair: -pair[0].articles):
            if one.articles >= LEAST_CONTINUED and one.against <= MOST_ALONE * one.articles:
                yield Suggestion(
                    Sort.CONTINUATION,
                    name,
                    word,
                    one.articles,
                    self._articles[name],
                    one.against,
                    examples=one.examples,
                )

    def _doubts(self, name: str) -> Iterator[Suggestion]:
        """A term that only ever hits weakly: the words that it may be a part of, or "" if it was cut off."""
        weak = self._weak[name]
        if weak.articles < LEAST_WEAK or weak.articles < self._articles[name]:
            return
        words = self._weak_words[name].most_common()
        for word, articles in words or [("", weak.articles)]:
            yield Suggestion(Sort.WEAK, name, word, articles, self._articles[name], examples=weak.examples)


def _whole(article: Article, span: Span) -> str:
    """The longest word that a place may be the beginning of: 벵골만 of 벵골만의."""
    text = article.field(span.field)
    spelling = text[span.start : span.end]
    return parted(spelling + tail_of(text, span.end), len(spelling) + 1)[0]


def _continued(article: Article, span: Span, term: Term) -> str:
    """The longer word that begins with a place of a term, without particles; "" if the word ends there."""
    text = article.field(span.field)
    tail = tail_of(text, span.end)
    if not tail or right_of(text, span.end, term.kind.value) is not Right.COMPOUND:
        return ""
    spelling = text[span.start : span.end]
    return parted(spelling + tail, len(spelling) + 1)[0]
