"""What people write, and the tree it means."""

from __future__ import annotations

import pytest

from monitor.core.query.errors import QueryError
from monitor.core.query.lexer import MAX_LENGTH
from monitor.core.query.nodes import And, Near, Node, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from monitor.core.query.parser import MAX_DEPTH, parse

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("딥시크", Word("딥시크")),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b OR c", Or((A, B, C))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("((a))", A),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ("NOT(a OR b)", Not(Or((A, B)))),
        ("-(a OR b)", Not(Or((A, B)))),
        ("--a", Not(Not(A))),
        ("-title:a", Not(Scoped("title", A))),
        ("-a NEAR/2 b", Not(Near(A, B, 2))),
        ("통제*", Word("통제", prefix=True)),
        ("=인텔", Word("인텔", raw=True)),
        ("=title:x", Word("title:x", raw=True)),
        ("=%", Word("%", raw=True)),
        ('"수출  통제"', Phrase("수출 통제")),
        (r'"그가 \"예\" \\ 했다\n"', Phrase(r'그가 "예" \ 했다\n')),
        ('"OR"', Phrase("OR")),
        ("@DeepSeek", TermRef("DeepSeek")),
        ("@리벨리온", TermRef("리벨리온")),
        ('@"LG AI연구원"', TermRef("LG AI연구원")),
        (r"/HBM\s?\d/", Regex(r"HBM\s?\d")),
        (r"/a\/b\\/", Regex(r"a/b\\")),
        ("수출 NEAR/2 통제*", Near(Word("수출"), Word("통제", prefix=True), 2)),
        ("a ONEAR/3 b", Near(A, B, 3, ordered=True)),
        ("(a OR b) NEAR/9 @c", Near(Or((A, B)), TermRef("c"), 9)),
        ("title:a b", And((Scoped("title", A), B))),
        ("TITLE:(a b)", Scoped("title", And((A, B)))),
        ('title:"a b"', Scoped("title", Phrase("a b"))),
        ("title:(-a)", Scoped("title", Not(A))),
        ("source:@a tag:ai", And((Scoped("source", TermRef("a")), Scoped("tag", Word("ai"))))),
        ("\n a\n\tb\u3000c ", And((A, B, C))),
    ],
)
def test_a_query_means(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "word",
    [
        "GPT-4",
        "C++",
        "R&D",
        "12:30",
        "1,000",
        "AT&T",
        "AI·반도체",
        "Andor",
        "linear",
        "nearest",
        "don't",
        "A~B",
        "3.5%",
    ],
)
def test_signs_inside_a_word_belong_to_it(word: str) -> None:
    assert parse(word) == Word(word)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("“수출 통제”", '"수출 통제"'),
        ("＂수출 통제＂", '"수출 통제"'),
        ("（a OR b） c", "(a OR b) c"),
        ("ａ ＯＲ b", "ａ OR b"),
        ("title：a", "title:a"),
        ("통제＊", "통제*"),
        ("＠이름", "@이름"),
        ("＠“긴 이름”", '@"긴 이름"'),
        ("＝인텔", "=인텔"),
        ("a －b", "a -b"),
        ("a –b", "a -b"),
        ("a\u200bb", "a b"),
        ("a ＮＥＡＲ／３ b", "a NEAR/3 b"),
    ],
)
def test_signs_of_korean_keyboards_mean_the_plain_ones(typed: str, plain: str) -> None:
    assert parse(typed) == parse(plain)


def test_every_node_knows_its_place_in_the_text() -> None:
    tree = parse('수출 NEAR/2 통제* -title:"금수 조치"')
    assert isinstance(tree, And)
    near, negation = tree.children
    assert isinstance(negation, Not)
    assert (tree.at, near.at, negation.at, negation.child.at) == ((0, 28), (0, 13), (14, 28), (15, 28))


