"""Markup to plain text: what people read and what is matched."""

from __future__ import annotations

import html
import re
from typing import Final

import nh3

_ROUNDS: Final = 4
_LONGEST_TITLE: Final = 4_000
_LONGEST_BODY: Final = 500_000
_BLOCKS: Final = (
    "address|article|aside|blockquote|br|caption|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h1|h2|h3"
    "|h4|h5|h6|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_INLINE: Final = (
    "a|abbr|audio|b|big|body|button|cite|code|del|em|embed|font|head|html|i|iframe|img|input|ins|kbd|label|link|mark"
    "|meta|object|s|script|small|source|span|strike|strong|style|sub|sup|svg|title|tt|u|var|video"
)
_BLOCK_TAGS: Final = frozenset(_BLOCKS.split("|"))
# Only real tags: `<속보>`, `<AI 포럼>` and `5<6` are what the headline says.
_TAG: Final = re.compile(rf"</?(?:{_BLOCKS}|{_INLINE})(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_ANY_TAG: Final = re.compile(r"<[^<>]*>")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff]")
_EMAIL: Final = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_SHORT_LINE: Final = 200
_MARKS: Final = (
    "무단",
    "재배포",
    "저작권",
    "ⓒ",
    "©",
    "opyright",
    "OPYRIGHT",
    "eserved",
    "학습",
    "제보",
    "톡",
    "@",
    "The post",
)
_BOILERPLATE: Final = re.compile(
    r"무단\s*(?:전재|복제|배포)[^.]{0,25}(?:금지|불허|불가)|재배포[^.]{0,10}(?:금지|불허|불가)"
    r"|저작권자\s*(?:[(（]?\s*(?:ⓒ|©|\(c\))|[:|-])|^\W*(?:copyrights?\b|ⓒ|©)|all rights reserved"
    r"|AI\s*학습\s*(?:및|[·,/])?\s*(?:이용|활용)?\s*(?:금지|불허)\W*$"
    r"|^\W*제보(?:는|하기|문의|전화)?\W{0,3}(?:카카오톡|카톡|이메일|전화)|카카오톡\s*:?\W?\w{1,20}\W?\s*검색"
    r"|^The post .{1,150} (?:appeared first on|first appeared on) ",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"\s*[<\[(〈〔]\s*(?:저작권자|copyright|ⓒ|©)[^<>\[\]]{0,120}(?:금지|불가|reserved\.?)\s*[>\])〉〕]?\s*\Z",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(
    rf"[\s◎▶■/=(\[<·]*(?:\w{{1,12}}\s){{0,3}}(?:[가-힣]{{2,4}}\s*)?(?:(?:인턴|수습|선임|전문)?\s?(?:기자|특파원)\s*)?"
    rf"[(\[<]?\s*{_EMAIL}(?:\s*[,/]\s*{_EMAIL}){{0,4}}[\s)\]>]*"
)


def title_text(raw: str) -> str:
    """A title as one line: entities unescaped until nothing changes, real tags dropped, `<속보>` kept."""
    text = _COMMENT.sub(" ", raw[:_LONGEST_TITLE])
    for _ in range(_ROUNDS):
        before = text
        text = _TAG.sub(" ", text) if "<" in text else text
        text = html.unescape(text) if "&" in text else text
        if text == before:
            break
    return _visible(" ".join(text.split()))


def body_text(raw: str) -> str:
    """HTML or text as lines, one a block, without scripts, styles and boilerplate; white space collapsed."""
    text = raw[:_LONGEST_BODY]
    for _ in range(_ROUNDS):
        before = text
        if "<" in text and _TAG.search(text):
            text = _flatten(text)
        elif "&" in text and _ENTITY.search(text):
            text = html.unescape(text)
        if text == before:
            break
    lines = [" ".join(line.split()) for line in text.split("\n")]
    if any(mark in text for mark in _MARKS):
        lines = [_TAIL.sub("", line) for line in lines if not _is_boilerplate(line)]
    return _visible("\n".join(filter(None, lines)))


def _flatten(markup: str) -> str:
    """Let a real HTML parser drop what is not text, then turn the blocks it leaves into lines."""
    blocks_only = nh3.clean(
        " ".join(markup.split()), tags=set(_BLOCK_TAGS), attributes={}, link_rel=None, strip_comments=True
    )
    text = _ANY_TAG.sub("\n", blocks_only)
    return html.unescape(text) if "&" in text else text


def _visible(text: str) -> str:
    # Asking is ten times as fast as searching, and nearly every text is printable.
    if text.replace("\n", " ").isprintable():
        return text
    # What goes may have stood at the edge of a line, or been all of it.
    lines = (" ".join(line.split()) for line in _INVISIBLE.sub("", text).split("\n"))
    return "\n".join(filter(None, lines))


def _is_boilerplate(line: str) -> bool:
    if len(line) > _SHORT_LINE:
        return False
    found = _BOILERPLATE.search(line)
    if found:
        # After the end of a sentence it is a tail, not a line.
        return "다." not in line[: found.start()]
    return "@" in line and _SIGNATURE.fullmatch(line) is not None
