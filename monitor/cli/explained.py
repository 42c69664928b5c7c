"""An explanation as people read it on a terminal, and as programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from monitor.core.matching.engine import WEAK_CUT, WEAK_LONE
from monitor.core.matching.nearmiss import OneClauseShort
from monitor.core.matching.report import json_row as json_row
from monitor.core.matching.wording import reason
from monitor.core.query.errors import display_width
from monitor.core.query.explain import sentence
from monitor.core.query.nodes import And, Near, Not, Or, Scoped
from monitor.core.query.printer import print_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from monitor.core.article import Article
    from monitor.core.matching.explain import Explanation
    from monitor.core.matching.model import Watchlist
    from monitor.core.matching.nearmiss import NearMiss
    from monitor.core.matching.occurrence import Clause, Finding
    from monitor.core.query.explain import Language

_CONTEXT: Final = 10
"""Characters of the article on each side of a place."""
_MOST_PLACES: Final = 6
"""Places of one clause that are shown; `--json` has all of them."""
_REASON_COLUMN: Final = 50
_KO: Final = {
    "yes": "매칭됨",
    "no": "매칭되지 않음",
    WEAK_CUT: "약한 매칭: 모든 자리가 잘린 글의 끝에 닿아 있음",
    WEAK_LONE: "약한 매칭: 짧은 이름이 한 번만 나오고, 더 긴 낱말의 일부일 수 있음",
    "scope": "범위 밖: 이 감시 목록이 보는 피드로 들어온 기사가 아님",
    "absent": "나오지 않음:",
    "more": "… 그 밖에 {count}곳",
    "apart": "가장 가까운 둘이 {n}어절 떨어져 있음",
    "order": "둘 다 가까이 있지만 순서가 다름",
    "never": "둘 다 나오지만 한 문장에 있지 않음",
    "near": "아깝게 놓친 것",
    "short": "이것만 맞으면 매칭됨:",
    "unknown": "모르는 표기: {text}  ({beside} 곁에 있음). {name}의 다른 이름이라면 표기에 더하세요.",
    "title": "제목",
    "summary": "요약",
    "content": "본문",
    "source": "매체",
    "author": "글쓴이",
    "feed": "피드",
    "tag": "태그",
}
_EN: Final = {
    "yes": "matches",
    "no": "does not match",
    WEAK_CUT: "weak: every place touches the end of a text that was cut off",
    WEAK_LONE: "weak: a short name stands once, and may be part of a longer word",
    "scope": "out of scope: the article did not come by a feed that this watchlist looks at",
    "absent": "not there:",
    "more": "… and {count} more",
    "apart": "the closest two are {n} words apart",
    "order": "both are close enough, but in the other order",
    "never": "both are there, but never in one sentence",
    "near": "Near misses",
    "short": "would match if only this were true:",
    "unknown": "unknown spelling: {text}  (beside {beside}). If it is another name of {name}, add it.",
}
_BRANCHES: Final = (And, Or, Not, Near, Scoped)


def show(console: Console, watchlist: Watchlist, about: Article, explained: Explanation, language: Language) -> None:
    """Print an explanation: the verdict, the clauses with their places, and what was nearly a match."""
    for line in _View(about, language).lines(watchlist, explained):
        console.print(line)


class _View:
    """Writes lines in one language about one article."""

    def __init__(self, about: Article, language: Language) -> None:
        self._about = about
        self._language: Language = language
        self._words = _KO if language == "ko" else _EN | {name: name for name in _KO if name not in _EN}

    def lines(self, watchlist: Watchlist, explained: Explanation) -> Iterator[Text]:
        """The whole explanation."""
        head = Text(" ").join((_sign(explained.matches), Text(watchlist.name, "bold")))
        yield head.append(f"  {self._words['yes' if explained.matches else 'no']}")
        for key in (explained.weak, "" if explained.in_scope else "scope"):
            if key:
                yield Text(f"  {self._words[key]}", "yellow")
        yield Text()
        yield from self._clause(explained.root, "")
        if explained.near_misses:
            yield Text()
            yield Text(self._words["near"], "bold")
            for miss in explained.near_misses:
                yield self._miss(miss)

    def _clause(self, clause: Clause, indent: str) -> Iterator[Text]:
        said = (
            sentence(clause.node, self._language) if isinstance(clause.node, _BRANCHES) else print_query(clause.node)
        )
        yield Text(indent).append_text(_sign(clause.true)).append(f" {said}")
        inner = indent + "  "
        if isinstance(clause.node, Near):
            yield from self._near(clause, inner)
        yield from self._places(clause.findings, inner)
        if isinstance(clause.node, Near) and clause.true:
            return
        # A word that is nowhere at all is not worth a line of its own among many.
        empty = [child for child in clause.children if not isinstance(child.node, _BRANCHES) and not child.findings]
        for child in clause.children:
            if _is_brief(clause, child):
                yield Text(inner).append_text(_sign(good=False)).append(f" {print_query(child.node)}", "dim")
            elif len(empty) == 1 or child not in empty:
                yield from self._clause(child, inner)
        if len(empty) > 1:
            names = "  ".join(print_query(child.node) for child in empty)
            yield Text(inner).append_text(_sign(good=False)).append(f" {self._words['absent']} {names}", "dim")

    def _near(self, clause: Clause, indent: str) -> Iterator[Text]:
        """Why a NEAR is false although both sides are there."""
        if clause.true or not all(side.true for side in clause.children):
            return
        key = "never"
        if clause.apart is not None and isinstance(clause.node, Near):
            key = "apart" if clause.apart > clause.node.distance else "order"
        yield Text(f"{indent}{self._words[key].format(n=clause.apart)}", "yellow")

    def _places(self, findings: Sequence[Finding], indent: str) -> Iterator[Text]:
        shown = sorted(findings, key=lambda found: not found.verdict.accepted)[:_MOST_PLACES]
        for found in sorted(shown, key=findings.index):
            yield self._place(found, indent)
        if len(findings) > len(shown):
            yield Text(indent + self._words["more"].format(count=len(findings) - len(shown)), "dim")

    def _place(self, found: Finding, indent: str) -> Text:
        """One place in its surroundings, and the reason behind it in a column."""
        accepted = found.verdict.accepted
        line = Text(f"{indent}{'●' if accepted else '○'} {self._words[found.field]}  ", "" if accepted else "dim")
        if found.field in {"title", "summary", "content"}:
            text = self._about.field(found.field)
            before = text[max(0, found.start - _CONTEXT) : found.start].replace("\n", " ")
            after = text[found.end : found.end + _CONTEXT].replace("\n", " ")
            line.append("…" if found.start > _CONTEXT else "").append(before)
            line.append(found.text, "bold green" if accepted else "bold red")
            line.append(after).append("…" if found.end + _CONTEXT < len(text) else "")
        line.append(" " * max(2, _REASON_COLUMN - display_width(line.plain)))
        return line.append(reason(found, self._language))

    def _miss(self, miss: NearMiss) -> Text:
        if isinstance(miss, OneClauseShort):
            return Text(f"  • {self._words['short']} ").append(print_query(miss.missing.node), "bold")
        words = self._words["unknown"]
        return Text("  • " + words.format(text=miss.text, beside=miss.beside, name=miss.term))


def _is_brief(clause: Clause, child: Clause) -> bool:
    """Whether a part needs no more than its query: it is false, and nothing hangs on it or nothing of it is there."""
    spared = isinstance(clause.node, Or) and clause.true
    return not child.true and isinstance(child.node, _BRANCHES) and (spared or not _is_anywhere(child))


def _is_anywhere(clause: Clause) -> bool:
    return bool(clause.findings) or any(map(_is_anywhere, clause.children))


def _sign(good: bool) -> Text:
    return Text("✓", "bold green") if good else Text("✗", "bold red")
