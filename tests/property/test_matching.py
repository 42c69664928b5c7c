"""Laws of matching: the fast matcher means what the slow, obvious one means."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.core.article import TEXT_FIELDS, Article
from monitor.core.matching.engine import compile_matcher
from monitor.core.matching.explain import explain
from monitor.core.matching.leaves import Style
from monitor.core.matching.model import Kind, Mode, Term, Watchlist
from monitor.core.matching.reference import match_slowly, verdict_slowly
from monitor.core.query.nodes import And, Near, Node, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from monitor.core.text.normal import fold, normalise

NAMES = [
    "라마",
    "인텔",
    "메타",
    "수출통제",
    "수출",
    "통제",
    "AI",
    "오픈AI",
    "ARM",
    "미국",
    "중국",
    "한미",
    "習近平",
    "딥시크",
]
GLUE = [
    *["는", "은", "가", "이", "를", "의", "에서", "으로", "이다", "리전스", "버스", "전자", "씨", "산", "발", "들이"],
    *[" ", " ", " ", "  ", ". ", "다. ", "… ", "·", "'", "(", ")", "-", "\n", "美", "中", "對", "日", "3", "K", "드"],
    *[
        "&amp;",
        "&amp;amp;",
        "\u200b",
        "(對)",
        "(習近平)",
        "Ａ",
        "ㆍ",
        "\u0301",
        "㈜",
        "대",
        "미·중",
        "대중 수출",
        "미 정부",
        "도",
        "만이",
        "인",
        " 무단전재 및 재배포 금지",
        " 한결 기자 a@b.kr",
        " AI 학습 및 활용 금지",
    ],
]
TERMS = {
    "인텔": Term("인텔", ("인텔", "Intel"), Kind.ORGANISATION, exclude=("인텔리",)),
    "메타": Term("메타", ("메타",), Kind.ORGANISATION, Mode.FAMILY, exclude=("메타버스", "우주")),
    "미국": Term("미국", ("미국", "美國"), Kind.PLACE),
    "중국": Term("중국", ("중국",), Kind.PLACE, exclude=("동",)),
    "AI": Term("AI", ("AI", "인공지능"), require=("수출", "딥시크"), exclude=("고병원성 AI", "조류")),
    "ARM": Term("ARM", ("ARM", "암"), Kind.ORGANISATION, case_sensitive=True),
    "수출통제": Term("수출통제", ("수출통제", "수출 규제")),
}

texts = st.lists(st.one_of(st.sampled_from(NAMES), st.sampled_from(GLUE)), max_size=14).map("".join)
articles = st.builds(
    Article,
    identity=st.just("1"),
    url=st.just(""),
    title=texts,
    summary=texts,
    content=texts,
    author=texts,
    source=texts,
    tags=st.lists(texts, max_size=2).map(tuple),
    feeds=st.lists(st.sampled_from(["가", "나"]), max_size=2).map(tuple),
    feed_tags=st.lists(st.sampled_from(["ai", "칩"]), max_size=2).map(tuple),
)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, st.sampled_from(NAMES), prefix=st.booleans(), raw=st.booleans()),
    st.builds(Phrase, st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(" ".join)),
    st.builds(TermRef, st.sampled_from(sorted(TERMS))),
    st.builds(Regex, st.sampled_from(["수출.?통제", "[A-Z]+", "(?i)intel|인텔", "대.*국", "x*y|미"])),
)
sides: st.SearchStrategy[Node] = st.one_of(leaves, st.builds(Or, st.lists(leaves, min_size=2, max_size=3).map(tuple)))
near = st.builds(Near, sides, sides, st.integers(1, 4), ordered=st.booleans())
scopes = st.sampled_from(["title", "body", "source", "author", "feed", "tag"])


def _branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several), st.builds(Or, several), st.builds(Not, children), st.builds(Scoped, scopes, children)
    )


queries = st.recursive(st.one_of(leaves, near), _branches, max_leaves=6)
watchlists = st.lists(
    st.builds(
        Watchlist,
        st.sampled_from(["하나", "둘"]),
        queries,
        st.sampled_from([frozenset[str](), frozenset({"가"})]),
        st.sampled_from([frozenset[str](), frozenset({"ai"})]),
    ),
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(watchlists, st.lists(articles, min_size=1, max_size=3))
def test_the_fast_matcher_agrees_with_the_slow_one(lists: list[Watchlist], several: list[Article]) -> None:
    matcher = compile_matcher(TERMS, lists)
    for article in several:
        assert matcher.match(article) == match_slowly(TERMS, lists, article)


edges = st.one_of(
    st.text("가나도은만를에서대친反中國aZ3é -.,'()\n·ア", max_size=5),
    st.sampled_from(["만", "만이", "도", "은", "측", "들은", "전자", "pd", " ", ""]),
)
styles = st.builds(Style, st.sampled_from([kind.value for kind in Kind]), family=st.booleans(), stem=st.booleans())


@settings(max_examples=400, deadline=None)
@example(Style("person"), "", "딥시크", "만")
@given(styles, edges, st.sampled_from(["인텔", "딥시크", "한", "中", "arm", "x1", "·", "대만"]), edges)
def test_a_verdict_that_is_looked_up_is_the_one_that_is_worked_out(
    style: Style, before: str, word: str, after: str
) -> None:
    letters, end = before + word + after, len(before) + len(word)
    assert style.verdict(letters, len(before), end) == verdict_slowly(style, letters, len(before), end)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _full_width(text: str) -> str:
    """Printable ASCII as East Asian typewriters set it; entities become plain signs."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


