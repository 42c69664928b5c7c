from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.ingest.clean import body_text, title_text


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("<속보> 한빛전자 공장 멈춰", "<속보> 한빛전자 공장 멈춰"),
        ("&lt;속보&gt; 한빛전자", "<속보> 한빛전자"),
        ("&amp;lt;속보&amp;gt; 한빛전자", "<속보> 한빛전자"),
        ("<AI 포럼> 오늘 열린다", "<AI 포럼> 오늘 열린다"),
        ("<b>[단독]</b> 한빛 &quot;R&amp;D&quot; 5<6", '[단독] 한빛 "R&D" 5<6'),
        ("&lt;b&gt;[단독]&lt;/b&gt; 한빛", "[단독] 한빛"),
        ("E&amp;amp;S 한빛", "E&S 한빛"),
        ("AT&T 한빛", "AT&T 한빛"),
        ("한빛<br/>전자", "한빛 전자"),
        ("한빛\n  전자\u00a0공장", "한빛 전자 공장"),
        ("한빛\u200b전자\ufeff", "한빛전자"),
        ("<script>alert(1)</script>한빛", "alert(1) 한빛"),
        ('<a href="javascript:x()">한빛</a>', "한빛"),
        ("<!-- 쪽 -->한빛", "한빛"),
        ("👨‍👩‍👧 한빛", "👨‍👩‍👧 한빛"),
        ("", ""),
    ],
)
def test_titles_are_one_line_of_what_they_say(raw: str, title: str) -> None:
    assert title_text(raw) == title


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<p>가나.</p><p>다라.</p>", "가나.\n다라."),
        ("가나<br>다라<br />마바", "가나\n다라\n마바"),
        ("<ul><li>하나</li><li>둘</li></ul>", "하나\n둘"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n2"),
        ("한<b>빛</b>전자 <i>새</i> 반도체", "한빛전자 새 반도체"),
        ("<p>한빛\n전자</p>", "한빛 전자"),
        ("첫 줄\n둘째 줄", "첫 줄\n둘째 줄"),
        ("<script>x()</script><style>a{}</style><p>본문</p>", "본문"),
        ("<p>본문<!-- 숨은 말 --></p>", "본문"),
        ("&lt;p&gt;이중&lt;/p&gt;&amp;nbsp;끝", "이중\n끝"),
        ("5 < 6 & 7 > 3", "5 < 6 & 7 > 3"),
        ("<p>&lt;속보&gt; 한빛</p>", "<속보> 한빛"),
        ("  한빛 \t 전자\u00a0\u3000공장 ", "한빛 전자 공장"),
        ("<p>한빛\u200b전자</p>", "한빛전자"),
        ("<img src=x onerror=alert(1)>", ""),
        ("", ""),
    ],
)
def test_markup_becomes_lines_of_text(raw: str, text: str) -> None:
    assert body_text(raw) == text


@pytest.mark.parametrize(
    "line",
    [
        "<저작권자 ⓒ 한빛신문, 무단전재 및 재배포 금지>",
        "저작권자(c) 한빛신문, 무단 전재-재배포, AI 학습 및 활용 금지",
        "ⓒ 한빛신문. All rights reserved.",
        "Copyright © 한빛신문",
        "[ⓒ 한빛신문, 무단 전재 및 재배포 금지]",
        "무단 전재 및 재배포를 금지합니다",
        "AI 학습 및 활용 금지",
        "제보는 카카오톡 hanbit",
        "▶제보 : 카카오톡 '한빛제보' 검색",
        "홍길동 기자 gildong@example.com",
        "홍길동 한빛신문 기자(gildong@example.co.kr)",
        "◎공감 한빛 gildong@example.com, dong@example.com",
        "gildong@example.com",
        "The post 한빛 소식 appeared first on 한빛신문.",
    ],
)
def test_boilerplate_lines_go(line: str) -> None:
    escaped = line.replace("<", "&lt;").replace(">", "&gt;")
    assert body_text(f"<p>한빛전자가 공장을 열었다.</p><p>{escaped}</p>") == "한빛전자가 공장을 열었다."


@pytest.mark.parametrize(
    "text",
    [
        "AI 학습 데이터 사용을 금지하는 법안이 나왔다.",
        "시민 제보로 밝혀진 사건이다.",
        "기사 무단 전재를 둘러싼 소송이 이어진다.",
        "문의는 help@example.com 으로 하면 된다고 밝혔다.",
        "저작권 침해를 막는 법이다.",
        "한빛은 이용자 카카오톡 계정을 연동했다.",
    ],
)
def test_sentences_about_such_things_stay(text: str) -> None:
    assert body_text(text) == text


def test_boilerplate_behind_a_sentence_goes_alone() -> None:
    assert body_text("공장을 열었다. <저작권자 ⓒ 한빛신문, 무단전재 및 재배포 금지>") == "공장을 열었다."


@pytest.mark.parametrize(
    "evil",
    ["<p " * 200_000, "<" * 300_000, "&" * 300_000, "<!--" * 100_000, "&lt;" * 100_000, "a@" * 150_000,
     " \n" * 200_000,
     "<div>" * 20_000, "<a" + " " * 300_000, "&amp;" * 60_000, "ⓒ " * 100_000, "[저작권자" * 40_000],
    ids=lambda evil: evil[:6].strip(),
)  # fmt: skip
def test_hostile_markup_costs_no_more_than_its_length(evil: str) -> None:
    began = time.process_time()
    body_text(evil)
    title_text(evil)
    assert time.process_time() - began < 3


@given(st.text(max_size=200))
@example("0\n\x1b\r0")
@example("0\n\x1b\n0")
@settings(max_examples=200, deadline=None)
def test_any_text_is_cleaned_to_printable_lines(raw: str) -> None:
    title, body = title_text(raw), body_text(raw)
    assert "\n" not in title
    assert title == title.strip()
    assert all(line == line.strip() for line in body.split("\n"))
    assert not set(title + body) & set(map(chr, [*range(9), *range(11, 32), 0x7F, 0x200B, 0xFEFF]))
