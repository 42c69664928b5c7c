"""Says in a person's words what a query asks for, one sentence a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, assert_never

from monitor.core.query.nodes import And, Near, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from monitor.core.query.printer import print_leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.query.nodes import Leaf, Node

Language: TypeAlias = Literal["ko", "en"]

# The variable part stands after a colon or in brackets, so that no particle has to agree with it.
_KO: Final = {
    "and": "다음을 모두 만족한다:",
    "or": "다음 가운데 하나 이상을 만족한다:",
    "not": "다음을 만족하지 않는다:",
    "near": "한 문장 안에서 {n}어절 이내에 다음 둘이 함께 나온다(순서 무관):",
    "onear": "한 문장 안에서 {n}어절 이내에 다음 둘이 이 순서로 나온다:",
    "word": "낱말이 나온다(조사가 붙어도 됨): {text}",
    "prefix": "이 글자로 시작하는 낱말이 나온다(뒤에 무엇이 붙어도 됨): {text}",
    "raw": "글자가 어디에든 그대로 나온다(낱말 경계를 보지 않음): {text}",
    "phrase": "구절이 이어서 나온다: {text}",
    "term": "용어의 표기 가운데 하나가 나온다: {text}",
    "regex": "정규 표현식(RE2)에 맞는 글이 나온다: {text}",
    "title": "제목에서만 찾는다:",
    "body": "요약과 본문에서만 찾는다:",
    "source": "매체 이름에서 찾는다:",
    "author": "글쓴이에서 찾는다:",
    "feed": "피드 이름에서 찾는다:",
    "tag": "태그에서 찾는다:",
}
_EN: Final = {
    "and": "All of these are true:",
    "or": "At least one of these is true:",
    "not": "This is not true:",
    "near": "These two stand in one sentence, at most {n} words apart, in any order:",
    "onear": "These two stand in one sentence, at most {n} words apart, in this order:",
    "word": "The word appears (particles may follow it): {text}",
    "prefix": "A word appears that begins with these letters: {text}",
    "raw": "These letters appear anywhere, inside words too: {text}",
    "phrase": "These words appear next to each other: {text}",
    "term": "One of the spellings of this term appears: {text}",
    "regex": "The text matches the regular expression (RE2): {text}",
    "title": "Only in the title:",
    "body": "Only in the summary and the content:",
    "source": "In the name of the outlet:",
    "author": "In the author:",
    "feed": "In the name of the feed:",
    "tag": "In the tags:",
}


def sentence(node: Node, language: Language) -> str:
    """What one node asks for, without its children."""
    return _sentence(node, _KO if language == "ko" else _EN)


def explain(node: Node, language: Language) -> str:
    """One line a node, its children indented by two spaces below it."""
    sentences = _KO if language == "ko" else _EN
    return "\n".join(_lines(node, sentences, 0))


def _lines(node: Node, sentences: dict[str, str], depth: int) -> Iterator[str]:
    yield "  " * depth + _sentence(node, sentences)
    for child in children(node):
        yield from _lines(child, sentences, depth + 1)


def _sentence(node: Node, sentences: dict[str, str]) -> str:
    match node:
        case And():
            return sentences["and"]
        case Or():
            return sentences["or"]
        case Not():
            return sentences["not"]
        case Near():
            return sentences["onear" if node.ordered else "near"].format(n=node.distance)
        case Scoped():
            return sentences[node.name]
        case _:
            return _leaf_sentence(node, sentences)


def _leaf_sentence(leaf: Leaf, sentences: dict[str, str]) -> str:
    match leaf:
        case Word():
            key = "raw" if leaf.raw else "prefix" if leaf.prefix else "word"
            return sentences[key].format(text=leaf.text)
        case Phrase():
            return sentences["phrase"].format(text=print_leaf(leaf))
        case TermRef():
            return sentences["term"].format(text=leaf.name)
        case Regex():
            return sentences["regex"].format(text=print_leaf(leaf))
        case _:
            assert_never(leaf)


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, from left to right."""
    match node:
        case And() | Or():
            return node.children
        case Not() | Scoped():
            return (node.child,)
        case Near():
            return (node.left, node.right)
        case _:
            return ()
