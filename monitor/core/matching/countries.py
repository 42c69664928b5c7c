"""Short forms of country names: 美, 對美, 미중, 미·중, 대미."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.core.matching.occurrence import Verdict
from monitor.core.text.boundary import Right, right_of, tail_of
from monitor.core.text.particles import is_chain
from monitor.core.text.script import Ending, is_hangul, is_hanja, is_latin
from monitor.core.text.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.core.matching.leaves import Judge, Lettered, Style


@dataclass(frozen=True, slots=True)
class Country:
    """A country's name, the hanja and the Hangul syllable that stand for it in headlines ("" if none).

    `forces` are names of its soldiers, which may stand behind 주한 and 주일.
    """

    name: str
    hanja: str
    syllable: str = ""
    full_hanja: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()


COUNTRIES: Final = (
    Country("미국", "美", "미", ("美國", "米國"), ("미군",)),
    Country("중국", "中", "중", ("中國",)),
    Country("일본", "日", "일", ("日本",)),
    Country("한국", "韓", "한", ("韓國", "大韓民國")),
    Country("북한", "北", "북", ("北韓",)),
    Country("영국", "英", "영", ("英國",)),
    Country("독일", "獨", "독", ("獨逸",)),
    Country("프랑스", "佛", "불", ("佛蘭西",)),
    Country("러시아", "露", "러", ("露西亞",)),
    Country("우크라이나", "", "우"),
    Country("이탈리아", "伊", "", ("伊太利",)),
    Country("인도", "印", "", ("印度",)),
    Country("캐나다", "加", "", ("加奈陀",)),
    Country("호주", "濠", "", ("濠洲",)),
    Country("대만", "臺台", "", ("臺灣", "台灣", "台湾")),
    Country("아시아", "亞", "", ("亞細亞",)),
    Country("유럽", "歐", "", ("歐洲", "歐羅巴")),
)

_LETTERS: Final = frozenset("".join(country.hanja for country in COUNTRIES))
_RELATIONS: Final = frozenset("對反親訪脫駐在")
_HANJA_TAILS: Final = frozenset("發産軍車社株")
_READINGS: Final = {hanja: country.syllable for country in COUNTRIES for hanja in country.hanja}
_BRACKETS: Final = {"(": ")", "[": "]", "<": ">", "〈": "〉", "【": "】", "《": "》"}

_BEFORE: Final = frozenset("대친반탈주방") | frozenset(_READINGS.values()) - {""}

_PAIRS: Final = words(
    "미중 한미 미일 한일 한중 중일 미러 중러 북중 북러 한러 북미 미북 한미일 한중일 북중러 미중러 미중일 러우"
)
_STANCES: Final = words(
    "대미 대중 대일 대북 대러 방미 방중 방일 방북 방러 방한 친미 친중 친러 친북 반미 반중 주한 주미 주중 주일 주러"
)
_AMBIGUOUS: Final = frozenset(words("중일 대미 대일 친미 반미 러우"))
"""Forms that are other words too (대미 is the finale, 중일 때 "while"): they need company."""

_ABOUT: Final = words(
    "정상 회담 회의 관계 갈등 무역 통상 협상 협의 전쟁 패권 경쟁 분쟁 동맹 양국 연합 훈련 외교 안보 경제 "
    "수출 수입 투자 관세 규제 제재 견제 의존 정책 전략 공세 압박 협력 대화 합의 공동 군사 국방 정부 장관 "
    "특사 고위 실무 대립 충돌 휴전 디커플링 대결 공조 교역 흑자 적자 강경 포위 봉쇄 감정 정서 시위 세력 "
    "성향 노선 사절단 밀착 결속 연대 3자"
)
_COMPANY: Final = re.compile(f" ?(?:{'|'.join(_ABOUT)})|(?:전|간)(?:서|에서?|은|이|을|의|도)?(?![가-힣])")
"""What countries do to one another: 미중 갈등, 한미동맹, 한일전."""

_VISITING: Final = re.compile("한(?![가-힣])|한다|했|해|하[고며는기려자]|할|길|단(?![가-힣])|차(?![가-힣])")
"""What follows 방미 when somebody goes there; 방미통위 is an office."""

_VISIT_HERE: Final = re.compile(
    "(?! ?(?:용품|의류|장갑|모자|대책|텐트|마스크|조끼|재킷|점퍼|장비|성능|기능|커튼|부츠)"
    "|[복모화용성포벽](?![가-힣]{2}))"
)
"""What leaves 방한 a visit to Korea; else it keeps the cold out: 방한복, 방한 장갑."""

_TALKS: Final = re.compile(
    " ?(?:정상|회담|관계|협상|대화|접촉|합의|고위|실무|양국|비핵화|외교|수교|갈등|대립|충돌|공동|특사|친서|회동|교착)"
)
"""What makes 북미 two countries that speak; else it is North America."""

_POSTED: Final = re.compile(
    " ?(?:(?:[가-힣]{2,6} ?)?(?:대사|총영사|공사(?![가-힣])|외교관|외교단|특파원)|미군|[가-힣]{2,6}상공회의소|외국)"
)
"""Who is posted in a country: 주한 미국대사, 주일미군. 주중 is the weekdays and 주일 a Sunday, else."""

_PUBLIC: Final = re.compile(
    " ?(?:(?:반도체|무역|기술|추가|고율) )?"
    "(?:수출|수입|규제|제재|견제|관세|무역|외교|투자|압박|정책|전략|의존|봉쇄|강경|포위)"
)
"""What makes 대중 the country: alone it is the public (大衆)."""

_SYLLABLES: Final = frozenset("미중일한북러영독불우")
_NAMED: Final = (*(country.name for country in COUNTRIES), *words("우크라 베트남 몽골 이란 나토 아세안 eu"))
_MEMBER: Final = f"(?:{'|'.join(_NAMED)}|[미중일한북러영독불우])"
_LIST: Final = re.compile(rf"{_MEMBER}(?:[·-]{_MEMBER}){{1,7}}")
_LIST_BEFORE: Final = re.compile(rf"(?:{_MEMBER}[·-])+\Z")
_OFFICES: Final = words(
    "정부 행정부 당국 의회 상원 하원 국무부 상무부 재무부 국방부 법무부 에너지부 외교부 백악관 대통령 연방 "
    "대법원 법원 증시 연준 해군 공군 육군 국무장관 상무장관 재무장관 국방장관 법무장관 외교장관 외무장관 외무성 "
    "총리 국토안보부 교통부 노동부 무역대표부 무역대표 중앙은행 연방준비제도 이민세관단속국 연방수사국 중앙정보국 "
    "식품의약국 항공우주국 특허청 검찰 하원의장 의원 대사관 대사 정치권 언론 매체 본토 국채 대선 빅테크"
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
    yield from ((full, style.judge, 0, 0) for full in country.full_hanja)
    yield from ((hanja, judge_hanja, 0, 0) for hanja in country.hanja)
    yield from ((force, judge_force, 0, 0) for force in country.forces)
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
    known = len(run) <= _LONGEST_RUN and all(letter in _LETTERS or letter in _RELATIONS for letter in run)
    whole = known and _begins(letters, first, last, run) and _goes_on(letters, first, last, run)
    return Verdict.COUNTRY if whole else Verdict.REJECTED_COUNTRY


def _begins(letters: str, first: int, last: int, run: str) -> bool:
    """Whether what stands before a run of hanja leaves it countries."""
    before = letters[first - 1 : first]
    if is_latin(before):  # 3日 is a day
        return not before.isdigit()
    if is_hangul(before):  # 수사中 is "under investigation"; 대中, 한美 are countries
        return not is_hangul(letters[first - 2 : first - 1]) and before in _BEFORE
    closing = _BRACKETS.get(before)
    if len(run) == 1 and closing and letters[last : last + 1] == closing:  # (中) is the second part of a series
        return first > 1 and letters[first - 2 : first - 1] == _READINGS.get(run, "-")
    return True


def _goes_on(letters: str, first: int, last: int, run: str) -> bool:
    """Whether what stands behind a run of hanja leaves it countries: 韓美동맹, not 韓美약품, but 中딥시크."""
    if run == "中" and _is_during(letters, first, last):
        return False
    several = sum(letter in _LETTERS for letter in letters[first:last]) + (letters[first - 1 : first] in _SYLLABLES)
    tail = tail_of(letters, last)
    plain = several == 1 or not tail or is_chain(Ending.EITHER, tail)
    return plain or bool(_COMPANY.match(letters, last))


def _is_during(letters: str, start: int, end: int) -> bool:
    """Whether 中 behind the name of something that goes on is "during": 회의 中, 수사 中인."""
    return bool(_GOING_ON.search(letters, max(0, start - _LONGEST_LIST), start) and _DURING.match(letters, end))


def judge_force(scan: Lettered, start: int, end: int) -> Verdict:
    """The verdict on a country's soldiers: 미군, 주한미군."""
    letters = scan.letters
    first = start - 2 if letters[start - 2 : start] in _POSTS else start
    whole = not is_hangul(letters[first - 1 : first]) and right_of(letters, end, "organisation") is not Right.INSIDE
    return Verdict.COUNTRY if whole else Verdict.REJECTED_COUNTRY


