"""Writing a rendering within the limit of a service: whole parts first, then shorter texts, cut at a word.

The address of the first article is what is given up last: without it an alert leads nowhere.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from monitor.notify.rendering import Form, Part, Rendering, Segment, first_parts, plain, squeezed
from monitor.notify.text import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
_SOME_NAMES: Final = 100  # characters, if all the names of an article's watchlists have no room


def fit(rendering: Rendering, write: Callable[[Rendering], str], fits: Callable[[str], bool], room: int) -> str:
    """The rendering as `write` writes it, as much of it as `fits`; the articles left out are counted in a last line.

    `room` is about how many characters there are. If even the shortest does not fit, it is returned as it is.
    """
    text = write(rendering)
    if not rendering.parts or fits(text):
        return text

    def too_long(count: int) -> bool:
        return not fits(write(first_parts(rendering, count)))

    kept = bisect_right(range(1, len(rendering.parts)), 0, key=too_long)
    lead = next((n for n, part in enumerate(rendering.parts) if part.url), None)
    if lead is not None and kept <= lead:
        for shorter in _leading(rendering, lead):
            thinned = _thinned(shorter, write, fits, room)
            if thinned is not None:
                return thinned
    if kept:
        return write(first_parts(rendering, kept))
    return _fit_first(first_parts(rendering, 1), write, fits, room)


def _leading(rendering: Rendering, lead: int) -> Iterator[tuple[Rendering, int]]:
    """The first article with fewer and fewer of the parts above it, and where it stands in each.

    The title of a report says the headline too: it gives way to its own start, so that nothing is said twice.
    """
    above, article = rendering.parts[:lead], rendering.parts[lead]
    started = lead and rendering.start and article.form is Form.STORY
    for kept in ((),) if started else dict.fromkeys((above, above[:1], ())):
        head = replace(article, before=f"{rendering.start} ") if started else article
        shown = replace(rendering, parts=(*kept, head, *rendering.parts[lead + 1 :]))
        yield first_parts(shown, len(kept) + 1), len(kept)
        yield first_parts(replace(shown, more=shown.fewer), len(kept) + 1), len(kept)
    bare = replace(rendering, parts=(replace(article, before=""), *rendering.parts[lead + 1 :]), more=rendering.fewer)
    yield first_parts(bare, 1), 0


def _thinned(
    shorter: tuple[Rendering, int], write: Callable[[Rendering], str], fits: Callable[[str], bool], room: int
) -> str | None:
    """A rendering with its part at `shorter[1]` as full as fits; None if even the thinnest does not."""
    rendering, at = shorter
    before, part, after = rendering.parts[:at], rendering.parts[at], rendering.parts[at + 1 :]
    for size in (room, room // 2, room // 4, room // 8, room // 16):
        for thinner in _thinner(squeezed(part, max(size, 1))):
            text = write(replace(rendering, parts=(*before, thinner, *after)))
            if fits(text):
                return text
    return None


def _fit_first(
    rendering: Rendering, write: Callable[[Rendering], str], fits: Callable[[str], bool], room: int
) -> str:
    """The first part, its texts halved until they fit; what is least needed goes first, the address last of all."""
    text = _thinned((rendering, 0), write, fits, room)
    if text is not None:
        return text
    first = rendering.parts[0]
    bare = Part(Form.PROSE, text=(Segment(cut(plain(first.title or first.text), max(room // 6, 1))),))
    return write(replace(rendering, parts=(bare,)))


def _thinner(part: Part) -> Iterator[Part]:
    yield part
    part = replace(part, watchlists=cut(part.watchlists, _SOME_NAMES))
    yield part
    part = replace(part, watchlists="")
    yield part
    part = replace(part, quote=())
    yield part
    yield replace(part, outlet="", at="", updated="")
