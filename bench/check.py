"""How much processor time a configuration takes to be read, proved and warned of, by the number of its watchlists.

    python bench/check.py [--watchlists N]...

Watchlists are random boolean queries over 400 made words, many used by several, so that nearly every pair
has to be compared; one in five names a bundled concept. A daemon reads in a thread and takes over before it looks for
warnings; `monitor check` does both.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from monitor.bootstrap import read_config
from monitor.config.warn import warnings_of

WORDS = 400
SEED = 3


def make_query(words: list[str], chance: random.Random) -> str:
    """A query of one of the usual forms."""
    first = " OR ".join(chance.sample(words, chance.randrange(2, 12)))
    second = " OR ".join(chance.sample(words, chance.randrange(2, 8)))
    return chance.choice(
        [
            f"({first}) ({second})",
            f"({first}) NEAR/3 ({second})",
            first,
            f"({first}) -{chance.choice(words)} -{chance.choice(words)}",
            f"@수출통제 {chance.choice(words)}",
        ]
    )


def make_config(count: int) -> str:
    """A configuration with so many watchlists."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    words = ["".join(chr(0xAC00 + chance.randrange(11_172)) for _ in range(3)) for _ in range(WORDS)]
    lines = [f"  - {{name: w{number}, query: '{make_query(words, chance)}'}}\n" for number in range(count)]
    return "include: [korean-tech]\nchannels: {a: {url: 'log://'}}\nwatchlists:\n" + "".join(lines)


def measure(count: int, folder: Path) -> None:
    """Print a line of the table."""
    path = folder / "config.yaml"
    path.write_text(make_config(count), encoding="utf-8")
    start_s = time.process_time()
    config, compiled = read_config(path)
    read_s = time.process_time()
    found = warnings_of(config, compiled)
    end_s = time.process_time()
    size_kb = path.stat().st_size / 1000
    print(f"{count:>10} {size_kb:>8.0f} {read_s - start_s:>10.2f} {end_s - read_s:>12.2f} {len(found):>9}")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--watchlists", type=int, action="append")
    counts = options.parse_args().watchlists or [10, 100, 1000]
    print(f"{'watchlists':>10} {'kB':>8} {'read, s':>10} {'warnings, s':>12} {'warnings':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            measure(count, Path(folder))


if __name__ == "__main__":
    main()
