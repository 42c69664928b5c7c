"""docs/api.md names every path of the API and every form of our feeds, and no other."""

from __future__ import annotations

import re
from typing import Any, cast

from monitor.web.api import answers, asking, out
from monitor.web.api.app import create_api
from monitor.web.api.export import Form, List
from tests.docs.markdown import ROOT, codes, read, rows, section

PAGE = read(ROOT / "docs" / "api.md")


def test_every_path_is_documented() -> None:
    paths: dict[str, Any] = create_api(cast("Any", None)).openapi()["paths"]
    known = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert {codes(row[0])[0] for row in rows(section(PAGE, "## Paths"))} == known


def test_every_parameter_of_a_list_is_documented() -> None:
    paths: dict[str, Any] = create_api(cast("Any", None)).openapi()["paths"]
    everywhere = {"limit", "cursor"}
    for row in rows(section(PAGE, "## Paths")):
        method, path = codes(row[0])[0].split(" ")
        known = {one["name"] for one in paths[path][method.lower()].get("parameters", []) if one["in"] == "query"}
        assert known - everywhere <= set(codes(row[1])), path


def test_limits_are_those_of_the_program() -> None:
    assert f"at most {answers.MOST_ROWS}" in PAGE
    assert f"{asking.PATIENCE:,} articles" in PAGE
    assert f"`limit` is {out.ENTRIES}, at most {out.MOST_ENTRIES}" in PAGE


def test_every_file_and_feed_is_documented() -> None:
    row = next(row for row in rows(section(PAGE, "## Paths")) if "/export/" in row[0])
    assert {*List, *Form} <= set(codes(row[1]))
    forms = set(re.findall(r"all\.([a-z]+)", section(PAGE, "## Feeds out")))
    assert forms == set(out.Form)
