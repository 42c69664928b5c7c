from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ingest import decode as decoding
from monitor.ingest.decode import codec_name

TITLE = "한빛전자, 새 반도체 수출 통제 논란"
BEYOND_EUC_KR = "똠방각하 펲시콜라, 햏자의 뷁스러운 하루"


def decode(body: bytes, header_charset: str) -> str:
    return decoding.decode(body, header_charset).text


def feed(declared: str, title: str = TITLE) -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{declaration}<rss><channel><item><title>{title}</title></item></channel></rss>"


@pytest.mark.parametrize(
    "alias",
    [
        *("euc-kr", "EUC-KR", "euckr", "ks_c_5601-1987", "ksc5601", "KS_C_5601-1989", "cp949", "windows-949"),
        *("x-windows-949", "uhc", "ms949", "MS949", "korean", "iso-ir-149", "ks_x_1001", "csEUCKR", "utf-8", ""),
        *("windows-1252", "iso-8859-1", "no-such-charset"),
    ],
)
@pytest.mark.parametrize("title", [TITLE, BEYOND_EUC_KR])
def test_cp949_is_read_whatever_it_is_declared_as(alias: str, title: str) -> None:
    assert title in decode(feed(alias, title).encode("cp949"), "")


@pytest.mark.parametrize("declared", ["utf-8", "euc-kr", "utf8", "", "iso-8859-1"])
@pytest.mark.parametrize("header", ["", "euc-kr", "utf-8", "iso-8859-1"])
def test_utf8_is_read_whatever_is_declared(declared: str, header: str) -> None:
    assert TITLE in decode(feed(declared).encode(), header)


def test_the_header_counts_where_nothing_is_declared() -> None:
    assert TITLE in decode(feed("").encode("cp949"), "euc-kr")


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_beats_the_declaration(mark: str) -> None:
    assert decode(feed("euc-kr").encode(mark), "euc-kr") == feed("euc-kr")


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(name: str) -> None:
    assert TITLE in decode(feed("utf-16").encode(name), "")


@pytest.mark.parametrize("damage", [b"\xff", b"\xec", b"\xed\x95"])
@pytest.mark.parametrize("header", ["", "euc-kr"])
def test_one_bad_byte_costs_one_character_and_not_the_feed(damage: bytes, header: str) -> None:
    body = feed("utf-8", f"{TITLE} {TITLE}").encode()
    broken = body.replace("논란".encode(), "논란".encode() + damage, 1)
    text = decode(broken, header)
    assert text.count("\ufffd") == 1
    assert text.count("수출 통제") == 2


def test_one_bad_byte_in_cp949_costs_one_character() -> None:
    body = (
        feed("euc-kr", f"{TITLE} 끝")
        .encode("cp949")
        .replace("논란".encode("cp949"), "논란".encode("cp949") + b"\xff")
    )
    text = decode(body, "")
    assert TITLE in text
    assert text.count("\ufffd") == 1


def test_a_title_cut_in_the_middle_of_a_letter_keeps_its_tags() -> None:
    cut = feed("utf-8").encode().replace("논란".encode(), "논란".encode()[:-1])
    assert decode(cut, "").endswith("\ufffd</title></item></channel></rss>")


@pytest.mark.parametrize(
    ("charset", "title"),
    [("shift_jis", "半導体の輸出規制、カタカナ"), ("gb18030", "芯片出口管制"), ("euc-jp", "輸出規制について")],
)
def test_neighbours_are_believed_if_their_charset_fits(charset: str, title: str) -> None:
    assert title in decode(feed(charset, title).encode(charset), "")


def test_latin_text_is_not_taken_for_korean() -> None:
    assert "Café über Größe, naïve" in decode(feed("iso-8859-1", "Café über Größe, naïve").encode("latin-1"), "")


@pytest.mark.parametrize("junk", [b"\r\n \n", b"Warning: include(x.php) on line 3\n", b"\x00\x08", "경고 ".encode()])
def test_junk_before_the_markup_goes(junk: bytes) -> None:
    assert decode(junk + feed("utf-8").encode(), "").startswith("<?xml")


def test_control_characters_go_but_line_breaks_stay() -> None:
    assert decode("<a>한\x08빛\x00신\x7f문\n\t</a>".encode(), "") == "<a>한빛신문\n\t</a>"
    assert decode("\ufeff<a>한\x08빛</a>".encode("utf-16-le"), "") == "<a>한빛</a>"


@pytest.mark.parametrize("name", ["unicode_escape", "rot13", "zip", "utf-7", "base64", "", "\x00", "가"])
def test_codecs_that_are_no_charsets_are_not_used(name: str) -> None:
    assert codec_name(name) == ""


@given(st.binary(max_size=300), st.text(max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_bytes_decode_to_text_that_can_be_encoded(body: bytes, header: str) -> None:
    decode(body, header).encode("utf-8", "replace")


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=8, max_size=60))
@settings(max_examples=100, deadline=None)
def test_hangul_survives_every_korean_encoding(title: str) -> None:
    for charset in ("utf-8", "cp949"):
        assert title in decode(feed("", title).encode(charset), "")


@pytest.mark.parametrize(
    ("body", "header", "codec"),
    [
        (feed("").encode("cp949"), "", "cp949"),
        (feed("euc-kr").encode(), "", "utf-8"),
        (feed("").encode("utf-8-sig"), "", "utf-8"),
        (feed("").encode("utf-16"), "", "utf-16-le"),
        (feed("").encode("utf-16-be"), "", "utf-16-be"),
        (feed("shift_jis", "日本の半導体").encode("shift_jis"), "", "shift_jis"),
    ],
)
def test_the_codec_that_was_used_is_told(body: bytes, header: str, codec: str) -> None:
    assert decoding.decode(body, header).codec == codec


def test_json_keeps_its_beginning() -> None:
    assert decode(b'\xef\xbb\xbf {"title": "<b>"}', "") == ' {"title": "<b>"}'
