"""Every string of the pages is in the catalogue with its Korean, and nothing is said past the catalogue."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import pytest

from monitor.web.labels import FAILURES, LABELS, WITHHELD
from monitor.web.render import TEMPLATES
from monitor.web.words import words_of
from tests.web import catalogue

_TAGS: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_PLACES: Final = re.compile(r"%\((\w+)\)s")
_SPOKEN: Final = frozenset({"alt", "aria-label", "title", "placeholder"})
_NAMES: Final = frozenset({"korean-news-monitor", "Python", "utf-8"})


class Text(HTMLParser):
    """What a template says outside its expressions."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip += tag in {"script", "style", "pre"}
        self.said += [value or "" for name, value in attrs if name in _SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in {"script", "style", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.said.append(data)


def both(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def test_no_message_is_missing_and_none_is_left_over() -> None:
    said = {message.id for message in catalogue.messages() if message.id}
    kept = {message.id: message for message in catalogue.kept() if message.id}
    assert said == kept.keys(), "run python -m tests.web.catalogue and translate what is new"
    assert [key for key, message in kept.items() if not all(both(message.string)) or message.fuzzy] == []


def test_translations_have_the_places_of_their_messages() -> None:
    for message in catalogue.kept():
        places = set(_PLACES.findall(both(message.id)[-1]))
        for text in both(message.string):
            assert not message.id or set(_PLACES.findall(text)) == places, message.id


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert catalogue.COMPILED.read_bytes() == catalogue.compiled(catalogue.kept())
    assert catalogue.TEXT.read_bytes() == catalogue.text_of(catalogue.kept())


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_a_template_says_nothing_past_the_catalogue(template: str) -> None:
    parser = Text()
    parser.feed(_TAGS.sub("", (TEMPLATES / template).read_text(encoding="utf-8")))
    said = [text.strip() for text in parser.said if re.search(r"[^\W\d_]{2}", text)]
    said = [text for text in said if not text.startswith("data-live=")]
    # The placeholders are examples of queries.
    assert [text for text in said if text not in _NAMES and "@DeepSeek" not in text] == []


def test_every_stored_word_has_a_name_in_both_languages() -> None:
    korean = words_of("ko")
    for labels in (*LABELS.values(), WITHHELD, FAILURES):
        for label in filter(None, labels.values()):
            assert re.search("[가-힣]", korean.gettext(label)), label
            assert words_of("en").gettext(label) == label
