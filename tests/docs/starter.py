"""Writes docs/terms.md from the bundled set: `python -m tests.docs.starter`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.config.lexicon import bundled_terms
from tests.docs.markdown import ROOT

if TYPE_CHECKING:
    from monitor.config.lexicon import TermInForce

PAGE: Final = ROOT / "docs" / "terms.md"
SET: Final = "korean-tech"

_HEAD: Final = f"""# The bundled terms

`include: [{SET}]` in config.yaml brings these names and concepts of Korean technology news; queries refer to
them as `@name`. Only terms that a query names are compiled, so the others cost nothing. A term of your own under the
same name takes the place of the bundled one. `monitor terms` lists what is in force. How terms work, and how to
change one: [watchlists.md](watchlists.md#bundled-terms).

This page is written by `python -m tests.docs.starter` from `monitor/config/sets/{SET}.yaml`, which holds for
each term titles that it must match and traps that it must not; a test holds page and file equal.

In spellings marked *Aa* capitals count in Latin letters. *not*: longer words that are something else, and words that
must not stand near. *only near*: words of which one must.

## {SET}

"""


def page() -> str:
    """The whole page."""
    terms = bundled_terms(SET)
    queries = [term for term in terms.values() if term.config.query]
    concepts = "\n".join(f"**@{term.name}**\n\n```\n{term.config.query}\n```\n" for term in queries)
    rows = "\n".join(_row(term) for term in terms.values())
    table = f"| term | kind | mode | stands for |\n|---|---|---|---|\n{rows}\n"
    return f"{_HEAD}{table}\n## Concepts\n\nA concept is a query; vocabulary is the lever.\n\n{concepts}"


def _row(term: TermInForce) -> str:
    config = term.config
    if config.query is not None:
        return f"| `@{term.name}` | concept | query | [the query below](#concepts) |"
    stands_for = ", ".join(config.any or ()) + (" *Aa*" if config.case_sensitive else "")
    if config.exclude:
        stands_for += f"; *not* {', '.join(config.exclude)}"
    if config.require:
        stands_for += f"; *only near* {', '.join(config.require)}"
    return f"| `@{term.name}` | {config.kind.value} | {config.mode.value} | {stands_for} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
