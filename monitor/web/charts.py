"""Charts as SVG drawn on the server. Colours and letters come from the style sheet: no style may stand inline."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - dataclass fields are read at run time by tools
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import pygal
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

# The library leaves an importer of a kind that Python has given up, for maps that we do not draw.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != pygal.__name__]

WIDE: Final = (760, 250)
NARROW: Final = (340, 230)
NARROW_DAYS: Final = 14
_LABELS: Final = {WIDE: 10, NARROW: 5}
_DROPPED: Final = frozenset({"defs", "desc", "title", "style", "script"})
_OVERLAYS: Final = ("tooltip-overlay", "text-overlay")
_DROPPED_ATTRIBUTES: Final = ("style", "id")


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of a watchlist: its articles, its stories, their usual range if it is known, and whether it spiked.

    In a longer span it may stand for a week or a month from `day` on. `more`: articles beside those counted that the
    index names, and that were not read. `label` stands below it, `month/day` if it is "".
    """

    day: date
    articles: int
    stories: int
    usual: tuple[int, int] | None = None
    is_spike: bool = False
    more: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What the lines of a chart are called, and what the whole says."""

    chart: str
    articles: str
    stories: str = ""
    usual: str = ""
    spike: str = ""
    most: str = ""


def days_chart(days: Sequence[DayCount], names: Names) -> Markup:
    """Two drawings of the same days: one for wide screens, one of the last fourteen days for phones."""
    wide, lines = _drawn(days, names, WIDE)
    narrow, _ = _drawn(days[-NARROW_DAYS:], names, NARROW)
    called = {
        "usual": names.usual,
        "articles": names.articles,
        "only": names.articles,
        "stories": names.stories,
        "spike": names.spike,
        "most": names.most,
    }
    legend = Markup("").join(Markup('<li class="line-{}">{}</li>').format(one, called[one]) for one in lines)
    return Markup(
        '<div class="chart"><div class="wide">{}</div><div class="narrow">{}</div><ul class="legend">{}</ul></div>'
    ).format(wide, narrow, legend)


def _drawn(days: Sequence[DayCount], names: Names, size: tuple[int, int]) -> tuple[Markup, list[str]]:
    """The drawing, and the lines in it."""
    top = max((count for one in days for count in (one.articles + one.more, *(one.usual or ()))), default=0)
    chart = pygal.XY(
        width=size[0],
        height=size[1],
        margin=6,
        margin_right=20,
        js=[],
        no_prefix=True,
        disable_xml_declaration=True,
        show_legend=False,
        range=(0, max(top, 4)),
        dots_size=2.5,
        show_y_guides=True,
        show_x_guides=False,
        max_scale=6,
        value_formatter=lambda value: f"{value:g}",
    )
    lines = _add_lines(chart, days, names)
    step = max(1, -(-len(days) // _LABELS[size]))
    chart.x_labels = [
        {"label": one.label or f"{one.day.month}/{one.day.day}", "value": place}
        for place, one in enumerate(days)
        if (len(days) - 1 - place) % step == 0
    ]
    return _bare(chart.render(is_unicode=True), lines, names.chart), lines


def _add_lines(chart: Any, days: Sequence[DayCount], names: Names) -> list[str]:
    """Add what there is to draw; the classes of the lines in their order."""
    known = [(place, one.usual) for place, one in enumerate(days) if one.usual is not None]
    around = [(place, usual[1]) for place, usual in known] + [(place, usual[0]) for place, usual in reversed(known)]
    spikes = [(place, one.stories) for place, one in enumerate(days) if one.is_spike]
    lines: list[str] = []
    if known:
        chart.add(names.usual, around, fill=True, show_dots=False)
        lines.append("usual")
    if any(one.more for one in days):
        chart.add(names.most, [(place, one.articles + one.more) for place, one in enumerate(days)])
        lines.append("most")
    chart.add(names.articles, [(place, one.articles) for place, one in enumerate(days)])
    lines.append("articles" if names.stories else "only")
    if names.stories:
        chart.add(names.stories, [(place, one.stories) for place, one in enumerate(days)])
        lines.append("stories")
    if spikes:
        chart.add(names.spike, spikes, stroke=False, dots_size=6)
        lines.append("spike")
    return lines


def _bare(drawing: str, lines: Sequence[str], says: str) -> Markup:
    """The drawing without what the content policy forbids and what screen readers would read out as noise."""
    tree = ET.fromstring(drawing)  # noqa: S314 - our own drawing
    for parent in list(tree.iter()):
        for child in list(parent):
            if _local(child.tag) in _DROPPED or child.get("class", "").endswith(_OVERLAYS):
                parent.remove(child)
    for found in tree.iter():
        found.tag = _local(found.tag)
        for name in _DROPPED_ATTRIBUTES:
            found.attrib.pop(name, None)
        kept = dict.fromkeys(_class(one, lines) for one in found.attrib.pop("class", "").split())
        if kept:
            found.set("class", " ".join(kept))
    tree.set("role", "img")
    tree.set("aria-label", says)
    return Markup(ET.tostring(tree, encoding="unicode"))  # noqa: S704 - the serialiser escapes


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _class(name: str, lines: Sequence[str]) -> str:
    """Classes by what a line means, not by its number."""
    kind, _, number = name.partition("-")
    if kind not in {"serie", "color"}:
        return name
    return f"line-{lines[int(number)]}"
