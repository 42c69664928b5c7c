"""Gathers the messages of templates and code into the catalogue and compiles it: `python -m tests.web.catalogue`."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from monitor.web import words

WEB: Final = Path(words.__file__).parent
FOLDER: Final = words.CATALOGUES / "ko" / "LC_MESSAGES"
TEXT: Final = FOLDER / f"{words.DOMAIN}.po"
COMPILED: Final = FOLDER / f"{words.DOMAIN}.mo"

_NO_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""What files hold in place of the time at which they were written."""
_CHANGING: Final = (
    *(b'"POT-Creation-Date: ', b'"PO-Revision-Date: ', b'"Report-Msgid-Bugs-To: ', b'"Last-Translator: '),
    *(b'"Language-Team: ', b'"Generated-By: ', b'"Project-Id-Version: '),
)
_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}
_OPTIONS: Final = {"templates/**.html": {"extensions": "jinja2.ext.do", "silent": "false", "trimmed": "true"}}


def messages() -> Catalog:
    """Every message that the pages say, without translations."""
    found = Catalog(locale="ko", domain=words.DOMAIN, fuzzy=False)
    for file, _, message, comments, _ in extract_from_dir(WEB, _METHODS, _OPTIONS, _KEYWORDS):
        found.add(message, None, [(file, 1)], auto_comments=comments)
    return found


def kept() -> Catalog:
    """The catalogue as it stands in its file."""
    with TEXT.open("rb") as opened:
        catalogue = read_po(opened, locale="ko", domain=words.DOMAIN)
    catalogue.creation_date = catalogue.revision_date = _NO_TIME
    return catalogue


def text_of(catalogue: Catalog) -> bytes:
    """The catalogue as a file, without what changes by itself."""
    written = io.BytesIO()
    write_po(written, catalogue, width=110, omit_header=False, sort_output=True, no_location=True)
    return b"".join(line for line in written.getvalue().splitlines(keepends=True) if not line.startswith(_CHANGING))


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as programs read it."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def main() -> None:
    """Bring the files up to date; what has no translation yet is left empty."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    catalogue = kept() if TEXT.exists() else Catalog(locale="ko", domain=words.DOMAIN, fuzzy=False)
    catalogue.update(messages(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# The Korean words of the pages; written by `python -m tests.web.catalogue`."
    TEXT.write_bytes(text_of(catalogue))
    COMPILED.write_bytes(compiled(kept()))


if __name__ == "__main__":
    main()