def judge_pair(scan: Lettered, start: int, end: int) -> Verdict:
    """The verdict on a Hangul short form: alone, with particles, or before what countries do to one another."""
    letters = scan.letters
    form = letters[start:end]
    if is_hangul(letters[start - 1 : start]):
        return Verdict.REJECTED_COUNTRY
    wanted = _WANTED.get(form)
    if wanted:
        return Verdict.COUNTRY if wanted.match(letters, end) else Verdict.REJECTED_COUNTRY
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


_POSTS: Final = words("주한 주미 주중 주일 주러")
_WANTED: Final = {"대중": _PUBLIC, "북미": _TALKS, "방한": _VISIT_HERE, **dict.fromkeys(_POSTS, _POSTED)}
"""What must follow the forms that are mostly other words."""
_GOING_ON: Final = re.compile(
    "(?:회의|회담|수사|조사|공사|검토|협의|논의|운영|진행|방송|재판|촬영|출장|근무|영업|판매|모집|접수|입원|휴가|복무|재임|"
    "재직|재학|임신|치료|회복|수감|복역|도주|이동|비행|운전|통화|인터뷰|연설|발언|경기|훈련|작업|개발|준비|추진|생산)"
    " \\Z"
)
_DURING: Final = re.compile("(?:인|이(?:다|며|라|었|던)|에[도는만]?)?(?![가-힣一-鿿])(?! ?[가-힣])|인 ")
_LONGEST_RUN: Final = 6
_LONGEST_LIST: Final = 16
_PLAIN_ENDS: Final = frozenset({Right.END, Right.SCRIPT, Right.PARTICLE})
