"""Words by which hits that readers call wrong can be told from the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.model import Watchlist
from monitor.core.query.nodes import TermRef
from monitor.core.text.normal import fold
from monitor.pipeline.records import Verdict
from monitor.pipeline.suggest.model import EXAMPLES_SHOWN, Sort, Suggestion
from monitor.pipeline.suggest.nouns import nouns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.core.article import Article
    from monitor.core.matching.engine import Matcher
    from monitor.core.matching.model import Term
    from monitor.pipeline.suggest.model import Asked

LEAST_WRONG: Final = 2
"""Wrong hits that a word must rid us of."""

MOST_OTHERS: Final = 0.02
"""Of the hits that nobody marked, it may take away so many."""

MOST_KEPT: Final = 500
"""Unmarked articles of a term that a word is tried on."""

MOST_TRIED: Final = 12
MOST_SHOWN: Final = 3


@dataclass(slots=True)
class WrongSurvey:
    """Keeps the articles of the hits of each term by what was said of them."""

    asked: Asked
    _articles: defaultdict[tuple[str, Verdict | None], list[Article]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def look(self, article: Article, term: str, verdict: Verdict | None) -> None:
        """An article that a term stands in, and what was said of its hit."""
        kept = self._articles[term, verdict]
        if verdict is not None or len(kept) < MOST_KEPT:
            kept.append(article)

    def suggestions(self) -> Iterator[Suggestion]:
        """Words to exclude near a term, each proved on the articles."""
        for name, term in self.asked.terms.items():
            wrong, right, others = (self._articles[name, one] for one in (Verdict.WRONG, Verdict.RIGHT, None))
            if len(wrong) >= LEAST_WRONG:
                found = [self._proved(term, word, wrong, right, others) for word in self._candidates(wrong, right)]
                kept = [one for one in found if one is not None]
                yield from sorted(kept, key=lambda one: (-one.articles, one.against))[:MOST_SHOWN]

    def _candidates(self, wrong: Sequence[Article], right: Sequence[Article]) -> list[str]:
        """Words of several wrong articles and of no right one, that of the most first."""
        fine = {stem for article in right for stem in _stems(article)}
        counts = Counter(stem for article in wrong for stem in sorted(_stems(article) - fine))
        often = [stem for stem, count in counts.most_common() if count >= LEAST_WRONG]
        return [stem for stem in often if fold(stem) not in self.asked.spellings][:MOST_TRIED]

    def _proved(
        self, term: Term, word: str, wrong: Sequence[Article], right: Sequence[Article], others: Sequence[Article]
    ) -> Suggestion | None:
        matcher = _matcher(replace(term, exclude=(*term.exclude, word)))
        rid = [article for article in wrong if not matcher.match(article)]
        lost = sum(not matcher.match(article) for article in others)
        if len(rid) < LEAST_WRONG or lost > MOST_OTHERS * len(others):
            return None
        if not all(matcher.match(article) for article in right):
            return None
        examples = tuple(article.title for article in rid[:EXAMPLES_SHOWN])
        return Suggestion(Sort.CONTEXT, term.name, word, len(rid), len(wrong), lost, examples=examples)


def _stems(article: Article) -> set[str]:
    return {stem for text in (article.title, article.summary) for stem, _ in nouns_of(text)}


def _matcher(term: Term) -> Matcher:
    return compile_matcher({term.name: term}, [Watchlist(term.name, TermRef(term.name))])