wide_texts = st.one_of(texts, texts.map(_decomposed), texts.map(_full_width))


@settings(max_examples=150, deadline=None)
@given(queries, st.dictionaries(st.sampled_from(sorted(TERMS)), st.sampled_from(sorted(Kind))), wide_texts)
def test_the_two_agree_whatever_kind_the_terms_are_and_however_text_is_encoded(
    query: Node, kinds: dict[str, Kind], text: str
) -> None:
    terms = {name: replace(term, kind=kinds.get(name, term.kind)) for name, term in TERMS.items()}
    lists = [Watchlist("하나", query)]
    for article in (Article("1", "", text), Article("1", "", "수출", text, "통제 " + text)):
        assert compile_matcher(terms, lists).match(article) == match_slowly(terms, lists, article)


lone_leaves = st.one_of(
    st.builds(
        Word, st.sampled_from(["인텔", "딥시크", "라마", "수출", "美國"]), prefix=st.booleans(), raw=st.booleans()
    ),
    st.builds(TermRef, st.sampled_from(["인텔", "메타", "미국", "수출통제"])),
    st.builds(Phrase, st.just("메타")),
)
lone_queries: st.SearchStrategy[Node] = st.one_of(
    lone_leaves, st.builds(Or, st.lists(lone_leaves, min_size=2, max_size=3).map(tuple))
)
lone_names = st.sampled_from(["인텔", "딥시크", "메타", "미국", "라마", "수출통제", "Intel", "한미"])
lone_tails = st.sampled_from(["도", "만", "인", "일", "만이", "인들", "은", "에서", "전자", "", "pd", "美"])
lone_words = st.tuples(lone_names, lone_tails).map("".join)
lone_texts = st.lists(lone_words, min_size=1, max_size=2).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(lone_queries, lone_texts, st.sampled_from(["", " 축구", "도."]), st.booleans())
def test_the_two_agree_on_what_is_weak(query: Node, text: str, end: str, doubting: bool) -> None:  # noqa: FBT001 - drawn
    verifier = Doubting() if doubting else None
    lists = [Watchlist("하나", query)]
    for article in (Article("1", "", text + end), Article("1", "", "", text + end)):
        assert compile_matcher(TERMS, lists, verifier).match(article) == match_slowly(TERMS, lists, article, verifier)


class Doubting:
    """A verifier whose answer hangs on everything that it is told."""

    def allows(self, text: str, start: int, end: int) -> bool:
        return (sum(map(ord, text)) + start + end) % 2 == 0


