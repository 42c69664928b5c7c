"""The words of the pages: messages by gettext, times and numbers as Koreans or English readers write them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.support import NullTranslations, Translations

if TYPE_CHECKING:
    from monitor.core.query.explain import Language

DOMAIN: Final = "messages"
CATALOGUES: Final = Path(__file__).parent / "locale"
"""Compiled catalogues; messages are written in English in templates and code, so English needs none."""


@cache
def words_of(language: Language) -> NullTranslations:
    """The messages of a language."""
    if language == "en":
        return NullTranslations()
    return Translations.load(CATALOGUES, [language], DOMAIN)


def marked(text: str) -> str:
    """Marks a message for the catalogue; it is translated where it is shown."""
    return text
