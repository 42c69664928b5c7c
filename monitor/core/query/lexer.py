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
_NEARLY: Final = re.compile(r"O?NEAR[/\d]*", re.ASCII | re.IGNORECASE)
_SIGNS: Final = {
    "&": "a space means AND: write a space instead",
    "&&": "a space means AND: write a space instead",
    "+": "a space means AND: write a space instead",
    "|": "write OR",
    "||": "write OR",
    "!": "write NOT",
    "-": "write NOT, or join - to the word",
}


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
        at = (MAX_LENGTH, len(text))
        raise QueryError(
            text, at, f"the query is longer than {MAX_LENGTH} characters", "split it, or use terms (@name)"
        )
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
        sign = "(" if shape[token.at[0]] == "(" else "this"
        raise QueryError(
            text, token.at, f"{sign} touches what stands before it", "put a space before it, or quote the whole"
        )


def _phrase(text: str, shape: str, start: int) -> Token:
    r"""phrase: `"` { any letter, `\"` or `\\` } `"`."""
    content, end = _quoted(text, shape, start)
    words = " ".join(content.split())
    if not _has_letters(words):
        raise QueryError(
            text, (start, end), "the quotes hold no letter and no digit", "write what to look for inside them"
        )
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
    raise QueryError(text, (start, start + 1), "this quote is never closed", 'add the closing "')


def _regex(text: str, shape: str, start: int) -> Token:
    r"""regex: `/` { any letter, `\` any letter } `/`."""
    pattern: list[str] = []
    position = start + 1
    while position < len(text) and text[position] != "/":
        pair = text[position : position + 2] if text[position] == "\\" else text[position]
        pattern.append("/" if pair == "\\/" else pair)
        position += len(pair)
    if position >= len(text):
        raise QueryError(
            text,
            (start, start + 1),
            "this regular expression is never closed",
            r"add the closing /, and write \/ inside it",
        )
    end = position + 1
    if not pattern:
        raise QueryError(text, (start, end), "the regular expression is empty", "write a pattern between the slashes")
    flags = _BARE.match(shape, end)
    if flags:
        raise QueryError(
            text,
            flags.span(),
            "letters follow the regular expression",
            r"put a space after it; flags go inside, (?i), and a slash inside is \/",
        )
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
        raise QueryError(text, (start, end), "@ without a name", 'write @name, or @"name with spaces"')
    return Token(Symbol.LEAF, (start, end), TermRef(name, (start, end)))


def _raw(text: str, shape: str, start: int) -> Token:
    """raw: `=` letters."""
    bare = _BARE.match(shape, start + 1)
    if not bare:
        raise QueryError(text, (start, start + 1), "= without letters", "write =word, without a space")
    at = (start, bare.end())
    word = text[start + 1 : bare.end()]
    if "*" in bare.group():
        raise QueryError(text, at, "* has no use after =", "raw letters match anywhere already: remove the *")
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in word):
        raise QueryError(text, at, "= without letters", "write =word, without a space")
    return Token(Symbol.LEAF, at, Word(word, raw=True, at=at))


def _minus(text: str, shape: str, start: int) -> Token:
    if start + 1 == len(shape) or shape[start + 1].isspace() or shape[start + 1] == ")":
        raise QueryError(text, (start, start + 1), "- stands alone", _SIGNS["-"])
    return Token(Symbol.NOT, (start, start + 1))


def _field(text: str, shape: str, found: re.Match[str]) -> Token:
    """field: `title:` | `body:` | `source:` | `author:` | `feed:` | `tag:`."""
    typed = found.group(1)
    name = typed.casefold()
    if name not in FIELDS:
        close = _KOREAN_FIELDS.get(name) or next(iter(difflib.get_close_matches(name, FIELDS, 1)), None)
        hint = f"did you mean {close}:" if close else f"the fields are {', '.join(FIELDS)}"
        todo = f"{hint}; put it in quotes to look for the letters"
        raise QueryError(text, found.span(), f"there is no field {typed}:", todo)
    after = shape[found.end() : found.end() + 1]
    if not after or after.isspace() or after in {")", "-"}:
        todo = f"write {name}:word or {name}:(several words), without a space; to exclude, -{name}:word"
        raise QueryError(text, found.span(), f"{name}: without anything to look for", todo)
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
        raise QueryError(
            text, (star, star + 1), "* stands inside a word", "it may only end a word; quote the whole otherwise"
        )
    if not _has_letters(word):
        raise QueryError(text, at, "this holds no letter and no digit", "remove it, or write = before it")
    return Token(Symbol.LEAF, at, Word(word, prefix=prefix, at=at))


def _operator(text: str, at: At) -> Token | None:
    word = unicodedata.normalize("NFKC", text[at[0] : at[1]])
    if word in {"AND", "OR", "NOT"}:
        return Token(Symbol[word], at)
    if word.casefold() in {"and", "or", "not"}:
        big = word.upper()
        todo = f'write {big} in capitals, or "{word}" in quotes to look for the word'
        raise QueryError(text, at, f"{word} is not in capitals", todo)
    if not _NEARLY.fullmatch(word):
        return None
    near = _NEAR.fullmatch(word)
    distance = int(near.group(2)) if near else 0
    if near is None or not 1 <= distance <= MAX_DISTANCE:
        todo = (
            f"write NEAR/3 or ONEAR/3, the number of words from 1 to {MAX_DISTANCE}, or quote it to look for the word"
        )
        raise QueryError(text, at, f"{word} is not complete", todo)
    return Token(Symbol.NEAR, at, distance=distance, ordered=bool(near.group(1)))


def _refuse_signs(text: str, shape: str, at: At) -> None:
    """Signs of other query languages, and the commas of lists, would be looked for as letters otherwise."""
    word = shape[at[0] : at[1]]
    if word in _SIGNS:
        raise QueryError(text, at, f"{word} is no operator here", _SIGNS[word])
    if word[0] in "!+":
        sign = "-" if word[0] == "!" else "a space"
        raise QueryError(
            text, (at[0], at[0] + 1), f"{word[0]} is no operator here", f"write {sign} before the word, or quote it"
        )
    if "|" in word:
        place = at[0] + word.index("|")
        raise QueryError(
            text, (place, place + 1), "| is no operator here", "write OR between spaces, or quote the whole"
        )
    for place in (at[0], at[1] - 1):
        if text[place] in ",;，、；":
            todo = "write OR or a space between words, or quote the whole"
            raise QueryError(text, (place, place + 1), f"{text[place]} separates nothing here", todo)


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
