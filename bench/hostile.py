"""How the time of matching grows with texts that are made to keep a matcher busy.

    PYTHONPATH=. python bench/hostile.py

Each text is a short piece repeated; four times its letters should take about four times as long.
"""

from __future__ import annotations

import time

from tests.core.matching.ask import article
from tests.core.matching.test_hostile import MATCHER, PIECES

LETTERS = 5_000, 20_000
ROUNDS = 5


def seconds(text: str) -> float:
    """The least process time of matching a text."""
    hostile = article(f"양 라마와 라 마, 미국 {text}끝 라마")
    took = []
    for _ in range(ROUNDS):
        started = time.process_time()
        MATCHER.match(hostile)
        took.append(time.process_time() - started)
    return min(took)


def main() -> None:
    """Print a line for each piece."""
    print(f"{'piece':16}" + "".join(f"{letters:>12,} letters" for letters in LETTERS) + f"{'ratio':>8}")
    for piece in PIECES:
        short_s, long_s = (seconds(piece * (letters // len(piece))) for letters in LETTERS)
        print(f"{piece!r:16}{short_s * 1e3:17.1f} ms{long_s * 1e3:17.1f} ms{long_s / short_s:8.1f}")


if __name__ == "__main__":
    main()
