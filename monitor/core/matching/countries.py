"""Short forms of country names: 美, 對美, 미중, 미·중, 대미."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.matching.occurrence import Verdict
from monitor.core.text.boundary import Right, right_of
from monitor.core.text.script import is_hangul, is_hanja, is_latin
from monitor.core.text.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.core.matching.leaves import Judge, Lettered, Style


@dataclass(frozen=True, slots=True)
class Country:
    """A country's name, the hanja and the Hangul syllable that stand for it in headlines ("" if none)."""

    name: str
    hanja: str
    syllable: str = ""
    full_hanja: tuple[str, ...] = ()


COUNTRIES: Final = (
    Country("미국", "美", "미", ("美國", "米國")),
    Country("중국", "中", "중", ("中國",)),
    Country("일본", "日", "일", ("日本",)),
    Country("한국", "韓", "한", ("韓國", "大韓民國")),
    Country("북한", "北", "북", ("北韓",)),
    Country("영국", "英", "영", ("英國",)),
    Country("독일", "獨", "독", ("獨逸",)),
    Country("프랑스", "佛", "불", ("佛蘭西",)),
    Country("러시아", "露", "러", ("露西亞",)),
    Country("이탈리아", "伊", "", ("伊太利",)),
    Country("인도", "印", "", ("印度",)),
    Country("캐나다", "加", "", ("加奈陀",)),
    Country("호주", "濠", "", ("濠洲",)),
    Country("대만", "臺", "", ("臺灣",)),
    Country("아시아", "亞", "", ("亞細亞",)),
    Country("유럽", "歐", "", ("歐洲", "歐羅巴")),
)

_LETTERS: Final = frozenset("".join(country.hanja for country in COUNTRIES))
_RELATIONS: Final = frozenset("對反親訪脫駐在")
_HANJA_TAILS: Final = frozenset("發産軍車社株")
_READINGS: Final = {country.hanja: country.syllable for country in COUNTRIES}
_BRACKETS: Final = {"(": ")", "[": "]", "<": ">", "〈": "〉", "【": "】", "《": "》"}

_BEFORE: Final = frozenset("대친반탈주방") | frozenset(_READINGS.values()) - {""}

_PAIRS: Final = words(
    "미중 한미 미일 한일 한중 중일 미러 중러 북중 북러 한러 북미 미북 한미일 한중일 북중러 미중러 미중일"
)
_STANCES: Final = words("대미 대중 대일 대북 대러 방미 방중 방일 방북 방러 친미 친중 친러 친북 반미 반중")
_AMBIGUOUS: Final = frozenset(words("북미 중일 대미 대중 대일 친미 반미"))
"""Forms that are other words too (북미 is North America, 대미 the finale, 중일 때 "while"): they need company."""

_ABOUT: Final = words(
    "정상 회담 회의 관계 갈등 무역 통상 협상 협의 전쟁 패권 경쟁 분쟁 동맹 양국 연합 훈련 외교 안보 경제 "
    "수출 수입 투자 관세 규제 제재 견제 의존 정책 전략 공세 압박 협력 대화 합의 공동 군사 국방 정부 장관 "
    "특사 고위 실무 대립 충돌 휴전 디커플링 대결 공조 교역 흑자 적자 강경 포위 봉쇄 감정 정서 시위 세력 "
    "성향 노선 사절단"
)
_COMPANY: Final = re.compile(f" ?(?:{'|'.join(_ABOUT)})|(?:전|간)(?:서|에서?|은|이|을|의|도)?(?![가-힣])")
"""What countries do to one another: 미중 갈등, 한미동맹, 한일전."""

_VISITING: Final = re.compile("한(?![가-힣])|한다|했|해|하[고며]|길|단(?![가-힣])|차(?![가-힣])")
"""What follows 방미 when somebody goes there; 방미통위 is an office."""

_PUBLIC: Final = re.compile(
    " ?(?:(?:반도체|무역|기술|추가|고율) )?"
    "(?:수출|수입|규제|제재|견제|관세|무역|외교|투자|압박|정책|전략|의존|봉쇄|강경|포위)"
)
"""What makes 대중 the country: alone it is the public (大衆)."""

_SYLLABLES: Final = "미중일한북러영독불"
_LIST: Final = re.compile(rf"[{_SYLLABLES}](?:[·-][{_SYLLABLES}]){{1,7}}")
_LIST_BEFORE: Final = re.compile(rf"(?:[{_SYLLABLES}][·-])+\Z")
_OFFICES: Final = words(
    "정부 행정부 당국 의회 상원 하원 국무부 상무부 재무부 국방부 법무부 에너지부 외교부 백악관 대통령 연방 "
    "대법원 법원 증시 연준 해군 공군 육군"
)
"""What makes a lone syllable the country: 미 상무부."""

_WORDS_TOO: Final = "한중"
"""Words of their own, which no office makes a country: "발표한 한 정부 관계자", "회의 중 대통령"."""


