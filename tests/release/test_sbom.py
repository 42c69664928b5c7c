"""The bill of materials lists what the lock names: no more, no less, each with its hashes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.docs.markdown import ROOT, read


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    call = [sys.executable, str(ROOT / "deploy" / "sbom.py"), str(ROOT / "requirements.lock")]
    done = subprocess.run(call, capture_output=True, encoding="utf-8", check=True)  # noqa: S603 - our own script
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def test_every_pin_of_the_lock_is_listed_with_all_its_hashes(bill: dict[str, Any]) -> None:
    lock = read(ROOT / "requirements.lock")
    pins = {line.split("==")[0].split("[")[0] for line in lock.splitlines() if "==" in line.split(";")[0]}
    assert {one["name"] for one in bill["components"]} == pins
    listed = [one["content"] for part in bill["components"] for one in part["hashes"]]
    assert sorted(listed) == sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))
    assert all(part["hashes"] for part in bill["components"])


def test_it_is_of_this_version_and_names_most_licences(bill: dict[str, Any]) -> None:
    version = re.search(r'^version = "(.+)"$', read(ROOT / "pyproject.toml"), re.MULTILINE)
    assert version is not None
    assert bill["metadata"]["component"]["version"] == version[1]
    named = [part for part in bill["components"] if part.get("licenses") or part["scope"] == "optional"]
    assert len(named) > 0.9 * len(bill["components"])


def test_every_reference_is_to_a_component(bill: dict[str, Any]) -> None:
    refs = [part["bom-ref"] for part in bill["components"]]
    assert len(set(refs)) == len(refs)
    assert bill["dependencies"][0]["dependsOn"] == refs
