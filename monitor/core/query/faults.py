"""The faults a query can have, and what is said of each in Korean and English: what is wrong, what to do."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.query.explain import Language

Value: TypeAlias = str | int


class Fault(Enum):
    """What is wrong with a query."""

    EMPTY = auto()
    TOO_LONG = auto()
    TOO_DEEP = auto()
    GLUED = auto()
    GLUED_OPEN = auto()
    QUOTE_EMPTY = auto()
    QUOTE_OPEN = auto()
    REGEX_OPEN = auto()
    REGEX_EMPTY = auto()
    REGEX_FLAGS = auto()
    REGEX_REFUSED = auto()
    REGEX_EVERYTHING = auto()
    NO_NAME = auto()
    NO_LETTERS = auto()
    RAW_EMPTY = auto()
    RAW_STAR = auto()
    STAR_INSIDE = auto()
    LONE_MINUS = auto()
    FIELD_UNKNOWN = auto()
    FIELD_LIKE = auto()
    FIELD_EMPTY = auto()
    FIELD_NESTED = auto()
    SMALL_OPERATOR = auto()
    NEAR_INCOMPLETE = auto()
    NEAR_SIDE = auto()
    NEAR_CHAIN = auto()
    NEAR_QUERY = auto()
    SIGN_AND = auto()
    SIGN_OR = auto()
    SIGN_NOT = auto()
    PREFIX_AND = auto()
    PREFIX_NOT = auto()
    BAR_INSIDE = auto()
    SEPARATOR = auto()
    STRANGE_QUOTE = auto()
    STRANGE_BRACKET = auto()
    WILDCARD = auto()
    FUZZY = auto()
    MIXED = auto()
    GROUP_EMPTY = auto()
    GROUP_OPEN = auto()
    GROUP_CLOSED = auto()
    NOTHING_AFTER = auto()
    NOTHING_BEFORE = auto()
    CIRCLE = auto()
    TOO_NESTED = auto()
    TOO_LARGE = auto()
    SCOPE_NESTED = auto()
    TERM_UNKNOWN = auto()
    TERM_LIKE = auto()
    TERM_MISSING = auto()
    ABSENCE = auto()


def wording(fault: Fault, language: Language, values: Mapping[str, Value]) -> tuple[str, str]:
    """What is wrong, and what to do."""
    what, todo = (_KO if language == "ko" else _EN)[fault]
    return what.format(**values), todo.format(**values)


_QUOTE_WHOLE_KO: Final = '이 글자를 찾으려면 전체를 "…"로 감싸세요'

# What varies stands after a colon or in brackets, so that no particle has to agree with it.
_KO: Final[Mapping[Fault, tuple[str, str]]] = {
    Fault.EMPTY: ("검색식이 비어 있습니다", "찾을 말을 적으세요"),
    Fault.TOO_LONG: ("검색식이 {most}자를 넘습니다", "나누어 적거나 용어(@이름)를 쓰세요"),
    Fault.TOO_DEEP: ("괄호와 부정이 {most}겹보다 깊습니다", "더 평평하게 적거나 용어로 나누세요"),
    Fault.GLUED: ("앞말에 붙어 있습니다", "앞을 띄우거나 전체를 따옴표로 감싸세요"),
    Fault.GLUED_OPEN: ("괄호가 앞말에 붙어 있습니다", "앞을 띄우거나 전체를 따옴표로 감싸세요"),
    Fault.QUOTE_EMPTY: ("따옴표 안에 글자도 숫자도 없습니다", "찾을 말을 그 안에 적으세요"),
    Fault.QUOTE_OPEN: ("따옴표가 닫히지 않았습니다", '닫는 "를 적으세요'),
    Fault.REGEX_OPEN: ("정규 표현식이 닫히지 않았습니다", r"닫는 /를 적고, 안의 빗금은 \/로 적으세요"),
    Fault.REGEX_EMPTY: ("정규 표현식이 비어 있습니다", "두 빗금 사이에 표현식을 적으세요"),
    Fault.REGEX_FLAGS: (
        "정규 표현식 뒤에 글자가 붙어 있습니다",
        r"뒤를 띄우세요. 옵션은 안에 (?i)처럼, 안의 빗금은 \/로 적습니다",
    ),
    Fault.REGEX_REFUSED: ("RE2가 받지 않는 정규 표현식입니다: {why}", "표현식을 고치세요"),
    Fault.REGEX_EVERYTHING: (
        "빈 글에도 맞아 모든 글에 맞는 정규 표현식입니다",
        "한 글자는 있어야 맞게 고치세요",
    ),
    Fault.NO_NAME: ("@ 뒤에 이름이 없습니다", '@이름 또는 @"띄어 쓴 이름"으로 적으세요'),
    Fault.NO_LETTERS: ("글자도 숫자도 없습니다: {word}", "지우거나, 앞에 =를 붙이세요"),
    Fault.RAW_EMPTY: ("= 뒤에 글자가 없습니다", "띄우지 말고 =낱말로 적으세요"),
    Fault.RAW_STAR: ("= 뒤에서 *는 쓸모가 없습니다", "=는 이미 어디서든 찾습니다. *를 지우세요"),
    Fault.STAR_INSIDE: (
        "*가 낱말 안에 있습니다",
        f"*는 낱말 끝에만 씁니다. {_QUOTE_WHOLE_KO}",
    ),
    Fault.LONE_MINUS: ("-가 홀로 있습니다", "NOT으로 적거나, -를 낱말에 붙이세요"),
    Fault.FIELD_UNKNOWN: ("그런 필드가 없습니다: {typed}:", f"필드는 {{fields}}입니다. {_QUOTE_WHOLE_KO}"),
    Fault.FIELD_LIKE: ("그런 필드가 없습니다: {typed}:", f"혹시 {{close}}: 인가요? {_QUOTE_WHOLE_KO}"),
    Fault.FIELD_EMPTY: (
        "{name}: 뒤에 찾을 말이 없습니다",
        "띄우지 말고 {name}:낱말 또는 {name}:(여러 낱말)로 적으세요. 빼려면 -{name}:낱말",
    ),
    Fault.FIELD_NESTED: ("{name}: 필드가 {scope}: 안에 있습니다", "{name}:과 {scope}:을 나란히 적으세요"),
    Fault.SMALL_OPERATOR: ("대문자가 아닙니다: {word}", '{big}로 적거나, 그 낱말을 찾으려면 "{word}"로 감싸세요'),
    Fault.NEAR_INCOMPLETE: (
        "완전하지 않습니다: {word}",
        "NEAR/3 또는 ONEAR/3처럼 어절 수를 1부터 {most}까지로 적으세요. 그 낱말을 찾으려면 따옴표로 감싸세요",
    ),
    Fault.NEAR_SIDE: (
        "NEAR 옆에 올 수 없습니다",
        "낱말, 구절, 용어, 또는 이들의 (a OR b)만 옵니다. title:a NEAR/3 b가 아니라 title:(a NEAR/3 b)로 적으세요",
    ),
    Fault.NEAR_CHAIN: ("NEAR는 둘만 잇습니다", "둘씩 나누세요: (a NEAR/3 b) (b NEAR/3 c)"),
    Fault.NEAR_QUERY: (
        "NEAR 옆의 이 이름은 낱말보다 큰 검색식입니다",
        "낱말, 구절, 용어, 또는 이들을 OR로 이은 것만 올 수 있습니다",
    ),
    Fault.SIGN_AND: ("여기서 쓰는 연산자가 아닙니다: {word}", "띄어쓰기가 '그리고'입니다. 빈칸으로 바꾸세요"),
    Fault.SIGN_OR: ("여기서 쓰는 연산자가 아닙니다: {word}", "OR로 적으세요"),
    Fault.SIGN_NOT: ("여기서 쓰는 연산자가 아닙니다: {word}", "NOT으로 적으세요"),
    Fault.PREFIX_AND: ("여기서 쓰는 연산자가 아닙니다: {word}", "낱말 앞에 빈칸을 두거나 따옴표로 감싸세요"),
    Fault.PREFIX_NOT: ("여기서 쓰는 연산자가 아닙니다: {word}", "낱말 앞에 -를 붙이거나 따옴표로 감싸세요"),
    Fault.BAR_INSIDE: ("여기서 쓰는 연산자가 아닙니다: |", "빈칸을 두고 OR로 적거나, 전체를 따옴표로 감싸세요"),
    Fault.SEPARATOR: (
        "여기서는 아무것도 나누지 않습니다: {sign}",
        f"낱말 사이에 OR나 빈칸을 쓰세요. {_QUOTE_WHOLE_KO}",
    ),
    Fault.STRANGE_QUOTE: (
        "여기서 쓰는 따옴표가 아닙니다: {sign}",
        f'구절은 "…"로 감싸세요. {_QUOTE_WHOLE_KO}',
    ),
    Fault.STRANGE_BRACKET: (
        "여기서 쓰는 괄호가 아닙니다: {sign}",
        f"( )로 묶으세요. {_QUOTE_WHOLE_KO}",
    ),
    Fault.WILDCARD: (
        "여기서는 아무 글자도 대신하지 않습니다: {sign}",
        f"*를 낱말 끝에 쓰면 무엇이든 뒤에 옵니다. {_QUOTE_WHOLE_KO}",
    ),
    Fault.FUZZY: ("비슷한 말 찾기는 없습니다: {sign}", "다른 표기는 OR로, 가까운 말은 NEAR/n으로 적으세요"),
    Fault.MIXED: ("AND(또는 빈칸)와 OR가 섞여 있습니다", "함께 묶일 것에 괄호를 치세요: (a OR b) c"),
    Fault.GROUP_EMPTY: ("괄호 안이 비어 있습니다", "안에 찾을 말을 적거나 괄호를 지우세요"),
    Fault.GROUP_OPEN: ("이 (가 닫히지 않았습니다", "닫는 )를 적으세요"),
    Fault.GROUP_CLOSED: ("이 )에 맞는 (가 없습니다", "지우거나, 앞에 (를 적으세요"),
    Fault.NOTHING_AFTER: ("뒤에 아무것도 없습니다", "찾을 말을 뒤에 적거나 이것을 지우세요"),
    Fault.NOTHING_BEFORE: ("이 앞에 찾을 말이 없습니다", "찾을 말을 적거나 이것을 지우세요"),
    Fault.CIRCLE: ("자기 자신으로 돌아옵니다: {circle}", "이 가운데 하나를 빼세요"),
    Fault.TOO_NESTED: ("이름 붙은 검색식이 {most}겹보다 깊게 들어 있습니다", "더 평평하게 적으세요"),
    Fault.TOO_LARGE: (
        "이름을 풀어 쓰면 너무 커집니다",
        "이름 붙은 검색식을 줄이세요. 전체는 {parts:,}조각, {levels}겹까지입니다",
    ),
    Fault.SCOPE_NESTED: ("{name}: 필드가 든 검색식이 {scope}: 안에 있습니다", "{scope}: 없이 쓰세요"),
    Fault.TERM_UNKNOWN: ("그런 용어가 없습니다: {name}", "terms 아래에 더하세요"),
    Fault.TERM_LIKE: ("그런 용어가 없습니다: {name}", "혹시 {close} 인가요?"),
    Fault.TERM_MISSING: ("그런 용어가 없습니다: {name}", "있는 용어는 `monitor terms`로 봅니다"),
    Fault.ABSENCE: (
        "아무 말도 없는 글에 맞아, 거의 모든 글에 맞습니다",
        "찾을 말을 함께 적거나, feeds 또는 tags로 범위를 좁히세요",
    ),
}
_EN: Final[Mapping[Fault, tuple[str, str]]] = {
    Fault.EMPTY: ("the query is empty", "write what to look for"),
    Fault.TOO_LONG: ("the query is longer than {most} characters", "split it, or use terms (@name)"),
    Fault.TOO_DEEP: (
        "parentheses and negations are nested more than {most} deep",
        "write it flatter, or split it into terms",
    ),
    Fault.GLUED: ("this touches what stands before it", "put a space before it, or quote the whole"),
    Fault.GLUED_OPEN: ("( touches what stands before it", "put a space before it, or quote the whole"),
    Fault.QUOTE_EMPTY: ("the quotes hold no letter and no digit", "write what to look for inside them"),
    Fault.QUOTE_OPEN: ("this quote is never closed", 'add the closing "'),
    Fault.REGEX_OPEN: ("this regular expression is never closed", r"add the closing /, and write \/ inside it"),
    Fault.REGEX_EMPTY: ("the regular expression is empty", "write a pattern between the slashes"),
    Fault.REGEX_FLAGS: (
        "letters follow the regular expression",
        r"put a space after it; flags go inside, (?i), and a slash inside is \/",
    ),
    Fault.REGEX_REFUSED: ("RE2 refuses this regular expression: {why}", "correct it"),
    Fault.REGEX_EVERYTHING: (
        "this regular expression matches the empty text, so everything",
        "let it need at least one letter",
    ),
    Fault.NO_NAME: ("@ without a name", 'write @name, or @"name with spaces"'),
    Fault.NO_LETTERS: ("this holds no letter and no digit", "remove it, or write = before it"),
    Fault.RAW_EMPTY: ("= without letters", "write =word, without a space"),
    Fault.RAW_STAR: ("* has no use after =", "raw letters match anywhere already: remove the *"),
    Fault.STAR_INSIDE: ("* stands inside a word", "it may only end a word; quote the whole otherwise"),
    Fault.LONE_MINUS: ("- stands alone", "write NOT, or join - to the word"),
    Fault.FIELD_UNKNOWN: (
        "there is no field {typed}:",
        "the fields are {fields}; put it in quotes to look for the letters",
    ),
    Fault.FIELD_LIKE: (
        "there is no field {typed}:",
        "did you mean {close}:; put it in quotes to look for the letters",
    ),
    Fault.FIELD_EMPTY: (
        "{name}: without anything to look for",
        "write {name}:word or {name}:(several words), without a space; to exclude, -{name}:word",
    ),
    Fault.FIELD_NESTED: ("{name}: stands inside {scope}:", "use {name}: and {scope}: side by side"),
    Fault.SMALL_OPERATOR: (
        "{word} is not in capitals",
        'write {big} in capitals, or "{word}" in quotes to look for the word',
    ),
    Fault.NEAR_INCOMPLETE: (
        "{word} is not complete",
        "write NEAR/3 or ONEAR/3, the number of words from 1 to {most}, or quote it to look for the word",
    ),
    Fault.NEAR_SIDE: (
        "this cannot stand beside NEAR",
        "only words, phrases, terms, or (a OR b) of them can; write title:(a NEAR/3 b), not title:a NEAR/3 b",
    ),
    Fault.NEAR_CHAIN: ("NEAR joins two sides only", "write two pairs: (a NEAR/3 b) (b NEAR/3 c)"),
    Fault.NEAR_QUERY: (
        "beside NEAR this names a query of more than words",
        "only words, phrases and terms, or these joined by OR, can stand there",
    ),
    Fault.SIGN_AND: ("{word} is no operator here", "a space means AND: write a space instead"),
    Fault.SIGN_OR: ("{word} is no operator here", "write OR"),
    Fault.SIGN_NOT: ("{word} is no operator here", "write NOT"),
    Fault.PREFIX_AND: ("{word} is no operator here", "write a space before the word, or quote it"),
    Fault.PREFIX_NOT: ("{word} is no operator here", "write - before the word, or quote it"),
    Fault.BAR_INSIDE: ("| is no operator here", "write OR between spaces, or quote the whole"),
    Fault.SEPARATOR: ("{sign} separates nothing here", "write OR or a space between words, or quote the whole"),
    Fault.STRANGE_QUOTE: (
        "{sign} is no quote here",
        'write "…" around a phrase, or around the whole to look for the sign too',
    ),
    Fault.STRANGE_BRACKET: (
        "{sign} is no bracket here",
        "write ( ) to group, or quote the whole to look for the sign too",
    ),
    Fault.WILDCARD: (
        "{sign} stands for no letter here",
        "write * at the end of a word to let anything follow, or quote the whole to look for the sign",
    ),
    Fault.FUZZY: (
        "there is no fuzzy search: {sign}",
        "write other spellings with OR, and words that are close with NEAR/n",
    ),
    Fault.MIXED: (
        "AND (or a space) and OR are mixed",
        "put parentheses around what belongs together: (a OR b) c",
    ),
    Fault.GROUP_EMPTY: ("the parentheses are empty", "write something inside, or remove them"),
    Fault.GROUP_OPEN: ("this ( is never closed", "add the closing )"),
    Fault.GROUP_CLOSED: ("this ) closes nothing", "remove it, or add a ( before it"),
    Fault.NOTHING_AFTER: ("nothing follows this", "write what to look for after it, or remove it"),
    Fault.NOTHING_BEFORE: ("something to look for is missing before this", "write it, or remove this"),
    Fault.CIRCLE: ("this leads back to itself: {circle}", "take one of these references out"),
    Fault.TOO_NESTED: ("named queries stand inside one another more than {most} deep", "write it flatter"),
    Fault.TOO_LARGE: (
        "this becomes too large",
        "use fewer named queries; the whole may have {parts:,} parts and {levels} levels",
    ),
    Fault.SCOPE_NESTED: ("this holds {name}: and stands inside {scope}:", "use it without {scope}:"),
    Fault.TERM_UNKNOWN: ("there is no term {name}", "add it under terms"),
    Fault.TERM_LIKE: ("there is no term {name}", "did you mean {close}?"),
    Fault.TERM_MISSING: ("there is no term {name}", "`monitor terms` lists the terms there are"),
    Fault.ABSENCE: (
        "this is true of a text that says nothing, so of nearly every article",
        "write what to look for beside it, or limit it with feeds or tags",
    ),
}
