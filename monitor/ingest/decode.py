"""Bytes of a feed to text. Korean feeds lie about their encoding, so the bytes have the last word."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KOREAN: Final = re.compile(
    r"(?:x-?)?(?:windows|cp|ms|ibm|dos)?[-_]?949|uhc|(?:x-)?(?:cs)?euc[-_]?kr|ks[-_]?c[-_]?\d*(?:[-_:]\d*)*"
    r"|ks[-_]?x[-_]?1001|korean|iso-ir-149"
)
_OTHER_EAST_ASIAN: Final = frozenset(
    {"shift_jis", "cp932", "euc_jp", "gb2312", "gbk", "gb18030", "big5", "big5hkscs"}
)
# Python's registry also holds zip, base64, escapes and other codecs that are no charsets.
_CHARSET: Final = re.compile(r"utf-(?:8|16|32)|cp\d|iso8859|latin|ascii|koi8|mac|tis|big5|gb|euc|shift_jis|johab")
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]{1,40})""")
_CONTROLS: Final = bytes(code for code in range(0x20) if code not in b"\t\n\r") + b"\x7f"
_CONTROL_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_HANGUL: Final = re.compile("[가-힣]+")
_DAMAGE_WEIGHT: Final = 10
_LOOK_AHEAD_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a body, and the Python codec that it was read by."""

    text: str
    codec: str


def decode(body: bytes, header_charset: str) -> Decoded:
    """Decode the body of a feed and drop control characters and, unless it is JSON, what stands before the first `<`.

    In this order: a byte order mark; strict UTF-8; else the declared charset, the header's and CP949 compete with
    UTF-8 by Hangul gained against characters lost. Bytes that mean nothing become U+FFFD; nothing is raised.
    """
    found = _decode(body, header_charset)
    start = found.text.find("<")
    if start <= 0 or found.text[:start].lstrip().startswith("{"):
        return found
    return Decoded(found.text[start:], found.codec)


def _decode(body: bytes, header_charset: str) -> Decoded:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(_without_controls(body[len(mark) :], name), name)
    wide = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}.get(body[:2])
    if wide:
        return Decoded(_without_controls(body, wide), wide)
    # No control character is ever part of a longer sequence in UTF-8, CP949 or any single-byte charset.
    clean = body.translate(None, _CONTROLS)
    try:
        return Decoded(clean.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _best(clean, header_charset)


def _without_controls(body: bytes, name: str) -> str:
    text = body.decode(name, "replace")
    return _CONTROL_TEXT.sub("", text)


def _best(body: bytes, header_charset: str) -> Decoded:
    declared = _DECLARED.search(body, 0, _LOOK_AHEAD_BYTES)
    stated = [codec_name(declared[1].decode("ascii", "ignore")) if declared else "", codec_name(header_charset)]
    for name in stated:
        # CP949 would read Hangul into nearly any of these, so a faultless decode by the stated charset is believed.
        if name in _OTHER_EAST_ASIAN:
            text = body.decode(name, "replace")
            if "\ufffd" not in text:
                return Decoded(text, name)
    candidates = dict.fromkeys(["utf-8", *filter(None, stated), "cp949"])
    read = (Decoded(body.decode(name, "replace"), name) for name in candidates)
    return max(read, key=lambda one: _score(one.text))


def _score(text: str) -> int:
    hangul = sum(len(run) for run in _HANGUL.findall(text))
    return hangul - _DAMAGE_WEIGHT * text.count("\ufffd")


def codec_name(charset: str) -> str:
    """The Python codec for a charset's name, every Korean alias being CP949; "" if there is none for text."""
    name = charset.strip().strip("\"'").lower()
    if _KOREAN.fullmatch(name):
        return "cp949"
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return found if _CHARSET.match(found) else ""
