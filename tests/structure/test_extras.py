"""Extras are installed from a clone: no package index has this project under a name of its own."""

from __future__ import annotations

import re
import tomllib

from interfaces.host.extras import how_to_install
from tests.support.markdown import DOCUMENTS, ROOT, name_of

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]

INSTALLED = re.compile(r"[.=']\[([a-z,]+)\]'")

TEXTS = [*DOCUMENTS, ROOT / "Dockerfile", *(ROOT / "interfaces").rglob("*.py"), *(ROOT / "application").rglob("*.py")]


def test_extras_are_asked_of_no_index_and_exist() -> None:
    contents = {name_of(text): text.read_text(encoding="utf-8") for text in TEXTS}
    from_index = [name for name, content in contents.items() if re.search(r"reportrun\[[a-z]", content)]
    named = {
        extra for content in contents.values() for extras in INSTALLED.findall(content) for extra in extras.split(",")
    }

    assert from_index == []
    assert {"spark", "timestamps"} <= named <= EXTRAS.keys()


def test_a_missing_extra_is_installed_as_the_documents_say() -> None:
    assert how_to_install("spark") == (
        "Install it from a clone of Reportrun: pip install -c constraints.txt '.[spark]'."
    )
    assert "pip install -c constraints.txt '.[spark]'" in (ROOT / "docs" / "how-to" / "spark.md").read_text()


def test_the_image_can_have_extras() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert 'ARG EXTRAS=""\n' in dockerfile
    assert '--constraint constraints.txt ".${EXTRAS}"\n' in dockerfile
