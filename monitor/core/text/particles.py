"""Particles and copula endings, in chains that agree with the final consonant of the word before them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from monitor.core.text.script import Ending, ending_of
from monitor.core.text.words import words


def _joined(heads: str, tails: str) -> tuple[str, ...]:
    return tuple(head + tail for head in words(heads) for tail in words(tails))


_PAST: Final = (
    "다 던 던가 고 지만 지 는데 는데도 습니다 으며 으나 다고 다는 다면 다며 다가 다던 다지만 "
    "기 기에 을 을까 을지 음 음을 어요 는지 거나 네 죠 으므로"
)
_QUOTED: Final = (
    "고 고는 고도 고만 고까지 기에 는 는데 며 면 면서 면서도 면야 서 서도 던 던데 더니 든지 지만 "
    "니 기보다 기보다는 기엔 거나"
)
_COPULA: Final = "다 며 고 고도 고요 지만 자 기도 기에 기에는 거나 거니와 면서 면서도 므로 니까 어서 어야 구나 던"

_AFTER_ANY: Final = {
    *words("같은 답게 커녕 에서와 에서와는 에서와의"),
    *words("의 도 이신 이시다 입니다 입니까 이십니다 임 임을 임은 임이 임에 임에도 임과 임도 인 일"),
    *_joined("인", "데 데도 데다 데요 지 지는 지도 지를 지에 지가 지라 지조차 가 가를 가요 가에 만큼 양 듯 즉 셈"),
    *_joined("일", "까 까요 지 지도 지는 지라도 지를 수록 뿐 뿐만 텐데"),
    *_joined("이", _COPULA),
    *_joined("이라", _QUOTED),
    *_joined("이었 이였", _PAST),
}
_AFTER_VOWEL: Final = {
    *words("는 가 를 와 나 랑 든 든지 든가 야 란 라 다 며 고요 지만 여서 여야 여도 니까 죠 지요 네요 예요 에요"),
    *words("냐 냐고 냐는 는커녕 나마 야말로 라도 라야 라든가"),
    *_joined("라", _QUOTED),
    *_joined("였", _PAST),
}
"""Without 고: behind names it is a verb (지니고) or a school far more often than "and is"."""

_AFTER_CONSONANT: Final = {
    *words("은 이 을 과 이나 이랑 이든 이든지 이든가 이야 이란 이라 이지 이죠 이지요 이네 이네요 이기 이기는 이긴"),
    *words("이건 이길 이면 이니 이냐 이냐고 이냐는 이에요 이예요 이요 이오 은커녕 이나마"),
    *words("이야말로 이라도 이라야 이라든가"),
}
_LINKS_ANY: Final = {
    *words("에 에서 에게 에게서 에게로 께 께서 한테 한테서 까지 부터 보다 처럼 만큼 마다 조차 마저 밖에 대로"),
    *words("끼리 뿐 뿐만 같이 하고 서 만 엔 에선 에겐 께선 한텐 까진 보단 에다 에다가 에야 더러 엘 마따나 치고"),
}
_LINKS_VOWEL: Final = {*words("로 로서 로써 로부터 로선 론 와")}
_LINKS_CONSONANT: Final = {*words("으로 으로서 으로써 으로부터 으로선 으론 과")}

_LINKS: Final = {
    Ending.VOWEL: _LINKS_ANY | _LINKS_VOWEL,
    Ending.RIEUL: _LINKS_ANY | (_LINKS_VOWEL - {"와"}) | {"과"},
    Ending.CONSONANT: _LINKS_ANY | _LINKS_CONSONANT,
    Ending.EITHER: _LINKS_ANY | _LINKS_VOWEL | _LINKS_CONSONANT,
}
"""Particles after which another may come."""

_ENDS: Final = {
    Ending.VOWEL: _LINKS[Ending.VOWEL] | _AFTER_ANY | _AFTER_VOWEL,
    Ending.RIEUL: _LINKS[Ending.RIEUL] | _AFTER_ANY | _AFTER_CONSONANT,
    Ending.CONSONANT: _LINKS[Ending.CONSONANT] | _AFTER_ANY | _AFTER_CONSONANT,
    Ending.EITHER: _LINKS[Ending.EITHER] | _AFTER_ANY | _AFTER_VOWEL | _AFTER_CONSONANT,
}
"""Everything that may close a chain."""

_BOUND: Final = words("가 를 와 이 을 과 로 으로 란 랑 이랑 든 이든")
"""Particles that stand after few others: after most links they begin another word (강남+대로+가)."""

_OPEN_LINKS: Final = words("까지 부터 만 뿐 만큼 조차 마저")
"""The links after which every particle may come."""

_LONGEST_LINK: Final = 4
_DEEPEST: Final = 3


@lru_cache(maxsize=1 << 16)
def is_chain(ending: Ending, run: str, depth: int = 0) -> bool:
    """Whether a Hangul run is a chain of particles or copula endings that agrees with a word's ending.

    >>> is_chain(Ending.CONSONANT, "으로부터의"), is_chain(Ending.VOWEL, "은")
    (True, False)
    """
    if run in _ENDS[ending]:
        return True
    if depth == _DEEPEST:
        return False
    for length in range(1, min(_LONGEST_LINK, len(run) - 1) + 1):
        link, rest = run[:length], run[length:]
        may_follow = link in _LINKS[ending] and (rest not in _BOUND or link in _OPEN_LINKS)
        if may_follow and is_chain(ending_of(link[-1]), rest, depth + 1):
            return True
    return False