def country_of(written: Iterable[str]) -> Country | None:
    """The country that one of these normalised spellings names."""
    names = set(written)
    return next((country for country in COUNTRIES if country.name in names), None)


def country_spellings(country: Country, style: Style) -> Iterator[tuple[str, Judge, int, int]]:
    """The other ways to write a country: pattern, judge, and the letters before and after that are not the name."""
    for full in country.full_hanja:
        yield full, style.judge, 0, 0
    yield country.hanja, judge_hanja, 0, 0
    syllable = country.syllable
    if not syllable:
        return
    for form in _PAIRS:
        if syllable in form:
            yield form, judge_pair, 0, 0
    for form in _STANCES:
        if form[1] == syllable:
            yield form, judge_pair, 0, 0
    for dot in "·-":
        yield syllable + dot, judge_list, 0, 1
        yield dot + syllable, judge_list, 1, 0
    for office in _OFFICES if syllable not in _WORDS_TOO else ():
        yield f"{syllable} {office}", judge_syllable, 0, len(office) + 1


def judge_hanja(scan: Lettered, start: int, end: int) -> Verdict:
    """The verdict on one hanja of a country: the whole run of hanja must be countries and relations."""
    letters = scan.letters
    first, last = start, end
    while is_hanja(letters[first - 1 : first]) and end - first <= _LONGEST_RUN:
        first -= 1
    while is_hanja(letters[last : last + 1]) and last - first <= _LONGEST_RUN:
        last += 1
    run = letters[first:last]
    if len(run) > 1 and run[-1] in _HANJA_TAILS:
        run = run[:-1]
    if len(run) > _LONGEST_RUN or not all(letter in _LETTERS or letter in _RELATIONS for letter in run):
        return Verdict.REJECTED_COUNTRY
    before = letters[first - 1 : first]
    if is_latin(before):  # 3日 is a day
        return Verdict.REJECTED_COUNTRY if before.isdigit() else Verdict.COUNTRY
    if is_hangul(before):  # 수사中 is "under investigation"; 대中, 한美 are countries
        alone = not is_hangul(letters[first - 2 : first - 1])
        return Verdict.COUNTRY if alone and before in _BEFORE else Verdict.REJECTED_COUNTRY
    closing = _BRACKETS.get(before)
    if len(run) == 1 and closing and letters[last : last + 1] == closing:  # (中) is the second part of a series
        glossed = letters[first - 2 : first - 1] == _READINGS.get(run, "-") and first > 1
        return Verdict.COUNTRY if glossed else Verdict.REJECTED_COUNTRY
    return Verdict.COUNTRY


def judge_pair(scan: Lettered, start: int, end: int) -> Verdict:
    """The verdict on a Hangul short form: alone, with particles, or before what countries do to one another."""
    letters = scan.letters
    form = letters[start:end]
    if is_hangul(letters[start - 1 : start]):
        return Verdict.REJECTED_COUNTRY
    if form == "대중":
        return Verdict.COUNTRY if _PUBLIC.match(letters, end) else Verdict.REJECTED_COUNTRY
    if _COMPANY.match(letters, end) or (form[0] == "방" and _VISITING.match(letters, end)):
        return Verdict.COUNTRY
    if form in _AMBIGUOUS or not _ends(letters, end):
        return Verdict.REJECTED_COUNTRY
    return Verdict.COUNTRY


def judge_list(scan: Lettered, start: int, end: int) -> Verdict:
    """The verdict on one syllable of a list such as 한·미·일."""
    letters = scan.letters
    before = _LIST_BEFORE.search(letters, max(0, start - _LONGEST_LIST), start)
    first = before.start() if before else start
    found = _LIST.match(letters, first)
    if not found or found.end() < end or _is_glued(letters, first):
        return Verdict.REJECTED_COUNTRY
    closed = _ends(letters, found.end()) or _COMPANY.match(letters, found.end())
    return Verdict.COUNTRY if closed else Verdict.REJECTED_COUNTRY


def judge_syllable(scan: Lettered, start: int, end: int) -> Verdict:
    """The verdict on a lone syllable before an office of state: 미 연방, not 미 연방법."""
    letters, office_at = scan.letters, end + 1
    whole = any(
        letters.startswith(office, office_at) and _ends(letters, office_at + len(office)) for office in _OFFICES
    )
    return Verdict.COUNTRY if whole and not _is_glued(letters, start) else Verdict.REJECTED_COUNTRY


def _is_glued(letters: str, start: int) -> bool:
    """Whether a letter stands before a lone syllable: 장미 정부, 21일 정부."""
    before = letters[start - 1 : start]
    return is_hangul(before) or is_latin(before)


def _ends(letters: str, end: int) -> bool:
    """Whether nothing but particles follows."""
    return right_of(letters, end, "concept") in _PLAIN_ENDS


_LONGEST_RUN: Final = 6
_LONGEST_LIST: Final = 16
_PLAIN_ENDS: Final = frozenset({Right.END, Right.SCRIPT, Right.PARTICLE})
