"""Proves the user's templates before an alert needs them: each prints an alert of every shape, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from monitor.core.alerting import Reason
from monitor.notify.rendering import Form, Part, Rendering, Segment
from monitor.notify.slackblocks import fits_slack
from monitor.notify.templating import SUFFIX, Scribe, TemplateFault, TemplateFile, fault_of
from monitor.notify.views import Kind
from monitor.pipeline.records import AlertContent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_ROOM: Final = 100_000
_AT: Final = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)


def template_faults(files: Sequence[TemplateFile], choices: Collection[str]) -> Iterator[TemplateFault]:
    """What is wrong with templates. `choices` are the sets that channels use."""
    for file in files:
        if file.name.startswith("_"):  # it is there to be included or imported
            continue
        kind, choice = kind_of(file.name)
        if kind is None:
            names = ", ".join(f"{one}{SUFFIX}" for one in Kind)
            yield TemplateFault(file.path, 0, f"no template has this name; they are {names}, with NAME. or _ before")
        elif choice and choice not in choices:
            yield TemplateFault(file.path, 0, f"no channel has template: {choice}")
        else:
            yield from _proved(Scribe(tuple(files), choice), kind, file)


def kind_of(name: str) -> tuple[Kind | None, str]:
    """The kind that a file is for and its set, "" for the set of every channel; None if the name says no kind."""
    stem = name.removesuffix(SUFFIX)
    for kind in sorted(Kind, key=len, reverse=True):
        if stem == kind:
            return kind, ""
        if stem.endswith(f".{kind}"):
            return kind, stem.removesuffix(f".{kind}")
    return None, ""


def of_set(choice: str, files: Sequence[TemplateFile]) -> tuple[TemplateFile, ...]:
    """The templates of a set."""
    return tuple(file for file in files if kind_of(file.name)[1] == choice)


def _proved(scribe: Scribe, kind: Kind, file: TemplateFile) -> Iterator[TemplateFault]:
    for rendering in SHAPES:
        try:
            scribe.try_own(file, kind, rendering, fits_slack if kind is Kind.SLACK else _fits, _ROOM)
        except Exception as error:  # noqa: BLE001 - whatever a template makes of its sandbox
            yield fault_of(error, file)
            return


def _fits(text: str) -> bool:
    return len(text) <= _ROOM


def _shapes() -> Iterator[Rendering]:
    title = (Segment("딥시크", mark=True), Segment(" 새 모델 공개"))
    story = Part(
        Form.STORY,
        title=title,
        url="https://news.example.kr/1",
        outlet="가나다신문 외 3개 매체",
        at="10-06(화) 14:30",
        quote=title,
        watchlists="DeepSeek",
        updated="수정",
        opens=1,
    )
    bare = Part(Form.STORY, title=title, watchlists="DeepSeek", opens=1)
    listed = Part(Form.LISTED, title=title, outlet="가나다신문", weak="약한 일치", opens=1)
    rest = Part(Form.LISTED, text=(Segment("… 외 3건"),), opens=3)
    heading, prose = (Part(form, text=(Segment("DeepSeek 4건"),)) for form in (Form.HEADING, Form.PROSE))
    untitled = Part(Form.STORY, url="https://news.example.kr/1", watchlists="DeepSeek", opens=1)
    for reason, parts in (
        ("first report", (story, listed)),
        ("updated", (bare,)),
        ("first report", (untitled,)),
        ("digest", (heading, listed, rest)),
        ("notice", (prose,)),
        ("test", (prose,)),
    ):
        for language in ("ko", "en"):
            content = AlertContent(1, Reason(reason), "DeepSeek", _AT)
            yield Rendering("[DeepSeek] 딥시크 새 모델 공개", parts, language=language, content=content)


SHAPES: Final = tuple(_shapes())
"""An alert of each shape, made up."""
