"""Cuts the text of a query into tokens.

Korean input methods type full-width signs and curly quotes; where they can only be syntax they are read as their
plain twins. What a user looks for is always taken from the text as it was typed.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from monitor.core.query.errors import QueryError
from monitor.core.query.faults import Fault
from monitor.core.query.nodes import Phrase, Regex, TermRef, Word

if TYPE_CHECKING:
    from monitor.core.query.nodes import At, Leaf

FIELDS: Final = ("title", "body", "source", "author", "feed", "tag")
MAX_LENGTH: Final = 20_000
"""How many characters a query may have."""
MAX_DISTANCE: Final = 99
"""The greatest n of NEAR/n."""

_TWINS: Final = str.maketrans(
    {
        "（": "(",
        "）": ")",
        "＂": '"',
        "“": '"',
        "”": '"',
        "„": '"',
        "‟": '"',
        "：": ":",
        "＊": "*",
        "＠": "@",
        "＝": "=",
        "｜": "|",
        "－": "-",
        "−": "-",
        "–": "-",
        "—": "-",
        "\u200b": " ",
        "\ufeff": " ",
    }
)
_KOREAN_FIELDS: Final = {
    "제목": "title",
    "본문": "body",
    "내용": "body",
    "매체": "source",
    "언론사": "source",
    "출처": "source",
    "기자": "author",
    "저자": "author",
    "피드": "feed",
    "태그": "tag",
}
_FIELD: Final = re.compile(r"([^\W\d_]+):")
_BARE: Final = re.compile(r'[^\s()"]+')
_NEAR: Final = re.compile(r"(O?)NEAR/(\d{1,4})", re.ASCII)
_NEARLY: Final = re.compile(r"O?NEAR[/\d]*|(?:W|ADJ|PRE|WITHIN)/\d+", re.ASCII | re.IGNORECASE)
_SIGNS: Final = {
    "&": Fault.SIGN_AND,
    "&&": Fault.SIGN_AND,
    "+": Fault.SIGN_AND,
    "|": Fault.SIGN_OR,
    "||": Fault.SIGN_OR,
    "!": Fault.SIGN_NOT,
}
_SEPARATOR: Final = re.compile("[,，、;；](?![0-9])|(?<![0-9])[,，、;；]")
"""Commas of lists, at the edges of a word or inside it; those of 1,000 are part of the number."""
_EDGES: Final = (
    ("'‘’‚‛`´「」『』«»‹›", Fault.STRANGE_QUOTE),
    ("[]{}<>〈〉《》【】", Fault.STRANGE_BRACKET),
    ("?？", Fault.WILDCARD),
)
"""Signs that mean something in other languages where they begin or end a word; don't is a word."""
_FUZZY: Final = re.compile(r"~[0-9]*")


