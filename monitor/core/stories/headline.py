"""Titles and first lines, without what tells nothing of the happening: tags, bylines, captions, short hanja."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from monitor.core.text.normal import normalise
from monitor.core.text.script import is_hangul, is_hanja
from monitor.core.text.words import words

LEAD_LETTERS: Final = 280
"""How much of the first lines is read. More adds nothing measurable, less loses copies."""

_CAPTION_ROOM: Final = 120

LETTERS_READ: Final = 2 * (LEAD_LETTERS + _CAPTION_ROOM)
"""What lies beyond so many letters of a text is never looked at."""


class Genre(Enum):
    """What kind of text a tag announces. Texts of different kinds are seldom about one happening."""

    NEWS = "news"
    SHARES = "shares"
    OPINION = "opinion"
    NOTICE = "notice"
    PICTURE = "picture"
    ROUTINE = "routine"


_GENRES: Final = (
    (Genre.NOTICE, re.compile("인사|부고|부음|동정|게시판|알림|알립니다|모집|공고|소식")),
    (
        Genre.ROUTINE,
        re.compile("날씨|운세|일정|헤드라인|톱뉴스|지표|시세|시황|환율|외환|코스피|코스닥|매매|개장|마감"),
    ),
    (Genre.PICTURE, re.compile("포토|사진|화보|photo")),
    (Genre.SHARES, re.compile("특징주")),
    (Genre.OPINION, re.compile("사설|칼럼|기고|수첩|시론|논설|오피니언|시평|기자의")),
)
_ROUTINE: Final = re.compile(
    "^(?:오늘의?|내일의?|세계의|주말|전국) ?(?:날씨|운세)|"
    "(?:호우|폭염|한파|대설|강풍|건조|풍랑|태풍)(?:주의보|경보)|낮 (?:최고|기온|최고기온) [0-9]|"
    "^(?:코스피|코스닥|원[·/]달러|환율|뉴욕증시|뉴욕 증시|국제유가|국고채).{0,40}(?:마감|출발|개장|장중|거래)"
)
_MARK: Final = re.compile(
    r"[\[(<【〈]\s*(?:(?P<flash>속보|긴급|1보)|(?P<round_up>[^\])>】〉]{0,6}(?:종합|상보|[2-9]보)[^\])>】〉]{0,3}))\s*[\])>】〉]"
)
_TAG: Final = re.compile(r"\[([^\]]{1,20})\]|【([^】]{1,20})】|^<([^>]{1,16})>|<([^>]{1,16})>$|\((개장|마감|장중)\)$")
_CAPTION: Final = re.compile(
    r"[\[(<【][^\])>】]{0,40}(?:=|뉴스1|뉴시스|연합뉴스|제공|기자|db)[^\])>】]{0,20}[\])>】]"
    r"|/?(?:사진|자료|출처|그래픽|제공|영상)\s?[=:]\s?\S+"
    r"|[가-힣]{2,4} ?(?:선임|수습|인턴)?기자 ?(?:=|\||$)"
    r"|\S+@\S+"
    r"|[가-힣]{2,4} (?:기자|특파원)(?= |$)"
)
_READABLE: Final = re.compile("[0-9a-z가-힣一-鿿]")

_SHORT: Final = dict(
    pair.split("=")
    for pair in words(
        "美=미국 中=중국 日=일본 韓=한국 北=북한 英=영국 獨=독일 佛=프랑스 露=러시아 伊=이탈리아 印=인도 加=캐나다 "
        "濠=호주 臺=대만 亞=아시아 歐=유럽 比=필리핀 與=여당 野=야당 檢=검찰 警=경찰 軍=군 靑=청와대 政=정부 "
        "勞=노동계 銀=은행 證=증권 企=기업 硏=연구원 公=공사 社=사 株=주 車=차 電=전자 前=전 現=현 新=신 外=외 "
        "反=반 對=대 脫=탈 親=친 訪=방 發=발 上=상 下=하 多=다 無=무 故=고 男=남 女=여 李=이 尹=윤 文=문 金=김 "
        "朴=박 張=장 法=법 稅=세 戰=전 黨=당 大=대 高=고 重=중 行=행 家=가 道=도 州=주 兆=조 億=억 人=인 國=국 "
        "全=전 非=비 産=산 不=불 超=초 最=최 核=핵 史=사 醫=의 院=원 會=회"
    )
)
"""Hanja that stand for a word, or are read as a syllable, in Korean headlines."""

_STANCES: Final = "대한미방반친"
"""Syllables after which 中 and 日 are countries (대中); after any other 中 is "while" (수사中)."""

SERIAL_UNITS: Final = words("분기 반기 월 일 주차 주 차 회 호 세대 라운드 강 기 년 보 번째 편 부")
"""What comes one after another: its number tells one happening from the next."""

_REGIONS: Final = words(
    "서울 부산 대구 인천 광주 대전 울산 세종 강원 충북 충남 전북 전남 경북 경남 제주 경기 충청 호남 영남"
)
_WIDE: Final = {"충청": "충북 충남 대전 세종", "호남": "전북 전남 광주", "영남": "경북 경남 대구 부산 울산"}
_BITS: Final = {name: 1 << place for place, name in enumerate(_REGIONS)} | {
    name: sum(1 << _REGIONS.index(part) for part in words(parts)) for name, parts in _WIDE.items()
}
_REGION: Final = re.compile(rf"(?<![0-9a-z가-힣])(?:경기(?=도|[남북]부)|{'|'.join(set(_REGIONS) - {'경기'})})")
"""A name of a region at the beginning of a word; 경기 is a match and the economy too."""

_NUMBER: Final = re.compile(
    r"(?P<name>[a-z]+)-?(?P<version>[0-9]+(?:\.[0-9]+)*[a-z]{0,2})(?![a-z0-9])"
    rf"|(?P<serial>[0-9]+) ?(?P<unit>{'|'.join(SERIAL_UNITS)})(?![0-9])"
)
_ACTOR: Final = re.compile("(?P<name>[0-9a-z가-힣&·]{2,12}(?: [0-9a-z가-힣&·]{1,8})?)(?:,| (?=[1-4]분기|[상하]반기))")


@dataclass(frozen=True, slots=True)
class Headline:
    """A title made comparable.

    `series` is the text of its tag ("" if none), by which instalments of a column are known. `serials` are
    numbers that tell one happening from another, as (what is counted, number): ("hbm", "4"), ("분기", "1").
    `actor` is who stands before the first comma, "" if no short name does. `regions` has a bit for each region of
    Korea that is named.
    """

    text: str
    flash: bool = False
    round_up: bool = False
    genre: Genre = Genre.NEWS
    series: str = ""
    serials: tuple[tuple[str, str], ...] = ()
    actor: str = ""
    regions: int = 0


def read_headline(title: str) -> Headline:
    """A title without its tags, hanja written out; `text` is "" if nothing readable is in it."""
    letters = _letters(title)
    marks = list(_MARK.finditer(letters)) if any(opening in letters for opening in "[(<【〈") else []
    bare = _MARK.sub(" ", letters) if marks else letters
    tags = [next(group for group in found.groups() if group) for found in _TAG.finditer(bare)]
    text = _TAG.sub(" ", bare) if tags else bare
    if not _READABLE.search(text):  # nothing but tags: they are the title
        text = letters
    if not _READABLE.search(text):
        return Headline("")
    text = expand_hanja(" ".join(text.split()))
    return Headline(
        text,
        flash=any(found["flash"] for found in marks),
        round_up=any(found["round_up"] for found in marks),
        genre=_genre(tags, text),
        series=tags[0] if tags else "",
        serials=_serials(text),
        actor=actor["name"].replace(" ", "") if (actor := _ACTOR.match(text)) else "",
        regions=_regions(text),
    )


def read_lead(lead: str) -> str:
    """The first lines without bylines, captions and addresses of e-mail."""
    return _CAPTION.sub(" ", _letters(lead[:LETTERS_READ])[: LEAD_LETTERS + _CAPTION_ROOM])[:LEAD_LETTERS]


def expand_hanja(text: str) -> str:
    """Hanja of headlines written out: 美상무부 is 미국 상무부.

    A word that is glued to the next is parted from it, so that the two are compared as words.
    """
    if not any(is_hanja(letter) for letter in text):
        return text
    parts = []
    for place, letter in enumerate(text):
        reading = _SHORT.get(letter, letter) if is_hanja(letter) else letter
        before, after = text[place - 1 : place], text[place + 1 : place + 3]
        if letter == "中" and is_hangul(before) and before not in _STANCES:
            reading = "중"
        if letter == "日" and before.isdigit():
            reading = "일"
        parts.append(reading)
        if is_hanja(letter) and len(reading) > 1 and _begins_word(after):
            parts.append(" ")
    return "".join(parts)


def _begins_word(after: str) -> bool:
    """Whether the next two letters begin a word rather than being a particle."""
    first, second = after[:1], after[1:]
    return is_hanja(first) or (is_hangul(first) and is_hangul(second)) or (first.isascii() and first.isalnum())


def _letters(text: str) -> str:
    normal = normalise(text)
    return normal.letters[: normal.length]


def _genre(tags: list[str], text: str) -> Genre:
    for genre, words_of_it in _GENRES:
        if any(words_of_it.search(tag) for tag in tags):
            return genre
    return Genre.ROUTINE if _ROUTINE.search(text) else Genre.NEWS


def _regions(text: str) -> int:
    bits = 0
    for found in _REGION.finditer(text):
        bits |= _BITS[found[0]]
    return bits


def _serials(text: str) -> tuple[tuple[str, str], ...]:
    found = (
        (match["name"], match["version"]) if match["name"] else (match["unit"], match["serial"])
        for match in _NUMBER.finditer(text)
    )
    return tuple(dict.fromkeys(found))