NO_QUOTE = 'write "…" around a phrase, or around the whole to look for the sign too'
NO_FUZZY = "write other spellings with OR, and words that are close with NEAR/n"
QUOTE = "or quote it to look for the word"
MISTAKES = [
    ("", (0, 0), "the query is empty", "write what to look for"),
    ("  ", (0, 0), "the query is empty", "write what to look for"),
    (
        "a OR b c",
        (7, 8),
        "AND (or a space) and OR are mixed",
        "put parentheses around what belongs together: (a OR b) c",
    ),
    (
        "a b OR c",
        (4, 6),
        "AND (or a space) and OR are mixed",
        "put parentheses around what belongs together: (a OR b) c",
    ),
    (
        "a AND b OR c",
        (8, 10),
        "AND (or a space) and OR are mixed",
        "put parentheses around what belongs together: (a OR b) c",
    ),
    ("a or b", (2, 4), "or is not in capitals", 'write OR in capitals, or "or" in quotes to look for the word'),
    ("a And b", (2, 5), "And is not in capitals", 'write AND in capitals, or "And" in quotes to look for the word'),
    ("not a", (0, 3), "not is not in capitals", 'write NOT in capitals, or "not" in quotes to look for the word'),
    ("a OR", (2, 4), "nothing follows this", "write what to look for after it, or remove it"),
    ("OR a", (0, 2), "something to look for is missing before this", "write it, or remove this"),
    ("a AND OR b", (6, 8), "something to look for is missing before this", "write it, or remove this"),
    ("a NEAR/2 OR", (9, 11), "something to look for is missing before this", "write it, or remove this"),
    ("()", (0, 2), "the parentheses are empty", "write something inside, or remove them"),
    ("(a", (0, 1), "this ( is never closed", "add the closing )"),
    ("(", (0, 1), "nothing follows this", "write what to look for after it, or remove it"),
    ("a)", (1, 2), "this ) closes nothing", "remove it, or add a ( before it"),
    ("(a OR )", (6, 7), "something to look for is missing before this", "write it, or remove this"),
    ('"a', (0, 1), "this quote is never closed", 'add the closing "'),
    ('"!"', (0, 3), "the quotes hold no letter and no digit", "write what to look for inside them"),
    ("대(對)중국", (1, 2), "( touches what stands before it", "put a space before it, or quote the whole"),
    ("(a)b", (3, 4), "this touches what stands before it", "put a space before it, or quote the whole"),
    ("/a", (0, 1), "this regular expression is never closed", r"add the closing /, and write \/ inside it"),
    ("//", (0, 2), "the regular expression is empty", "write a pattern between the slashes"),
    (
        "/a/i",
        (3, 4),
        "letters follow the regular expression",
        r"put a space after it; flags go inside, (?i), and a slash inside is \/",
    ),
    ("@", (0, 1), "@ without a name", 'write @name, or @"name with spaces"'),
    ('@" "', (0, 4), "@ without a name", 'write @name, or @"name with spaces"'),
    ("= a", (0, 1), "= without letters", "write =word, without a space"),
    ("=\u200d", (0, 2), "= without letters", "write =word, without a space"),
    ("=a*", (0, 3), "* has no use after =", "raw letters match anywhere already: remove the *"),
    ("a - b", (2, 3), "- stands alone", "write NOT, or join - to the word"),
    ("a -", (2, 3), "- stands alone", "write NOT, or join - to the word"),
    ("titel:a", (0, 6), "there is no field titel:", "did you mean title:; put it in quotes to look for the letters"),
    ("제목:a", (0, 3), "there is no field 제목:", "did you mean title:; put it in quotes to look for the letters"),
    (
        "xyz:a",
        (0, 4),
        "there is no field xyz:",
        "the fields are title, body, source, author, feed, tag; put it in quotes to look for the letters",
    ),
    (
        "title: a",
        (0, 6),
        "title: without anything to look for",
        "write title:word or title:(several words), without a space; to exclude, -title:word",
    ),
    ("title:(body:a)", (7, 12), "body: stands inside title:", "use body: and title: side by side"),
    ("a*b", (1, 2), "* stands inside a word", "it may only end a word; quote the whole otherwise"),
    ("*", (0, 1), "this holds no letter and no digit", "remove it, or write = before it"),
    ("a & b", (2, 3), "& is no operator here", "a space means AND: write a space instead"),
    ("a || b", (2, 4), "|| is no operator here", "write OR"),
    ("a|b", (1, 2), "| is no operator here", "write OR between spaces, or quote the whole"),
    ("!a", (0, 1), "! is no operator here", "write - before the word, or quote it"),
    ("+a", (0, 1), "+ is no operator here", "write a space before the word, or quote it"),
    ("a, b", (1, 2), ", separates nothing here", "write OR or a space between words, or quote the whole"),
    ("삼성,하이닉스", (2, 3), ", separates nothing here", "write OR or a space between words, or quote the whole"),
    ("삼성，LG", (2, 3), "， separates nothing here", "write OR or a space between words, or quote the whole"),
    ("a;b", (1, 2), "; separates nothing here", "write OR or a space between words, or quote the whole"),
    ("'수출 통제'", (0, 1), "' is no quote here", NO_QUOTE),
    ("‘수출’", (0, 1), "‘ is no quote here", NO_QUOTE),
    ("「수출 통제」", (0, 1), "「 is no quote here", NO_QUOTE),
    ("수출 통제」", (5, 6), "」 is no quote here", NO_QUOTE),
    ("-'수출'", (1, 2), "' is no quote here", NO_QUOTE),
    ("title:'수출 통제'", (6, 7), "' is no quote here", NO_QUOTE),
    (
        "[수출 OR 통제]",
        (0, 1),
        "[ is no bracket here",
        "write ( ) to group, or quote the whole to look for the sign too",
    ),
    (
        "인텔?",
        (2, 3),
        "? stands for no letter here",
        "write * at the end of a word to let anything follow, or quote the whole to look for the sign",
    ),
    ("인텔~", (2, 3), "there is no fuzzy search: ~", NO_FUZZY),
    ('"수출 통제"~3', (7, 9), "there is no fuzzy search: ~3", NO_FUZZY),
    (
        "a NEAR/3 -b",
        (9, 10),
        "this cannot stand beside NEAR",
        "only words, phrases, terms, or (a OR b) of them can; write title:(a NEAR/3 b), not title:a NEAR/3 b",
    ),
    (
        "a NEAR/3 (b NEAR/3 c)",
        (10, 20),
        "this cannot stand beside NEAR",
        "only words, phrases, terms, or (a OR b) of them can; write title:(a NEAR/3 b), not title:a NEAR/3 b",
    ),
    (
        "a NEAR b",
        (2, 6),
        "NEAR is not complete",
        f"write NEAR/3 or ONEAR/3, the number of words from 1 to 99, {QUOTE}",
    ),
    (
        "a NEAR/0 b",
        (2, 8),
        "NEAR/0 is not complete",
        f"write NEAR/3 or ONEAR/3, the number of words from 1 to 99, {QUOTE}",
    ),
    (
        "a near/3 b",
        (2, 8),
        "near/3 is not complete",
        f"write NEAR/3 or ONEAR/3, the number of words from 1 to 99, {QUOTE}",
    ),
    (
        f"a NEAR/{'9' * 5000} b",
        (2, 5007),
        f"NEAR/{'9' * 5000} is not complete",
        f"write NEAR/3 or ONEAR/3, the number of words from 1 to 99, {QUOTE}",
    ),
    (
        "a w/3 b",
        (2, 5),
        "w/3 is not complete",
        f"write NEAR/3 or ONEAR/3, the number of words from 1 to 99, {QUOTE}",
    ),
    ("a NEAR/3 b NEAR/3 c", (11, 17), "NEAR joins two sides only", "write two pairs: (a NEAR/3 b) (b NEAR/3 c)"),
    (
        "(a b) NEAR/3 c",
        (1, 4),
        "this cannot stand beside NEAR",
        "only words, phrases, terms, or (a OR b) of them can; write title:(a NEAR/3 b), not title:a NEAR/3 b",
    ),
    (
        "a NEAR/3 (b OR (c d))",
        (10, 19),
        "this cannot stand beside NEAR",
        "only words, phrases, terms, or (a OR b) of them can; write title:(a NEAR/3 b), not title:a NEAR/3 b",
    ),
    (
        "a" * (MAX_LENGTH + 1),
        (MAX_LENGTH, MAX_LENGTH + 1),
        "the query is longer than 20000 characters",
        "split it, or use terms (@name)",
    ),
    (
        "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1),
        (MAX_DEPTH, MAX_DEPTH + 1),
        "parentheses and negations are nested more than 32 deep",
        "write it flatter, or split it into terms",
    ),
]


@pytest.mark.parametrize(("text", "at", "what", "todo"), MISTAKES, ids=[case[0][:20] or "empty" for case in MISTAKES])
def test_a_mistake_is_named_with_its_place_and_its_cure(text: str, at: tuple[int, int], what: str, todo: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert (error.at, *error.said("en")) == (at, what, todo)
    assert str(error) == f"{what}, {todo}"


def test_the_deepest_and_the_longest_query_allowed_is_read() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == A
    assert parse("a" * MAX_LENGTH) == Word("a" * MAX_LENGTH)