@settings(max_examples=100, deadline=None)
@given(watchlists, articles)
def test_with_a_verifier_the_two_agree_as_well(lists: list[Watchlist], article: Article) -> None:
    assert compile_matcher(TERMS, lists, Doubting()).match(article) == match_slowly(TERMS, lists, article, Doubting())


@settings(max_examples=100, deadline=None)
@given(watchlists, articles)
def test_an_explanation_says_what_the_matcher_says(lists: list[Watchlist], article: Article) -> None:
    for watchlist in lists:
        explained = explain(TERMS, watchlist, article)
        matches = compile_matcher(TERMS, [watchlist]).match(article)
        assert explained.matches == bool(matches)
        assert [explained.weak] == ([match.weak for match in matches] or [""]) or not explained.in_scope


near_pieces = ["수출", "통제", "수출통제", "수출을", "재통제", "물량", "통제는.", "AI칩", "통제수출통제", "수출수출"]
near_texts = st.lists(
    st.tuples(st.sampled_from(near_pieces), st.sampled_from([1, 1, 1, 2, 9, 300])).map(
        lambda drawn: [drawn[0]] * drawn[1]
    ),
    max_size=12,
).map(lambda runs: " ".join(piece for run in runs for piece in run)[:2_000])
near_words: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, st.sampled_from(["수출", "통제", "AI", "칩"]), prefix=st.booleans(), raw=st.booleans()),
    st.builds(Regex, st.sampled_from(["수출.*통제", "통제 ", ". 수출", " 통제", "수출.*?[.]"])),
    st.builds(TermRef, st.sampled_from(["AI", "수출통제", "인텔"])),
)
near_sides: st.SearchStrategy[Node] = st.one_of(
    near_words, st.builds(Or, st.lists(near_words, min_size=2, max_size=3).map(tuple))
)


@settings(max_examples=100, deadline=None)
@given(
    st.builds(Near, near_sides, near_sides, st.sampled_from([1, 2, 5, 20, 999]), ordered=st.booleans()), near_texts
)
def test_near_agrees_with_the_slow_one_however_many_places_there_are(query: Node, text: str) -> None:
    article = Article("1", "", text[:400])
    lists = [Watchlist("하나", query), Watchlist("둘", Scoped("body", query))]
    assert compile_matcher(TERMS, lists).match(article) == match_slowly(TERMS, lists, article)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400), st.sampled_from(["재통제", "통제품목"]), st.booleans())
def test_no_number_of_rejected_places_parts_the_two(count: int, piece: str, ordered: bool) -> None:  # noqa: FBT001 - drawn
    article = Article("1", "", f"수출 {f'{piece} ' * count}통제")
    lists = [Watchlist("하나", Near(Word("수출"), Word("통제"), 999, ordered=ordered))]
    found = compile_matcher({}, lists).match(article)
    assert found
    assert found == match_slowly({}, lists, article)


@settings(max_examples=100, deadline=None)
@given(watchlists, articles)
def test_spans_lie_in_their_field_and_never_overlap_within_a_term(lists: list[Watchlist], article: Article) -> None:
    for match in compile_matcher(TERMS, lists).match(article):
        ends: dict[tuple[str, str], int] = {}
        for span in match.spans:
            assert 0 <= span.start < span.end <= len(article.field(span.field))
            assert span.start >= ends.get((span.field, span.term), 0)
            ends[span.field, span.term] = span.end
        assert [TEXT_FIELDS.index(span.field) for span in match.spans] == sorted(
            TEXT_FIELDS.index(span.field) for span in match.spans
        )


@settings(max_examples=200)
@given(texts | st.text(max_size=40))
def test_every_letter_leads_back_to_the_place_it_came_from(text: str) -> None:
    normal = normalise(text)
    for offset in range(len(normal.letters)):
        if normal.letters[offset] != "\n":
            start, end = normal.span(offset, offset + 1)
            assert 0 <= start < end <= len(text)
    starts = [normal.span(offset, offset + 1)[0] for offset in range(normal.length)]
    assert starts == sorted(starts)


@settings(max_examples=200)
@given(texts)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*NAMES, *GLUE[:20], "é", "ﬁ", "한글", "㎏", "１"])).map("".join))
def test_composed_and_decomposed_text_become_the_same_letters(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
