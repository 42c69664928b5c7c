from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from monitor.core.article import Span
from monitor.notify.rendering import plain
from monitor.notify.snippet import LENGTH, marked, snippet
from tests.notify.samples import SUMMARY, TITLE, article, span

if TYPE_CHECKING:
    from monitor.notify.rendering import Line

FILLER = "이 문장은 아무 뜻 없이 길이만 채우려고 쓴 것이다. "


def shown(summary: str, word: str, content: str = "") -> Line:
    of = article(summary=summary, content=content)
    spans = [span(name, of.field(name), word) for name in ("summary", "content") if word in of.field(name)]
    return snippet(of, spans)


def test_the_sentence_of_the_match_is_shown() -> None:
    line = shown(FILLER * 5 + "딥시크가 새 모델을 냈다. " + FILLER * 5, "딥시크")
    assert plain(line).startswith("딥시크가 새 모델을 냈다. 이 문장은")
    assert plain(line).endswith("…")
    assert len(plain(line)) <= LENGTH + 1


def test_a_match_deep_in_a_long_sentence_is_shown_with_what_stands_around_it() -> None:
    line = shown("말이 끝없이 이어지는 " * 30 + "딥시크의 소식 " + "그리고 또 이어지는 " * 30, "딥시크")
    text = plain(line)
    assert text.startswith("…")
    assert text.endswith("…")
    assert "딥시크의 소식" in text
    assert text[1:].startswith(("말이", "끝없이", "이어지는"))
    assert len(text) <= LENGTH + 2


def test_text_without_spaces_is_cut_anyway() -> None:
    text = plain(shown("가" * 500 + "딥시크" + "나" * 500, "딥시크"))
    assert "딥시크" in text
    assert len(text) <= LENGTH + 2


def test_a_match_longer_than_the_snippet_is_shown_whole() -> None:
    word = "딥시크" * 80
    assert word in plain(shown("앞말 " + word + " 뒷말이 있다", word))


def test_the_content_is_shown_if_only_it_matches() -> None:
    assert plain(shown("다른 이야기다.", "딥시크", content="본문에 딥시크가 있다.")) == "본문에 딥시크가 있다."


def test_the_beginning_is_shown_if_only_the_title_matches() -> None:
    assert plain(snippet(article(), [span("title", TITLE, "딥시크")])) == SUMMARY


def test_a_summary_that_repeats_the_title_is_not_shown() -> None:
    assert snippet(article(summary=f" {TITLE}\n"), []) == ()
    assert plain(snippet(article(summary=TITLE, content="본문이다."), [])) == "본문이다."
    assert snippet(article(summary=" "), []) == ()


def test_line_breaks_end_sentences() -> None:
    assert plain(shown("머리말\n딥시크가 나왔다\n꼬리말", "딥시크")) == "딥시크가 나왔다 꼬리말"


def test_a_match_over_the_end_of_a_sentence_keeps_both_its_sentences() -> None:
    assert plain(shown("앞 문장이다. 딥시크가 왔다. 새 모델도 왔다.", "왔다. 새")).startswith(
        "딥시크가 왔다. 새 모델도"
    )


def test_overlapping_spans_are_marked_once_and_the_text_stays_whole() -> None:
    text = "가나다라마바사"
    line = marked(text, 1, 6, [Span("title", 2, 4), Span("title", 3, 5), Span("title", 3, 4), Span("title", 6, 9)])
    assert plain(line) == "나다라마바"
    assert "".join(s.text for s in line if s.mark) == "다라마"


def test_spaces_alone_give_nothing() -> None:
    assert marked("   ", 0, 3, []) == ()
    assert marked("", 0, 0, []) == ()


def test_a_hundred_thousand_spaces_cost_nothing() -> None:
    started = perf_counter()
    shown("딥시크" + " " * 100_000 + "\n" + "!" * 100_000, "딥시크")
    assert perf_counter() - started < 1
