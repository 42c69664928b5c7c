"""Writes the bill of materials (CycloneDX 1.6) of a lock file: `python deploy/sbom.py requirements.lock > sbom.json`.

Everything that the lock names is in it, with every hash that an install accepts; what only some machines need is
`optional`. Licences are those of the packages installed here, as they state them. The same lock gives the same bytes
on machines with the same packages.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final

PRODUCT: Final = "korean-news-monitor"
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(\s*;[^\\]*)?", re.MULTILINE)
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    """What a lock file names, in its order."""
    pins = list(_PIN.finditer(lock))
    ends = [*(pin.start() for pin in pins[1:]), len(lock)]
    found: dict[str, dict[str, Any]] = {}
    for pin, end in zip(pins, ends, strict=True):
        one = _component(pin[1], pin[2], _HASH.findall(lock[pin.end() : end]), is_optional=bool(pin[3]))
        found.setdefault(one["bom-ref"], one)
    return list(found.values())


def _component(name: str, version: str, hashes: list[str], *, is_optional: bool) -> dict[str, Any]:
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "scope": "optional" if is_optional else "required",
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": one} for one in hashes],
    }
    if stated := licence(name):
        made["licenses"] = [{"license": {"name": stated}}]
    return made


def licence(name: str) -> str:
    """What an installed package says of its licence in one line, or ""."""
    try:
        stated = metadata(name)
    except PackageNotFoundError:
        return ""
    short = stated.get("License-Expression") or ""
    classifiers = [
        one.rpartition(" :: ")[2] for one in stated.get_all("Classifier") or [] if one.startswith("License ::")
    ]
    text = stated.get("License") or ""
    return short or ", ".join(classifiers) or (text if "\n" not in text and len(text) < 80 else "")  # noqa: PLR2004


def bill(lock: str, version: str) -> dict[str, Any]:
    """The whole bill; its serial number is made of what it lists."""
    parts = components(lock)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(parts, sort_keys=True))
    product = f"pkg:pypi/{PRODUCT}@{version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": PRODUCT,
                "version": version,
                "purl": product,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": product, "dependsOn": [one["bom-ref"] for one in parts]}],
    }


def main() -> None:
    """Print the bill of the lock file that the command names."""
    version = metadata(PRODUCT)["Version"]
    made = bill(Path(sys.argv[1]).read_text(encoding="utf-8"), version)
    sys.stdout.write(json.dumps(made, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
