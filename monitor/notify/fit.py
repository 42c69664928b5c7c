"""Writing a rendering within the limit of a service: whole parts first, then shorter texts, cut at a word."""

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
    if kept:
        return write(first_parts(rendering, kept))
    return _fit_first(first_parts(rendering, 1), write, fits, room)


def _fit_first(
    rendering: Rendering, write: Callable[[Rendering], str], fits: Callable[[str], bool], room: int
) -> str:
    """The first part, its texts halved until they fit; what is least needed goes first, the address last of all."""
    first, *rest = rendering.parts
    for size in (room, room // 2, room // 4, room // 8):
        for thinner in _thinner(squeezed(first, size)):
            text = write(replace(rendering, parts=(thinner, *rest)))
            if fits(text):
                return text
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
