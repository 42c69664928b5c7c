"""Figures that `bench/table.py` gathers: each measurement writes its own beside what it prints."""

from __future__ import annotations

import json
import os
from pathlib import Path


def note(part: str, what: str, value: float, unit: str, ratio: float | None = None, against: str = "") -> None:
    """Add one figure to the file that BENCH_FIGURES names, if it names one.

    `ratio` says how many times better this is than `against`, measured in the same run; None if nothing was.
    """
    file = os.environ.get("BENCH_FIGURES")
    if not file:
        return
    row = {"part": part, "what": what, "value": value, "unit": unit, "ratio": ratio, "against": against}
    with Path(file).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(row, ensure_ascii=False) + "\n")
