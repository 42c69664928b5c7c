"""The verifier reads what Kiwi says; Kiwi itself is asked where it is installed."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from types import ModuleType

import pytest

from monitor.nlp import kiwi
from monitor.nlp.kiwi import KiwiVerifier, kiwi_verifier


@dataclass
class Token:
    start: int
    end: int
    tag: str


@dataclass
class FakeKiwi:
    """Reads prepared sentences, and remembers what it was asked."""

    readings: dict[str, list[Token]]
    asked: list[str] = field(default_factory=list)
    loaded: int = 0

    def __call__(self, num_workers: int) -> FakeKiwi:
        self.loaded += 1
        assert num_workers == 1
        return self

    def tokenize(self, text: str) -> list[Token]:
        self.asked.append(text)
        return self.readings[text]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeKiwi:
    module = ModuleType("kiwipiepy")
    reader = FakeKiwi(
        {
            "지니는 뜻": [Token(0, 2, "VV"), Token(2, 3, "ETM"), Token(4, 5, "NNG")],
            "강원도 산불": [Token(0, 3, "NNP"), Token(4, 6, "NNG")],
            "인도는 덥다": [Token(0, 2, "NNP"), Token(2, 3, "JX"), Token(0, 1, "VV")],
            "안재욱의 말": [Token(0, 4, "NNP")],
            "김아무가 왔다": [Token(0, 1, "NNP"), Token(1, 3, "NP")],
        }
    )
    monkeypatch.setattr(module, "Kiwi", reader, raising=False)
    monkeypatch.setitem(sys.modules, "kiwipiepy", module)
    return reader


@pytest.mark.parametrize(
    ("text", "end", "allowed"),
    [
        ("지니는 뜻", 2, False),
        ("강원도 산불", 2, False),
        ("인도는 덥다", 2, True),
        ("안재욱의 말", 3, True),
        ("김아무가 왔다", 3, True),
    ],
)
def test_a_name_is_refused_where_a_verb_or_a_longer_noun_stands(
    fake: FakeKiwi, text: str, end: int, *, allowed: bool
) -> None:
    assert KiwiVerifier().allows(text, 0, end) is allowed
    assert fake.asked == [text]


def test_a_place_at_which_no_morpheme_starts_is_allowed(fake: FakeKiwi) -> None:
    assert KiwiVerifier().allows("인도는 덥다", 1, 3)
    assert fake.loaded == 1


def test_the_model_is_loaded_once_at_the_first_question_and_a_sentence_is_read_once(fake: FakeKiwi) -> None:
    verifier = KiwiVerifier()
    assert fake.loaded == 0
    for end in (1, 2):
        verifier.allows("인도는 덥다", 0, end)
    verifier.allows("지니는 뜻", 0, 2)
    assert (fake.loaded, fake.asked) == (1, ["인도는 덥다", "지니는 뜻"])


def test_there_is_a_verifier_only_where_the_extra_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiwi, "find_spec", lambda _: None)
    assert kiwi_verifier() is None
    monkeypatch.setattr(kiwi, "find_spec", lambda name: name)
    assert isinstance(kiwi_verifier(), KiwiVerifier)


@pytest.mark.skipif(find_spec("kiwipiepy") is None, reason="the extra [kiwi] is not installed")
def test_kiwi_itself_knows_a_verb_from_a_name() -> None:
    verifier = KiwiVerifier()
    assert not verifier.allows("그가 지니는 의미가 크다", 3, 5)
    assert verifier.allows("인텔은 새 공장을 짓는다", 0, 2)