class Symbol(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    FIELD = auto()
    LEAF = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: `leaf` for LEAF, `name` for FIELD, `distance` and `ordered` for NEAR."""

    symbol: Symbol
    at: At
    leaf: Leaf | None = None
    name: str = ""
    distance: int = 0
    ordered: bool = False


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a query, an END last.

    Raises:
        QueryError: the text is too long, or a piece of it is not a token.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(text, (MAX_LENGTH, len(text)), Fault.TOO_LONG, most=MAX_LENGTH)
    shape = text.translate(_TWINS)
    found: list[Token] = []
    position = _skip_space(shape, 0)
    while position < len(text):
        token = _next(text, shape, position)
        _refuse_glued(text, shape, found[-1] if found else None, token)
        found.append(token)
        position = _skip_space(shape, token.at[1])
    found.append(Token(Symbol.END, (len(text), len(text))))
    return tuple(found)


def _skip_space(shape: str, position: int) -> int:
    while position < len(shape) and shape[position].isspace():
        position += 1
    return position


def _next(text: str, shape: str, start: int) -> Token:
    read = _READERS.get(shape[start])
    if read:
        return read(text, shape, start)
    field = _FIELD.match(shape, start)
    return _field(text, shape, field) if field else _bare(text, shape, start)


def _bracket(_text: str, shape: str, start: int) -> Token:
    return Token(Symbol.OPEN if shape[start] == "(" else Symbol.CLOSE, (start, start + 1))


def _refuse_glued(text: str, shape: str, before: Token | None, token: Token) -> None:
    """`A(B)`, `(A)B` and `"A"B` are more often a mistake than an AND: 대(對)중국."""
    if (
        before is not None
        and before.at[1] == token.at[0]
        and before.symbol in {Symbol.LEAF, Symbol.CLOSE}
        and token.symbol is not Symbol.CLOSE
    ):
        raise QueryError(text, token.at, Fault.GLUED_OPEN if shape[token.at[0]] == "(" else Fault.GLUED)


def _phrase(text: str, shape: str, start: int) -> Token:
    r"""phrase: `"` { any letter, `\"` or `\\` } `"`."""
    content, end = _quoted(text, shape, start)
    words = " ".join(content.split())
    if not _has_letters(words):
        raise QueryError(text, (start, end), Fault.QUOTE_EMPTY)
    return Token(Symbol.LEAF, (start, end), Phrase(words, (start, end)))


def _quoted(text: str, shape: str, start: int) -> tuple[str, int]:
    content: list[str] = []
    position = start + 1
    while position < len(text):
        if text[position] == "\\" and shape[position + 1 : position + 2] in {'"', "\\"}:
            content.append(text[position + 1])
            position += 2
        elif shape[position] == '"':
            return "".join(content), position + 1
        else:
            content.append(text[position])
            position += 1
    raise QueryError(text, (start, start + 1), Fault.QUOTE_OPEN)


def _regex(text: str, shape: str, start: int) -> Token:
    r"""regex: `/` { any letter, `\` any letter } `/`."""
    pattern: list[str] = []
    position = start + 1
    while position < len(text) and text[position] != "/":
        pair = text[position : position + 2] if text[position] == "\\" else text[position]
        pattern.append("/" if pair == "\\/" else pair)
        position += len(pair)
    if position >= len(text):
        raise QueryError(text, (start, start + 1), Fault.REGEX_OPEN)
    end = position + 1
    if not pattern:
        raise QueryError(text, (start, end), Fault.REGEX_EMPTY)
    flags = _BARE.match(shape, end)
    if flags:
        raise QueryError(text, flags.span(), Fault.REGEX_FLAGS)
    return Token(Symbol.LEAF, (start, end), Regex("".join(pattern), (start, end)))


def _term(text: str, shape: str, start: int) -> Token:
    """term: `@` name | `@` `"` name `"`."""
    if shape[start + 1 : start + 2] == '"':
        name, end = _quoted(text, shape, start + 1)
    else:
        bare = _BARE.match(shape, start + 1)
        end = bare.end() if bare else start + 1
        name = text[start + 1 : end]
    if not name.strip():
        raise QueryError(text, (start, end), Fault.NO_NAME)
    return Token(Symbol.LEAF, (start, end), TermRef(name, (start, end)))


def _raw(text: str, shape: str, start: int) -> Token:
    """raw: `=` letters."""
    bare = _BARE.match(shape, start + 1)
    if not bare:
        raise QueryError(text, (start, start + 1), Fault.RAW_EMPTY)
    at = (start, bare.end())
    word = text[start + 1 : bare.end()]
    if "*" in bare.group():
        raise QueryError(text, at, Fault.RAW_STAR)
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in word):
        raise QueryError(text, at, Fault.RAW_EMPTY)
    return Token(Symbol.LEAF, at, Word(word, raw=True, at=at))


def _minus(text: str, shape: str, start: int) -> Token:
    if start + 1 == len(shape) or shape[start + 1].isspace() or shape[start + 1] == ")":
        raise QueryError(text, (start, start + 1), Fault.LONE_MINUS)
    return Token(Symbol.NOT, (start, start + 1))


def _field(text: str, shape: str, found: re.Match[str]) -> Token:
    """field: `title:` | `body:` | `source:` | `author:` | `feed:` | `tag:`."""
    typed = found.group(1)
    name = typed.casefold()
    if name not in FIELDS:
        close = _KOREAN_FIELDS.get(name) or next(iter(difflib.get_close_matches(name, FIELDS, 1)), None)
        if close:
            raise QueryError(text, found.span(), Fault.FIELD_LIKE, typed=typed, close=close)
        raise QueryError(text, found.span(), Fault.FIELD_UNKNOWN, typed=typed, fields=", ".join(FIELDS))
    after = shape[found.end() : found.end() + 1]
    if not after or after.isspace() or after in {")", "-"}:
        raise QueryError(text, found.span(), Fault.FIELD_EMPTY, name=name)
    return Token(Symbol.FIELD, found.span(), name=name)


def _bare(text: str, shape: str, start: int) -> Token:
    """word: letters [`*`]; or one of the operators AND, OR, NOT, NEAR/n, ONEAR/n."""
    found = _BARE.match(shape, start)
    end = found.end() if found else start + 1
    at = (start, end)
    operator = _operator(text, at)
    if operator:
        return operator
    _refuse_signs(text, shape, at)
    prefix = shape[end - 1] == "*"
    word = text[start : end - 1] if prefix else text[start:end]
    if "*" in shape[start : end - 1]:
        star = shape.index("*", start)
        raise QueryError(text, (star, star + 1), Fault.STAR_INSIDE)
    if not _has_letters(word):
        raise QueryError(text, at, Fault.NO_LETTERS, word=text[start:end])
    return Token(Symbol.LEAF, at, Word(word, prefix=prefix, at=at))


def _operator(text: str, at: At) -> Token | None:
    word = unicodedata.normalize("NFKC", text[at[0] : at[1]])
    if word in {"AND", "OR", "NOT"}:
        return Token(Symbol[word], at)
    if word.casefold() in {"and", "or", "not"}:
        raise QueryError(text, at, Fault.SMALL_OPERATOR, word=word, big=word.upper())
    if not _NEARLY.fullmatch(word):
        return None
    near = _NEAR.fullmatch(word)
    distance = int(near.group(2)) if near else 0
    if near is None or not 1 <= distance <= MAX_DISTANCE:
        raise QueryError(text, at, Fault.NEAR_INCOMPLETE, word=word, most=MAX_DISTANCE)
    return Token(Symbol.NEAR, at, distance=distance, ordered=bool(near.group(1)))


def _refuse_signs(text: str, shape: str, at: At) -> None:
    """Signs of other query languages, and the commas of lists, would be looked for as letters otherwise."""
    word = shape[at[0] : at[1]]
    if word in _SIGNS:
        raise QueryError(text, at, _SIGNS[word], word=word)
    if word[0] in "!+":
        prefix = Fault.PREFIX_NOT if word[0] == "!" else Fault.PREFIX_AND
        raise QueryError(text, (at[0], at[0] + 1), prefix, word=word[0])
    if "|" in word:
        place = at[0] + word.index("|")
        raise QueryError(text, (place, place + 1), Fault.BAR_INSIDE)
    separator = _SEPARATOR.search(shape, *at)
    if separator:
        raise QueryError(text, separator.span(), Fault.SEPARATOR, sign=separator.group())
    for place in (at[0], at[1] - 1):
        for signs, fault in _EDGES:
            if text[place] in signs:
                raise QueryError(text, (place, place + 1), fault, sign=text[place])
    fuzzy = _FUZZY.search(shape, *at)
    if fuzzy and fuzzy.end() == at[1]:
        raise QueryError(text, fuzzy.span(), Fault.FUZZY, sign=fuzzy.group())


def _has_letters(word: str) -> bool:
    return any(letter.isalnum() for letter in word)


_READERS: Final = {
    "(": _bracket,
    ")": _bracket,
    '"': _phrase,
    "/": _regex,
    "@": _term,
    "=": _raw,
    "-": _minus,
}
