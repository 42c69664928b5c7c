"""What is wrong with a query, where, and what to do."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from monitor.core.errors import MonitorError
from monitor.core.query.faults import wording

if TYPE_CHECKING:
    from monitor.core.query.explain import Language
    from monitor.core.query.faults import Fault, Value
    from monitor.core.query.nodes import At

_CONTEXT: Final = 40
"""How many characters an excerpt shows on each side of the fault."""


class QueryError(MonitorError):
    """A query that cannot be read: its author must edit it.

    `at` is the half-open range of code points in `text` that is wrong; it is empty where something is missing.
    `values` are what the wording of the fault names. Its own text is English; `said` gives either language.
    """

    def __init__(self, text: str, at: At, fault: Fault, **values: Value) -> None:
        self.text = text
        self.at = at
        self.fault = fault
        self.values = values
        super().__init__(", ".join(self.said("en")))

    def said(self, language: Language) -> tuple[str, str]:
        """What is wrong, and what to do."""
        return wording(self.fault, language, self.values)

    def excerpt(self) -> str:
        """The line of the fault and a line of carets under it, placed by display width (Hangul: two columns)."""
        start, end = self.at
        line_start = self.text.rfind("\n", 0, start) + 1
        line_end = self.text.find("\n", start)
        line_end = len(self.text) if line_end < 0 else line_end
        end = max(start, min(end, line_end))
        left = max(line_start, start - _CONTEXT)
        right = min(line_end, max(end, start + _CONTEXT))
        before = ("…" if left > line_start else "") + _printable(self.text[left:start])
        fault = _printable(self.text[start : min(end, right)])
        after = _printable(self.text[min(end, right) : right]) + ("…" if right < line_end else "")
        carets = "^" * max(1, display_width(fault))
        return f"{before}{fault}{after}".rstrip() + f"\n{' ' * display_width(before)}{carets}"


def display_width(text: str) -> int:
    """How many columns a terminal gives to a text: Hangul and hanja two, combining marks none."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"} or "\u1160" <= letter <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
